import * as z from "zod/mini";
import { inWords } from "../../../core/schemaWords";

// The contract between the extension host and its pages. Both sides parse what they receive by these schemas, and
// answer with handler maps: a message without a handler does not compile.

/** Whether anybody is there: every page asks with each message that it sends. */
export const ping = z.object({ type: z.literal("ping") });
export const pong = z.object({ type: z.literal("pong") });

/** One handler for every message of a union. */
export type Handlers<M extends { readonly type: string }> = {
  readonly [T in M["type"]]: (message: Extract<M, { readonly type: T }>) => void;
};

/** Parses and dispatches; returns what was wrong with a message that no schema knows. */
export function receive<M extends { readonly type: string }>(
  schema: z.ZodMiniType<M>,
  handlers: Handlers<M>,
  data: unknown,
): string | undefined {
  const result = schema.safeParse(data, { error: inWords });
  if (!result.success) return z.prettifyError(result.error);
  const message = result.data;
  // The key type of the map is the message's own type, which TypeScript cannot follow through a union.
  const handle = handlers[message.type as M["type"]] as (message: M) => void;
  handle(message);
  return undefined;
}
