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

/** Operations of this window that wait for new credentials, and go on by themselves when there are some. */
export class SignedOut {
  readonly #deps: SignedOutDeps;
  /** How often each was resumed in vain, and since when it waits on the clock that never jumps. */
  readonly #waiting = new Map<string, { readonly fruitless: number; readonly since: number }>();

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
    for (const [id, { fruitless, since }] of [...this.#waiting]) {
      const record = this.#deps.get(id);
      if (record?.status !== "interrupted" || connectionKey(record.connection) !== key) continue;
      if (fruitless >= maxFruitlessResumptions || this.#isForgotten(record, since)) continue;
      try {
        await sessions.open(record.connection, signal);
        this.#waiting.set(id, { fruitless: fruitless + 1, since });
        await this.#deps.resume(id);
      } catch (error) {
        log.debug(`Operation ${id} stays interrupted: ${logTextOf(error)}`);
      }
    }
  }

  /** What only waits for the service sends nothing, and goes on at any time. */
  #isForgotten(record: OperationRecord, since: number): boolean {
    if (isOnlyWaiting(record)) return false;
    const { clock } = this.#deps;
    const ages = [clock.now() - record.updatedAt, clock.monotonic() - since];
    return !ages.every((age) => age >= -inexactMs && age < unaskedMs);
  }
}
