import type { Session } from "../connection";
import type { Draft } from "../draft";
import type { Kind } from "../kind";
import { principalLabel } from "../prerequisites/caller";
import { draftKey } from "../prerequisites/draftKey";
import { checkRights } from "../prerequisites/checkRights";
import type { Finding, Offer } from "../prerequisites/finding";
import { wantedRights } from "../prerequisites/offer";
import { findPrincipal, obstacleOf, unknownPath, type Principal } from "../prerequisites/principal";
import { questionsOf, rightsFinding, simulateAny } from "../prerequisites/rightsCheck";
import { reasonOf } from "../prerequisites/runChecks";
import type { Decision, Question } from "../prerequisites/simulation";
import type { Denial } from "./denial";
import { isSame, lookUpDenials, type FoundDenial, type FoundDenials } from "./lookUp";

/** What failed, when, and with which draft. */
export interface Failed {
  readonly kind: Kind;
  readonly session: Session;
  readonly draft: Draft;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Absent where nothing was made. */
  readonly instanceId?: string | undefined;
}

export interface ExplainedDenial extends FoundDenial {
  /** What the policies of who looks decide about it now; absent where that could not be found out. */
  readonly now?: Decision;
}

/** Likely, never certain: what else was denied in that time may have been something else's. */
export interface Explanation {
  /** Who looks: "role/teams/Builder". */
  readonly who: string;
  /** For whom it was created, named in the same way; absent while CloudTrail does not say. */
  readonly creator?: string;
  readonly denials: readonly ExplainedDenial[];
  /** Not everything of that time was looked through. */
  readonly isCut: boolean;
  /** Everybody's events were looked through, and not only those of who looks. */
  readonly isAccountWide: boolean;
  /** Why CloudTrail could not be asked. */
  readonly notLooked?: string;
  /** Why nothing could be simulated. */
  readonly notSimulated?: string;
  /** What the policies say now about all that a create needs. */
  readonly rights?: Finding;
  /** Something was denied, all of it is allowed now, as far as policies can say, and so is the rest. */
  readonly isAllowedNow: boolean;
  readonly offer?: Offer;
}

/** Looks in CloudTrail, and asks about the same actions as the check before a create does. Rejects only when it is cancelled, or nobody says who this is. */
export async function explainFailure(failed: Failed, signal?: AbortSignal): Promise<Explanation> {
  const { session, kind } = failed;
  const principal = await findPrincipal(session, signal);
  const search = { ...failed, caller: principal.caller, serviceLabel: kind.service.signingName };
  const looked = await lookUpDenials(session, search, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    return { denials: [], isCut: false, isAccountWide: false, notLooked: reasonOf(error, checkRights.denials) };
  });
  const simulated = await simulateNow(failed, principal, looked.denials, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    return { notSimulated: reasonOf(error, checkRights.simulate) };
  });
  return join(principal, looked, simulated);
}

type Looked = FoundDenials & Pick<Explanation, "notLooked">;
type Simulated =
  | { readonly notSimulated: string }
  /** Decisions by action and resource. */
  | { readonly decisions: ReadonlyMap<string, Decision>; readonly rights: Finding };

async function simulateNow(
  { kind, session, draft }: Failed,
  principal: Principal,
  denials: readonly Denial[],
  signal: AbortSignal | undefined,
): Promise<Simulated> {
  const obstacle = obstacleOf(principal);
  if (obstacle !== undefined) return { notSimulated: obstacle };
  const wanted = wantedRights(await kind.loadNeeds(), {
    tags: draft.tags,
    isRecreate: false,
  });
  const needed = questionsOf(wanted, { keyArn: draftKey(kind, draft)?.arn, tags: draft.tags });
  const judged = await simulateAny(session, principal, needed, signal);
  if (!judged) return { notSimulated: unknownPath };
  const decisions = new Map(judged.map(({ action, decision }) => [keyOf({ action, resource: "*" }), decision]));
  // What stands for an example above says nothing of the very resource.
  const open = denials.filter((denial) => !decisions.has(keyOf(denial)));
  const simulateOn = async (resource: string) => {
    const questions = open
      .filter((denial) => resourceOf(denial) === resource)
      .map(({ action }): Question => {
        const tags = needed.find((question) => question.action === action)?.tags;
        return { action, resource, ...(tags && { tags }) };
      });
    // An event may have another name than the action: IAM refuses what it does not know, and that says nothing of the rest.
    const found = await simulateAny(session, principal, questions, signal).catch(() => undefined);
    for (const { action, decision } of found ?? []) decisions.set(keyOf({ action, resource }), decision);
  };
  await Promise.all([...new Set(open.map(resourceOf))].map(simulateOn));
  return { decisions, rights: rightsFinding(wanted, judged, principal) };
}

/** A simulation takes ARNs only. */
function resourceOf({ resource }: Pick<Denial, "resource">): string {
  return resource?.startsWith("arn:") ? resource : "*";
}

function keyOf(denial: Pick<Denial, "action" | "resource">): string {
  return `${denial.action} ${resourceOf(denial)}`;
}

function join({ caller }: Principal, looked: Looked, simulated: Simulated): Explanation {
  const denials = looked.denials.map((denial): ExplainedDenial => {
    const now = "decisions" in simulated ? simulated.decisions.get(keyOf(denial)) : undefined;
    return { ...denial, ...(now && { now }) };
  });
  const rights = "rights" in simulated ? simulated.rights : undefined;
  const { creator } = looked;
  return {
    who: caller.label,
    ...(creator !== undefined && {
      creator: isSame(creator, caller) ? caller.label : principalLabel(creator) || creator,
    }),
    denials,
    isCut: looked.isCut,
    isAccountWide: looked.isAccountWide,
    ...(looked.notLooked !== undefined && { notLooked: looked.notLooked }),
    ...("notSimulated" in simulated && { notSimulated: simulated.notSimulated }),
    ...(rights && { rights }),
    isAllowedNow: rights?.mark === "pass" && denials.length > 0 && denials.every(isAllowed),
    ...(rights?.offer && { offer: rights.offer }),
  };
}

function isAllowed({ now, isDoubtful }: ExplainedDenial): boolean {
  return now === "allowed" && !isDoubtful;
}
