import * as z from "zod/mini";
import type { KeyUse } from "./keyUse";
import type { PolicyPlace } from "./policy";
import { matchesWildcard } from "./wildcard";

export interface KeyPolicyVerdict {
  /** Forbidden by a Deny. */
  readonly denied: readonly string[];
  /** Allowed by no statement. */
  readonly missing: readonly string[];
  /** Depends on something that cannot be known from here. */
  readonly unclear: readonly string[];
}

type Answer = "yes" | "no" | "maybe";

const oneOrMore = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((value) => (typeof value === "string" ? [value] : value)),
);
const statementSchema = z.object({
  Effect: z.string(),
  Principal: z.optional(z.union([z.string(), z.record(z.string(), oneOrMore)])),
  NotPrincipal: z.optional(z.unknown()),
  Action: z.optional(oneOrMore),
  NotAction: z.optional(z.unknown()),
  Resource: z.optional(oneOrMore),
  NotResource: z.optional(z.unknown()),
  Condition: z.optional(z.record(z.string(), z.record(z.string(), z.unknown()))),
});
const policySchema = z.object({
  Statement: z.union([
    z.array(statementSchema),
    z.pipe(
      statementSchema,
      z.transform((statement) => [statement]),
    ),
  ]),
});

type Statement = z.output<typeof statementSchema>;

/** Who wants to use a key, and where. */
interface Asker {
  readonly use: KeyUse;
  readonly place: PolicyPlace;
}

/** Whether a key policy lets the service in; undefined when the policy cannot be understood. */
export function judgeKeyPolicy(json: string, keyArn: string, asker: Asker): KeyPolicyVerdict | undefined {
  const statements = parse(json);
  if (!statements) return undefined;
  const verdict = { denied: [] as string[], missing: [] as string[], unclear: [] as string[] };
  for (const action of asker.use.actions) {
    const answerOf = (effect: string) =>
      anyOf(
        statements
          .filter((statement) => statement.Effect === effect)
          .map((statement) => applies(statement, action, keyArn, asker)),
      );
    const denied = answerOf("Deny");
    const allowed = answerOf("Allow");
    if (denied === "yes") verdict.denied.push(action);
    else if (allowed === "no") verdict.missing.push(action);
    else if (denied === "maybe" || allowed === "maybe") verdict.unclear.push(action);
  }
  return verdict;
}

function parse(json: string): readonly Statement[] | undefined {
  try {
    return policySchema.parse(JSON.parse(json)).Statement;
  } catch {
    return undefined;
  }
}

function applies(statement: Statement, action: string, keyArn: string, asker: Asker): Answer {
  return allOf([
    isForService(statement, asker),
    matchesAny(statement.Action, statement.NotAction, action.toLowerCase(), (pattern) => pattern.toLowerCase()),
    matchesAny(statement.Resource, statement.NotResource, keyArn),
    ...Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => isMet(operator, key.toLowerCase(), valuesOf(values), asker)),
    ),
  ]);
}

/** Delegation to the account (`AWS: …:root`) covers its users and roles, not a service. */
function isForService({ Principal: principal, NotPrincipal: not }: Statement, { use, place }: Asker): Answer {
  if (not !== undefined) return "maybe";
  if (principal === "*") return "yes";
  if (principal === undefined || typeof principal === "string") return "no";
  const services = principal.Service ?? [];
  const names = ["*", `${use.principal}.amazonaws.com`, `${use.principal}.${place.region}.amazonaws.com`];
  if (services.some((service) => names.includes(service))) return "yes";
  return (principal.AWS ?? []).includes("*") ? "yes" : "no";
}

function matchesAny(
  patterns: readonly string[] | undefined,
  not: unknown,
  value: string,
  normalize: (pattern: string) => string = (pattern) => pattern,
): Answer {
  if (not !== undefined) return "maybe";
  return (patterns ?? []).some((pattern) => matchesWildcard(normalize(pattern), value)) ? "yes" : "no";
}

/** Conditions about the request itself are what the service is documented to send; others cannot be known. */
function isMet(operator: string, key: string, values: readonly string[], { use, place }: Asker): Answer {
  const isPositive =
    /^(?:ForA(?:ll|ny)Values?:)?(?:String(?:Equals(?:IgnoreCase)?|Like)|Arn(?:Equals|Like)|Bool)$/.test(operator);
  if (!isPositive) return "maybe";
  const isOneOf = (value: string): Answer => (values.some((pattern) => matchesWildcard(pattern, value)) ? "yes" : "no");
  switch (key) {
    case "aws:sourceaccount":
      return isOneOf(place.accountId);
    case "aws:sourcearn":
      // Only a pattern can fit: the instance does not exist yet.
      return isOneOf(use.newInstanceArn(place));
    case "aws:sourceorgid":
      return "maybe";
    case "kms:grantisforawsresource":
      return isOneOf("true");
    case "kms:grantoperations":
      return "yes";
    case "kms:viaservice":
      // Calls that another service makes for somebody: not how the service looks at the key.
      return values.some((value) => value.includes(`${use.principal}.`)) ? "maybe" : "no";
    case "aws:principalarn":
    case "aws:principalaccount":
    case "aws:principalorgid":
    case "aws:principaltype":
    case "aws:username":
    case "aws:userid":
      // A service that acts for itself has none of these.
      return "no";
    default:
      return "maybe";
  }
}

function valuesOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function allOf(answers: readonly Answer[]): Answer {
  if (answers.includes("no")) return "no";
  return answers.includes("maybe") ? "maybe" : "yes";
}

function anyOf(answers: readonly Answer[]): Answer {
  if (answers.includes("yes")) return "yes";
  return answers.includes("maybe") ? "maybe" : "no";
}
