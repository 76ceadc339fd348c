import * as z from "zod/mini";
import { defaultAccountId } from "./principals";

/**
 * Anything that clients create here. Never removed: the ledger shows every resource that there ever was.
 * Times are milliseconds since the epoch on the wall clock. States are not stored but derived from times, so that they
 * are right after a restart too.
 */
export const storedResource = z.object({
  kind: z.string(),
  accountId: z._default(z.string(), defaultAccountId),
  id: z.string(),
  arn: z.string(),
  region: z.string(),
  /** Order of creation: what pages are cut by. */
  sequence: z.number(),
  name: z.nullable(z.string()),
  members: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  token: z.nullable(z.string()),
  /** The token no longer leads here: a request with it creates anew. */
  isTokenForgotten: z.optional(z.boolean()),
  /** Hash of the input that the token came with. */
  fingerprint: z.nullable(z.string()),
  principal: z.nullable(z.string()),
  /** Put there in bulk, so as to leave room for what clients create. */
  isBeyondQuota: z.optional(z.boolean()),
  createdMs: z.number(),
  changedMs: z.number(),
  creationMs: z.number(),
  /** Set when the creation ends in failure: the service's text. */
  failure: z.nullable(z.string()),
  deletion: z.nullable(
    z.object({
      requestedMs: z.number(),
      durationMs: z.number(),
      failure: z.nullable(z.string()),
      /** How long it is still shown as deleted. */
      lingerMs: z.number(),
    }),
  ),
});

export type StoredResource = z.output<typeof storedResource>;

export type LifeState = "creating" | "created" | "createFailed" | "deleting" | "deleteFailed" | "deleted" | "gone";

export interface Life {
  readonly state: LifeState;
  /** Since when, in milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly failure?: string;
}

export function lifeOf(resource: StoredResource, nowMs: number): Life {
  const { deletion } = resource;
  if (deletion) return deletionLife(deletion, nowMs);
  const settledMs = resource.createdMs + resource.creationMs;
  if (nowMs < settledMs) return { state: "creating", sinceMs: resource.createdMs };
  if (resource.failure === null) return { state: "created", sinceMs: settledMs };
  return { state: "createFailed", sinceMs: settledMs, failure: resource.failure };
}

function deletionLife(deletion: NonNullable<StoredResource["deletion"]>, nowMs: number): Life {
  const doneMs = deletion.requestedMs + deletion.durationMs;
  if (nowMs < doneMs) return { state: "deleting", sinceMs: deletion.requestedMs };
  if (deletion.failure !== null) return { state: "deleteFailed", sinceMs: doneMs, failure: deletion.failure };
  return nowMs < doneMs + deletion.lingerMs
    ? { state: "deleted", sinceMs: doneMs }
    : { state: "gone", sinceMs: doneMs };
}
