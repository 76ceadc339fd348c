import type { OperationRecord } from "./operationRecord";

/** For how long a repeated token is taken to give the same instance. The services document no window; others of AWS keep hours. */
const trustMs = 60 * 60 * 1000;

/** What a `Date` header leaves open, with the difference between two of the service's clocks. */
export const inexactMs = 10_000;

interface Present {
  readonly now: number;
  readonly monotonic: number;
  /** How far the service's clock is ahead of ours now. */
  readonly offsetMs: number | undefined;
  /** On the monotonic clock: when this run began, or sent the first request, if it was the first one to send. */
  readonly knownSince: number | undefined;
}

/**
 * Ages by our clock, by the service's and by one that nobody sets must all say that the token is young: a clock that was set
 * back makes nothing younger, and neither does a machine that slept.
 */
export function isTokenTrusted(
  { sentAt, sentAtService }: Pick<OperationRecord, "sentAt" | "sentAtService">,
  { now, monotonic, offsetMs, knownSince }: Present,
): boolean {
  if (sentAt === undefined || sentAtService === undefined || offsetMs === undefined || knownSince === undefined)
    return false;
  return [now - sentAt, now + offsetMs - sentAtService, monotonic - knownSince].every(
    (age) => age >= -inexactMs && age < trustMs,
  );
}

/**
 * Between which times of the service the first request was sent. They differ when our clock was set between the moment at
 * which the service's time was learnt and now: one of the two is right.
 */
export function sentWindow(
  { sentAt, sentAtService }: Pick<OperationRecord, "sentAt" | "sentAtService">,
  offsetMs: number | undefined,
): { readonly earliest: number; readonly latest: number } {
  const byPresentOffset = sentAt === undefined || offsetMs === undefined ? undefined : sentAt + offsetMs;
  return {
    earliest: Math.min(sentAtService ?? -Infinity, byPresentOffset ?? -Infinity),
    latest: Math.max(sentAtService ?? Infinity, byPresentOffset ?? Infinity),
  };
}
