import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../core/clock";
import { CancelledError, UserError } from "../core/errors";
import type { Log } from "../core/log";
import { nodeFiles, type Files } from "./files";
import { writeError } from "./journal";
import { acquireLock, breakLock, LockObserver, type Lease } from "./lock";
import { isSettled, subjectKey, type OperationRecord } from "./operationRecord";

export interface OwnershipTiming {
  /** How often an owner touches its lock. */
  readonly heartbeatMs: number;
  /** How often another window looks at it. */
  readonly lookMs: number;
  /** Looks without a touch after which the owner counts as silent. */
  readonly silentLooks: number;
}

type Lockable = Pick<OperationRecord, "id" | "status" | "connection" | "accountId" | "place" | "target">;

/** Attempts to take a lock for each look at its owner. */
const turnsPerLook = 10;

/**
 * Who owns which operation. Operations on the same instance share one lock, so that two windows cannot both delete and
 * recreate it; a create has a lock of its own. So has what is settled, which changes no instance any more: it is cleared
 * and discarded whatever is at work on the instance by then.
 */
export class Ownership {
  readonly #directory: string;
  readonly #timing: OwnershipTiming;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #observers = new Map<string, LockObserver>();

  constructor(
    directory: string,
    timing: OwnershipTiming,
    deps: { readonly files?: Files; readonly clock: Clock; readonly log: Log },
  ) {
    this.#directory = directory;
    this.#timing = timing;
    this.#files = deps.files ?? nodeFiles;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /** Undefined when somebody has it. */
  take(operation: Lockable, onLost: () => void): Promise<Lease | undefined> {
    return acquireLock(this.#path(operation), {
      files: this.#files,
      clock: this.#clock,
      heartbeatMs: this.#timing.heartbeatMs,
      log: this.#log,
      onLost,
    });
  }

  /** One look: takes what is free or abandoned. To be repeated every `lookMs` while the answer is `uncertain`. */
  async takeIfAbandoned(
    operation: Lockable,
    onLost: () => void,
  ): Promise<{ readonly lease: Lease } | { readonly lease?: never; readonly isAlive: boolean }> {
    const path = this.#path(operation);
    const observer = this.#observers.get(path) ?? new LockObserver(path, this.#timing.silentLooks, this.#files);
    this.#observers.set(path, observer);
    const seen = await observer.look();
    if (seen.state === "held") return { isAlive: seen.isAlive };
    if (seen.state === "abandoned") await breakLock(path, seen.nonce, { files: this.#files, log: this.#log });
    const lease = await this.take(operation, onLost);
    this.#observers.delete(path);
    return lease ? { lease } : { isAlive: true };
  }

  /**
   * Waits for the lock as long as somebody may only be holding it for a moment, or may be gone. Rejects with UserError when
   * another window has it and is at work, or when the disk gives no lock.
   */
  async takeInTurn(
    operation: Lockable & Pick<OperationRecord, "label">,
    options: { readonly signal: AbortSignal; onLost(): void; isAtWork(): Promise<boolean> },
  ): Promise<Lease> {
    const onLost = () => options.onLost();
    try {
      for (let turn = 0; turn < turnsPerLook * (this.#timing.silentLooks + 2); turn++) {
        // Most locks are held for a moment; from look to look it is also asked whether the owner is still there.
        const isLook = turn % turnsPerLook === 0;
        const lease = isLook
          ? (await this.takeIfAbandoned(operation, onLost)).lease
          : await this.take(operation, onLost);
        if (lease) return lease;
        if (await options.isAtWork()) break;
        await this.#clock.sleep(this.#timing.lookMs / turnsPerLook, options.signal);
      }
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      throw writeError(this.#directory, error);
    }
    throw new UserError(`Another window is working on ${operation.label}. Wait until it is done, or close it.`);
  }

  #path(operation: Lockable): string {
    const subject = isSettled(operation) ? undefined : subjectKey(operation);
    if (subject === undefined) return join(this.#directory, `${operation.id}.lock`);
    return join(this.#directory, `target-${createHash("sha256").update(subject).digest("hex").slice(0, 32)}.lock`);
  }
}
