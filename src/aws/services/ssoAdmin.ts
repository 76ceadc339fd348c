import * as z from "zod/mini";
import { defineOperation, type Service } from "../operation";
import { optional, text, timestamp } from "../wireTypes";
import { serviceNames } from "./names";

/** IAM Identity Center, API 2020-07-20: whether there is one. Source: botocore 1.44.8, sso-admin/2020-07-20. */
export const ssoAdmin: Service = {
  ...serviceNames.ssoAdmin,
  hostLabel: "sso",
  fipsUnderOrdinaryName: ["aws-us-gov"],
  apiVersion: "2020-07-20",
  signingName: "sso",
  protocol: "aws-json-1.1",
  targetPrefix: "SWBExternalService",
  // The model gives no statuses: the JSON protocol answers 400 to what the caller did wrong, and 5xx to faults.
  errors: {
    AccessDeniedException: { status: 400 },
    InternalServerException: { status: 500, retryable: true },
    ThrottlingException: { status: 400, retryable: true, throttling: true },
    ValidationException: { status: 400 },
  },
};

const token = text({ max: 2048, pattern: /^[-a-zA-Z0-9+=/_]*$/, patternText: "[-a-zA-Z0-9+=/_]*" });

const region = z.object({
  RegionName: optional(z.string()),
  Status: optional(z.string()),
  AddedDate: optional(timestamp),
  IsPrimaryRegion: optional(z.boolean()),
});

const instance = z.object({
  InstanceArn: optional(z.string()),
  IdentityStoreId: optional(z.string()),
  IdentityStoreArn: optional(z.string()),
  OwnerAccountId: optional(z.string()),
  Name: optional(z.string()),
  CreatedDate: optional(timestamp),
  /** `ACTIVE`, `CREATE_IN_PROGRESS`, `CREATE_FAILED`, `DELETE_IN_PROGRESS`. */
  Status: optional(z.string()),
  StatusReason: optional(z.string()),
  PrimaryRegion: optional(z.string()),
  Regions: optional(z.array(region)),
});

/** Dates are milliseconds since the epoch. */
export type IdentityCenter = z.output<typeof instance>;

/** Identity Center instances of the organization and of the account that the caller can see. Needs `sso:ListInstances`. */
export const listInstances = defineOperation({
  service: ssoAdmin,
  name: "ListInstances",
  method: "POST",
  path: "/",
  status: 200,
  isIdempotent: true,
  errors: ["AccessDeniedException", "InternalServerException", "ThrottlingException", "ValidationException"],
  input: z.object({
    MaxResults: z.optional(z.int().check(z.minimum(1), z.maximum(100))),
    NextToken: z.optional(token),
    /** Absent: the Region that is asked. */
    RegionScope: z.optional(z.enum(["CURRENT_REGION", "ALL_REGIONS"])),
  }),
  output: z.object({ Instances: optional(z.array(instance)), NextToken: optional(z.string()) }),
  pagination: {
    inputToken: "NextToken",
    outputToken: "NextToken",
    items: "Instances",
    limit: "MaxResults",
    maxPageSize: 100,
  },
});
