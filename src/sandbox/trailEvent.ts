import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import type { AnyOperation } from "../aws/operation";
import type { Principal } from "./principals";

/** An event as CloudTrail writes it, with the time that it is sorted by. What is not named here is there as well. */
export const trailEvent = z.object({
  /** Milliseconds since the epoch. May lie ahead: what a service will have done on somebody's behalf by then. */
  timeMs: z.number(),
  /** Whom a look-up by `Username` finds: a user, or a role's session. */
  username: z.string(),
  event: z.looseObject({
    eventID: z.string(),
    eventName: z.string(),
    eventSource: z.string(),
    awsRegion: z.string(),
    readOnly: z.boolean(),
    recipientAccountId: z.string(),
    userIdentity: z.looseObject({ accessKeyId: z.string() }),
    resources: z.optional(z.array(z.object({ accountId: z.string(), type: z.string(), ARN: z.string() }))),
  }),
});

export type TrailEvent = z.output<typeof trailEvent>;

/** A call to a service, as far as CloudTrail tells of it. */
export interface Call {
  readonly timeMs: number;
  readonly principal: Principal;
  readonly accessKeyId: string;
  readonly region: string;
  /** `s3.amazonaws.com` */
  readonly source: string;
  readonly name: string;
  readonly isReadOnly: boolean;
  readonly parameters?: object | undefined;
  readonly response?: object | undefined;
  /** What it was about; what is no whole ARN is left out. */
  readonly resources: readonly { readonly arn: string; readonly type: string }[];
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly requestId: string;
  readonly userAgent: string;
  /** The service that called on the principal's behalf: a forward access session. */
  readonly invokedBy?: string;
}

export function toTrailEvent(call: Call): TrailEvent {
  const { timeMs, principal, source, error, invokedBy, isReadOnly } = call;
  const { accountId } = principal;
  const resources = call.resources.filter(({ arn }) => arn.startsWith("arn:") && !arn.includes("*"));
  return {
    timeMs,
    username: principal.sessionName ?? principal.entity.name,
    event: {
      eventVersion: "1.09",
      userIdentity: { ...identityOf(call), ...(invokedBy !== undefined && { invokedBy }) },
      eventTime: new Date(timeMs).toISOString().replace(/\.\d+Z$/, "Z"),
      eventSource: source,
      eventName: call.name,
      awsRegion: globalSources.has(source) ? "us-east-1" : call.region,
      sourceIPAddress: invokedBy ?? "127.0.0.1",
      userAgent: invokedBy ?? call.userAgent,
      ...(error && { errorCode: error.code, errorMessage: error.message }),
      requestParameters: call.parameters ?? null,
      responseElements: (error ? undefined : call.response) ?? null,
      requestID: call.requestId,
      eventID: randomUUID(),
      readOnly: isReadOnly,
      ...(resources.length > 0 && { resources: resources.map(({ arn, type }) => ({ accountId, type, ARN: arn })) }),
      eventType: "AwsApiCall",
      managementEvent: true,
      recipientAccountId: accountId,
      eventCategory: "Management",
    },
  };
}

/** Services without Regions: their events are in us-east-1, wherever the cause was. */
const globalSources = new Set(["iam.amazonaws.com", "organizations.amazonaws.com"]);

function identityOf({ principal, accessKeyId, timeMs }: Call) {
  const { accountId, arn, userId, entity } = principal;
  const known = { principalId: userId, arn, accountId, accessKeyId };
  if (entity.type === "user") return { type: "IAMUser", ...known, userName: entity.name };
  const hourMs = 3_600_000;
  return {
    type: "AssumedRole",
    ...known,
    sessionContext: {
      sessionIssuer: { type: "Role", principalId: entity.id, arn: entity.arn, accountId, userName: entity.name },
      attributes: {
        creationDate: new Date(timeMs - (timeMs % hourMs)).toISOString().replace(/\.\d+Z$/, "Z"),
        mfaAuthenticated: "false",
      },
    },
  };
}

const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";

/** Members as CloudTrail shows them: with a small letter first, and nothing of what the model calls sensitive. */
export function shownMembers({ sensitive = [] }: AnyOperation, value: object): object {
  const show = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(show);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, member]) => [
        lowerFirst(name),
        sensitive.includes(name) ? hidden : show(member),
      ]),
    );
  };
  return show(value) as object;
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}
