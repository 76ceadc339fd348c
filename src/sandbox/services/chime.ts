import * as identity from "../../aws/services/chimeIdentity";
import * as legacy from "../../aws/services/chimeLegacy";
import type { Service } from "../../aws/operation";
import { invalidInput, modelledError } from "../awsError";
import { cutPage } from "../paging";
import type { StoredResource } from "../resource";
import { resourceTagValues, tagValues, type Need } from "../access";
import { route, type RequestContext, type ResourceKind, type Route, type SandboxService } from "../service";
import { forcedFailure, reservedTagKey } from "../tags";
import { fingerprintOf, type Place } from "../world";

const maxAppInstances = 100;
const maxTags = 50;
const defaultPageSize = 50;

const kind: ResourceKind = {
  id: "chime",
  arn: (region, accountId, id) => `arn:aws:chime:${region}:${accountId}:app-instance/${id}`,
  resourceType: "AWS::Chime::AppInstance",
  keptBack: "chime:CreateAppInstance",
  demo: [
    { name: "support-chat", members: { Metadata: '{"tier":"gold"}' }, ageSeconds: 12 * 86_400, creationSeconds: 0 },
    {
      name: "supply-chain-chat",
      tags: { SCNInstanceId: "6b1f7d1e-6f0c-4f6f-9d63-0a2f6a1d7c11" },
      ageSeconds: 6 * 86_400,
      creationSeconds: 0,
    },
  ],
};

/**
 * Both APIs share host, paths and signing name; on the real wire not even the service could tell them apart by more.
 * A legacy client names its API in the user agent; without that, the successor is meant.
 */
function isLegacy({ userAgent }: { readonly userAgent: string }): boolean {
  return /\bapi\/chime(?:[#/ ]|$)/.test(userAgent);
}

export const chime: SandboxService = {
  kind,
  routes: [...routesOf(legacy, { appliesTo: isLegacy, region: "us-east-1" }), ...routesOf(identity)],
};

type Api = typeof identity | typeof legacy;

/** The same eight operations in both APIs; where they differ, the input schemas know. */
function routesOf(api: Api, more?: Pick<Route, "appliesTo" | "region">): Route[] {
  return [
    route(api.createAppInstance, create, { ...more, needs: needsOfCreation }),
    route(
      api.describeAppInstance,
      ({ AppInstanceArn }, context) => {
        const resource = find(AppInstanceArn, context);
        return { output: { AppInstance: toWire(resource) }, resourceId: resource.id };
      },
      { ...more, needs: needsOf },
    ),
    route(api.listAppInstances, list, more),
    route(api.updateAppInstance, update, { ...more, needs: needsOf }),
    route(
      api.deleteAppInstance,
      ({ AppInstanceArn }, context) => {
        const resource = findToChange(AppInstanceArn, context);
        refuseIfTagged(resource.tags, "sandbox:fail-delete", context);
        resource.deletion = { requestedMs: context.nowMs, durationMs: 0, failure: null, lingerMs: 0 };
        return { resourceId: resource.id, changed: true };
      },
      { ...more, needs: needsOf },
    ),
    route(
      api.tagResource,
      ({ ResourceARN, Tags }, context) => {
        const resource = findToChange(ResourceARN, context);
        const merged = { ...resource.tags, ...toTags(Tags, context) };
        if (Object.keys(merged).length > maxTags)
          throw limitOrBadRequest(context, `The resource would have more than ${maxTags} tags.`);
        resource.tags = merged;
        return { resourceId: resource.id, changed: true };
      },
      { ...more, needs: needsOf },
    ),
    route(
      api.untagResource,
      ({ ResourceARN, TagKeys }, context) => {
        const resource = findToChange(ResourceARN, context);
        resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key)));
        return { resourceId: resource.id, changed: true };
      },
      { ...more, needs: needsOf },
    ),
    route(
      api.listTagsForResource,
      ({ ResourceARN }, context) => {
        const resource = find(ResourceARN, context);
        const Tags = Object.entries(resource.tags).map(([Key, Value]) => ({ Key, Value }));
        return { output: { Tags }, resourceId: resource.id };
      },
      { ...more, needs: needsOf },
    ),
  ];
}

/** The right to the one that is meant, whichever member names it. */
function needsOf(
  input: { readonly AppInstanceArn: string } | { readonly ResourceARN: string; readonly Tags?: CreateInput["Tags"] },
  context: RequestContext,
): readonly Need[] {
  const resource = "AppInstanceArn" in input ? input.AppInstanceArn : input.ResourceARN;
  const found = context.world.find(placeOf(context), idOf(resource), context.nowMs);
  const tags = "Tags" in input ? toValues(input.Tags) : {};
  return [{ resource, context: { ...resourceTagValues(found?.tags), ...tagValues(tags) } }];
}

/** Tags are a right of their own. */
function needsOfCreation({ Tags }: CreateInput, { region, accountId }: RequestContext): readonly Need[] {
  const need = { resource: kind.arn(region, accountId, "*"), context: tagValues(toValues(Tags)) };
  return Tags?.length ? [need, { ...need, action: "chime:TagResource" }] : [need];
}

