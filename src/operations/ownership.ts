import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../core/clock";
import type { Log } from "../core/log";
import { nodeFiles, type Files } from "./files";
import { acquireLock, breakLock, LockObserver, type Lease } from "./lock";
import { subjectKey, type OperationRecord } from "./operation";

export interface OwnershipTiming {
  /** How often an owner touches its lock. */
  readonly heartbeatMs: number;
  /** How often another window looks at it. */
  readonly lookMs: number;
  /** Looks without a touch after which the owner counts as silent. */
  readonly silentLooks: number;
}

type Lockable = Pick<OperationRecord, "id" | "connection" | "accountId" | "place" | "target">;

/**
 * Who owns which operation. Operations on the same instance share one lock, so that two windows cannot both delete and
 * recreate it; a create has a lock of its own.
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

  #path(operation: Lockable): string {
    const subject = subjectKey(operation);
    if (subject === undefined) return join(this.#directory, `${operation.id}.lock`);
    return join(this.#directory, `target-${createHash("sha256").update(subject).digest("hex").slice(0, 32)}.lock`);
  }
}
