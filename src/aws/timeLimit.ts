import type { Clock } from "../core/clock";

/** Calls back once `ms` have passed without a pause. */
export class TimeLimit {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #onReached: () => void;
  #stretch = new AbortController();
  #pauses = 0;
  #isStopped = false;

  constructor(clock: Clock, ms: number, onReached: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#onReached = onReached;
    this.#begin();
  }

  /** The limit does not run while this does, and begins anew after it. */
  get isPaused(): boolean {
    return this.#pauses > 0;
  }

  async pauseWhile<T>(work: () => Promise<T>): Promise<T> {
    this.#pauses++;
    this.#stretch.abort();
    try {
      return await work();
    } finally {
      if (--this.#pauses === 0 && !this.#isStopped) this.#begin();
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#stretch.abort();
  }

  #begin(): void {
    this.#stretch = new AbortController();
    this.#clock.sleep(this.#ms, this.#stretch.signal).then(this.#onReached, () => {});
  }
}
