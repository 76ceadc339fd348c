import type { Connection } from "./connection";
import type { InstanceFollower } from "./follow";
import { isInProgress, type Instance } from "./instance";
import type { Kind } from "./kind";

interface Followed {
  readonly kind: Kind;
  readonly id: string;
}

/**
 * Follows the instances of a connection that are in progress, at most so many at once; the others take the place of those
 * that have settled. The follower writes what it reads.
 */
export class InProgress {
  readonly #connection: Connection;
  readonly #follower: InstanceFollower;
  readonly #max: number;
  readonly #onError: (error: unknown, kind: Kind) => void;
  readonly #followed = new Map<string, AbortController>();
  readonly #waiting = new Map<string, Followed>();

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
      if (!isInProgress(phase)) continue;
      const key = `${kind.id} ${id}`;
      if (!this.#followed.has(key)) this.#waiting.set(key, { kind, id });
    }
    this.#fill();
  }

  stop(): void {
    this.#waiting.clear();
    for (const lifetime of this.#followed.values()) lifetime.abort();
    this.#followed.clear();
  }

  #fill(): void {
    for (const [key, followed] of this.#waiting) {
      if (this.#followed.size >= this.#max) return;
      this.#waiting.delete(key);
      const lifetime = new AbortController();
      this.#followed.set(key, lifetime);
      void this.#exhaust(followed, lifetime.signal).finally(() => {
        if (this.#followed.get(key) !== lifetime) return;
        this.#followed.delete(key);
        this.#fill();
      });
    }
  }

  /** Never rejects. */
  async #exhaust({ kind, id }: Followed, signal: AbortSignal): Promise<void> {
    const seen = this.#follower.follow(this.#connection, kind, id, signal)[Symbol.asyncIterator]();
    try {
      while (!(await seen.next()).done);
    } catch (error) {
      if (!signal.aborted) this.#onError(error, kind);
    }
  }
}
