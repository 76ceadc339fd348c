import { isCredentialError, needsSignIn, ServiceError, TransportError } from "../aws/errors";
import type { Clock } from "../core/clock";
import { CancelledError, isCancelled, logTextOf, throwIfAborted, UserError } from "../core/errors";
import type { Log } from "../core/log";
import { connectionKey, type Connection, type Session, type Sessions } from "./connection";
import { isInProgress, type Instance } from "./instance";
import type { Kind } from "./kind";
import { readOne } from "./readOne";
import type { InstanceWriter } from "./store";

export interface FollowOptions {
  /** When the consumer has seen enough. Default: the instance is neither in progress nor in a state we do not know. */
  readonly until?: (instance: Instance) => boolean;
  /** Heard for each read that failed and is waited out. */
  readonly onTrouble?: () => void;
}

/** Watches single instances. However many ask about the same one, it is read once per interval. */
export interface InstanceFollower {
  /**
   * What the service says about an instance, beginning with a fresh read; a slow consumer gets the latest, not every one.
   * `undefined` means that it is gone, and is the last value. Ends as well when `until` says so, and when the consumer stops.
   * Trouble that can pass (no network, throttling, 5xx) is waited out. Rejects with CancelledError when the signal is
   * aborted, and with the error when credentials are no longer good or the service refuses to answer.
   */
  follow(
    connection: Connection,
    kind: Kind,
    id: string,
    signal: AbortSignal,
    options?: FollowOptions,
  ): AsyncIterable<Instance | undefined>;
}

export interface FollowIntervals {
  readonly fastMs: number;
  /** For how long an instance is read every `fastMs`, before the interval begins to grow. */
  readonly fastForMs: number;
  readonly slowestMs: number;
}

export const defaultFollowIntervals: FollowIntervals = { fastMs: 5_000, fastForMs: 120_000, slowestMs: 60_000 };

export interface FollowerDeps {
  readonly sessions: Sessions;
  readonly store: InstanceWriter;
  readonly clock: Clock;
  readonly log: Log;
  readonly intervals?: FollowIntervals;
  /** 0 to 1; for tests. */
  readonly random?: () => number;
}

export function createFollower(deps: FollowerDeps): InstanceFollower {
  const polls = new Map<string, Poll>();
  return {
    async *follow(connection, kind, id, signal, options = {}) {
      throwIfAborted(signal);
      const until = options.until ?? isSettled;
      const key = `${connectionKey(connection)} ${kind.id} ${kind.service.id} ${id}`;
      const consumer = new Consumer(options.onTrouble);
      const known = polls.get(key);
      // One that has ended stays until all have noticed, and a consumer may be slow.
      const poll = known && !known.isOver() ? known : new Poll(deps, connection, kind, id);
      polls.set(key, poll);
      const onAbort = () => consumer.fail(new CancelledError());
      signal.addEventListener("abort", onAbort, { once: true });
      poll.join(consumer);
      try {
        for (;;) {
          const instance = await consumer.next();
          throwIfAborted(signal);
          yield instance;
          if (!instance || until(instance)) return;
        }
      } finally {
        signal.removeEventListener("abort", onAbort);
        poll.leave(consumer);
        if (poll.isOver() && polls.get(key) === poll) polls.delete(key);
      }
    },
  };
}

function isSettled(instance: Instance): boolean {
  return !isInProgress(instance.phase) && instance.phase !== "unknown";
}

/** A mailbox for one: the latest value, or the end. */
class Consumer {
  readonly #onTrouble: (() => void) | undefined;
  #value: { readonly instance: Instance | undefined } | undefined;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(onTrouble: (() => void) | undefined) {
    this.#onTrouble = onTrouble;
  }

  hearTrouble(): void {
    this.#onTrouble?.();
  }

  push(instance: Instance | undefined): void {
    this.#value = { instance };
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake?.();
  }

  async next(): Promise<Instance | undefined> {
    while (!this.#value && !this.#failure) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    // What was read before the trouble is still true.
    const value = this.#value;
    this.#value = undefined;
    if (value) return value.instance;
    throw this.#failure?.error;
  }
}

/** Reads one instance again and again while somebody wants to know. */
class Poll {
  readonly #deps: FollowerDeps;
  readonly #intervals: FollowIntervals;
  readonly #lifetime = new AbortController();
  readonly #connection: Connection;
  readonly #kind: Kind;
  readonly #id: string;
  /** Those who get what is read next. */
  readonly #consumers = new Set<Consumer>();
  /** Those who came while a read was on: its answer may be older than their question. */
  readonly #newcomers = new Set<Consumer>();
  #nap = new AbortController();
  #startedAt = 0;
  #intervalMs = 0;
  #failures = 0;
  #wasRejected = false;
  #accountId: string | undefined;
  #isRunning = false;

