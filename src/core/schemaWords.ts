import type * as z from "zod/mini";

/**
 * Says what is wrong with a value in zod's own English, for the kinds of issues that our schemas raise. zod/mini comes
 * without words; give this as `error` wherever a person reads them: `schema.safeParse(value, { error: inWords })`.
 */
export const inWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return `Invalid input: expected ${issue.expected}, received ${typeOf(issue.input)}`;
    case "invalid_value":
      return issue.values.length === 1
        ? `Invalid input: expected ${quoted(issue.values[0])}`
        : `Invalid option: expected one of ${issue.values.map(quoted).join("|")}`;
    case "too_small":
      return `Too small: expected ${issue.origin} ${measured(issue, issue.inclusive ? ">=" : ">", issue.minimum)}`;
    case "too_big":
      return `Too big: expected ${issue.origin} ${measured(issue, issue.inclusive ? "<=" : "<", issue.maximum)}`;
    case "invalid_format":
      return `Invalid string: must match pattern ${issue.pattern}`;
    default:
      return "Invalid input";
  }
};

const units: Readonly<Record<string, string>> = { string: " characters", array: " items" };

function measured({ origin }: { readonly origin: string }, comparison: string, limit: number | bigint): string {
  const unit = units[origin];
  return `to ${unit ? "have" : "be"} ${comparison}${limit}${unit ?? ""}`;
}

function quoted(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}

function typeOf(value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? "number" : String(value);
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
