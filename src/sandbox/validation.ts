import type * as z from "zod/mini";
import type { AnyOperation } from "../aws/operation";
import { AwsError, invalidInput } from "./awsError";

/** The input by the model's rules, or an error in AWS's words that names the member. */
export function validateInput(operation: AnyOperation, input: Readonly<Record<string, unknown>>): object {
  const result = operation.input.safeParse(input) as z.core.util.SafeParseResult<object>;
  if (result.success) return result.data;
  const { issues } = result.error;
  const mistyped = issues.find((issue) => issue.code === "invalid_type" && valueAt(input, issue.path) !== undefined);
  if (mistyped)
    throw new AwsError(
      "SerializationException",
      `Could not read the request: the value at '${memberPath(mistyped.path)}' has the wrong type`,
      400,
    );
  const problems = issues.flatMap((issue) => describe(operation, input, issue));
  const count = `${problems.length} validation error${problems.length === 1 ? "" : "s"} detected: `;
  throw invalidInput(operation.service, count + problems.join("; "));
}

type Issue = z.core.$ZodIssue;

/** Sentences like those of AWS's own validators, one for each broken constraint. */
function describe(operation: AnyOperation, input: object, issue: Issue): string[] {
  const [member = "", ...rest] = issue.path;
  const fails = (value: string, path: string, constraint: string) =>
    `Value${value} at '${path}' failed to satisfy constraint: ${constraint}`;
  const whole = shown(operation, issue.path, valueAt(input, [member]));
  if (issue.code === "invalid_key") {
    const broken = issue.issues.map(constraintOf).join(", ");
    return [fails(whole, memberPath([member]), `Map keys must satisfy constraint: [${broken}]`)];
  }
  const constraint = constraintOf(issue);
  if (rest.length === 1 && typeof rest[0] === "number")
    return [fails(whole, memberPath([member]), `Member must satisfy constraint: [${constraint}]`)];
  if (rest.length === 1)
    return [fails(whole, memberPath([member]), `Map value must satisfy constraint: [${constraint}]`)];
  return [fails(shown(operation, issue.path, valueAt(input, issue.path)), memberPath(issue.path), constraint)];
}

function constraintOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return "Member must not be null";
    case "invalid_value":
      return `Member must satisfy enum value set: [${issue.values.join(", ")}]`;
    case "too_small":
      return `Member must have ${measure(issue.origin)} greater than or equal to ${issue.minimum}`;
    case "too_big":
      return `Member must have ${measure(issue.origin)} less than or equal to ${issue.maximum}`;
    default:
      // AWS shows its patterns without the anchors that make ours match the whole.
      return issue.message.replace(/(pattern: )\^(.*)\$$/s, "$1$2");
  }
}

function measure(origin: string): string {
  return origin === "number" || origin === "int" ? "value" : "length";
}

/** What was sent, except where the model calls it sensitive: then AWS leaves it out. */
function shown(operation: AnyOperation, path: readonly PropertyKey[], value: unknown): string {
  if (path.some((part) => operation.sensitive?.includes(String(part)))) return "";
  if (value === undefined || value === null) return " null";
  if (Array.isArray(value)) return ` '[${value.join(", ")}]'`;
  if (typeof value === "object")
    return ` '{${Object.entries(value)
      .map(([key, item]) => `${key}=${String(item)}`)
      .join(", ")}}'`;
  return ` '${typeof value === "string" ? value : JSON.stringify(value)}'`;
}

/** `Tags`, 0, `Key` becomes `tags.1.member.key`: as AWS's validators write it. */
function memberPath(path: readonly PropertyKey[]): string {
  return path
    .map((part) =>
      typeof part === "number"
        ? `${part + 1}.member`
        : String(part).replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase()),
    )
    .join(".");
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
