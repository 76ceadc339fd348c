import { ServiceError } from "../../aws/errors";
import { lookupEvents } from "../../aws/services/cloudtrail";
import { systemClock, type Clock } from "../../core/clock";
import type { Session } from "../connection";
import { callerOf, type Caller } from "../prerequisites/caller";
import { creatorIn, denialOf, type Denial } from "./denial";

/** When and for whom something failed. Times are milliseconds since the epoch. */
export interface Search {
  readonly from: number;
  readonly to: number;
  readonly caller: Caller;
  /** What the service is called in ARNs and hosts: `scn`. */
  readonly serviceLabel: string;
  /** Events that name it are about it; absent where nothing was made. */
  readonly instanceId?: string | undefined;
}

export interface LookUpOptions {
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

export interface FoundDenial extends Denial {
  /** It was denied for somebody else than who looks. */
  readonly isOthers?: true;
  /** Nothing says whether it was for this instance or for another. */
  readonly isDoubtful?: true;
}

export interface FoundDenials {
  /** Oldest first; each action on each resource once. */
  readonly denials: readonly FoundDenial[];
  /** There were more events than are looked through. */
  readonly isCut: boolean;
  /** All events of the account were looked through, and not only the caller's. */
  readonly isAccountWide: boolean;
  /** ARN of whom the events name as its creator. */
  readonly creator?: string;
}

/** Times of services differ by a little, and the last step may be recorded after the failure. */
const marginMs = 60_000;

/** Pages of 50 events, two a second. */
const maxPagesOfCaller = 4;
const maxPagesOfAll = 8;

/**
 * What was denied to the caller, or to the service in the caller's name. First among the caller's own events; when nothing is
 * there, or nothing that tells the caller for the creator, among all: a service may act under a name of its own, and somebody
 * else may have created the instance.
 */
export async function lookUpDenials(
  session: Session,
  search: Search,
  { signal, clock = systemClock }: LookUpOptions = {},
): Promise<FoundDenials> {
  const look = (attributes: Attributes, maxPages: number) =>
    unlessCrowded(clock, signal, () => read(session, search, attributes, maxPages, signal));
  const own =
    search.caller.userName === ""
      ? []
      : [{ AttributeKey: "Username" as const, AttributeValue: search.caller.userName }];
  const first = await look(own, maxPagesOfCaller);
  const isOfAll = own.length === 0;
  const isTold = search.instanceId === undefined || first.creator !== undefined;
  if (isOfAll || (isTold && aboutIt(first, search).length > 0)) return found(first, search, isOfAll);
  const all = await look([], maxPagesOfAll);
  const creator = first.creator ?? all.creator;
  const both = {
    denials: [...first.denials, ...all.denials],
    isCut: first.isCut || all.isCut,
    ...(creator !== undefined && { creator }),
  };
  return found(both, search, !all.isCut);
}

function found(read: Read, search: Search, isAccountWide: boolean): FoundDenials {
  return { ...read, denials: eachOnce(aboutIt(read, search)), isAccountWide: isAccountWide && !read.isCut };
}

/** Where the creator is known, what was denied for anybody else is not about it; where not, the less certain only for want of better. */
function aboutIt({ denials, creator }: Read, { caller, serviceLabel }: Search): readonly FoundDenial[] {
  const found = denials.flatMap((denial): FoundDenial[] => {
    const { principal, invokedBy } = denial;
    const isOfService = invokedBy !== undefined && isService(invokedBy, serviceLabel);
    if (principal === undefined) return isOfService ? [denial] : [];
    const isCallers = isSame(principal, caller);
    if (!isCallers && !isOfService) return [];
    if (creator !== undefined && !isSame(principal, callerOf(creator))) return [];
    if (isCallers) return [denial];
    return [{ ...denial, isOthers: true, ...(creator === undefined && { isDoubtful: true as const }) }];
  });
  const certain = found.filter(({ isDoubtful }) => !isDoubtful);
  return certain.length > 0 ? certain : found;
}

/** Somebody else in the account may look as well: what was refused for that is asked once more when the second is over. */
async function unlessCrowded<T>(clock: Clock, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ServiceError) || !error.name.startsWith("Throttling")) throw error;
    await clock.sleep(1_000, signal);
    return work();
  }
}

/** What was denied to anybody, and who is named as the instance's creator. */
interface Read {
  readonly denials: readonly Denial[];
  readonly isCut: boolean;
  readonly creator?: string;
}

type Attributes = { readonly AttributeKey: "Username"; readonly AttributeValue: string }[];

async function read(
  session: Session,
  { from, to, serviceLabel, instanceId }: Search,
  attributes: Attributes,
  maxPages: number,
  signal: AbortSignal | undefined,
): Promise<Read> {
  const input = {
    StartTime: Math.floor((from - marginMs) / 1000),
    EndTime: Math.ceil((to + marginMs) / 1000),
    MaxResults: 50,
    ...(attributes.length > 0 && { LookupAttributes: attributes }),
  };
  const denials: Denial[] = [];
  let creator: string | undefined;
  let namedIn: string | undefined;
  const readSoFar = (isCut: boolean): Read => {
    const known = creator ?? namedIn;
    return { denials, isCut, ...(known !== undefined && { creator: known }) };
  };
  let pages = 0;
  // Only what waits is held to two requests a second.
  const options = { waitsItsTurn: true, ...(signal && { signal }) };
  for await (const page of session.client.pages(lookupEvents, input, options)) {
    for (const event of page.Events ?? []) {
      const denial = denialOf(event);
      if (denial) denials.push(denial);
      if (instanceId === undefined) continue;
      creator ??= creatorIn(event, serviceLabel, instanceId);
      const isForSomebody = denial?.invokedBy !== undefined && isService(denial.invokedBy, serviceLabel);
      if (isForSomebody && event.CloudTrailEvent?.includes(instanceId)) namedIn ??= denial.principal;
    }
    pages += 1;
    if (pages >= maxPages && page.NextToken !== undefined) return readSoFar(true);
  }
  return readSoFar(false);
}

/** A role is one, whatever its sessions are called. */
export function isSame(principal: string, { arn, roleName }: Pick<Caller, "arn" | "roleName">): boolean {
  return principal === arn || (roleName !== undefined && principal.includes(`:assumed-role/${roleName}/`));
}

/** `scn.amazonaws.com`, `scn.us-east-1.amazonaws.com` */
function isService(principal: string, label: string): boolean {
  return principal.startsWith(`${label}.`) && principal.endsWith(".amazonaws.com");
}

/** A service tries again: the first time says it. */
function eachOnce(denials: readonly FoundDenial[]): readonly FoundDenial[] {
  const sorted = [...denials].sort((one, other) => one.at - other.at);
  const first = new Map<string, FoundDenial>();
  for (const denial of sorted) {
    const key = `${denial.action} ${denial.resource ?? ""}`;
    if (!first.has(key)) first.set(key, denial);
  }
  return [...first.values()];
}
