import { randomUUID } from "node:crypto";
import * as api from "../../aws/services/supplychain";
import { type AwsError, invalidInput, modelledError } from "../awsError";
import { cutPage } from "../paging";
import { lifeOf, type LifeState, type StoredResource } from "../resource";
import { route, type RequestContext, type SandboxService } from "../service";
import { forcedFailure, reservedTagKey, secondsTag } from "../tags";
import { fingerprintOf } from "../world";
import { accessDeniedToS3, carryOutCreation } from "./supplychainCreation";
import { keys } from "./supplychainKeys";
import { idIn, kind, placeOf } from "./supplychainKind";
import { needsOf, needsOfCreation, needsOfTags } from "./supplychainRights";

const service = api.supplychain;
const maxInstances = 10;
const defaultPageSize = 20;

export const supplychain: SandboxService = {
  kind,
  keys,
  routes: [
    route(
      api.createInstance,
      (input, context) => {
        const seen = input.clientToken === undefined ? undefined : replayed(input, input.clientToken, context);
        if (seen) return { output: { instance: toWire(seen, context) }, resourceId: seen.id, isReplay: true };
        checkTags(input.tags ?? {});
        checkQuota(context);
        if (input.webAppDnsDomain !== undefined) checkDomain(input.webAppDnsDomain, context);
        const { resource, calls } = insert(input, context);
        const instance = toWire(resource, context, "creating");
        return { output: { instance }, resourceId: resource.id, calls, changed: true };
      },
      { needs: needsOfCreation },
    ),
    route(
      api.getInstance,
      ({ instanceId }, context) => {
        const resource = find(instanceId, context);
        return { output: { instance: toWire(resource, context) }, resourceId: resource.id };
      },
      { needs: needsOf },
    ),
    route(api.listInstances, (input, context) => {
      const { instanceNameFilter: names, instanceStateFilter: states } = input;
      const isWanted = (resource: StoredResource) =>
        (!names?.length || (resource.name !== null && names.includes(resource.name))) &&
        (!states?.length || states.includes(stateOf(resource, context)));
      function* wanted(after: number) {
        for (const resource of context.world.live(placeOf(context), context.nowMs, after))
          if (isWanted(resource)) yield resource;
      }
      const page = cutPage(wanted, {
        token: input.nextToken,
        // The model lets 0 pass; that it means the default is assumed.
        limit: input.maxResults === undefined || input.maxResults === 0 ? defaultPageSize : input.maxResults,
        scope: JSON.stringify([kind.id, context.region, names ?? [], states ?? []]),
      });
      if (!page) throw invalidInput(service, "The value of nextToken is not valid.");
      const instances = page.items.map((resource) => toWire(resource, context));
      return { output: { instances, ...(page.nextToken !== undefined && { nextToken: page.nextToken }) } };
    }),
    route(
      api.updateInstance,
      (input, context) => {
        const resource = findToChange(input.instanceId, context);
        if (stateOf(resource, context) === "Deleting")
          throw invalidInput(service, `Instance ${resource.id} is being deleted and cannot be updated.`);
        if (input.instanceName !== undefined) resource.name = input.instanceName;
        if (input.instanceDescription !== undefined) resource.members.instanceDescription = input.instanceDescription;
        resource.changedMs = context.nowMs;
        return { output: { instance: toWire(resource, context) }, resourceId: resource.id, changed: true };
      },
      { needs: needsOf },
    ),
    route(
      api.deleteInstance,
      ({ instanceId }, context) => {
        const resource = findToChange(instanceId, context);
        if (lifeOf(resource, context.nowMs).state !== "deleting") {
          resource.deletion = {
            requestedMs: context.nowMs,
            durationMs: secondsTag(resource.tags, "sandbox:delete-seconds", context.timings.deleteMs / 1000),
            failure: forcedFailure(resource.tags, "sandbox:fail-delete", "The instance could not be deleted."),
            lingerMs: secondsTag(resource.tags, "sandbox:deleted-seconds", 0),
          };
        }
        return { output: { instance: toWire(resource, context, "deleting") }, resourceId: resource.id, changed: true };
      },
      { needs: needsOf },
    ),
    route(
      api.tagResource,
      ({ resourceArn, tags }, context) => {
        const resource = findByArn(resourceArn, context);
        checkTags(tags);
        context.world.remember(resource, context.nowMs);
        const merged = { ...resource.tags, ...tags };
        if (Object.keys(merged).length > 200)
          throw invalidInput(service, "The resource would have more than 200 tags.");
        resource.tags = merged;
        return { output: {}, resourceId: resource.id, changed: true };
      },
      { needs: needsOfTags },
    ),
    route(
      api.untagResource,
      ({ resourceArn, tagKeys }, context) => {
        const resource = findByArn(resourceArn, context);
        context.world.remember(resource, context.nowMs);
        resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !tagKeys.includes(key)));
        return { output: {}, resourceId: resource.id, changed: true };
      },
      { needs: needsOfTags },
    ),
    route(
      api.listTagsForResource,
      ({ resourceArn }, context) => {
        const resource = findByArn(resourceArn, context);
        return { output: { tags: resource.tags }, resourceId: resource.id };
      },
      { needs: needsOfTags },
    ),
  ],
};

