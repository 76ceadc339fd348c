import type { Needs } from "../needs";
import { askedActions, policyOf, type Right } from "../rights";
import type { Caller } from "./caller";
import type { Offer } from "./finding";
import type { JudgedAction } from "./simulation";

/** What has to be allowed for a draft. */
export interface Wanted {
  readonly tags: Readonly<Record<string, string>>;
  /** One is deleted first. */
  readonly isRecreate: boolean;
}

export function wantedRights({ rights }: Needs, { tags, isRecreate }: Wanted): readonly Right[] {
  const creating = rights.creating.filter(({ onlyWithTags }) => !onlyWithTags || Object.keys(tags).length > 0);
  return isRecreate ? [...creating, ...rights.deleting] : creating;
}

/**
 * The rights that a policy has to give in addition. Of one that is documented with a wildcard only those actions that were
 * denied, unless all of them were: then it is offered as it is documented.
 */
export function missingRights(wanted: readonly Right[], denied: ReadonlySet<string>): readonly Right[] {
  return wanted.flatMap((right) => {
    const asked = askedActions(right);
    const lacking = asked.filter((action) => denied.has(action));
    if (lacking.length === 0) return [];
    return lacking.length === asked.length ? [right] : lacking.map((action) => ({ ...right, action }));
  });
}

/** Only what a policy can mend: undefined when nothing is. */
export function offerFor(wanted: readonly Right[], judged: readonly JudgedAction[], caller: Caller): Offer | undefined {
  const denied = new Set(judged.filter(({ decision }) => decision === "implicitDeny").map(({ action }) => action));
  const missing = missingRights(wanted, denied);
  if (missing.length === 0) return undefined;
  return {
    title: "missing policy",
    json: policyOf(missing),
    attachTo: attachTo(caller),
    reasons: missing.map(({ action, sources }) => ({ action, sources: sources.map(({ title }) => title) })),
  };
}

function attachTo({ type, label, permissionSet, userName }: Caller): string {
  if (permissionSet !== undefined)
    return `Add it to the permission set ${permissionSet} in IAM Identity Center: the roles of permission sets cannot be changed themselves.`;
  return type === "user" ? `Attach it to the user ${userName}.` : `Attach it to ${label}.`;
}
