import * as z from "zod/mini";
import { defineOperation, type Service } from "../operation";
import { optional, text, timestamp } from "../wireTypes";
import { serviceNames } from "./names";

/** Amazon Chime SDK identity, API 2021-04-20. Source: botocore 1.43.67, chime-sdk-identity/2021-04-20/service-2.json. */
export const chimeIdentity: Service = {
  ...serviceNames.chimeIdentity,
  hostLabel: "identity-chime",
  apiVersion: "2021-04-20",
  signingName: "chime",
  protocol: "rest-json",
  errors: {
    BadRequestException: { status: 400, code: "BadRequest" },
    ConflictException: { status: 409, code: "Conflict" },
    ForbiddenException: { status: 403, code: "Forbidden" },
    NotFoundException: { status: 404, code: "NotFound" },
    ResourceLimitExceededException: { status: 400, code: "ResourceLimitExceeded" },
    ServiceFailureException: { status: 500, code: "ServiceFailure" },
    ServiceUnavailableException: { status: 503, code: "ServiceUnavailable" },
    ThrottledClientException: { status: 429, code: "Throttled" },
    UnauthorizedClientException: { status: 401, code: "Unauthorized" },
  },
};

const errors = [
  "BadRequestException",
  "ForbiddenException",
  "ThrottledClientException",
  "UnauthorizedClientException",
  "ServiceUnavailableException",
  "ServiceFailureException",
];