function toValues(tags: CreateInput["Tags"] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

interface CreateInput {
  readonly Name: string;
  readonly Metadata?: string | undefined;
  readonly ClientRequestToken: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
}

function create(input: CreateInput, context: RequestContext) {
  const { world, region, accountId, nowMs, operation } = context;
  const fingerprint = fingerprintOf(input, "ClientRequestToken");
  const seen = world.byToken(placeOf(context), input.ClientRequestToken);
  if (seen && seen.fingerprint !== fingerprint)
    throw modelledError(
      operation.service,
      "ConflictException",
      "The client request token was used before with different parameters.",
    );
  if (seen) return { output: { AppInstanceArn: seen.arn }, resourceId: seen.id, isReplay: true };
  const tags = toTags(input.Tags ?? [], context);
  refuseIfTagged(tags, "sandbox:fail-create", context);
  if (world.usage(placeOf(context), nowMs) >= maxAppInstances)
    throw modelledError(
      operation.service,
      "ResourceLimitExceededException",
      `The limit of ${maxAppInstances} app instances in this account and Region is exceeded.`,
    );
  const resource = world.insert({
    ...placeOf(context),
    arn: (id) => kind.arn(region, accountId, id),
    name: input.Name,
    members: input.Metadata === undefined ? {} : { Metadata: input.Metadata },
    tags,
    token: input.ClientRequestToken,
    fingerprint,
    principal: context.principal.name,
    createdMs: nowMs,
    creationMs: 0,
  });
  return { output: { AppInstanceArn: resource.arn }, resourceId: resource.id, changed: true };
}

function list(
  input: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  context: RequestContext,
) {
  const { world, region, nowMs, operation } = context;
  const page = cutPage((after) => world.live(placeOf(context), nowMs, after), {
    token: input.NextToken === "" ? undefined : input.NextToken,
    limit: input.MaxResults ?? defaultPageSize,
    scope: JSON.stringify([kind.id, region]),
  });
  if (!page) throw invalidInput(operation.service, "Invalid NextToken");
  const AppInstances = page.items.map((resource) => {
    const { AppInstanceArn, Name, Metadata } = toWire(resource);
    return { AppInstanceArn, Name, Metadata };
  });
  return { output: { AppInstances, ...(page.nextToken !== undefined && { NextToken: page.nextToken }) } };
}

/** A PUT: what is not sent is gone. Only a legacy client can leave Metadata out; that it then stays is assumed. */
function update(
  input: { readonly AppInstanceArn: string; readonly Name: string; readonly Metadata?: string | undefined },
  context: RequestContext,
) {
  const resource = findToChange(input.AppInstanceArn, context);
  resource.name = input.Name;
  if (input.Metadata !== undefined) resource.members.Metadata = input.Metadata;
  resource.changedMs = context.nowMs;
  return { output: { AppInstanceArn: resource.arn }, resourceId: resource.id, changed: true };
}

function toTags(tags: NonNullable<CreateInput["Tags"]>, { operation }: RequestContext): Record<string, string> {
  if (reservedTagKey(tags.map(({ Key }) => Key)) !== undefined)
    throw invalidInput(operation.service, "Tag keys at 'tags' that begin with aws: are reserved.");
  return toValues(tags);
}

/** There is no failed state to end in, so a forced failure refuses the request, as a new account is refused. */
function refuseIfTagged(
  tags: Readonly<Record<string, string>>,
  key: string,
  { operation, accountId }: RequestContext,
): void {
  const message = forcedFailure(tags, key, `Not authorized to call Chime SDK with Account Id ${accountId}`);
  if (message !== null) throw modelledError(operation.service, "ForbiddenException", message);
}

function limitOrBadRequest({ operation }: RequestContext, message: string) {
  return operation.errors.includes("ResourceLimitExceededException")
    ? modelledError(operation.service, "ResourceLimitExceededException", message)
    : invalidInput(operation.service, message);
}

function find(arn: string, context: RequestContext): StoredResource {
  const resource = context.world.find(placeOf(context), idOf(arn), context.nowMs);
  if (resource?.arn === arn) return resource;
  throw notFound(context.operation.service);
}

function findToChange(arn: string, context: RequestContext): StoredResource {
  const resource = find(arn, context);
  context.world.remember(resource, context.nowMs);
  return resource;
}

function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

function placeOf({ accountId, region }: RequestContext): Place {
  return { kind: kind.id, accountId, region };
}

function notFound(service: Service) {
  return modelledError(service, "NotFoundException", "The resource was not found");
}

function toWire(resource: StoredResource) {
  return {
    AppInstanceArn: resource.arn,
    Name: resource.name,
    ...(resource.members.Metadata !== undefined && { Metadata: resource.members.Metadata }),
    CreatedTimestamp: resource.createdMs / 1000,
    LastUpdatedTimestamp: resource.changedMs / 1000,
  };
}
