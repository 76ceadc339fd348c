import type { Clock } from "../../src/core/clock";
import { CancelledError } from "../../src/core/errors";

interface Sleep {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** Time that passes when nobody has anything left to do without it: hours of waiting take no time, and the same course each run. */
export class SkippingClock implements Clock {
  #elapsed = 0;
  readonly #start = Date.UTC(2026, 0, 2, 3, 4, 5);
  readonly #sleeps = new Set<Sleep>();
  #isTurning = false;
  #isStopped = false;
  #jumpedMs = 0;
  readonly #endMs: number;

  /** After `endMs` nobody wakes any more: a test that waits for what never comes fails, and does not go on for ever. */
  constructor({ endMs = Number.POSITIVE_INFINITY }: { readonly endMs?: number } = {}) {
    this.#endMs = endMs;
  }

  now(): number {
    return this.#start + this.#jumpedMs + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  /** Sets the wall clock forward or back; nobody who sleeps notices. */
  jump(ms: number): void {
    this.#jumpedMs += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#sleeps.delete(sleep);
        reject(new CancelledError());
      };
      if (signal?.aborted) {
        reject(new CancelledError());
        return;
      }
      const sleep: Sleep = {
        dueAt: this.#elapsed + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#sleeps.add(sleep);
      this.#arm();
    });
  }

  /** Nobody wakes any more: for the end of a test in which something waits for ever. */
  stop(): void {
    this.#isStopped = true;
    this.#sleeps.clear();
  }

  #arm(): void {
    const isOver = this.#isStopped || this.#elapsed >= this.#endMs;
    if (this.#isTurning || isOver || this.#sleeps.size === 0) return;
    this.#isTurning = true;
    setImmediate(() => {
      this.#isTurning = false;
      this.#wakeNext();
      this.#arm();
    });
  }

  #wakeNext(): void {
    let next: Sleep | undefined;
    for (const sleep of this.#sleeps) if (!next || sleep.dueAt < next.dueAt) next = sleep;
    if (!next) return;
    this.#elapsed = Math.max(this.#elapsed, next.dueAt);
    this.#sleeps.delete(next);
    next.wake();
  }
}
