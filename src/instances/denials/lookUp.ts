import { ServiceError } from "../../aws/errors";
import { lookupEvents } from "../../aws/services/cloudtrail";
import { systemClock, type Clock } from "../../core/clock";
import type { Session } from "../connection";
import type { Caller } from "../prerequisites/caller";
import { denialOf, type Denial } from "./denial";

/** When and for whom something failed. Times are milliseconds since the epoch. */
export interface Search {
  readonly from: number;
  readonly to: number;
  readonly caller: Caller;
  /** What the service is called in ARNs and hosts: `scn`. */
  readonly serviceLabel: string;
}

export interface LookUpOptions {
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

export interface FoundDenials {
  /** Oldest first; each action on each resource once. */
  readonly denials: readonly Denial[];
  /** There were more events than are looked through. */
  readonly isCut: boolean;
}

/** Times of services differ by a little, and the last step may be recorded after the failure. */
const marginMs = 60_000;

/** Pages of 50 events, two a second. */
const maxPagesOfCaller = 4;
const maxPagesOfAll = 8;

/**
 * What was denied to the caller, or to the service in the caller's name. First among the caller's own events; when nothing is
 * there, among all: a service may act under a name of its own.
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
  if (first.denials.length > 0 || own.length === 0) return first;
  const all = await look([], maxPagesOfAll);
  return { denials: all.denials, isCut: first.isCut || all.isCut };
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

type Attributes = { readonly AttributeKey: "Username"; readonly AttributeValue: string }[];

async function read(
  session: Session,
  { from, to, caller, serviceLabel }: Search,
  attributes: Attributes,
  maxPages: number,
  signal: AbortSignal | undefined,
): Promise<FoundDenials> {
  const input = {
    StartTime: Math.floor((from - marginMs) / 1000),
    EndTime: Math.ceil((to + marginMs) / 1000),
    MaxResults: 50,
    ...(attributes.length > 0 && { LookupAttributes: attributes }),
  };
  const denials: Denial[] = [];
  let pages = 0;
  // Only what waits is held to two requests a second.
  const options = { waitsItsTurn: true, ...(signal && { signal }) };
  for await (const page of session.client.pages(lookupEvents, input, options)) {
    for (const event of page.Events ?? []) {
      const denial = denialOf(event);
      if (denial && isAbout(denial, caller, serviceLabel)) denials.push(denial);
    }
    pages += 1;
    if (pages >= maxPages && page.NextToken !== undefined) return { denials: eachOnce(denials), isCut: true };
  }
  return { denials: eachOnce(denials), isCut: false };
}

function isAbout({ principal, invokedBy }: Denial, caller: Caller, serviceLabel: string): boolean {
  if (principal === undefined) return invokedBy !== undefined && isService(invokedBy, serviceLabel);
  if (principal === caller.arn) return true;
  return caller.roleName !== undefined && principal.includes(`:assumed-role/${caller.roleName}/`);
}

/** `scn.amazonaws.com`, `scn.us-east-1.amazonaws.com` */
function isService(principal: string, label: string): boolean {
  return principal.startsWith(`${label}.`) && principal.endsWith(".amazonaws.com");
}

/** A service tries again: the first time says it. */
function eachOnce(denials: readonly Denial[]): readonly Denial[] {
  const sorted = [...denials].sort((one, other) => one.at - other.at);
  const first = new Map<string, Denial>();
  for (const denial of sorted) {
    const key = `${denial.action} ${denial.resource ?? ""}`;
    if (!first.has(key)) first.set(key, denial);
  }
  return [...first.values()];
}
