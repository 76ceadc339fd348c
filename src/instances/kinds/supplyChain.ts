import {
  createInstance,
  deleteInstance,
  getInstance,
  instanceDescriptionPattern,
  instanceNamePattern,
  kmsKeyArnPattern,
  listInstances,
  listTagsForResource,
  supplychain,
  tagResource,
  untagResource,
  updateInstance,
  webAppDnsDomainPattern,
  type SupplyChainInstance,
} from "../../aws/services/supplychain";
import { ServiceError } from "../../aws/errors";
import { UserError } from "../../core/errors";
import { cliCommand, type CliMember } from "../cliCommand";
import { shellQuoting } from "../shellQuoting";
import type { Session } from "../connection";
import type { Draft } from "../draft";
import { characters, isReservedTagKey } from "../draftValidation";
import { isUnfinished, type Instance, type Phase } from "../instance";
import type { Field, Kind, KindCallOptions, Wanted } from "../kind";
import { consolePage } from "./console";
import { mitigations } from "./supplyChainMitigations";
import { keyUse } from "./supplyChainKeyUse";

const webAppSuffix = ".scn.global.on.aws";

const instanceName: Field = {
  id: "instanceName",
  label: "Name",
  apiName: "instanceName",
  help: "1 to 63 letters, digits, spaces, _ ' ʼ % -; begins and ends with a letter or digit.",
  control: "text",
  required: false,
  editable: true,
  maxLength: 63,
  lengthUnit: "characters",
  validate(value) {
    if (value === "" || instanceNamePattern.test(value)) return undefined;
    if (characters(value) > 63) return "Shorten the name to 63 characters.";
    if (/[^a-zA-Z0-9 _ʼ'%-]/u.test(value)) return "Use only letters A to Z, digits, spaces, _ ' ʼ % and -.";
    return "Begin and end the name with a letter or digit.";
  },
};

const instanceDescription: Field = {
  id: "instanceDescription",
  label: "Description",
  apiName: "instanceDescription",
  help: "Up to 500 letters, digits, spaces and . , _ ' ʼ % -.",
  control: "text",
  required: false,
  editable: true,
  maxLength: 500,
  lengthUnit: "characters",
  validate(value) {
    if (instanceDescriptionPattern.test(value)) return undefined;
    if (characters(value) > 500) return "Shorten the description to 500 characters.";
    return "Use only letters A to Z, digits, spaces and . , _ ' ʼ % -.";
  },
};

const kmsKeyArn: Field = {
  id: "kmsKeyArn",
  label: "Encryption key",
  apiName: "kmsKeyArn",
  help: "A symmetric KMS key of the same region. It cannot be changed later.",
  control: "encryptionKey",
  keyUse,
  required: false,
  editable: false,
  maxLength: 2048,
  lengthUnit: "characters",
  validate(value) {
    if (value === "") return undefined;
    if (/^alias\/|:alias\//.test(value)) return "Enter the ARN of the key itself, not of an alias.";
    if (characters(value) > 2048) return "Shorten the key ARN to 2048 characters.";
    return kmsKeyArnPattern.test(value) ? undefined : "Enter a key ARN: arn:aws:kms:REGION:ACCOUNT:key/ID.";
  },
};

const webAppDnsDomain: Field = {
  id: "webAppDnsDomain",
  label: "Web app domain",
  apiName: "webAppDnsDomain",
  help: "2 to 63 letters, digits and hyphens, no hyphen at either end. It must be unique in all of AWS.",
  control: "domain",
  required: false,
  editable: false,
  maxLength: 63,
  lengthUnit: "characters",
  prefix: "https://",
  suffix: webAppSuffix,
  suggest: ({ values }) => domainLikeName(values.instanceName ?? ""),
  validate(value) {
    if (value === "" || webAppDnsDomainPattern.test(value)) return undefined;
    if (value.includes(".")) return `Enter only the part before ${webAppSuffix}, without dots.`;
    if (/[^a-zA-Z0-9-]/u.test(value)) return "Use only letters A to Z, digits and hyphens.";
    if (value.length < 2) return "Enter at least 2 characters.";
    if (value.length > 63) return "Shorten the domain to 63 characters.";
    return "Begin and end the domain with a letter or digit.";
  },
};

/** "North Plant (EU)" becomes "north-plant-eu"; undefined where too little is left. */
function domainLikeName(name: string): string | undefined {
  const domain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
  return webAppDnsDomainPattern.test(domain) ? domain : undefined;
}

const states = {
  Initializing: "creating",
  Active: "ready",
  CreateFailed: "createFailed",
  Deleting: "deleting",
  DeleteFailed: "deleteFailed",
  Deleted: "deleted",
} as const satisfies Readonly<Record<string, Phase>>;
type State = keyof typeof states;

/** Of the Amazon Connect Decisions guide, and of CloudFormation. */
const documentedRegions = ["us-east-1", "eu-west-1"];
const legacyRegions = ["us-west-2", "eu-central-1", "ap-southeast-2"];

export const supplyChain: Kind = {
  id: "supplyChain",
  title: "Supply Chain instance",
  groupTitle: "Supply Chain",
  icon: "pass-filled",
  createCommandId: "createSupplyChainInstance",
  service: supplychain,
  forService(service) {
    return service === supplychain.id ? this : undefined;
  },
  fields: [instanceName, instanceDescription, kmsKeyArn, webAppDnsDomain],
  nameField: instanceName.id,
  // The model allows 200; AWS allows 50 for most resources, so the service may refuse more than that.
  tagRules: { max: 200, maxKeyLength: 128, minValueLength: 0, maxValueLength: 256 },
  mitigations,
  loadNeeds: async () => (await import("./supplyChainNeeds")).needs,
  hasStates: true,
  states,
  creationHint: "Takes some minutes.",
  suggestedRegions: [...documentedRegions, ...legacyRegions],
  regionNote: (region) => (legacyRegions.includes(region) ? "not in the current AWS guide" : undefined),

  list: (session, options) => listPages(session, {}, options),
  search: (session, wanted, options) => listPages(session, filterOf(wanted), options),

  async get(session, id, options) {
    try {
      const { instance } = await session.client.call(getInstance, { instanceId: id }, options);
      return toInstance(session, instance);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  },

  async findByName(session, name, options) {
    const found: Instance[] = [];
    // The filter's matching is not documented, so what it lets through is compared once more.
    const filter = name === "" ? {} : { instanceNameFilter: [name] };
    for await (const page of listPages(session, filter, options))
      found.push(...page.filter((instance) => (instance.name ?? "") === name));
    return found;
  },

  async listTags(session, instance, options) {
    const { tags } = await session.client.call(listTagsForResource, { resourceArn: instance.arn }, options);
    return tags;
  },

  async create(session, draft, token, options) {
    const { instance } = await session.client.call(
      createInstance,
      { ...createInput(draft), clientToken: token },
      options,
    );
    return { id: instance.instanceId, instance: toInstance(session, instance) };
  },

  async update(session, instance, values, options) {
    // The service has no way to say "no name": its pattern refuses an empty one.
    if (values.instanceName === "")
      throw new UserError("The name of a Supply Chain instance can be changed, but not removed.");
    const input = {
      instanceId: instance.id,
      ...(values.instanceName === undefined ? {} : { instanceName: values.instanceName }),
      ...(values.instanceDescription === undefined ? {} : { instanceDescription: values.instanceDescription }),
    };
    await session.client.call(updateInstance, input, options);
  },

  async delete(session, id, options) {
    try {
      await session.client.call(deleteInstance, { instanceId: id }, options);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  },

  async setTags(session, instance, tags, options) {
    if (Object.keys(tags).length === 0) return;
    await session.client.call(tagResource, { resourceArn: instance.arn, tags: { ...tags } }, options);
  },

  async removeTags(session, instance, keys, options) {
    if (keys.length === 0) return;
    await session.client.call(untagResource, { resourceArn: instance.arn, tagKeys: [...keys] }, options);
  },

  capture(instance, tags) {
    const values: Record<string, string> = {};
    for (const { id } of supplyChain.fields) {
      const value = instance.values[id];
      if (value) values[id] = id === webAppDnsDomain.id ? domainLabel(value) : value;
    }
    return {
      kind: supplyChain.id,
      values,
      tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !isReservedTagKey(key))),
    };
  },

  createCommand(draft, place) {
    const { tags, ...values } = createInput(draft);
    const options = {
      instanceName: "--instance-name",
      instanceDescription: "--instance-description",
      kmsKeyArn: "--kms-key-arn",
      webAppDnsDomain: "--web-app-dns-domain",
    };
    const members: CliMember[] = [];
    for (const [member, option] of Object.entries(options)) {
      const json = values[member as keyof typeof options];
      if (json !== undefined) members.push({ option, member, json });
    }
    if (tags) members.push({ option: "--tags", member: "tags", json: tags });
    return cliCommand(supplychain, "create-instance", members, place);
  },

  recreateCommand(id, draft, place) {
    const { quoting = shellQuoting() } = place;
    const target = [{ option: "--instance-id", member: "instanceId", json: id }];
    return quoting.replace({
      remove: cliCommand(supplychain, "delete-instance", target, place),
      read: cliCommand(supplychain, "get-instance", target, place, ["--query instance.state", "--output text"]),
      gone: /Deleted|ResourceNotFoundException/,
      create: this.createCommand(draft, place),
    });
  },

  webAppUrl(instance) {
    const domain = instance.values.webAppDnsDomain;
    // What the service sent ends up in a browser: nothing but a label of the service's own domain may.
    if (instance.phase !== "ready" || !domain || !webAppDnsDomainPattern.test(domain)) return undefined;
    return `https://${domain}${webAppSuffix}`;
  },

  consoleUrl: (_instance, connection) => consolePage("/scn/home", connection.region),

  nextSteps(instance) {
    if (instance.phase !== "ready") return undefined;
    const invite = "Invite the application administrator in the AWS console, one user at a time: no API does it.";
    if (!instance.values.kmsKeyArn) return { text: invite };
    return {
      text: `${invite} Then let the instance's role use the key: add the statement to the policy of the key.`,
      statement: {
        title: "key policy statement for the instance's role",
        load: async () => (await import("./supplyChainKeyPolicy")).instanceRolePolicy(instance),
      },
    };
  },

  remains: ({ id, isUnfinished: isEmpty }, { region }) => ({
    text: isEmpty
      ? `If its S3 bucket ${bucketOf(id)} was made, it stays.`
      : `The S3 bucket ${bucketOf(id)} stays, with its data and its cost.`,
    url: consolePage(`/s3/buckets/${encodeURIComponent(bucketOf(id))}`, region),
    urlTitle: "Open the S3 Bucket",
  }),

  deletionWarnings: ({ id, phase }) =>
    isUnfinished(phase)
      ? [`If its S3 bucket ${bucketOf(id)} was made, it is kept. Delete it yourself if you do not need it.`]
      : [
          "Its data in AWS Supply Chain and its web app go with it, for every user.",
          `The S3 bucket ${bucketOf(id)} is kept, with its data and its cost. Delete it yourself if you no longer need it.`,
        ],
};

function bucketOf(id: string): string {
  return `aws-supply-chain-data-${id}`;
}

async function* listPages(
  session: Session,
  filter: { readonly instanceNameFilter?: string[]; readonly instanceStateFilter?: State[] },
  options?: KindCallOptions,
) {
  const input = { ...filter, maxResults: listInstances.pagination?.maxPageSize };
  for await (const page of session.client.pages(listInstances, input, options))
    yield page.instances.map((instance) => toInstance(session, instance));
}

/** The service refuses a name or a state that there cannot be: such a one is not asked for. */
function filterOf({ name, states: wanted = [] }: Wanted) {
  const known = wanted.filter(isState);
  return {
    ...(name !== undefined && instanceNamePattern.test(name) ? { instanceNameFilter: [name] } : {}),
    ...(known.length > 0 && known.length === wanted.length ? { instanceStateFilter: known } : {}),
  };
}

function isState(state: string): state is State {
  return Object.hasOwn(states, state);
}

function createInput(draft: Draft) {
  const input: {
    instanceName?: string;
    instanceDescription?: string;
    kmsKeyArn?: string;
    webAppDnsDomain?: string;
    tags?: Record<string, string>;
  } = {};
  const { values, tags } = draft;
  if (values.instanceName) input.instanceName = values.instanceName;
  if (values.instanceDescription) input.instanceDescription = values.instanceDescription;
  if (values.kmsKeyArn) input.kmsKeyArn = values.kmsKeyArn;
  if (values.webAppDnsDomain) input.webAppDnsDomain = values.webAppDnsDomain;
  if (Object.keys(tags).length > 0) input.tags = { ...tags };
  return input;
}

function toInstance(session: Session, instance: SupplyChainInstance): Instance {
  const { instanceId, awsAccountId, state, instanceName: name, errorMessage, createdTime, lastModifiedTime } = instance;
  const values: Record<string, string> = {};
  if (name) values.instanceName = name;
  if (instance.instanceDescription) values.instanceDescription = instance.instanceDescription;
  if (instance.kmsKeyArn) values.kmsKeyArn = instance.kmsKeyArn;
  if (instance.webAppDnsDomain) values.webAppDnsDomain = domainLabel(instance.webAppDnsDomain);
  return {
    kind: "supplyChain",
    id: instanceId,
    // The service is in partition `aws` only, and its tag operations take no other ARN.
    arn: `arn:aws:scn:${session.connection.region}:${awsAccountId}:instance/${instanceId}`,
    ...(name ? { name } : {}),
    state,
    phase: isState(state) ? states[state] : "unknown",
    ...(errorMessage ? { errorMessage } : {}),
    ...(createdTime === undefined ? {} : { createdAt: createdTime }),
    ...(lastModifiedTime === undefined ? {} : { changedAt: lastModifiedTime }),
    values,
    raw: instance,
  };
}

/** On output the domain may be complete; on input it is the label before the service's own domain. */
function domainLabel(domain: string): string {
  return domain.split(".")[0] ?? domain;
}

function isNotFound(error: unknown): boolean {
  return error instanceof ServiceError && error.name === "ResourceNotFoundException";
}