/** The model writes the last range as `\u10000-\u10FFFF`, which means U+10000 to U+10FFFF in its own regex dialect. */
export const appInstanceNamePattern = /^[\t\n\r\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;
export const chimeArnPattern =
  /^arn:[a-z0-9-.]{1,63}:[a-z0-9-.]{0,63}:[a-z0-9-.]{0,63}:[a-z0-9-.]{0,63}:[^/].{0,1023}$/;

/** What the sensitive shapes are called as members; Tags and TagKeys contain nothing but sensitive text. */
const sensitive = ["Name", "Metadata", "Tags", "TagKeys", "Key", "Value", "NextToken"];

export const appInstanceName = text({
  min: 1,
  max: 256,
  pattern: appInstanceNamePattern,
  patternText: "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]*",
});
/** The model says 1024 characters; its documentation says "Limited to a 1KB string in UTF-8", the narrower of the two. */
export const metadata = text({ max: 1024 }).check(
  z.refine(
    (value) => Buffer.byteLength(value) <= 1024,
    "Member must have length less than or equal to 1024 bytes in UTF-8",
  ),
);
const listLength = [
  z.minLength(1, "Member must have length greater than or equal to 1"),
  z.maxLength(50, "Member must have length less than or equal to 50"),
] as const;
export const clientRequestToken = text({ min: 2, max: 64, pattern: /^[-_a-zA-Z0-9]*$/ });
const tagKey = text({ min: 1, max: 128 });
/** Unlike those of Supply Chain, a tag's value may not be empty, nor may the list. */
export const tagList = z.array(z.object({ Key: tagKey, Value: text({ min: 1, max: 256 }) })).check(...listLength);
export const tagKeyList = z.array(tagKey).check(...listLength);
const chimeArn = text({ min: 5, max: 1600, pattern: chimeArnPattern });

/** The model requires no output member, so neither do these. */
const appInstanceSummary = z.object({
  AppInstanceArn: optional(z.string()),
  Name: optional(z.string()),
  Metadata: optional(z.string()),
});
const appInstance = z.extend(appInstanceSummary, {
  CreatedTimestamp: optional(timestamp),
  LastUpdatedTimestamp: optional(timestamp),
});
const arnOutput = z.object({ AppInstanceArn: optional(z.string()) });
const emptyOutput = z.object({});

/** Timestamps are milliseconds since the epoch. */
export type AppInstance = z.output<typeof appInstance>;
export type AppInstanceSummary = z.output<typeof appInstanceSummary>;

export const outputs = {
  create: arnOutput,
  describe: z.object({ AppInstance: optional(appInstance) }),
  list: z.object({ AppInstances: optional(z.array(appInstanceSummary)), NextToken: optional(z.string()) }),
  update: arnOutput,
  empty: emptyOutput,
  tags: z.object({
    Tags: optional(z.array(z.object({ Key: z.string(), Value: optional(z.string()) }))),
  }),
};

export const inputs = {
  create: z.object({
    Name: appInstanceName,
    Metadata: z.optional(metadata),
    ClientRequestToken: clientRequestToken,
    Tags: z.optional(tagList),
  }),
  describe: z.object({ AppInstanceArn: chimeArn }),
  list: z.object({
    MaxResults: z.optional(z.int().check(z.minimum(1), z.maximum(50))),
    NextToken: z.optional(text({ max: 2048 })),
  }),
};

export const createAppInstance = defineOperation({
  service: chimeIdentity,
  name: "CreateAppInstance",
  method: "POST",
  path: "/app-instances",
  status: 201,
  isIdempotent: true,
  idempotencyToken: "ClientRequestToken",
  sensitive,
  errors: [...errors, "ConflictException", "ResourceLimitExceededException"],
  input: inputs.create,
  output: outputs.create,
});

export const describeAppInstance = defineOperation({
  service: chimeIdentity,
  name: "DescribeAppInstance",
  method: "GET",
  path: "/app-instances/{AppInstanceArn}",
  status: 200,
  isIdempotent: true,
  sensitive,
  errors,
  input: inputs.describe,
  output: outputs.describe,
});

export const listAppInstances = defineOperation({
  service: chimeIdentity,
  name: "ListAppInstances",
  method: "GET",
  path: "/app-instances",
  query: { MaxResults: "max-results", NextToken: "next-token" },
  status: 200,
  isIdempotent: true,
  perSecond: 10,
  sensitive,
  errors,
  input: inputs.list,
  output: outputs.list,
  pagination: {
    inputToken: "NextToken",
    outputToken: "NextToken",
    items: "AppInstances",
    limit: "MaxResults",
    maxPageSize: 50,
  },
});

/** Replaces both members: the current metadata, or an empty string, must be sent along with a new name. */
export const updateAppInstance = defineOperation({
  service: chimeIdentity,
  name: "UpdateAppInstance",
  method: "PUT",
  path: "/app-instances/{AppInstanceArn}",
  status: 200,
  isIdempotent: true,
  sensitive,
  errors: [...errors, "ConflictException"],
  input: z.object({ AppInstanceArn: chimeArn, Name: appInstanceName, Metadata: metadata }),
  output: outputs.update,
});

export const deleteAppInstance = defineOperation({
  service: chimeIdentity,
  name: "DeleteAppInstance",
  method: "DELETE",
  path: "/app-instances/{AppInstanceArn}",
  status: 204,
  isIdempotent: true,
  sensitive,
  errors: [...errors, "ResourceLimitExceededException"],
  input: inputs.describe,
  output: outputs.empty,
});

export const tagResource = defineOperation({
  service: chimeIdentity,
  name: "TagResource",
  method: "POST",
  path: "/tags?operation=tag-resource",
  status: 204,
  isIdempotent: true,
  sensitive,
  errors: [...errors, "ResourceLimitExceededException"],
  input: z.object({ ResourceARN: chimeArn, Tags: tagList }),
  output: outputs.empty,
});

export const untagResource = defineOperation({
  service: chimeIdentity,
  name: "UntagResource",
  method: "POST",
  path: "/tags?operation=untag-resource",
  status: 204,
  isIdempotent: true,
  sensitive,
  errors,
  input: z.object({ ResourceARN: chimeArn, TagKeys: tagKeyList }),
  output: outputs.empty,
});

export const listTagsForResource = defineOperation({
  service: chimeIdentity,
  name: "ListTagsForResource",
  method: "GET",
  path: "/tags",
  query: { ResourceARN: "arn" },
  status: 200,
  isIdempotent: true,
  sensitive,
  errors,
  input: z.object({ ResourceARN: chimeArn }),
  output: outputs.tags,
});
