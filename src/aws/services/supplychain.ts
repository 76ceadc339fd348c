import * as z from "zod/mini";
import { defineOperation, type Service } from "../operation";
import { optional, text, timestamp } from "../wireTypes";
import { serviceNames } from "./names";

/** AWS Supply Chain, API 2024-01-01. Source: botocore 1.43.67, supplychain/2024-01-01/service-2.json. */
export const supplychain: Service = {
  ...serviceNames.supplychain,
  hostLabel: "scn",
  apiVersion: "2024-01-01",
  signingName: "scn",
  protocol: "rest-json",
  errors: {
    AccessDeniedException: { status: 403 },
    ConflictException: { status: 409 },
    InternalServerException: { status: 500, retryable: true },
    ResourceNotFoundException: { status: 404 },
    ServiceQuotaExceededException: { status: 402 },
    ThrottlingException: { status: 429, retryable: true, throttling: true },
    ValidationException: { status: 400 },
  },
};

/** botocore merges the service's errors into every operation. */
const errors = Object.keys(supplychain.errors);

export const instanceNamePattern = /^(?![ _ʼ'%-])[a-zA-Z0-9 _ʼ'%-]{0,62}[a-zA-Z0-9]$/;
export const instanceDescriptionPattern = /^([a-zA-Z0-9., _ʼ'%-]){0,500}$/;
export const kmsKeyArnPattern =
  /^arn:[a-z0-9][-.a-z0-9]{0,62}:kms:([a-z0-9][-.a-z0-9]{0,62})?:([a-z0-9][-.a-z0-9]{0,62})?:key\/.{0,1019}$/;
export const webAppDnsDomainPattern = /^(?![-])[a-zA-Z0-9-]{1,62}[a-zA-Z0-9]$/;

const instanceName = text({ max: 63, pattern: instanceNamePattern });
const instanceDescription = text({ max: 501, pattern: instanceDescriptionPattern });
const instanceId = text({
  min: 36,
  max: 36,
  pattern: /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/,
});
const resourceArn = text({
  min: 20,
  max: 1011,
  pattern:
    /^arn:aws:scn(?::([a-z0-9-]+):([0-9]+):instance)?\/([a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})[-_./A-Za-z0-9]*$/,
});
const nextToken = text({ min: 1, max: 1024 });
const tagKey = text({ min: 1, max: 128 });
const tags = z
  .record(tagKey, text({ max: 256 }))
  .check(z.refine((map) => Object.keys(map).length <= 200, "Member must have length less than or equal to 200"));
const state = z.enum(["Initializing", "Active", "CreateFailed", "DeleteFailed", "Deleting", "Deleted"]);

/** States and every optional member are read leniently: an unknown state is shown as it comes. */
const instance = z.object({
  instanceId: z.string(),
  awsAccountId: z.string(),
  state: z.string(),
  errorMessage: optional(z.string()),
  webAppDnsDomain: optional(z.string()),
  createdTime: optional(timestamp),
  lastModifiedTime: optional(timestamp),
  instanceName: optional(z.string()),
  instanceDescription: optional(z.string()),
  kmsKeyArn: optional(z.string()),
  versionNumber: optional(z.number()),
});
const instanceOutput = z.object({ instance });
const emptyOutput = z.object({});

/** `createdTime` and `lastModifiedTime` are milliseconds since the epoch. */
export type SupplyChainInstance = z.output<typeof instance>;

export const createInstance = defineOperation({
  service: supplychain,
  name: "CreateInstance",
  method: "POST",
  path: "/api/instance",
  status: 200,
  isIdempotent: true,
  idempotencyToken: "clientToken",
  errors,
  input: z.object({
    instanceName: z.optional(instanceName),
    instanceDescription: z.optional(instanceDescription),
    kmsKeyArn: z.optional(text({ max: 2048, pattern: kmsKeyArnPattern })),
    webAppDnsDomain: z.optional(text({ pattern: webAppDnsDomainPattern })),
    tags: z.optional(tags),
    clientToken: z.optional(text({ min: 33, max: 126 })),
  }),
  output: instanceOutput,
});

export const getInstance = defineOperation({
  service: supplychain,
  name: "GetInstance",
  method: "GET",
  path: "/api/instance/{instanceId}",
  status: 200,
  isIdempotent: true,
  errors,
  input: z.object({ instanceId }),
  output: instanceOutput,
});

export const listInstances = defineOperation({
  service: supplychain,
  name: "ListInstances",
  method: "GET",
  path: "/api/instance",
  query: {
    nextToken: "nextToken",
    maxResults: "maxResults",
    instanceNameFilter: "instanceNameFilter",
    instanceStateFilter: "instanceStateFilter",
  },
  status: 200,
  isIdempotent: true,
  errors,
  input: z.object({
    nextToken: z.optional(nextToken),
    maxResults: z.optional(z.int().check(z.minimum(0), z.maximum(20))),
    instanceNameFilter: z.optional(z.array(instanceName).check(z.maxLength(10))),
    instanceStateFilter: z.optional(z.array(state).check(z.maxLength(6))),
  }),
  output: z.object({ instances: z.array(instance), nextToken: optional(z.string()) }),
  pagination: {
    inputToken: "nextToken",
    outputToken: "nextToken",
    items: "instances",
    limit: "maxResults",
    maxPageSize: 20,
  },
});

export const updateInstance = defineOperation({
  service: supplychain,
  name: "UpdateInstance",
  method: "PATCH",
  path: "/api/instance/{instanceId}",
  status: 200,
  isIdempotent: true,
  errors,
  input: z.object({
    instanceId,
    instanceName: z.optional(instanceName),
    instanceDescription: z.optional(instanceDescription),
  }),
  output: instanceOutput,
});

export const deleteInstance = defineOperation({
  service: supplychain,
  name: "DeleteInstance",
  method: "DELETE",
  path: "/api/instance/{instanceId}",
  status: 200,
  isIdempotent: true,
  errors,
  input: z.object({ instanceId }),
  output: instanceOutput,
});

export const tagResource = defineOperation({
  service: supplychain,
  name: "TagResource",
  method: "POST",
  path: "/api/tags/{resourceArn}",
  status: 200,
  isIdempotent: true,
  errors,
  input: z.object({ resourceArn, tags }),
  output: emptyOutput,
});

export const untagResource = defineOperation({
  service: supplychain,
  name: "UntagResource",
  method: "DELETE",
  path: "/api/tags/{resourceArn}",
  query: { tagKeys: "tagKeys" },
  status: 200,
  isIdempotent: true,
  errors,
  input: z.object({ resourceArn, tagKeys: z.array(tagKey).check(z.maxLength(200)) }),
  output: emptyOutput,
});

export const listTagsForResource = defineOperation({
  service: supplychain,
  name: "ListTagsForResource",
  method: "GET",
  path: "/api/tags/{resourceArn}",
  status: 200,
  isIdempotent: true,
  errors,
  input: z.object({ resourceArn }),
  output: z.object({ tags: z.record(z.string(), z.string()) }),
});
