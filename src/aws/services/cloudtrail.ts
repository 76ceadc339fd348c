import * as z from "zod/mini";
import { defineOperation, type Service } from "../operation";
import { optional, text, timestamp } from "../wireTypes";
import { serviceNames } from "./names";

/** AWS CloudTrail, API 2013-11-01: what was done, and what was denied. Source: botocore 1.44.8, cloudtrail/2013-11-01. */
export const cloudtrail: Service = {
  ...serviceNames.cloudtrail,
  hostLabel: "cloudtrail",
  fipsUnderOrdinaryName: ["us-gov-east-1", "us-gov-west-1"],
  apiVersion: "2013-11-01",
  signingName: "cloudtrail",
  protocol: "aws-json-1.1",
  targetPrefix: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
  // The model gives no statuses: the JSON protocol answers 400 to what the caller did wrong.
  errors: {
    InvalidEventCategoryException: { status: 400 },
    InvalidLookupAttributesException: { status: 400 },
    InvalidMaxResultsException: { status: 400 },
    InvalidNextTokenException: { status: 400 },
    InvalidTimeRangeException: { status: 400 },
    OperationNotPermittedException: { status: 400 },
    UnsupportedOperationException: { status: 400 },
  },
};

const lookupAttribute = z.object({
  AttributeKey: z.enum([
    ...(["EventId", "EventName", "ReadOnly", "Username", "ResourceType", "ResourceName"] as const),
    ...(["EventSource", "AccessKeyId"] as const),
  ]),
  AttributeValue: text({ min: 1, max: 2000 }),
});

const event = z.object({
  EventId: optional(z.string()),
  EventName: optional(z.string()),
  /** `true` or `false`, as text. */
  ReadOnly: optional(z.string()),
  AccessKeyId: optional(z.string()),
  EventTime: optional(timestamp),
  EventSource: optional(z.string()),
  Username: optional(z.string()),
  Resources: optional(z.array(z.object({ ResourceType: optional(z.string()), ResourceName: optional(z.string()) }))),
  /** JSON as CloudTrail records it: error code and message, identity, parameters. */
  CloudTrailEvent: optional(z.string()),
});

/** `EventTime` is milliseconds since the epoch. Names people. */
export type TrailEvent = z.output<typeof event>;

/**
 * Management events of a Region, newest first, from the last 90 days; they can be some 15 minutes late. At most one attribute a
 * call; times are epoch seconds. Needs `cloudtrail:LookupEvents`.
 */
export const lookupEvents = defineOperation({
  service: cloudtrail,
  name: "LookupEvents",
  method: "POST",
  path: "/",
  status: 200,
  isIdempotent: true,
  // Documented with the operation.
  perSecond: 2,
  isPacedEverywhere: true,
  sensitive: ["Username", "AttributeValue", "CloudTrailEvent", "AccessKeyId", "ResourceName"],
  errors: [
    "InvalidLookupAttributesException",
    "InvalidTimeRangeException",
    "InvalidMaxResultsException",
    "InvalidNextTokenException",
    "InvalidEventCategoryException",
    "UnsupportedOperationException",
    "OperationNotPermittedException",
  ],
  input: z.object({
    LookupAttributes: z.optional(z.array(lookupAttribute)),
    StartTime: z.optional(z.number()),
    EndTime: z.optional(z.number()),
    EventCategory: z.optional(z.enum(["insight"])),
    MaxResults: z.optional(z.int().check(z.minimum(1), z.maximum(50))),
    NextToken: z.optional(z.string()),
  }),
  output: z.object({ Events: optional(z.array(event)), NextToken: optional(z.string()) }),
  pagination: {
    inputToken: "NextToken",
    outputToken: "NextToken",
    items: "Events",
    limit: "MaxResults",
    maxPageSize: 50,
  },
});
