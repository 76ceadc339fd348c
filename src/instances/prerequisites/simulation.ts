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
}

/** All that are about one resource are asked with one request: the answers to several would be those to each pair. */
export async function simulate(
  session: Session,
  principalArn: string,
  questions: readonly Question[],
  signal?: AbortSignal,
): Promise<readonly JudgedAction[]> {
  const resources = [...new Set(questions.map(({ resource }) => resource))];
  const ContextEntries = [
    {
      ContextKeyName: "aws:RequestedRegion",
      ContextKeyValues: [session.connection.region],
      ContextKeyType: "string" as const,
    },
  ];
  const judged = await Promise.all(
    resources.map(async (resource) => {
      const ActionNames = questions.filter((question) => question.resource === resource).map(({ action }) => action);
      const input = { PolicySourceArn: principalArn, ActionNames, ResourceArns: [resource], ContextEntries };
      const found: JudgedAction[] = [];
      for await (const page of session.client.pages(simulatePrincipalPolicy, input, signal ? { signal } : {}))
        found.push(...(page.EvaluationResults ?? []).map(judge));
      return found;
    }),
  );
  return judged.flat();
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
