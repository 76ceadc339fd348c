import type { Clock } from "../core/clock";
import { CancelledError } from "../core/errors";

/** Requests of those who wait that are under way at once at one host for one account. */
const maxAtOnce = 6;
const secondMs = 1_000;

/** A request that is about to leave. */
export interface Departure {
  /** What a service counts by: account, Region and host. */
  readonly lane: string;
  /** The operation, by name. */
  readonly operation: string;
  /** How many of them the service allows in a second. */
  readonly perSecond?: number | undefined;
  /** Others are counted, and go at once. */
  readonly waits: boolean;
}

/**
 * Keeps requests that can wait, those of listings, from crowding a service: so many at once, and so many in any second, for
 * each host and account by itself. One that hangs takes none but its own account's places at its own host.
 */
export class Traffic {
  readonly #clock: Clock;
  readonly #lanes = new Map<string, Lane>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when the request may leave, with what gives its place back. Rejects with CancelledError. */
  enter(departure: Departure, signal?: AbortSignal): Promise<() => void> {
    let lane = this.#lanes.get(departure.lane);
    if (!lane) this.#lanes.set(departure.lane, (lane = new Lane(this.#clock)));
    return lane.enter(departure, signal);
  }
}

interface Waiting {
  readonly departure: Departure;
  readonly go: () => void;
}

class Lane {
  readonly #clock: Clock;
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiting>();
  /** When the last requests of each operation left, oldest first: as many as it may have in a second. */
  readonly #left = new Map<string, number[]>();
  #running = 0;
  /** Set while it is known when the next one may go. */
  #alarm: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async enter(departure: Departure, signal?: AbortSignal): Promise<() => void> {
    if (!departure.waits) {
      this.#note(departure);
      return () => undefined;
    }
    await this.#wait(departure, signal);
    return () => {
      this.#running--;
      this.#admit();
    };
  }

  #wait(departure: Departure, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(new CancelledError());
        return;
      }
      const onAbort = () => {
        this.#waiting.delete(waiting);
        this.#admit();
        reject(new CancelledError());
      };
      const go = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const waiting = { departure, go };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(waiting);
      this.#admit();
    });
  }

  /** Lets go whoever may, and comes back when the next one may. */
  #admit(): void {
    this.#alarm?.abort();
    this.#alarm = undefined;
    let soonestMs = Infinity;
    for (const waiting of this.#waiting) {
      if (this.#running >= maxAtOnce) return;
      const ms = this.#msUntilAllowed(waiting.departure);
      if (ms > 0) {
        soonestMs = Math.min(soonestMs, ms);
        continue;
      }
      this.#waiting.delete(waiting);
      this.#running++;
      this.#note(waiting.departure);
      waiting.go();
    }
    if (soonestMs === Infinity) return;
    this.#alarm = new AbortController();
    this.#clock.sleep(soonestMs, this.#alarm.signal).then(
      () => this.#admit(),
      () => undefined,
    );
  }

  #msUntilAllowed({ operation, perSecond }: Departure): number {
    const left = this.#left.get(operation) ?? [];
    const [oldest] = left;
    if (perSecond === undefined || oldest === undefined || left.length < perSecond) return 0;
    // A part of a millisecond is slept as none, and comes round without end on a clock that moves in steps.
    return Math.ceil(oldest + secondMs - this.#clock.monotonic());
  }

  #note({ operation, perSecond }: Departure): void {
    if (perSecond === undefined) return;
    const left = [...(this.#left.get(operation) ?? []), this.#clock.monotonic()];
    this.#left.set(operation, left.slice(-perSecond));
  }
}
