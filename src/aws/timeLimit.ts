import type { Clock } from "../core/clock";

/** Calls back once so many milliseconds have passed, pauses not counted. */
export class TimeLimit {
  readonly #clock: Clock;
  readonly #onReached: () => void;
  #leftMs: number;
  #beganAt = 0;
  #stretch = new AbortController();
  #pauses = 0;
  #isStopped = false;

  constructor(clock: Clock, ms: number, onReached: () => void) {
    this.#clock = clock;
    this.#leftMs = ms;
    this.#onReached = onReached;
    this.#begin();
  }

  async pauseWhile<T>(work: () => Promise<T>): Promise<T> {
    if (this.#pauses++ === 0) this.#pause();
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
    this.#beganAt = this.#clock.monotonic();
    this.#stretch = new AbortController();
    this.#clock.sleep(this.#leftMs, this.#stretch.signal).then(this.#onReached, () => {});
  }

  #pause(): void {
    this.#stretch.abort();
    this.#leftMs = Math.max(0, this.#leftMs - (this.#clock.monotonic() - this.#beganAt));
  }
}
