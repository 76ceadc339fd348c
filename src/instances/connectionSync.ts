import { needsSignIn, ServiceError, signInDeclined } from "../aws/errors";
import { isOver, untilAborted } from "../core/abort";
import type { Clock } from "../core/clock";
import { isCancelled, logTextOf } from "../core/errors";
import type { Log } from "../core/log";
import { connectionKey, connectionLabel, type Connection, type Session, type Sessions } from "./connection";
import { isPassing, type InstanceFollower } from "./follow";
import { InProgress } from "./inProgress";
import type { Instance } from "./instance";
import type { Kind } from "./kind";
import type { Kinds } from "./kinds/registry";
import { ListingRun } from "./listingRun";
import { ListingSchedule } from "./schedule";
import { connectedState, type WritableStore } from "./store";

export interface ConnectionSyncDeps {
  readonly sessions: Sessions;
  readonly kinds: Kinds;
  readonly store: WritableStore;
  readonly follower: InstanceFollower;
  readonly clock: Clock;
  readonly log: Log;
  /** 0: list by hand only. */
  readonly refreshIntervalSeconds: () => number;
  /** How many instances of a kind are listed before somebody has to ask for more. */
  readonly pageBudget: number;
  /** How many instances of one connection are read one by one while they are in progress. */
  readonly maxFollowed: number;
  /** 0 to 1; for tests. */
  readonly random: () => number;
}

/** A time in which a connection is being listed. */
interface Run {
  done: Promise<void>;
  /** Somebody asked for it: it goes on although the view is hidden. */
  isUrgent: boolean;
  /** That it lists from the beginning. */
  readonly kinds: readonly Kind[];
  /** Pages may have been read. */
  isReading: boolean;
}

/** Has one connection listed when its schedule says so, or somebody else. None of its methods rejects: what goes wrong is in the store. */
export class ConnectionSync {
  readonly connection: Connection;
  readonly #key: string;
  readonly #deps: ConnectionSyncDeps;
  readonly #inProgress: InProgress;
  readonly #schedule: ListingSchedule;
  /** Of kinds that somebody asked for more of. */
  readonly #budgets = new Map<string, number>();
  /** Generations whose credentials were rejected since the last good listing. */
  readonly #rejected = new Set<number>();
  /** Ends with the credentials: whatever they asked for is nobody's business afterwards. */
  #era = new AbortController();
  #session: Session | undefined;
  /** Of the present session: it knows what else there is. */
  #listing: { readonly session: Session; readonly run: ListingRun } | undefined;
  /** The run after the present one, for which somebody waits. */
  #following: Promise<void> | undefined;
  #loop: AbortController | undefined;
  #run: Run | undefined;
  /** Credentials are no longer good: silence until they change or the user acts. */
  #isHalted = false;
  #isVisible = false;
  #isDisposed = false;

  constructor(connection: Connection, deps: ConnectionSyncDeps) {
    this.connection = connection;
    this.#key = connectionKey(connection);
    this.#deps = deps;
    const onError = (error: unknown, kind: Kind) => {
      if (isCancelled(error)) this.#decline();
      else if (needsSignIn(error)) this.#signOut(error);
      else
        this.#deps.log.warn(`Could not follow a ${kind.title} of ${connectionLabel(connection)}: ${logTextOf(error)}`);
    };
    const { clock, random } = deps;
    this.#schedule = new ListingSchedule({ clock, random, intervalMs: () => deps.refreshIntervalSeconds() * 1000 });
    this.#inProgress = new InProgress(connection, deps.follower, deps.maxFollowed, onError);
  }

  setVisible(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    if (isVisible) {
      this.rearm();
      this.#followKnown();
    } else {
      this.#loop?.abort();
      this.#inProgress.stop();
    }
  }

