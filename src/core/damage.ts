import { $ZodError } from "zod/v4/core";
import { messageOf } from "./errors";

/**
 * What is wrong with a text that should be JSON of a known shape, without a word of it. The messages of `JSON.parse` quote
 * the text, and those of zod name its keys, which may be a user's.
 */
export function damageOf(error: unknown): string {
  if (error instanceof SyntaxError) return "it is not JSON";
  if (!(error instanceof $ZodError)) return messageOf(error);
  const [issue] = error.issues;
  if (!issue) return "it has another shape";
  // The members of the outermost object are ours.
  const [member = "all of it"] = issue.path;
  const expected = issue.code === "invalid_type" ? `, expected ${issue.expected}` : "";
  return `${String(member)}: ${issue.code}${expected}`;
}

/** A message of somebody else's code without the text that `JSON.parse` quoted in it. */
export function withoutQuotedJson(message: string): string {
  return message.replace(/(?:\.\.\.)?"[^]*"(?:\.\.\.)? is not valid JSON/, "what was read is not valid JSON");
}
