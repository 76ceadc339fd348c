import type { Clock } from "../core/clock";
import { logTextOf } from "../core/errors";
import type { Log } from "../core/log";
import { connectionKey, type Sessions } from "../instances/connection";
import type { OperationRecord } from "./operationRecord";
import { isOnlyWaiting } from "./progress";
import { inexactMs } from "./tokenAge";

interface SignedOutDeps {
  readonly sessions: Pick<Sessions, "open">;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  get(id: string): OperationRecord | undefined;
  resume(id: string): Promise<void>;
}

/** Resumptions after a sign-in that helped nothing, before the user is asked again. */
const maxFruitlessResumptions = 3;

/** So long after its interruption nothing is sent unasked: the user may have forgotten it, and the world has gone on. */
const unaskedMs = 60 * 60 * 1000;

interface Waiting {
  /** How often it was resumed in vain. */
  readonly fruitless: number;
  /** By the clock that never jumps. */
  readonly since: number;
}

/** Operations of this window that wait for new credentials, and go on by themselves when there are some. */
export class SignedOut {
  readonly #deps: SignedOutDeps;
  readonly #waiting = new Map<string, Waiting>();

  constructor(deps: SignedOutDeps) {
    this.#deps = deps;
  }

  add(id: string): void {
    this.#waiting.set(id, this.#waiting.get(id) ?? { fruitless: 0, since: this.#deps.clock.monotonic() });
  }

  forget(id: string): void {
    this.#waiting.delete(id);
  }

  /** To be called when the sessions of that connection changed. Never rejects. */
  async resume(key: string): Promise<void> {
    const { sessions, signal, log } = this.#deps;
    for (const id of [...this.#waiting.keys()]) {
      const record = this.#deps.get(id);
      if (!record || connectionKey(record.connection) !== key || !this.#mayGoOn(id)) continue;
      try {
        await sessions.open(record.connection, signal);
        // Whoever was asked for a code may have taken any time for it, and have discarded the operation first.
        const waiting = this.#mayGoOn(id);
        if (!waiting) continue;
        this.#waiting.set(id, { ...waiting, fruitless: waiting.fruitless + 1 });
        await this.#deps.resume(id);
      } catch (error) {
        log.debug(`Operation ${id} stays interrupted: ${logTextOf(error)}`);
      }
    }
  }

  #mayGoOn(id: string): Waiting | undefined {
    const [waiting, record] = [this.#waiting.get(id), this.#deps.get(id)];
    if (!waiting || record?.status !== "interrupted" || waiting.fruitless >= maxFruitlessResumptions) return undefined;
    return this.#isForgotten(record, waiting.since) ? undefined : waiting;
  }

  /** What only waits for the service sends nothing, and goes on at any time. */
  #isForgotten(record: OperationRecord, since: number): boolean {
    if (isOnlyWaiting(record)) return false;
    const { clock } = this.#deps;
    const ages = [clock.now() - record.updatedAt, clock.monotonic() - since];
    return !ages.every((age) => age >= -inexactMs && age < unaskedMs);
  }
}
