import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { StoredResource } from "./resource";

const position = z.object({ after: z.union([z.number(), z.string()]), scope: z.string() });

export interface Page {
  readonly items: readonly StoredResource[];
  readonly nextToken?: string;
}

/**
 * Cuts a page by the order of creation, so that what comes and goes meanwhile neither repeats nor hides others.
 * `listAfter` goes on after the resource with that sequence. `scope` names what is listed: a token of another list is
 * refused. Undefined when the token is none of ours.
 */
export function cutPage(
  listAfter: (sequence: number) => Iterable<StoredResource>,
  options: { readonly token: string | undefined; readonly limit: number; readonly scope: string },
): Page | undefined {
  const after = options.token === undefined ? 0 : positionIn(options.token, options.scope);
  if (typeof after !== "number") return undefined;
  const items: StoredResource[] = [];
  for (const resource of listAfter(after)) {
    const last = items.at(-1);
    if (last && items.length >= options.limit) return { items, nextToken: positionToken(last.sequence, options.scope) };
    items.push(resource);
  }
  return { items };
}

/** A token for what comes after, good only for the list that `scope` names. */
export function positionToken(after: number | string, scope: string): string {
  return Buffer.from(JSON.stringify({ after, scope: hashOf(scope) })).toString("base64");
}

/** Undefined when the token is none of ours, or of another list. */
export function positionIn(token: string, scope: string): number | string | undefined {
  const parsed = position.safeParse(parseJson(Buffer.from(token, "base64").toString("utf8")));
  return parsed.success && parsed.data.scope === hashOf(scope) ? parsed.data.after : undefined;
}

function hashOf(scope: string): string {
  return createHash("sha256").update(scope).digest("base64url").slice(0, 16);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
