import { BlockList, isIP } from "node:net";
import { matcher, type Context } from "./context";

export interface Condition {
  readonly operator: Operator;
  /** As the policy writes it. */
  readonly key: string;
  readonly values: readonly string[];
}

export interface Operator {
  readonly set: "ForAllValues" | "ForAnyValue" | undefined;
  readonly base: string;
  readonly ifExists: boolean;
}

/** Undefined when IAM has no such operator. */
export function parseOperator(text: string): Operator | undefined {
  const [, set, base = "", ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(text) ?? [];
  if (base !== "Null" && !tests.has(base)) return undefined;
  return { set: set as Operator["set"], base, ifExists: ifExists !== undefined };
}

/** `variables` is undefined where the policy's version knows none. */
export function isMet({ operator, key, values }: Condition, context: Context, variables: Context | undefined): boolean {
  const given = context.get(key.toLowerCase());
  const { set, base, ifExists } = operator;
  if (base === "Null") return values.some((value) => value.toLowerCase() === String(given === undefined));
  const found = tests.get(base);
  if (!found) return false;
  if (given === undefined) return ifExists || set === "ForAllValues" || (set === undefined && found.isNegative);
  const passes = (value: string) => isPassed(found, value, values, variables);
  if (set === undefined) return typeof given === "string" && passes(given);
  const all = typeof given === "string" ? [given] : given;
  return set === "ForAllValues" ? all.every(passes) : all.some(passes);
}

/** Whether the request's value is the policy's; undefined when the two cannot be compared. */
type Test = (given: string, wanted: string, variables: Context | undefined) => boolean | undefined;

function isPassed(
  { test, isNegative }: { readonly test: Test; readonly isNegative: boolean },
  given: string,
  wanted: readonly string[],
  variables: Context | undefined,
): boolean {
  const results = wanted.map((value) => test(given, value, variables));
  return isNegative ? results.every((result) => result === false) : results.includes(true);
}

const text =
  (options: { readonly hasWildcards: boolean; readonly ignoresCase?: boolean }): Test =>
  (given, wanted, context) =>
    matcher(wanted, { ...options, context })?.test(given);

const arn: Test = (given, wanted, context) => {
  const [parts, patterns] = [splitArn(given), splitArn(wanted)];
  if (!parts || !patterns) return undefined;
  const results = patterns.map((part, at) => matcher(part, { context, hasWildcards: true })?.test(parts[at] ?? ""));
  return results.includes(undefined) ? undefined : results.every(Boolean);
};

/** The six parts of an ARN, or of a pattern of one, whose variables have colons too; the last part may hold more. */
export function splitArn(value: string): readonly string[] | undefined {
  const parts = [...value.matchAll(/(?:^|:)((?:\$\{[^}]*\}|[^:])*)/g)].map(([, part = ""]) => part);
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

const compared =
  (read: (value: string) => number | undefined, holds: (given: number, wanted: number) => boolean): Test =>
  (given, wanted) => {
    const [left, right] = [read(given), read(wanted)];
    return left === undefined || right === undefined ? undefined : holds(left, right);
  };

function toNumber(value: string): number | undefined {
  return value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : undefined;
}

/** ISO 8601, or seconds since the epoch. */
function toDate(value: string): number | undefined {
  if (/^\d+$/.test(value) && value.length > 4) return Number(value) * 1000;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

const bool: Test = (given, wanted) => {
  const [left, right] = [given.toLowerCase(), wanted.toLowerCase()];
  const isBoolean = (value: string) => value === "true" || value === "false";
  return isBoolean(left) && isBoolean(right) ? left === right : undefined;
};

const address: Test = (given, wanted) => {
  const [net = "", bits] = wanted.split("/");
  const version = isIP(net);
  if (isIP(given) === 0 || version === 0) return undefined;
  const list = new BlockList();
  const family = version === 4 ? "ipv4" : "ipv6";
  try {
    if (bits === undefined) list.addAddress(net, family);
    else list.addSubnet(net, Number(bits), family);
  } catch {
    return undefined;
  }
  return list.check(given, isIP(given) === 4 ? "ipv4" : "ipv6");
};

interface Named {
  readonly test: Test;
  readonly isNegative: boolean;
}

const is = (test: Test): Named => ({ test, isNegative: false });
const isNot = (test: Test): Named => ({ test, isNegative: true });

const orders: Readonly<Record<string, (given: number, wanted: number) => boolean>> = {
  LessThan: (given, wanted) => given < wanted,
  LessThanEquals: (given, wanted) => given <= wanted,
  GreaterThan: (given, wanted) => given > wanted,
  GreaterThanEquals: (given, wanted) => given >= wanted,
};

function ordered(prefix: string, read: (value: string) => number | undefined): Readonly<Record<string, Named>> {
  const equal = compared(read, (given, wanted) => given === wanted);
  return {
    [`${prefix}Equals`]: is(equal),
    [`${prefix}NotEquals`]: isNot(equal),
    ...Object.fromEntries(
      Object.entries(orders).map(([name, holds]) => [`${prefix}${name}`, is(compared(read, holds))]),
    ),
  };
}

const tests: ReadonlyMap<string, Named> = new Map(
  Object.entries({
    StringEquals: is(text({ hasWildcards: false })),
    StringNotEquals: isNot(text({ hasWildcards: false })),
    StringEqualsIgnoreCase: is(text({ hasWildcards: false, ignoresCase: true })),
    StringNotEqualsIgnoreCase: isNot(text({ hasWildcards: false, ignoresCase: true })),
    StringLike: is(text({ hasWildcards: true })),
    StringNotLike: isNot(text({ hasWildcards: true })),
    ArnEquals: is(arn),
    ArnLike: is(arn),
    ArnNotEquals: isNot(arn),
    ArnNotLike: isNot(arn),
    Bool: is(bool),
    BinaryEquals: is((given, wanted) => given === wanted),
    IpAddress: is(address),
    NotIpAddress: isNot(address),
    ...ordered("Numeric", toNumber),
    ...ordered("Date", toDate),
  }),
);
