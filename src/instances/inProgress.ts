import { isCancelled } from "../core/errors";
import type { Connection } from "./connection";
import type { InstanceFollower } from "./follow";
import { isInProgress, type Instance } from "./instance";
import type { Kind } from "./kind";

/** Follows the instances of a connection that are in progress, at most so many at once. The follower writes what it reads. */
export class InProgress {
  readonly #connection: Connection;
  readonly #follower: InstanceFollower;
  readonly #max: number;
  readonly #onError: (error: unknown, kind: Kind) => void;
  readonly #followed = new Map<string, AbortController>();

  constructor(
    connection: Connection,
    follower: InstanceFollower,
    max: number,
    onError: (error: unknown, kind: Kind) => void,
  ) {
    this.#connection = connection;
    this.#follower = follower;
    this.#max = max;
    this.#onError = onError;
  }

  /** Those that are not in progress, or followed already, are passed over. */
  follow(kind: Kind, instances: readonly Instance[]): void {
    for (const { id, phase } of instances) {
      const key = `${kind.id} ${id}`;
      if (!isInProgress(phase) || this.#followed.has(key) || this.#followed.size >= this.#max) continue;
      const lifetime = new AbortController();
      this.#followed.set(key, lifetime);
      void this.#exhaust(kind, id, lifetime.signal).finally(() => {
        if (this.#followed.get(key) === lifetime) this.#followed.delete(key);
      });
    }
  }

  stop(): void {
    for (const lifetime of this.#followed.values()) lifetime.abort();
    this.#followed.clear();
  }

  /** Never rejects. */
  async #exhaust(kind: Kind, id: string, signal: AbortSignal): Promise<void> {
    const seen = this.#follower.follow(this.#connection, kind, id, signal)[Symbol.asyncIterator]();
    try {
      while (!(await seen.next()).done);
    } catch (error) {
      if (!signal.aborted && !isCancelled(error)) this.#onError(error, kind);
    }
  }
}
