import * as z from "zod/mini";
import { defineOperation, type Service } from "../operation";
import { optional, text, timestamp } from "../wireTypes";
import { serviceNames } from "./names";

/** AWS KMS, API 2014-11-01: the reads of a key picker. Source: botocore 1.43.67, kms/2014-11-01/service-2.json. */
export const kms: Service = {
  ...serviceNames.kms,
  hostLabel: "kms",
  apiVersion: "2014-11-01",
  signingName: "kms",
  protocol: "aws-json-1.1",
  targetPrefix: "TrentService",
  // The model gives no statuses: the JSON protocol answers 400 to what the caller did wrong, and 5xx to faults.
  errors: {
    DependencyTimeoutException: { status: 503, retryable: true },
    InvalidArnException: { status: 400 },
    InvalidMarkerException: { status: 400 },
    KMSInternalException: { status: 500, retryable: true },
    KMSInvalidStateException: { status: 400 },
    NotFoundException: { status: 400 },
  },
};

const keyId = text({ min: 1, max: 2048 });
const limit = z.int().check(z.minimum(1), z.maximum(1000));
const marker = text({ min: 1, max: 1024 });

const alias = z.object({
  AliasName: optional(z.string()),
  AliasArn: optional(z.string()),
  TargetKeyId: optional(z.string()),
  CreationDate: optional(timestamp),
  LastUpdatedDate: optional(timestamp),
});

const keyMetadata = z.object({
  KeyId: z.string(),
  Arn: optional(z.string()),
  AWSAccountId: optional(z.string()),
  CreationDate: optional(timestamp),
  DeletionDate: optional(timestamp),
  Enabled: optional(z.boolean()),
  Description: optional(z.string()),
  KeyUsage: optional(z.string()),
  KeyState: optional(z.string()),
  KeySpec: optional(z.string()),
  KeyManager: optional(z.string()),
  Origin: optional(z.string()),
  MultiRegion: optional(z.boolean()),
});

/** Dates are milliseconds since the epoch. */
export type KeyMetadata = z.output<typeof keyMetadata>;

export const listKeys = defineOperation({
  service: kms,
  name: "ListKeys",
  method: "POST",
  path: "/",
  status: 200,
  isIdempotent: true,
  errors: ["DependencyTimeoutException", "KMSInternalException", "InvalidMarkerException"],
  input: z.object({ Limit: z.optional(limit), Marker: z.optional(marker) }),
  output: z.object({
    Keys: optional(z.array(z.object({ KeyId: optional(z.string()), KeyArn: optional(z.string()) }))),
    NextMarker: optional(z.string()),
    Truncated: optional(z.boolean()),
  }),
  pagination: { inputToken: "Marker", outputToken: "NextMarker", items: "Keys", limit: "Limit", maxPageSize: 1000 },
});

export const listAliases = defineOperation({
  service: kms,
  name: "ListAliases",
  method: "POST",
  path: "/",
  status: 200,
  isIdempotent: true,
  errors: [
    "DependencyTimeoutException",
    "InvalidMarkerException",
    "KMSInternalException",
    "InvalidArnException",
    "NotFoundException",
  ],
  input: z.object({ KeyId: z.optional(keyId), Limit: z.optional(limit), Marker: z.optional(marker) }),
  output: z.object({
    Aliases: optional(z.array(alias)),
    NextMarker: optional(z.string()),
    Truncated: optional(z.boolean()),
  }),
  pagination: { inputToken: "Marker", outputToken: "NextMarker", items: "Aliases", limit: "Limit", maxPageSize: 1000 },
});

export const describeKey = defineOperation({
  service: kms,
  name: "DescribeKey",
  method: "POST",
  path: "/",
  status: 200,
  isIdempotent: true,
  errors: ["NotFoundException", "InvalidArnException", "DependencyTimeoutException", "KMSInternalException"],
  input: z.object({
    KeyId: keyId,
    GrantTokens: z.optional(z.array(text({ min: 1, max: 8192 })).check(z.maxLength(10))),
  }),
  output: z.object({ KeyMetadata: optional(keyMetadata) }),
});

export const getKeyPolicy = defineOperation({
  service: kms,
  name: "GetKeyPolicy",
  method: "POST",
  path: "/",
  status: 200,
  isIdempotent: true,
  errors: [
    "NotFoundException",
    "InvalidArnException",
    "DependencyTimeoutException",
    "KMSInternalException",
    "KMSInvalidStateException",
  ],
  input: z.object({ KeyId: keyId, PolicyName: z.optional(text({ min: 1, max: 128, pattern: /^\w+$/ })) }),
  output: z.object({ Policy: optional(z.string()), PolicyName: optional(z.string()) }),
});
