import type { EvaluationResult } from "../../aws/services/iam";
import { simulatePrincipalPolicy } from "../../aws/services/iam";
import type { Session } from "../connection";

/** What the policies of a principal decide about one action, and which of them says no. */
export type Decision =
  | "allowed"
  /** No policy allows it. */
  | "implicitDeny"
  /** A policy forbids it. */
  | "explicitDeny"
  | "boundary"
  | "organization"
  /** It depends on something of the request that is not known beforehand. */
  | "missingContext";

export interface JudgedAction {
  readonly action: string;
  readonly decision: Decision;
  /** With `missingContext`: the keys of conditions. */
  readonly missing?: readonly string[];
}

/** One action on one resource. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  /** What the request itself would carry, for policies that decide by it. */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * All that are about one resource, and carry the same, are asked with one request: the answers to several resources would be
 * those to each pair.
 */
export async function simulate(
  session: Session,
  principalArn: string,
  questions: readonly Question[],
  signal?: AbortSignal,
): Promise<readonly JudgedAction[]> {
  const groups = new Map<string, Question[]>();
  for (const question of questions) {
    const key = JSON.stringify([question.resource, question.tags]);
    groups.set(key, [...(groups.get(key) ?? []), question]);
  }
  const judged = await Promise.all(
    [...groups.values()].map(async (group) => {
      const input = {
        PolicySourceArn: principalArn,
        ActionNames: group.map(({ action }) => action),
        ResourceArns: group.slice(0, 1).map(({ resource }) => resource),
        ContextEntries: contextOf(session, group[0]?.tags),
      };
      const found: JudgedAction[] = [];
      for await (const page of session.client.pages(simulatePrincipalPolicy, input, signal ? { signal } : {}))
        found.push(...(page.EvaluationResults ?? []).map(judge));
      return found;
    }),
  );
  return judged.flat();
}

function contextOf({ connection }: Session, tags: Question["tags"] = {}) {
  const entry = (ContextKeyName: string, ContextKeyValues: string[], ContextKeyType: "string" | "stringList") => ({
    ContextKeyName,
    ContextKeyValues,
    ContextKeyType,
  });
  const keys = Object.keys(tags);
  return [
    entry("aws:RequestedRegion", [connection.region], "string"),
    ...(keys.length > 0 ? [entry("aws:TagKeys", keys, "stringList")] : []),
    ...Object.entries(tags).map(([key, value]) => entry(`aws:RequestTag/${key}`, [value], "string")),
  ];
}

type Evaluation = Pick<EvaluationResult, "EvalActionName" | "EvalDecision"> & Partial<EvaluationResult>;

/** Who forbids it for good comes first: a policy more would not help then. */
export function judge(result: Evaluation): JudgedAction {
  const { EvalActionName: action, EvalDecision: decision, MissingContextValues: missing = [] } = result;
  if (decision === "allowed") return { action, decision: "allowed" };
  if (result.OrganizationsDecisionDetail?.AllowedByOrganizations === false) return { action, decision: "organization" };
  if (result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false)
    return { action, decision: "boundary" };
  if (decision === "explicitDeny") return { action, decision };
  return missing.length > 0 ? { action, decision: "missingContext", missing } : { action, decision: "implicitDeny" };
}
