import * as identity from "../../aws/services/chimeIdentity";
import * as legacy from "../../aws/services/chimeLegacy";
import { ServiceError } from "../../aws/errors";
import { cliCommand, type CliMember } from "../cliCommand";
import type { Session } from "../connection";
import type { Draft } from "../draft";
import { characters, isReservedTagKey, wellFormed } from "../draftValidation";
import type { Instance } from "../instance";
import type { Field, Kind, KindCallOptions } from "../kind";
import { mitigations } from "./chimeMitigations";
import { consolePage } from "./console";

/** `identity` is the Chime SDK identity namespace, `legacy` the deprecated `chime` one. */
export type ChimeApi = "identity" | "legacy";

const name: Field = {
  id: "name",
  label: "Name",
  apiName: "Name",
  help: "1 to 256 characters.",
  control: "text",
  required: true,
  editable: true,
  maxLength: 256,
  lengthUnit: "characters",
  validate(value) {
    if (characters(value) > 256) return "Shorten the name to 256 characters.";
    return identity.appInstanceNamePattern.test(value) ? undefined : "Remove the control characters from the name.";
  },
};

const metadata: Field = {
  id: "metadata",
  label: "Metadata",
  apiName: "Metadata",
  help: "Any text, often JSON, up to 1,024 bytes in UTF-8.",
  control: "multiline",
  required: false,
  editable: true,
  maxLength: 1024,
  lengthUnit: "bytes",
  validate(value) {
    if (Buffer.byteLength(value) > 1024) return "Shorten the metadata to 1,024 bytes.";
    return wellFormed(value);
  },
};

/** Supply Chain puts this on the app instances that it creates for its own chat. */
const ownerTag = "SCNInstanceId";

/**
 * Chime app instances. They have no state: an instance that the service lists is present, and nothing more is known.
 * `Instance.id` is the ARN, which is what every operation takes.
 */
