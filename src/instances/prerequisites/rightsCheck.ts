import type { Needs } from "../needs";
import { askedActions, type Right } from "../rights";
import type { Session } from "../connection";
import { checkRights } from "./checkRights";
import type { Finding } from "./finding";
import { offerFor, wantedRights, type Wanted } from "./offer";
import { obstacleOf, unknownPath, type Principal } from "./principal";
import { isMissing, unchecked, type Check } from "./runChecks";
import { simulate, type Decision, type JudgedAction, type Question } from "./simulation";

export interface RightsSubject extends Wanted {
  readonly session: Session;
  readonly loadNeeds: () => Promise<Needs>;
  readonly principal: (signal: AbortSignal) => Promise<Principal>;
  /** ARN of the draft's key. */
  readonly keyArn: string | undefined;
}

/** May I: what the policies of whoever signs decide about all that a create needs. */
export function rightsCheck(subject: RightsSubject): Check {
  const check = { id: "rights", title: "Rights", right: checkRights.simulate } as const;
  return {
    ...check,
    async run(signal) {
      const [needs, principal] = await Promise.all([subject.loadNeeds(), subject.principal(signal)]);
      const obstacle = obstacleOf(principal);
      if (obstacle !== undefined) return unchecked(check, obstacle);
      const wanted = wantedRights(needs, subject);
      const questions = questionsOf(wanted, subject);
      const judged = await simulateAny(subject.session, principal, questions, signal);
      return judged ? rightsFinding(wanted, judged, principal) : unchecked(check, unknownPath);
    },
  };
}

export function questionsOf(
  wanted: readonly Right[],
  { keyArn, tags }: Pick<RightsSubject, "keyArn" | "tags">,
): readonly Question[] {
  return wanted.flatMap((right) =>
    askedActions(right).map((action) => ({
      action,
      resource: right.isOnKey && keyArn !== undefined ? keyArn : (right.exampleResource ?? right.resource),
      ...(right.seesTags && Object.keys(tags).length > 0 && { tags }),
    })),
  );
}

/** Under the first of the names that IAM knows; undefined when it knows none. */
export async function simulateAny(
  session: Session,
  { candidates, isVerified }: Principal,
  questions: readonly Question[],
  signal?: AbortSignal,
): Promise<readonly JudgedAction[] | undefined> {
  for (const arn of candidates) {
    try {
      return await simulate(session, arn, questions, signal);
    } catch (error) {
      if (isVerified || !isMissing(error)) throw error;
    }
  }
  return undefined;
}

export const decisionWords: Readonly<Record<Exclude<Decision, "allowed" | "missingContext">, string>> = {
  implicitDeny: "no policy allows it",
  explicitDeny: "denied by a policy",
  boundary: "not allowed by the permissions boundary",
  organization: "denied by an organization's policy",
};

const namedAtMost = 4;

export function rightsFinding(
  wanted: readonly Right[],
  judged: readonly JudgedAction[],
  { caller }: Pick<Principal, "caller">,
): Finding {
  const unclear = judged.filter(({ decision }) => decision === "missingContext");
  const denied = judged.filter(({ decision }) => decision !== "allowed" && decision !== "missingContext");
  const offer = offerFor(wanted, judged, caller);
  const wayOut = waysOutOf(judged, offer?.attachTo);
  return {
    id: "rights",
    mark: denied.length > 0 ? "error" : unclear.length > 0 ? "unknown" : "pass",
    text: sentence(judged.length, denied, unclear),
    actions: [...denied, ...unclear, ...judged.filter(({ decision }) => decision === "allowed")].map((action) => ({
      ...action,
      sources: sourcesOf(wanted, action.action),
    })),
    ...(wayOut !== "" && { wayOut }),
    ...(offer && { offer }),
  };
}

function sourcesOf(wanted: readonly Right[], action: string): readonly string[] {
  const right = wanted.find((candidate) => askedActions(candidate).includes(action));
  return right?.sources.map(({ name }) => name) ?? [];
}

function sentence(count: number, denied: readonly JudgedAction[], unclear: readonly JudgedAction[]): string {
  if (denied.length > 0) {
    const verb = denied.length === 1 ? "is" : "are";
    return `${denied.length} of ${count} actions ${verb} not allowed: ${groupsOf(denied).join("; ")}`;
  }
  if (unclear.length > 0)
    return `Whether ${unclear.length} of ${count} actions are allowed depends on conditions of policies: ${named(unclear)}`;
  return `All ${count} actions are allowed`;
}

function groupsOf(denied: readonly JudgedAction[]): readonly string[] {
  return Object.entries(decisionWords).flatMap(([decision, words]) => {
    const group = denied.filter((one) => one.decision === decision);
    if (group.length === 0) return [];
    const areMany = group.length > 1 && decision === "implicitDeny";
    return [`${named(group)} (${areMany ? "no policy allows them" : words})`];
  });
}

function named(actions: readonly JudgedAction[]): string {
  const names = actions.slice(0, namedAtMost).map(({ action }) => action);
  const more = actions.length - names.length;
  return [...names, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

/** A policy more helps against nothing but the lack of one. */
export function waysOutOf(judged: readonly JudgedAction[], attachTo?: string): string {
  const has = (wanted: Decision) => judged.some(({ decision }) => decision === wanted);
  return [
    attachTo === undefined ? "" : `Copy the missing policy. ${attachTo}`,
    has("explicitDeny") ? "Ask the owner of the policy that denies it: another policy does not help." : "",
    has("boundary") ? "Ask whoever set the permissions boundary: another policy does not help." : "",
    has("organization") ? "Ask the administrators of your organization: no policy of the account helps." : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}
