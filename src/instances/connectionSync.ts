import { needsSignIn, SignInRequiredError } from "../aws/errors";
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
import type { WritableStore } from "./store";

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
  /** Keeps listings of all connections together from crowding the network. */
  readonly limit: <T>(task: () => Promise<T>) => Promise<T>;
}

/** Says when one connection is listed. None of its methods rejects: what goes wrong is in the store. */
export class ConnectionSync {
  readonly connection: Connection;
  readonly #key: string;
  readonly #deps: ConnectionSyncDeps;
  readonly #inProgress: InProgress;
  /** Of kinds that somebody asked for more of. */
  readonly #budgets = new Map<string, number>();
  /** Kinds that the service refuses to list: asking again changes nothing until somebody grants it. */
  readonly #denied = new Set<string>();
  /** Generations whose credentials were rejected since the last good listing. */
  readonly #rejected = new Set<number>();
  /** Ends with the credentials: whatever they asked for is nobody's business afterwards. */
  #era = new AbortController();
  #session: Session | undefined;
  /** The last one that found a session: it knows what else there is. */
  #listing: ListingRun | undefined;
  #loop: AbortController | undefined;
  #run: { readonly done: Promise<void>; isUrgent: boolean } | undefined;
  #listedAt: { readonly now: number; readonly monotonic: number } | undefined;
  /** Credentials are no longer good: silence until they change or the user acts. */
  #isHalted = false;
  #isVisible = false;
  /** The last run did not come to its end, although nothing went wrong. */
  #wasStopped = false;
  #isDisposed = false;

  constructor(connection: Connection, deps: ConnectionSyncDeps) {
    this.connection = connection;
    this.#key = connectionKey(connection);
    this.#deps = deps;
    const onError = (error: unknown, kind: Kind) => {
      if (needsSignIn(error)) this.#signOut(error);
      else
        this.#deps.log.warn(`Could not follow a ${kind.title} of ${connectionLabel(connection)}: ${logTextOf(error)}`);
    };
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
    this.#denied.clear();
    this.#rejected.clear();
    const status = this.#deps.store.connectionState(this.#key)?.status;
    if (status === "signedOut" || status === "error") this.#deps.sessions.invalidate(this.connection);
    else await this.#deps.sessions.reread(this.connection);
    await this.#listAll(true);
    if (this.#isTryingAgain()) await this.#listAll(true);
    this.rearm();
  }

  #isTryingAgain(): boolean {
    return this.#rejected.size > 0 && !this.#isHalted;
  }

  async loadMore(kind: Kind): Promise<void> {
    this.#budgets.set(kind.id, this.#budget(kind) + this.#deps.pageBudget);
    await this.#run?.done;
    const listing = this.#listing;
    if (listing?.hasMore(kind)) await this.#exclusively(true, () => listing.loadMore(kind, this.#deps.pageBudget));
    else await this.#listAll(true);
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
    this.#listedAt = undefined;
    this.#denied.clear();
    this.#listing = undefined;
    this.#inProgress.stop();
    this.#run = undefined;
    this.#era.abort();
    this.#era = new AbortController();
  }

  async #keepListing(signal: AbortSignal): Promise<void> {
    for (;;) {
      const pauseMs = await this.#listIfDue();
      if (signal.aborted || pauseMs === undefined) return;
      try {
        await this.#deps.clock.sleep(pauseMs, signal);
      } catch {
        return;
      }
    }
  }

  /** How long to wait for the next time; undefined when there is none. */
  async #listIfDue(): Promise<number | undefined> {
    if (this.#isSilent()) return undefined;
    const intervalMs = this.#deps.refreshIntervalSeconds() * 1000;
    const age = this.#listingAge();
    const isDue = age === undefined || (intervalMs > 0 && age >= intervalMs);
    if (!isDue) return intervalMs > 0 ? intervalMs - age : undefined;
    this.#wasStopped = false;
    await this.#listAll(false);
    return this.#isSilent() ? undefined : this.#nextPause(intervalMs);
  }

  /** The wall clock may be set back, and the other one stands still while the machine sleeps: the older age counts. */
  #listingAge(): number | undefined {
    const { clock } = this.#deps;
    const listedAt = this.#listedAt;
    return listedAt && Math.max(clock.now() - listedAt.now, clock.monotonic() - listedAt.monotonic);
  }

  #nextPause(intervalMs: number): number | undefined {
    if (this.#wasStopped) return 0;
    return intervalMs > 0 ? intervalMs : undefined;
  }

  #isSilent(): boolean {
    return this.#isHalted || !this.#isVisible || this.#isDisposed;
  }

  #listAll(isUrgent: boolean): Promise<void> {
    if (this.#run) {
      this.#run.isUrgent ||= isUrgent;
      return this.#run.done;
    }
    return this.#exclusively(isUrgent, async () => {
      const { signal } = this.#era;
      const session = await this.#open(signal);
      if (!session) return;
      const kinds = this.#deps.kinds.all.filter((kind) => !this.#denied.has(kind.id));
      const listing = this.#beginListing(session, signal);
      await Promise.all(kinds.map((kind) => listing.list(kind, this.#budget(kind))));
      if (isOver(signal)) return;
      this.#wasStopped = listing.wasStopped;
      if (listing.wasStopped) return;
      const { clock } = this.#deps;
      this.#listedAt = { now: clock.now(), monotonic: clock.monotonic() };
      this.#rejected.clear();
    });
  }

  /** One run at a time. A run that nobody asked for stops between pages when the view is hidden. */
  #exclusively(isUrgent: boolean, work: () => Promise<void>): Promise<void> {
    const run = { done: Promise.resolve(), isUrgent };
    this.#run = run;
    run.done = work()
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
      // Not our own end, so the user's: no code was given for the MFA device. It is not asked for again unasked.
      if (isCancelled(error))
        this.#signOut(new SignInRequiredError(this.connection.profile, "Signing in was cancelled.", "other"));
      else if (needsSignIn(error)) this.#signOut(error);
      else {
        this.#isHalted = !isPassing(error);
        this.#deps.log.warn(`Could not connect to ${connectionLabel(this.connection)}: ${logTextOf(error)}`);
        store.setConnectionState(this.#key, { status: "error", error });
      }
      return undefined;
    }
  }

  #show(session: Session): void {
    this.#session = session;
    const { accountId, generation, customEndpoint, isLoopback, localServices, configProblem } = session;
    this.#deps.store.setConnected(
      { connectionKey: this.#key, generation },
      {
        accountId,
        isLoopback,
        ...(customEndpoint === undefined ? {} : { customEndpoint }),
        ...(localServices === undefined ? {} : { localServices }),
        ...(configProblem === undefined ? {} : { configProblem }),
      },
    );
  }

  #beginListing(session: Session, signal: AbortSignal): ListingRun {
    const { sessions, store, log, limit } = this.#deps;
    const { generation } = session;
    this.#listing = new ListingRun(session, {
      store,
      log,
      limit,
      signal,
      isCurrent: () => sessions.current(this.connection)?.generation === generation,
      isWanted: () => this.#isWanted(),
      onPage: (kind, instances) => this.#follow(kind, instances),
      onRejected: (error) => this.#onRejected(generation, error),
      onDenied: (kind) => this.#denied.add(kind.id),
    });
    return this.#listing;
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

  #signOut(error: unknown): void {
    this.#endEra();
    this.#isHalted = true;
    this.#loop?.abort();
    this.#deps.store.setConnectionState(this.#key, { status: "signedOut", error });
  }
}

/** Asked through a function, because the type checker believes that an await changes nothing. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
