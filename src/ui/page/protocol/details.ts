import * as z from "zod/mini";
import { act, button, copied, copy, failure, next, ready, row, timeline, tone } from "./pieces";

/** What the details are about. */
export const detailsState = z.object({
  version: z.literal(1),
  /** Connection key. */
  connection: z.string(),
  kind: z.string(),
  id: z.string(),
  isPinned: z.boolean(),
});

const details = z.object({
  type: z.literal("details"),
  /** Kept by the page: a window that was reloaded finds it again with this. */
  subject: detailsState,
  title: z.string(),
  subtitle: z.string(),
  state: z.object({ text: z.string(), tone }),
  /** Milliseconds since the epoch when the present state was first seen, while something is in progress. */
  since: z.optional(z.number()),
  /** Said under the heading: loading, gone, not readable. */
  notice: z.optional(z.object({ text: z.string(), tone, buttons: z.array(button) })),
  failure: z.optional(failure),
  rows: z.array(row),
  tags: z.object({
    status: z.enum(["loading", "ready", "error"]),
    items: z.array(z.object({ key: z.string(), value: z.string() })),
    text: z.optional(z.string()),
  }),
  timeline: z.optional(timeline),
  next: z.optional(next),
  buttons: z.array(button),
  raw: z.string(),
});
export type DetailsModel = z.output<typeof details>;

/** What the host tells the details page. */
export const toDetails = z.discriminatedUnion("type", [details, z.object({ type: z.literal("focusFailure") }), copied]);
export type ToDetails = z.output<typeof toDetails>;

/** What the details page tells the host. */
export const fromDetails = z.discriminatedUnion("type", [ready, copy, act]);
export type FromDetails = z.output<typeof fromDetails>;
