import { isMet, splitArn } from "./conditions";
import { keysInText, matcher, type Context } from "./context";
import type { Patterns, Policy, Statement } from "./policy";

/** One thing that somebody wants to do to one resource. */
export interface AccessRequest {
  /** `s3:CreateBucket` */
  readonly action: string;
  /** An ARN, or `*` where no resource is named: that is taken literally, so only a policy for everything covers it. */
  readonly resource: string;
  readonly context: Context;
}

/** What holds for an identity. All have to allow; one that denies is enough. */
export interface Policies {
  readonly identity: readonly Policy[];
  readonly boundary?: Policy | undefined;
  /** Absent: the account is in no organization. */
  readonly organization?: readonly Policy[] | undefined;
}

export type Decision = "allowed" | "explicitDeny" | "implicitDeny";

export type Layer = "identity" | "boundary" | "organization";

export interface Verdict {
  readonly decision: Decision;
  /** Whose denial it is. The organization is asked first, the boundary last of those that merely do not allow. */
  readonly deniedBy?: Layer;
  /** The identity's own statements that led to the decision. */
  readonly matched: readonly MatchedStatement[];
  /** Keys that the identity's policies ask about and the request does not tell. */
  readonly missing: readonly string[];
  readonly isAllowedByBoundary?: boolean;
  readonly isAllowedByOrganization?: boolean;
}

export interface MatchedStatement {
  readonly policy: Policy;
  readonly statement: Statement;
}

/** As IAM decides within one account, without policies of resources and of sessions. */
export function evaluate(request: AccessRequest, policies: Policies): Verdict {
  const identity = evaluateLayer(request, policies.identity);
  const boundary = policies.boundary && evaluateLayer(request, [policies.boundary]);
  const organization = policies.organization && evaluateLayer(request, policies.organization);
  const layers = { organization, identity, boundary };
  const denied = find(layers, "explicitDeny");
  const lacking = denied ?? find(layers, "implicitDeny");
  const decision = denied ? "explicitDeny" : lacking ? "implicitDeny" : "allowed";
  return {
    decision,
    ...(lacking && { deniedBy: lacking }),
    matched: identity.decision === decision ? identity.matched : [],
    missing: missingKeys(request, policies.identity),
    ...(boundary && { isAllowedByBoundary: boundary.decision === "allowed" }),
    ...(organization && { isAllowedByOrganization: organization.decision === "allowed" }),
  };
}

interface LayerVerdict {
  readonly decision: Decision;
  readonly matched: readonly MatchedStatement[];
}

function find(layers: Readonly<Record<Layer, LayerVerdict | undefined>>, decision: Decision): Layer | undefined {
  return (Object.keys(layers) as Layer[]).find((layer) => layers[layer]?.decision === decision);
}

function evaluateLayer(request: AccessRequest, policies: readonly Policy[]): LayerVerdict {
  const all = policies.flatMap((policy) => policy.statements.map((statement) => ({ policy, statement })));
  const matched = all.filter(
    ({ policy, statement }) =>
      isAbout(request, policy, statement) &&
      statement.conditions.every((condition) => isMet(condition, request.context, variablesOf(request, policy))),
  );
  const denying = matched.filter(({ statement }) => statement.effect === "Deny");
  if (denying.length > 0) return { decision: "explicitDeny", matched: denying };
  return { decision: matched.length > 0 ? "allowed" : "implicitDeny", matched };
}

function isAbout(request: AccessRequest, policy: Policy, { actions, resources }: Statement): boolean {
  const variables = variablesOf(request, policy);
  return (
    isIn(actions, (pattern) => matcher(pattern, { hasWildcards: true, ignoresCase: true })?.test(request.action)) &&
    isIn(resources, (pattern) => isResource(request.resource, pattern, variables))
  );
}

/** What cannot be told is outside of what is named, and not outside of what is excepted. */
function isIn({ isNot, values }: Patterns, matches: (pattern: string) => boolean | undefined): boolean {
  return isNot ? values.every((value) => matches(value) === false) : values.some((value) => matches(value) === true);
}

/** Wildcards stay within one part of an ARN; parts that a pattern leaves out are anything. Variables are in its last part only. */
function isResource(resource: string, pattern: string, context: Context | undefined): boolean | undefined {
  if (pattern === "*") return true;
  const parts = splitArn(resource);
  const patterns = splitArn(pattern + ":*".repeat(Math.max(0, 6 - pattern.split(":").length)));
  if (!parts || !patterns) return pattern === resource;
  const results = patterns.map((part, at) =>
    matcher(part, { context: at === 5 ? context : undefined, hasWildcards: true })?.test(parts[at] ?? ""),
  );
  if (results.includes(false)) return false;
  return results.includes(undefined) ? undefined : true;
}

function variablesOf({ context }: AccessRequest, { hasVariables }: Policy): Context | undefined {
  return hasVariables ? context : undefined;
}

function missingKeys(request: AccessRequest, policies: readonly Policy[]): readonly string[] {
  const keys = policies.flatMap((policy) =>
    policy.statements.flatMap((statement) =>
      isAbout(request, policy, { ...statement, resources: { isNot: false, values: ["*"] } })
        ? keysOf(statement, policy)
        : [],
    ),
  );
  const missing = keys.filter((key) => !request.context.has(key.toLowerCase()));
  return [...new Map(missing.map((key) => [key.toLowerCase(), key])).values()];
}

function keysOf({ conditions, resources }: Statement, { hasVariables }: Policy): readonly string[] {
  const texts = [...resources.values, ...conditions.flatMap(({ values }) => values)];
  return [...conditions.map(({ key }) => key), ...(hasVariables ? texts.flatMap(keysInText) : [])];
}