  constructor(deps: FollowerDeps, connection: Connection, kind: Kind, id: string) {
    this.#deps = deps;
    this.#intervals = deps.intervals ?? defaultFollowIntervals;
    this.#connection = connection;
    this.#kind = kind;
    this.#id = id;
  }

  /** Nobody can join any more. */
  isOver(): boolean {
    return this.#lifetime.signal.aborted;
  }

  /** Somebody new has a reason to expect news: the fast reads begin again, at once. */
  join(consumer: Consumer): void {
    this.#newcomers.add(consumer);
    this.#startedAt = this.#deps.clock.monotonic();
    this.#nap.abort();
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run();
  }

  leave(consumer: Consumer): void {
    this.#consumers.delete(consumer);
    this.#newcomers.delete(consumer);
    if (this.#consumers.size + this.#newcomers.size > 0) return;
    this.#lifetime.abort();
    this.#nap.abort();
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    while (!this.isOver()) {
      for (const consumer of this.#newcomers) this.#consumers.add(consumer);
      this.#newcomers.clear();
      this.#nap = new AbortController();
      const pauseMs = await this.#readOnce();
      if (this.#newcomers.size === 0 && !this.isOver()) await this.#sleep(pauseMs);
    }
  }

  /** Tells everybody what is read, and says how long to pause. Never rejects. */
  async #readOnce(): Promise<number> {
    try {
      const read = await this.#read();
      if (read) for (const consumer of [...this.#consumers]) consumer.push(read.instance);
      this.#failures = 0;
      this.#wasRejected = false;
      return this.#nextPause();
    } catch (error) {
      if (this.isOver()) return 0;
      // Credentials may expire between two reads; the next one asks for fresh ones.
      if (isCredentialError(error) && !this.#wasRejected) {
        this.#wasRejected = true;
        return 0;
      }
      if (isPassing(error)) {
        this.#deps.log.debug(`Could not read a ${this.#kind.title}, trying again: ${logTextOf(error)}`);
        for (const consumer of [...this.#consumers, ...this.#newcomers]) consumer.hearTrouble();
        return this.#jitter(Math.min(this.#intervals.fastMs * 2 ** this.#failures++, this.#intervals.slowestMs));
      }
      this.#lifetime.abort();
      for (const consumer of [...this.#consumers, ...this.#newcomers]) consumer.fail(error);
      return 0;
    }
  }

  #nextPause(): number {
    const { fastMs, fastForMs, slowestMs } = this.#intervals;
    if (this.#deps.clock.monotonic() - this.#startedAt < fastForMs) {
      this.#intervalMs = fastMs;
      return fastMs;
    }
    this.#intervalMs = Math.min(this.#intervalMs * 1.5, slowestMs);
    return this.#jitter(this.#intervalMs);
  }

  /** Between half of it and all of it. */
  #jitter(ms: number): number {
    return ms * (0.5 + (this.#deps.random ?? Math.random)() / 2);
  }

  /** Undefined when the answer belongs to credentials that are no longer the present ones. */
  #read(): Promise<{ readonly instance: Instance | undefined } | undefined> {
    return readOne(this.#deps, this.#connection, this.#kind, this.#id, {
      signal: this.#lifetime.signal,
      check: (session) => this.#checkAccount(session),
    });
  }

  #checkAccount(session: Session): void {
    this.#accountId ??= session.accountId;
    if (session.accountId === this.#accountId) return;
    throw new UserError(
      `Profile ${this.#connection.profile} now belongs to account ${session.accountId}, and this ${this.#kind.title} is in ${this.#accountId}.`,
    );
  }

  async #sleep(ms: number): Promise<void> {
    try {
      await this.#deps.clock.sleep(ms, this.#nap.signal);
    } catch (error) {
      if (!isCancelled(error)) throw error;
    }
  }
}

/** Trouble that is over some time later without anybody's doing. */
export function isPassing(error: unknown): boolean {
  if (needsSignIn(error)) return false;
  if (error instanceof TransportError) return true;
  if (error instanceof ServiceError) return error.isRetryable || error.status >= 500 || error.status === 429;
  return error instanceof UserError && error.cause !== undefined && isPassing(error.cause);
}
