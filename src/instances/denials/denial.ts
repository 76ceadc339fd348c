import * as z from "zod/mini";
import type { TrailEvent } from "../../aws/services/cloudtrail";

/** Something that was denied, as CloudTrail recorded it. Names people: shown when it was asked for, and kept nowhere. */
export interface Denial {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** As a policy would name it: `s3:CreateBucket`. */
  readonly action: string;
  readonly resource?: string;
  readonly code: string;
  readonly message?: string;
  /** ARN of whom it was denied to; absent where a service acted for itself. */
  readonly principal?: string;
  /** The service that made the request in somebody's name. */
  readonly invokedBy?: string;
}

const words = z.optional(z.nullable(z.string()));
const record = z.object({
  eventSource: words,
  eventName: words,
  errorCode: words,
  errorMessage: words,
  userIdentity: z.optional(z.nullable(z.object({ arn: words, invokedBy: words }))),
  resources: z.optional(z.nullable(z.array(z.object({ ARN: words })))),
  requestParameters: z.optional(z.unknown()),
  responseElements: z.optional(z.unknown()),
});

/** An event has at most 256 KB. */
const maxRecordLength = 1024 * 1024;

const deniedCode = /AccessDenied|Unauthorized|NotAuthorized|Forbidden|AuthorizationError/i;
const deniedAction = /not authorized to perform: ?([a-z0-9-]{1,64}:[A-Za-z0-9]{1,128})/;
const deniedResource = /on resource: ?(\S{1,2048})/;

/** Undefined for what was not denied, and for what cannot be understood. */
export function denialOf({
  CloudTrailEvent: json = "",
  EventTime: at,
  Resources: resources,
}: TrailEvent): Denial | undefined {
  const parsed = recordOf(json);
  if (!parsed.success || at === undefined) return undefined;
  const { eventSource, eventName, errorCode, errorMessage: message, userIdentity, resources: named } = parsed.data;
  if (!eventSource || !eventName || !errorCode || !deniedCode.test(errorCode)) return undefined;
  const resource =
    deniedResource.exec(message ?? "")?.[1] ??
    named?.[0]?.ARN ??
    bucketOf(parsed.data.requestParameters) ??
    resources?.[0]?.ResourceName;
  return {
    at,
    action: deniedAction.exec(message ?? "")?.[1] ?? actionOf(eventSource, eventName),
    code: errorCode,
    ...(resource && { resource }),
    ...(message && { message }),
    ...(userIdentity?.arn && { principal: userIdentity.arn }),
    ...(userIdentity?.invokedBy && { invokedBy: userIdentity.invokedBy }),
  };
}

/** ARN of whom the service made this instance for, where that is what the event is about. */
export function creatorIn(
  { CloudTrailEvent: json = "" }: TrailEvent,
  serviceLabel: string,
  instanceId: string,
): string | undefined {
  const parsed = recordOf(json);
  if (!parsed.success) return undefined;
  const { eventSource, eventName, errorCode, userIdentity, responseElements } = parsed.data;
  const isCreation = eventSource === `${serviceLabel}.amazonaws.com` && eventName?.startsWith("Create") && !errorCode;
  const isOfThis = JSON.stringify(responseElements ?? null).includes(instanceId);
  return isCreation && isOfThis ? (userIdentity?.arn ?? undefined) : undefined;
}

function recordOf(json: string) {
  return record.safeParse(json.length > maxRecordLength ? undefined : parse(json));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const bucketParameters = z.object({ bucketName: z.string() });

function bucketOf(parameters: unknown): string | undefined {
  const parsed = bucketParameters.safeParse(parameters);
  return parsed.success ? `arn:aws:s3:::${parsed.data.bucketName}` : undefined;
}

/** Where a service's events and its actions have different names. */
const prefixes: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };
const actionNames: Readonly<Record<string, string>> = {
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:PutBucketLifecycle": "s3:PutLifecycleConfiguration",
};

function actionOf(eventSource: string, eventName: string): string {
  const [label = ""] = eventSource.split(".");
  const action = `${prefixes[label] ?? label}:${eventName}`;
  return actionNames[action] ?? action;
}
