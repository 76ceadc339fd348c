import type { Clock } from "../core/clock";

/** What a listing may cost on average when nobody asked for it. */
const msPerRequest = 1_000;
const firstRetryMs = 5_000;

export interface ScheduleDeps {
  readonly clock: Clock;
  /** 0: list by hand only. */
  readonly intervalMs: () => number;
  /** 0 to 1. */
  readonly random: () => number;
}

/** How a listing of one kind ended, and what is to come of it. */
interface Ended {
  /** The older of two ages counts: the wall clock may be set back, and the other one stands still while the machine sleeps. */
  readonly now: number;
  readonly monotonic: number;
  readonly requests: number;
  /** How many in a row failed and may do better soon. */
  readonly failures: number;
  /** Which part of the pause is waited. */
  readonly share: number;
}

/**
 * When the kinds of one connection are listed again by themselves. All of the rule:
 *
 * - A kind is due an interval after its last listing was over, or a second for each request that this took, whichever is
 *   longer: a list of a few pages costs what the interval says, and one of any length no more than a request a second on
 *   average. What is in progress is read one by one meanwhile.
 * - After a listing that somebody caused, by a look or a click, a random half of the pause is left out at most: connections
 *   that began together go their own ways, and none waits longer than the interval.
 * - After a failure that may pass it is due sooner: after five seconds, then ten, and so on up to the pause it would have
 *   anyway, each shortened at random as well, but never sooner than a second for each request that was in vain.
 * - What was never listed is due at once, what the service refuses to list never, and with an interval of 0 nothing else is.
 */
export class ListingSchedule {
  readonly #deps: ScheduleDeps;
  readonly #ended = new Map<string, Ended>();
  /** Asking again changes nothing until somebody grants it. */
  readonly #refused = new Set<string>();

  constructor(deps: ScheduleDeps) {
    this.#deps = deps;
  }

  /** All pages are there. `isOwnDoing`: it began because it was due. */
  listed(kindId: string, requests: number, isOwnDoing: boolean): void {
    this.#end(kindId, { requests, failures: 0, share: isOwnDoing ? 1 : this.#random() });
  }

  /** Says in how many milliseconds it is tried again, if it is. */
  failed(kindId: string, requests: number, mayPass: boolean): number | undefined {
    const failures = mayPass ? (this.#ended.get(kindId)?.failures ?? 0) + 1 : 0;
    this.#end(kindId, { requests, failures, share: this.#random() });
    return this.dueInMs(kindId);
  }

  /** The service refuses to list it. */
  refused(kindId: string): void {
    this.#refused.add(kindId);
  }

  forget(): void {
    this.#ended.clear();
    this.#refused.clear();
  }

  /** 0: now; undefined: not by itself. */
  dueInMs(kindId: string): number | undefined {
    if (this.#refused.has(kindId)) return undefined;
    const ended = this.#ended.get(kindId);
    if (!ended) return 0;
    const intervalMs = this.#deps.intervalMs();
    if (intervalMs <= 0) return undefined;
    // Whole: a part of one that is too small to be slept would be asked for again and again.
    return Math.max(0, Math.ceil(pauseMs(ended, intervalMs) - this.#age(ended)));
  }

  #end(kindId: string, ended: Omit<Ended, "now" | "monotonic">): void {
    const { clock } = this.#deps;
    this.#ended.set(kindId, { ...ended, now: clock.now(), monotonic: clock.monotonic() });
  }

  #age({ now, monotonic }: Ended): number {
    const { clock } = this.#deps;
    return Math.max(clock.now() - now, clock.monotonic() - monotonic);
  }

  #random(): number {
    return 0.5 + this.#deps.random() / 2;
  }
}

function pauseMs({ requests, failures, share }: Ended, intervalMs: number): number {
  const costMs = requests * msPerRequest;
  const wholeMs = Math.max(intervalMs, costMs);
  if (failures === 0) return wholeMs * share;
  const retryMs = firstRetryMs * 2 ** (failures - 1) * share;
  return Math.min(Math.max(retryMs, costMs), wholeMs);
}