  /** Begins to wait anew, after the interval or the visibility changed. */
  rearm(): void {
    this.#loop?.abort();
    if (!this.#isVisible || this.#isDisposed) return;
    this.#loop = new AbortController();
    void this.#keepListing(this.#loop.signal);
  }

  /** The user asked: what was given up is tried again, and nothing is taken from memory that a file may say otherwise. */
  async refresh(): Promise<void> {
    this.#isHalted = false;
    this.#schedule.forget();
    this.#rejected.clear();
    const state = this.#deps.store.connectionState(this.#key);
    // While it is tried again somebody may be asked for a code, which `reread` heeds.
    const hasFailed = (state?.status === "signedOut" || state?.status === "error") && !state.isTryingAgain;
    if (hasFailed) this.#deps.sessions.invalidate(this.connection);
    else await this.#deps.sessions.reread(this.connection);
    await this.#listAll();
    if (this.#isTryingAgain()) await this.#listAll();
    this.rearm();
  }

  #isTryingAgain(): boolean {
    return this.#rejected.size > 0 && !this.#isHalted;
  }

  async loadMore(kind: Kind): Promise<void> {
    this.#budgets.set(kind.id, this.#budget(kind) + this.#deps.pageBudget);
    await this.#untilIdle();
    if (this.#listing?.run.hasMore(kind)) await this.#goOn(kind, this.#deps.pageBudget);
    else await this.#listAll();
  }

  /** Fetches page after page until there is none, or `stop` is aborted: then the next listings go as far as this one. */
  async loadAll(kind: Kind, stop: AbortSignal): Promise<void> {
    try {
      await untilAborted(this.#untilIdle(), stop);
      if (!this.#listing?.run.hasMore(kind)) await untilAborted(this.#listAll(), stop);
    } catch (error) {
      if (isCancelled(error)) return;
      throw error;
    }
    if (this.#listing?.run.hasMore(kind)) await this.#goOn(kind, Infinity, stop);
    const listing = this.#deps.store.listing(this.#key, kind.id);
    const budget = listing?.hasMore ? Math.max(listing.instances.length, this.#budget(kind)) : Infinity;
    if (listing?.status === "ready") this.#budgets.set(kind.id, budget);
  }

  /** The session was replaced or forgotten. */
  onSessionChanged(): void {
    const current = this.#deps.sessions.current(this.connection);
    if (current && current.generation === this.#session?.generation) {
      this.#show(current);
      return;
    }
    this.#isHalted = false;
    this.#endEra();
    this.#deps.store.setConnectionState(this.#key, { status: "connecting" });
    this.rearm();
  }

  /** Somebody wrote an instance: one that has begun to change is followed. */
  onInstanceChanged(kind: string, id: string): void {
    const instance = this.#deps.store.instance(this.#key, kind, id);
    const known = this.#deps.kinds.get(kind);
    if (instance && known) this.#follow(known, [instance]);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#loop?.abort();
    this.#endEra();
  }

  #followKnown(): void {
    for (const kind of this.#deps.kinds.all)
      this.#follow(kind, this.#deps.store.listing(this.#key, kind.id)?.instances ?? []);
  }

  #follow(kind: Kind, instances: readonly Instance[]): void {
    if (this.#isVisible) this.#inProgress.follow(kind, instances);
  }

  #endEra(): void {
    this.#session = undefined;
    this.#schedule.forget();
    this.#listing = undefined;
    this.#inProgress.stop();
    this.#run = undefined;
    this.#era.abort();
    this.#era = new AbortController();
  }

  async #keepListing(signal: AbortSignal): Promise<void> {
    for (let isOwnDoing = false; ; isOwnDoing = true) {
      if (this.#isSilent()) return;
      const due = this.#deps.kinds.all.filter((kind) => this.#schedule.dueInMs(kind.id) === 0);
      if (due.length > 0 || !this.#session) await this.#list(due, { isUrgent: false, isOwnDoing });
      const pauseMs = this.#pauseMs();
      if (signal.aborted || pauseMs === undefined) return;
      try {
        await this.#deps.clock.sleep(pauseMs, signal);
      } catch {
        return;
      }
    }
  }

  /** How long to wait for the next time; undefined when there is none. */
  #pauseMs(): number | undefined {
    if (this.#isSilent()) return undefined;
    const pauses = this.#deps.kinds.all.flatMap((kind) => this.#schedule.dueInMs(kind.id) ?? []);
    return pauses.length === 0 ? undefined : Math.min(...pauses);
  }

  #isSilent(): boolean {
    return this.#isHalted || !this.#isVisible || this.#isDisposed;
  }

  /**
   * Somebody asked, and means what is so now. A run that reads already may have passed over what has changed, and one that
   * lists less would be in the way: it is waited for, and one run follows it for all who ask meanwhile.
   */
  #listAll(): Promise<void> {
    const { all } = this.#deps.kinds;
    const options = { isUrgent: true, isOwnDoing: false };
    if (!this.#run || (this.#run.kinds.length === all.length && !this.#run.isReading)) return this.#list(all, options);
    const follow = async () => {
      while (this.#run) await this.#run.done;
      this.#following = undefined;
      await this.#list(all, options);
    };
    return (this.#following ??= follow());
  }

  #list(kinds: readonly Kind[], options: { readonly isUrgent: boolean; readonly isOwnDoing: boolean }): Promise<void> {
    if (this.#run) {
      this.#run.isUrgent ||= options.isUrgent;
      return this.#run.done;
    }
    return this.#exclusively({ isUrgent: options.isUrgent, kinds, isReading: false }, async (own) => {
      const { signal } = this.#era;
      const session = await this.#open(signal);
      if (!session) return;
      own.isReading = true;
      const { run } = this.#listingOf(session, signal);
      const outcomes = await Promise.all(
        kinds.map(async (kind) => ({ kind, outcome: await run.list(kind, this.#budget(kind)) })),
      );
      if (isOver(signal)) return;
      // All at once, so that kinds that were listed together are due together.
      for (const { kind, outcome } of outcomes)
        if (outcome.type === "listed") this.#schedule.listed(kind.id, outcome.requests, options.isOwnDoing);
      if (outcomes.every(({ outcome }) => outcome.type !== "stopped")) this.#rejected.clear();
    });
  }

  #goOn(kind: Kind, budget: number, stop?: AbortSignal): Promise<void> {
    return this.#exclusively({ isUrgent: true, kinds: [], isReading: true }, async () => {
      const outcome = await this.#listing?.run.loadMore(kind, budget, stop);
      if (outcome?.type === "listed") this.#schedule.listed(kind.id, outcome.requests, false);
    });
  }

  async #untilIdle(): Promise<void> {
    while (this.#run) await this.#run.done;
  }

  /** One run at a time. A run that nobody asked for stops between pages when the view is hidden. */
  #exclusively(what: Omit<Run, "done">, work: (run: Run) => Promise<void>): Promise<void> {
    const run: Run = { done: Promise.resolve(), ...what };
    this.#run = run;
    run.done = work(run)
      .catch((error: unknown) => {
        if (!isCancelled(error)) this.#deps.log.error(`Could not refresh ${this.#key}: ${logTextOf(error)}`);
      })
      .finally(() => {
        if (this.#run === run) this.#run = undefined;
      });
    return run.done;
  }

  #isWanted(): boolean {
    return this.#isVisible || this.#run?.isUrgent === true;
  }

  async #open(signal: AbortSignal): Promise<Session | undefined> {
    const { sessions, store } = this.#deps;
    try {
      const current = sessions.current(this.connection);
      if (!current) store.setConnectionState(this.#key, { status: "connecting" });
      const session = current ?? (await sessions.open(this.connection, signal));
      if (signal.aborted) return undefined;
      this.#show(session);
      return session;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (isCancelled(error)) this.#decline();
      else if (needsSignIn(error)) this.#signOut(error);
      else {
        this.#isHalted = !isPassing(error);
        const pausesMs = this.#deps.kinds.all.flatMap((kind) => this.#schedule.failed(kind.id, 1, true) ?? []);
        const willRetry = pausesMs.length > 0 && !this.#isSilent();
        const retryAt = willRetry ? { retryAt: this.#deps.clock.now() + Math.min(...pausesMs) } : {};
        this.#deps.log.warn(`Could not connect to ${connectionLabel(this.connection)}: ${logTextOf(error)}`);
        store.setConnectionState(this.#key, { status: "error", error, ...retryAt });
      }
      return undefined;
    }
  }

  #show(session: Session): void {
    this.#session = session;
    const scope = { connectionKey: this.#key, generation: session.generation };
    this.#deps.store.setConnected(scope, connectedState(session));
  }

  #listingOf(session: Session, signal: AbortSignal): { readonly run: ListingRun } {
    const { generation } = session;
    if (this.#listing?.session.generation === generation) return this.#listing;
    const { sessions, store, log } = this.#deps;
    const run = new ListingRun(session, {
      store,
      log,
      signal,
      isCurrent: () => sessions.current(this.connection)?.generation === generation,
      isWanted: () => this.#isWanted(),
      onPage: (kind, instances) => this.#follow(kind, instances),
      onRejected: (error) => this.#onRejected(generation, error),
      onDeclined: () => this.#decline(),
      onFailed: (kind, error, requests) => this.#onFailed(kind, error, requests),
    });
    this.#listing = { session, run };
    return this.#listing;
  }

  #onFailed(kind: Kind, error: unknown, requests: number): number | undefined {
    if (error instanceof ServiceError && (error.status === 401 || error.status === 403))
      this.#schedule.refused(kind.id);
    return this.#schedule.failed(kind.id, requests, isPassing(error));
  }

  /**
   * The service rejects these credentials. Perhaps they have only just expired: a new session begins with what the profile
   * gives now. When that fails, the sessions know whom to tell once somebody has signed in; when it is rejected as well, it
   * is time to stop.
   */
  #onRejected(generation: number, error: unknown): void {
    if (this.#rejected.has(generation)) return;
    this.#rejected.add(generation);
    if (this.#rejected.size > 1) this.#signOut(error);
    else this.#deps.sessions.invalidate(this.connection);
  }

  #budget(kind: Kind): number {
    return this.#budgets.get(kind.id) ?? this.#deps.pageBudget;
  }

  /** Not our own end, so the user's: no code was given for the MFA device. It is not asked for again unasked. */
  #decline(): void {
    this.#signOut(signInDeclined(this.connection.profile));
  }

  #signOut(error: unknown): void {
    this.#endEra();
    this.#isHalted = true;
    this.#loop?.abort();
    this.#deps.store.setConnectionState(this.#key, { status: "signedOut", error });
  }
}
