import { messageOf } from "../core/errors";
import type { Log } from "../core/log";
import { connectionKey, type Sessions } from "../instances/connection";
import type { OperationRecord } from "./operation";

interface SignedOutDeps {
  readonly sessions: Pick<Sessions, "open">;
  readonly log: Log;
  readonly signal: AbortSignal;
  get(id: string): OperationRecord | undefined;
  resume(id: string): Promise<void>;
}

/** Resumptions after a sign-in that helped nothing, before the user is asked again. */
const maxFruitlessResumptions = 3;

/** Operations of this window that wait for new credentials, and go on by themselves when there are some. */
export class SignedOut {
  readonly #deps: SignedOutDeps;
  /** How often each was resumed in vain. */
  readonly #waiting = new Map<string, number>();

  constructor(deps: SignedOutDeps) {
    this.#deps = deps;
  }

  add(id: string): void {
    this.#waiting.set(id, this.#waiting.get(id) ?? 0);
  }

  forget(id: string): void {
    this.#waiting.delete(id);
  }

  /** To be called when the sessions of that connection changed. Never rejects. */
  async resume(key: string): Promise<void> {
    const { sessions, signal, log } = this.#deps;
    for (const [id, fruitless] of [...this.#waiting]) {
      const record = this.#deps.get(id);
      if (record?.status !== "interrupted" || connectionKey(record.connection) !== key) continue;
      if (fruitless >= maxFruitlessResumptions) continue;
      try {
        await sessions.open(record.connection, signal);
        this.#waiting.set(id, fruitless + 1);
        await this.#deps.resume(id);
      } catch (error) {
        log.debug(`Operation ${id} stays interrupted: ${messageOf(error)}`);
      }
    }
  }
}
