import { join } from "node:path";
import * as z from "zod/mini";
import type { Log } from "../core/log";
import { LineLog } from "./lineLog";
import { defaultAccountId } from "./principals";
import { lifeOf, type StoredResource } from "./resource";

/** A request whose signature was good. */
const ledgerRequest = z.object({
  /** As the AWS CLI names it: `supplychain`. */
  service: z.string(),
  operation: z.string(),
  token: z.nullable(z.string()),
  /** Null when a fault kept the reply from being sent. */
  status: z.nullable(z.number()),
  principal: z.string(),
  accountId: z._default(z.string(), defaultAccountId),
  /** ISO 8601, by the wall clock. */
  time: z.string(),
  region: z.string(),
  requestId: z.string(),
  accessKeyId: z.string(),
  /** The resource that the request was about, where it succeeded. */
  resourceId: z.nullable(z.string()),
  /** The token had been seen before: nothing was created. */
  isReplay: z.boolean(),
  /** Kind of the injected fault. */
  fault: z.nullable(z.string()),
});

export type LedgerRequest = z.output<typeof ledgerRequest>;

/** Every resource that there ever was, with its life. Times are ISO 8601. */
export interface LedgerResource {
  readonly kind: string;
  readonly accountId: string;
  readonly id: string;
  readonly arn: string;
  readonly region: string;
  readonly name: string | null;
  readonly token: string | null;
  readonly principal: string | null;
  /** Put there by the seed or in bulk, not by a request. */
  readonly seeded: boolean;
  readonly createdTime: string;
  /** When the service stopped showing it; null while it still does. */
  readonly deletedTime: string | null;
  readonly state: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Ledger {
  readonly requests: readonly LedgerRequest[];
  readonly resources: readonly LedgerResource[];
}

/** Requests go to a file of their own. */
export type RequestLog = LineLog<LedgerRequest>;

export function openRequestLog(directory: string, log: Log): Promise<RequestLog> {
  return LineLog.open(join(directory, "requests.jsonl"), ledgerRequest, 10_000, log);
}

export function toLedgerResource(resource: StoredResource, nowMs: number): LedgerResource {
  const life = lifeOf(resource, nowMs);
  return {
    kind: resource.kind,
    accountId: resource.accountId,
    id: resource.id,
    arn: resource.arn,
    region: resource.region,
    name: resource.name,
    token: resource.token,
    principal: resource.principal,
    seeded: resource.principal === null,
    createdTime: new Date(resource.createdMs).toISOString(),
    deletedTime: life.state === "gone" ? new Date(life.sinceMs).toISOString() : null,
    state: life.state,
    tags: resource.tags,
  };
}