type CreateInput = Parameters<typeof fingerprintOf>[0] & {
  readonly instanceName?: string | undefined;
  readonly instanceDescription?: string | undefined;
  readonly kmsKeyArn?: string | undefined;
  readonly webAppDnsDomain?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly clientToken?: string | undefined;
};

/** What the token created before, if anything. */
function replayed(input: CreateInput, token: string, context: RequestContext): StoredResource | undefined {
  const resource = context.world.byToken(placeOf(context), token);
  if (resource && resource.fingerprint !== fingerprintOf(input, "clientToken"))
    throw modelledError(service, "ConflictException", "The client token was used before with different parameters.");
  return resource;
}

/** The resource, and what the service did with its creator's rights to create it. */
function insert(input: CreateInput, context: RequestContext) {
  const { region, accountId, nowMs } = context;
  const id = randomUUID();
  const tags = input.tags ?? {};
  const creationMs = secondsTag(tags, "sandbox:create-seconds", context.timings.createMs / 1000);
  const forced = forcedFailure(tags, "sandbox:fail-create", accessDeniedToS3);
  const { failure, calls } =
    forced === null
      ? carryOutCreation({ id, region, accountId, keyArn: input.kmsKeyArn, nowMs, creationMs }, context)
      : { failure: forced, calls: [] };
  const members = Object.fromEntries(
    (["instanceDescription", "kmsKeyArn", "webAppDnsDomain"] as const).flatMap((member) =>
      input[member] === undefined ? [] : [[member, input[member]]],
    ),
  );
  const resource = context.world.insert({
    ...placeOf(context),
    id,
    arn: () => kind.arn(region, accountId, id),
    name: input.instanceName ?? null,
    members,
    tags,
    token: input.clientToken,
    fingerprint: fingerprintOf(input, "clientToken"),
    principal: context.principal.name,
    createdMs: nowMs,
    creationMs,
    failure,
  });
  return { resource, calls };
}

function checkTags(tags: Readonly<Record<string, string>>): void {
  const reserved = reservedTagKey(Object.keys(tags));
  if (reserved !== undefined)
    throw invalidInput(service, `Tag keys that begin with aws: are reserved, and '${reserved}' at 'tags' is one.`);
}

function checkQuota(context: RequestContext): void {
  if (context.world.usage(placeOf(context), context.nowMs) >= maxInstances)
    throw modelledError(
      service,
      "ServiceQuotaExceededException",
      `You have reached the quota of ${maxInstances} instances in this account and Region.`,
    );
}

/** A domain is one name for the whole world, and stays taken until its instance is really gone. */
function checkDomain(domain: string, { world, nowMs }: RequestContext): void {
  const wanted = domain.toLowerCase();
  const taken = world.all.some(
    (resource) =>
      resource.members.webAppDnsDomain?.toLowerCase() === wanted && lifeOf(resource, nowMs).state !== "gone",
  );
  if (taken)
    throw modelledError(
      service,
      "ConflictException",
      `The web app DNS domain '${domain}' at 'webAppDnsDomain' is already in use.`,
    );
}

function find(id: string, context: RequestContext): StoredResource {
  const resource = context.world.find(placeOf(context), id, context.nowMs);
  if (!resource) throw notFound(`Instance ${id} was not found.`);
  return resource;
}

function findToChange(id: string, context: RequestContext): StoredResource {
  const resource = find(id, context);
  context.world.remember(resource, context.nowMs);
  return resource;
}

function findByArn(arn: string, context: RequestContext): StoredResource {
  const resource = context.world.find(placeOf(context), idIn(arn), context.nowMs);
  if (resource?.arn !== arn) throw notFound(`Resource ${arn} was not found.`);
  return resource;
}

function notFound(message: string): AwsError {
  return modelledError(service, "ResourceNotFoundException", message);
}

const states: Readonly<
  Record<LifeState, "Initializing" | "Active" | "CreateFailed" | "Deleting" | "DeleteFailed" | "Deleted">
> = {
  creating: "Initializing",
  created: "Active",
  createFailed: "CreateFailed",
  deleting: "Deleting",
  deleteFailed: "DeleteFailed",
  deleted: "Deleted",
  gone: "Deleted",
};

function stateOf(resource: StoredResource, { nowMs }: RequestContext) {
  return states[lifeOf(resource, nowMs).state];
}

/** `state` is given where the reply tells of a beginning: however short the work, it is not over in the same reply. */
function toWire(resource: StoredResource, context: RequestContext, state?: LifeState): object {
  const life = lifeOf(resource, context.nowMs);
  return {
    instanceId: resource.id,
    awsAccountId: context.accountId,
    state: states[state ?? life.state],
    ...(life.failure !== undefined && state === undefined && { errorMessage: life.failure }),
    createdTime: resource.createdMs / 1000,
    lastModifiedTime: Math.max(resource.changedMs, life.sinceMs) / 1000,
    ...(resource.name !== null && { instanceName: resource.name }),
    ...resource.members,
    versionNumber: 2,
  };
}