export function chime(chimeApi: () => ChimeApi): Kind {
  const operations = () => (chimeApi() === "legacy" ? legacy : identity);
  const service = () => (chimeApi() === "legacy" ? legacy.chimeLegacy : identity.chimeIdentity);

  async function* listPages(session: Session, options?: KindCallOptions) {
    const { listAppInstances } = operations();
    const input = { MaxResults: listAppInstances.pagination?.maxPageSize };
    for await (const page of session.client.pages(listAppInstances, input, options)) {
      const instances = page.AppInstances ?? [];
      yield instances.flatMap((instance) =>
        instance.AppInstanceArn ? [toInstance(instance.AppInstanceArn, instance)] : [],
      );
    }
  }

  return {
    id: "chime",
    title: "Chime app instance",
    groupTitle: "Chime app instances",
    icon: "comment-discussion",
    createCommandId: "createChimeAppInstance",
    get service() {
      return service();
    },
    forService(id) {
      if (id === legacy.chimeLegacy.id) return chime(() => "legacy");
      return id === identity.chimeIdentity.id ? chime(() => "identity") : undefined;
    },
    fields: [name, metadata],
    nameField: name.id,
    tagRules: { max: 50, maxKeyLength: 128, minValueLength: 1, maxValueLength: 256 },
    mitigations,
    loadNeeds: async () => (await import("./chimeNeeds")).needs,
    hasStates: false,
    states: {},
    creationHint: "Takes a moment.",
    suggestedRegions: ["us-east-1", "eu-central-1"],

    list: listPages,

    /**
     * 404 means that there is none. Chime is known to answer 403 as well for what was deleted, but 403 also means what it
     * says, so it stays an error: only who has just deleted the instance may read it as gone.
     */
    async get(session, id, options) {
      try {
        const { AppInstance: instance } = await session.client.call(
          operations().describeAppInstance,
          { AppInstanceArn: id },
          options,
        );
        return instance && toInstance(id, instance);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },

    async findByName(session, wanted, options) {
      const found: Instance[] = [];
      for await (const page of listPages(session, options))
        found.push(...page.filter((instance) => (instance.name ?? "") === wanted));
      return found;
    },

    async listTags(session, instance, options) {
      const { Tags: tags = [] } = await session.client.call(
        operations().listTagsForResource,
        { ResourceARN: instance.arn },
        options,
      );
      return Object.fromEntries(tags.map((tag) => [tag.Key, tag.Value ?? ""]));
    },

    async create(session, draft, token, options) {
      const input = { ...createInput(draft), ClientRequestToken: token };
      const { AppInstanceArn: id } = await session.client.call(operations().createAppInstance, input, options);
      if (!id) throw new Error("Could not read the answer of CreateAppInstance: it has no ARN.");
      return { id };
    },

    /** Replaces name and metadata together, so `instance` should have been read just before. */
    async update(session, instance, values, options) {
      const input = {
        AppInstanceArn: instance.id,
        Name: values.name ?? instance.name ?? "",
        Metadata: values.metadata ?? instance.values.metadata ?? "",
      };
      if (chimeApi() === "legacy") await session.client.call(legacy.updateAppInstance, input, options);
      else await session.client.call(identity.updateAppInstance, input, options);
    },

    async delete(session, id, options) {
      try {
        await session.client.call(operations().deleteAppInstance, { AppInstanceArn: id }, options);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },

    async setTags(session, instance, tags, options) {
      if (Object.keys(tags).length === 0) return;
      await session.client.call(operations().tagResource, { ResourceARN: instance.arn, Tags: tagList(tags) }, options);
    },

    async removeTags(session, instance, keys, options) {
      if (keys.length === 0) return;
      await session.client.call(operations().untagResource, { ResourceARN: instance.arn, TagKeys: [...keys] }, options);
    },

    capture(instance, tags) {
      const values: Record<string, string> = {};
      for (const { id } of [name, metadata]) {
        const value = instance.values[id];
        if (value) values[id] = value;
      }
      return {
        kind: "chime",
        values,
        tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !isReservedTagKey(key))),
      };
    },

    createCommand(draft, place) {
      const { Name, Metadata, Tags } = createInput(draft);
      const members: CliMember[] = [{ option: "--name", member: "Name", json: Name }];
      if (Metadata !== undefined) members.push({ option: "--metadata", member: "Metadata", json: Metadata });
      if (Tags) members.push({ option: "--tags", member: "Tags", json: Tags });
      return cliCommand(service(), "create-app-instance", members, place);
    },

    // The console has no page for an app instance; this is the service's own.
    consoleUrl: (_instance, connection) => consolePage("/chime-sdk/home", connection.region),

    deletionWarnings(_instance, tags) {
      const warnings = ["All its users, bots, channels and messages are deleted with it."];
      const owner = tags[ownerTag];
      if (owner !== undefined)
        warnings.push(
          `It belongs to the Supply Chain instance ${owner} (tag ${ownerTag}), which uses it for its chat. Delete the Supply Chain instance instead, or its chat stops working.`,
        );
      return warnings;
    },
  };
}

function createInput(draft: Draft) {
  const input: { Name: string; Metadata?: string; Tags?: Tag[] } = { Name: draft.values.name ?? "" };
  if (draft.values.metadata) input.Metadata = draft.values.metadata;
  // The service refuses an empty list.
  if (Object.keys(draft.tags).length > 0) input.Tags = tagList(draft.tags);
  return input;
}

interface Tag {
  Key: string;
  Value: string;
}

function tagList(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Listings leave the timestamps out: only `get` knows them. */
function toInstance(arn: string, instance: identity.AppInstanceSummary & Partial<identity.AppInstance>): Instance {
  const { Name: instanceName, Metadata: data, CreatedTimestamp: createdAt, LastUpdatedTimestamp: changedAt } = instance;
  return {
    kind: "chime",
    id: arn,
    arn,
    ...(instanceName ? { name: instanceName } : {}),
    phase: "present",
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(changedAt === undefined ? {} : { changedAt }),
    values: { ...(instanceName ? { name: instanceName } : {}), ...(data ? { metadata: data } : {}) },
    raw: instance,
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof ServiceError && (error.name === "NotFoundException" || error.name === "NotFound");
}
