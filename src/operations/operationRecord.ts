import * as z from "zod/mini";
import { connectionSchema } from "../instances/connectionSchema";

/**
 * An operation: a change that this extension started, written to disk before each of its requests and kept until settled.
 * The schema is the journal's file format; `version` changes when an older build could misread it.
 */

/** `Place`: the API, its Region and its endpoint. */
const place = z.object({ service: z.string(), region: z.string(), endpoint: z.string() });

const draft = z.object({
  kind: z.string(),
  values: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
});

/** The instance that an operation works on. `isUnfinished`: it was never active when that began. */
const target = z.object({
  id: z.string(),
  arn: z.string(),
  name: z.optional(z.string()),
  isUnfinished: z.optional(z.boolean()),
});

/** One line of the history that the Activity view and the details page show. */
const event = z.object({ at: z.number(), text: z.string() });

export const currentVersion = 2;

export const operationSchema = z.object({
  /** 1 had no `place`: an older build would carry out what it reads wherever its settings lead. */
  version: z.union([z.literal(1), z.literal(currentVersion)]),
  id: z.string(),
  type: z.enum(["create", "recreate", "delete", "edit", "tags"]),
  /** `Kind.id`. */
  kind: z.string(),
  connection: connectionSchema,
  /** The account that the operation was confirmed for: it never runs in another one. */
  accountId: z.string(),
  /** The API, Region and endpoint that it was confirmed for, which settings may change: it never runs elsewhere. */
  place: z.optional(place),
  /** What the user calls the instance. */
  label: z.string(),
  /** create, recreate: what to create. */
  draft: z.optional(draft),
  /** delete, recreate, edit, tags: what to change. */
  target: z.optional(target),
  /** edit: the values to set. */
  values: z.optional(z.record(z.string(), z.string())),
  /** tags: the smallest change. */
  tagChanges: z.optional(z.object({ set: z.record(z.string(), z.string()), remove: z.array(z.string()) })),
  /** The step being carried out, one of the type's step list. */
  step: z.string(),
  /** When each step began so far, in order; one that was resumed keeps its first time. Absent in older records. */
  stepTimes: z.optional(z.array(z.object({ step: z.string(), at: z.number() }))),
  /**
   * `running`: some window works on it. `interrupted`: nobody does, it can be resumed or discarded.
   * `succeeded`, `failed`, `discarded`: settled, for good: no window makes anything else of it. A new try is a new operation.
   */
  status: z.enum(["running", "interrupted", "succeeded", "failed", "discarded"]),
  /** Idempotency token of the create; belongs to this draft only. */
  token: z.optional(z.string()),
  /** The instance that the create made. */
  created: z.optional(target),
  /** Requests sent so far that change something. */
  attempts: z.number(),
  /** When the first of them in the present step was about to be sent, in milliseconds since the epoch. */
  sentAt: z.optional(z.number()),
  /** The same moment by the service's clock: only that is compared with the service's times. Absent when it was not known. */
  sentAtService: z.optional(z.number()),
  /** By the service's clock: when the first request of any step was about to be sent. */
  firstSentAtService: z.optional(z.number()),
  requestIds: z.array(z.string()),
  /** Why it failed or was interrupted. `code` is the service's exception name. Untrusted text. */
  error: z.optional(z.object({ code: z.string(), message: z.string() })),
  history: z.array(event),
  /** Milliseconds since the epoch. */
  createdAt: z.number(),
  updatedAt: z.number(),
  settledAt: z.optional(z.number()),
  /** When the user discarded what had failed or was interrupted, and since when it was that. Absent in older records. */
  givenUp: z.optional(z.object({ at: z.number(), was: z.enum(["failed", "interrupted"]), since: z.number() })),
  /** It was resumed or taken over, or had to wait for an answer: how long it took says nothing of the service. */
  wasHeldUp: z.optional(z.boolean()),
  /** The user does not want to see it any more. It is kept as long as any other: what it made stays claimed. */
  isCleared: z.optional(z.boolean()),
  /** Grows with every write: a writer that has lost its lock cannot overwrite a newer entry. */
  revision: z.number(),
});

export type OperationRecord = z.output<typeof operationSchema>;

/** What one instance is called by all windows, whichever profile they reach it with. */
export function subjectKey({
  accountId,
  connection,
  place: pinned,
  target,
}: Pick<OperationRecord, "accountId" | "connection" | "place" | "target">): string | undefined {
  return target && [accountId, pinned?.region ?? connection.region, target.id].join("\n");
}

export function isSettled(operation: Pick<OperationRecord, "status">): boolean {
  return operation.status === "succeeded" || operation.status === "failed" || operation.status === "discarded";
}
