import { CancelledError } from "../../src/core/errors";
import { systemClock, type Clock } from "../../src/core/clock";

/**
 * Which clock a test takes:
 *
 * - `FakeClock`: time moves when the test says so. For what happens when, and for one thing at a time.
 * - `SkippingClock`: time moves by itself as soon as nobody has anything else to do. For whole operations over a disk and a
 *   service in memory: hours pass in no time, and each run takes the same course. With real sockets, files or processes it
 *   would run ahead of them.
 * - `hurriedClock`: real time, a hundred times faster. For what waits for sockets, files or processes as well: always late by
 *   what the machine is busy with, so never for an assertion about time.
 * - `aheadOf` on top of any of these: a wall clock that was set, or a machine that slept.
 *
 * Nothing waits with a timer of its own.
 */
export const hurriedClock = hurriedBy(100);

/** As `hurriedClock`, for a program that needs another pace: a campaign's, or one that talks to what is not hurried. */
export function hurriedBy(factor: number): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now() * factor,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
  };
}

/** A wall clock that shows so much more than another one; whoever sleeps notices nothing. */
export function aheadOf(clock: Clock, aheadMs: () => number): Clock {
  return {
    now: () => clock.now() + aheadMs(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}

interface Sleep {
  readonly dueAt: number;
  readonly wake: () => void;
}

/**
 * Time that moves only when a test says so. Sleepers wake in the order in which they are due, and each has its turn
 * of the event loop before the next one, so that a loop that re-arms sleeps again within the same `advance`.
 */
export class FakeClock implements Clock {
  /** What the wall clock shows, and what has passed since the test began. */
  #now: number;
  #elapsed = 0;
  readonly #sleeps = new Set<Sleep>();
  readonly #watchers = new Set<() => void>();

  constructor(now = Date.UTC(2026, 0, 2, 3, 4, 5)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  /** Sets the wall clock forward or back; nobody who sleeps notices. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** How long each pending sleep still has to go, in milliseconds, shortest first. */
  get pending(): readonly number[] {
    return [...this.#sleeps].map((sleep) => sleep.dueAt - this.#elapsed).sort((a, b) => a - b);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(new CancelledError());
        return;
      }
      const onAbort = () => {
        this.#sleeps.delete(sleep);
        reject(new CancelledError());
      };
      const sleep: Sleep = {
        dueAt: this.#elapsed + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#sleeps.add(sleep);
      for (const watcher of [...this.#watchers]) watcher();
    });
  }

  /** Moves time on and wakes whoever is due. Resolves after the woken have run as far as they can without real I/O. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#pass(next.dueAt - this.#elapsed);
      this.#sleeps.delete(next);
      next.wake();
      await settle();
    }
    this.#pass(end - this.#elapsed);
  }

  /** Resolves once at least `count` sleeps are pending: how a test waits, without sleeping, for real I/O to be over. */
  untilSleeping(count = 1): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.#sleeps.size < count) return;
        this.#watchers.delete(check);
        resolve();
      };
      this.#watchers.add(check);
      check();
    });
  }

  #pass(ms: number): void {
    this.#elapsed += ms;
    this.#now += ms;
  }

  #next(end: number): Sleep | undefined {
    let first: Sleep | undefined;
    for (const sleep of this.#sleeps) if (sleep.dueAt <= end && (!first || sleep.dueAt < first.dueAt)) first = sleep;
    return first;
  }
}

/** A turn of the event loop: every microtask that is ready has run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
