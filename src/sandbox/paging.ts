import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { StoredResource } from "./resource";

const page = z.object({ after: z.number(), scope: z.string() });

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
  const scope = createHash("sha256").update(options.scope).digest("base64url").slice(0, 16);
  let after = 0;
  if (options.token !== undefined) {
    const parsed = page.safeParse(parseJson(Buffer.from(options.token, "base64").toString("utf8")));
    if (!parsed.success || parsed.data.scope !== scope) return undefined;
    after = parsed.data.after;
  }
  const items: StoredResource[] = [];
  for (const resource of listAfter(after)) {
    const last = items.at(-1);
    if (last && items.length >= options.limit)
      return { items, nextToken: Buffer.from(JSON.stringify({ after: last.sequence, scope })).toString("base64") };
    items.push(resource);
  }
  return { items };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
