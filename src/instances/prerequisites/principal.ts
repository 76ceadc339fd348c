import { getRole } from "../../aws/services/iam";
import { getCallerIdentity } from "../../aws/services/sts";
import type { Session } from "../connection";
import { checkRights } from "./checkRights";
import { callerOf, possibleRoleArns, principalLabel, type Caller } from "./caller";
import { isDenied } from "./runChecks";

/** Who somebody is, and under which names their policies may be found. */
export interface Principal {
  readonly caller: Caller;
  /** To be tried in this order; empty for one that cannot be simulated. */
  readonly candidates: readonly string[];
  /** IAM named it, and it was not guessed. */
  readonly isVerified: boolean;
}

export async function findPrincipal(session: Session, signal?: AbortSignal): Promise<Principal> {
  const options = signal ? { signal } : {};
  const { Arn: arn } = await session.client.call(getCallerIdentity, {}, options);
  const caller = callerOf(arn ?? "");
  if (caller.principalArn !== undefined) return { caller, candidates: [caller.principalArn], isVerified: true };
  if (caller.roleName === undefined) return { caller, candidates: [], isVerified: true };
  try {
    const { Role: role } = await session.client.call(getRole, { RoleName: caller.roleName }, options);
    return { caller: { ...caller, label: principalLabel(role.Arn) }, candidates: [role.Arn], isVerified: true };
  } catch (error) {
    if (!isDenied(error)) throw error;
    return { caller, candidates: possibleRoleArns(caller, session.connection.region), isVerified: false };
  }
}

/** Why nothing can be found out about the policies of this one; undefined when it can. */
export function obstacleOf({ caller, candidates }: Principal): string | undefined {
  if (candidates.length > 0) return undefined;
  switch (caller.type) {
    case "root":
      return "IAM does not simulate the root user, which only a policy of the organization restricts";
    case "federated":
      return "IAM does not simulate a federated user, who may what both the user and the session's policy allow";
    default:
      return `IAM does not simulate ${caller.arn}`;
  }
}

export const unknownPath = `the path of the role is not known (${checkRights.findRole} is not allowed)`;
