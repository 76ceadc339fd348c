import * as z from "zod/mini";
import type { SchemaPart } from "../core/schemaPart";

/** Further from the epoch there is no date. */
const maxDateMs = 8.64e15;

/**
 * A timestamp of rest-json or aws-json: a JSON number of epoch seconds, perhaps with a fraction.
 * The documentation of both services contradicts itself about the unit, so a value above 1e11 is taken for
 * milliseconds (as seconds it would lie after the year 5000); ISO 8601 strings are accepted too.
 * Parsed to milliseconds since the epoch.
 */
export const timestamp = z.pipe(
  z.union([z.number(), z.string()]),
  z.transform((value, context) => {
    const number = typeof value === "number" ? value : Number(value);
    const ms = Number.isNaN(number) ? Date.parse(String(value)) : number > 1e11 ? number : number * 1000;
    if (Math.abs(ms) <= maxDateMs) return Math.round(ms);
    context.issues.push({ code: "custom", message: "not a timestamp", input: value });
    return z.NEVER;
  }),
);

/** A parsed output for a person to read: with its timestamps in ISO 8601, as the AWS CLI prints them. */
export function withReadableTimes(schema: z.ZodMiniType, value: unknown): unknown {
  return readable(schema, value);
}

function readable(part: SchemaPart | undefined, value: unknown): unknown {
  if (part === (timestamp as unknown)) return typeof value === "number" ? new Date(value).toISOString() : value;
  const { in: piped, innerType = piped, element, shape } = part?.def ?? {};
  if (innerType) return readable(innerType, value);
  if (element && Array.isArray(value)) return value.map((item) => readable(element, item));
  if (!shape || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [name, readable(shape[name], member)]),
  );
}

/** A missing or null member: services send both. */
export function optional<T extends z.ZodMiniType>(schema: T) {
  return z.pipe(
    z.nullish(schema),
    z.transform((value) => value ?? undefined),
  );
}

/** A string that must match the whole of a model's pattern. `length` counts Unicode code points, as the services do. */
export function text(options: {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly patternText?: string;
}) {
  const { min = 0, max = Number.POSITIVE_INFINITY, pattern, patternText } = options;
  return z.string().check(({ value, issues }) => {
    const problem = (message: string) => issues.push({ code: "custom", message, input: value });
    const length = Array.from(value).length;
    if (length < min) problem(`Member must have length greater than or equal to ${min}`);
    if (length > max) problem(`Member must have length less than or equal to ${max}`);
    if (pattern && !pattern.test(value))
      problem(`Member must satisfy regular expression pattern: ${patternText ?? pattern.source}`);
  });
}
