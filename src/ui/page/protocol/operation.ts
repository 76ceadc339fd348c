import * as z from "zod/mini";
import { act, button, copied, copy, event, failure, ready, row, timeline, tone } from "./pieces";

const step = z.object({
  label: z.string(),
  status: z.enum(["done", "current", "stopped", "failed", "waiting"]),
  from: z.optional(z.number()),
  to: z.optional(z.number()),
});
export type StepModel = z.output<typeof step>;

export const operationState = z.object({ version: z.literal(1), operationId: z.string() });

const operation = z.object({
  type: z.literal("operation"),
  id: z.string(),
  title: z.string(),
  subtitle: z.string(),
  state: z.object({ text: z.string(), tone }),
  /** Milliseconds since the epoch when it was started, while it runs. */
  since: z.optional(z.number()),
  /** Said under the heading: it is no longer in the journal. */
  notice: z.optional(z.string()),
  failure: z.optional(failure),
  buttons: z.array(button),
  timeline: z.optional(timeline),
  steps: z.array(step),
  rows: z.array(row),
  requestIds: z.array(z.string()),
  events: z.array(event),
});
export type OperationModel = z.output<typeof operation>;

/** What the host tells the page of an operation. */
export const toOperation = z.discriminatedUnion("type", [operation, copied]);
export type ToOperation = z.output<typeof toOperation>;

/** What that page tells the host. */
export const fromOperation = z.discriminatedUnion("type", [ready, copy, act]);
export type FromOperation = z.output<typeof fromOperation>;
