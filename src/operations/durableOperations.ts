import { systemClock, type Clock } from "../core/clock";
import { DisposableStore, type Disposable } from "../core/disposable";
import { messageOf, UserError } from "../core/errors";
import { Emitter } from "../core/event";
import type { Log } from "../core/log";
import type { Sessions } from "../instances/connection";
import type { InstanceFollower } from "../instances/follow";
import type { Kind } from "../instances/kind";
import { AtWork } from "./atWork";
import { findUnsettled, refuseSecond } from "./conflicts";
import { nodeFiles, type Files } from "./files";
import { GivingUp, isCompleted } from "./givingUp";
import { Journal } from "./journal";
import type { Lease } from "./lock";
import { newRecord } from "./newRecord";
import { isSettled, type OperationRecord } from "./operationRecord";
import { Ownership, type OwnershipTiming } from "./ownership";
import type { RunEnd } from "./operationRun";
import type { DiscardOptions, OperationRequest, Operations, OperationScope } from "./operations";
import { pinnedKind } from "./pinnedPlace";
import { trim } from "./retention";
import { SharedRecords } from "./sharedRecords";
import { sweep } from "./sweep";
import { SignedOut } from "./signedOut";
import { Takeover } from "./takeover";
import { waitUntilSettled } from "./waitUntilSettled";
import { operationWords } from "./operationWords";

export interface OperationsDeps {
  /** Shared by all windows, and on a disk that survives them. */
  readonly directory: string;
  readonly sessions: Pick<Sessions, "open" | "current" | "onDidChange">;
  readonly kinds: { get(id: string): Kind | undefined };
  readonly follower: Pick<InstanceFollower, "follow">;
  readonly log: Log;
  readonly clock?: Clock;
  /** How long settled operations are kept. */
  readonly retentionMs?: number;
  readonly timing?: Partial<OperationTiming>;
  readonly files?: Files;
}

export interface OperationTiming extends OwnershipTiming {
  /** Waits between repeated calls, before an operation is interrupted. */
  readonly retryDelaysMs: readonly number[];
}

const defaultTiming: OperationTiming = {
  heartbeatMs: 1_000,
  lookMs: 1_000,
  silentLooks: 5,
  retryDelaysMs: [1_000, 2_000, 5_000, 10_000, 20_000, 40_000],
};

/** More than the looks after which locks of dead windows are removed. */
const looksBeforeSecondLook = 10;

/**
 * Durable operations over a folder that all windows share.
 *
 * Who carries on: an operation that this window saw at work in another one is taken over as soon as its owner is gone. One
 * that is found without a living owner when a window starts becomes `interrupted`: after a restart the user decides.
 * A window that closes leaves its operations `running` on disk and gives up their locks, so that either of these follows.
 */
export function createOperations(deps: OperationsDeps): Operations & Disposable & { open(): Promise<void> } {
  return new DurableOperations(deps);
}

class DurableOperations implements Operations, Disposable {
  readonly #deps: OperationsDeps;
  readonly #clock: Clock;
  readonly #timing: OperationTiming;
  readonly #journal: Journal;
  readonly #ownership: Ownership;
  readonly #records: SharedRecords;
  readonly #takeover: Takeover;
  readonly #lifetime = new DisposableStore();
  readonly #closing = new AbortController();
  readonly #atWork: AtWork;
  readonly #resuming = new Map<string, Promise<void>>();
  readonly #signedOut: SignedOut;
  readonly #givingUp: GivingUp;
  readonly #settled = this.#lifetime.add(new Emitter<OperationRecord>());
  readonly #foundInterrupted = this.#lifetime.add(new Emitter<OperationRecord>());

  readonly onDidSettle = this.#settled.event;
  readonly onDidFindInterrupted = this.#foundInterrupted.event;
  readonly onDidChange;
  readonly onDidSetAside;

  constructor(deps: OperationsDeps) {
    this.#deps = deps;
    this.#clock = deps.clock ?? systemClock;
    this.#timing = { ...defaultTiming, ...deps.timing };
    const { log, files = nodeFiles } = deps;
    const clock = this.#clock;
    this.#journal = new Journal(deps.directory, { files, clock, log });
    this.#ownership = new Ownership(deps.directory, this.#timing, { files, clock, log });
    this.#records = this.#lifetime.add(
      new SharedRecords({
        journal: this.#journal,
        files,
        clock,
        log,
        secondLookMs: looksBeforeSecondLook * this.#timing.lookMs,
      }),
    );
    this.onDidChange = this.#records.onDidChange;
    this.onDidSetAside = this.#records.onDidSetAside;
    this.#atWork = new AtWork({
      journal: this.#journal,
      records: this.#records,
      sessions: deps.sessions,
      follower: deps.follower,
      clock,
      log,
      retryDelaysMs: this.#timing.retryDelaysMs,
      onEnd: (id, end) => this.#finish(id, end),
    });
    this.#takeover = new Takeover({
      records: this.#records,
      journal: this.#journal,
      ownership: this.#ownership,
      clock,
      log,
      lookMs: this.#timing.lookMs,
      signal: this.#closing.signal,
      isMine: (id) => this.#atWork.has(id),
      onLost: (id) => this.#atWork.lose(id),
      carryOn: (record, lease) => this.#takeOver(record, lease),
      onInterrupted: (record) => this.#foundInterrupted.fire(record),
    });
    this.#signedOut = new SignedOut({
      sessions: deps.sessions,
      clock,
      log,
      signal: this.#closing.signal,
      get: (id) => this.#records.get(id),
      resume: (id) => this.#resume(id),
    });
    this.#givingUp = new GivingUp({
      records: this.#records,
      journal: this.#journal,
      clock,
      working: (id) => this.#atWork.get(id),
      known: (id) => this.#known(id),
      take: (record) => this.#take(record),
    });
    this.#lifetime.add(this.#records.onDidChange(() => void this.#takeover.watch()));
    this.#lifetime.add(deps.sessions.onDidChange((key) => void this.#signedOut.resume(key)));
  }

  /** Reads the journal and follows it from then on. Never rejects: what cannot be read is announced. */
  async open(): Promise<void> {
    try {
      await this.#journal.prepare();
      this.#records.watch();
    } catch (error) {
      this.#records.announce(messageOf(error), "folder");
    }
    await this.#records.readAll();
    for (const record of this.list()) if (record.status === "interrupted") this.#foundInterrupted.fire(record);
    void sweep(this.#deps.directory, {
      files: this.#deps.files ?? nodeFiles,
      timing: this.#timing,
      clock: this.#clock,
      log: this.#deps.log,
      signal: this.#closing.signal,
    });
  }

  async start(scope: OperationScope, request: OperationRequest): Promise<OperationRecord> {
    const kind = this.#kind(scope);
    const record = newRecord(scope, request, kind, this.#clock.now());
    try {
      await this.#journal.prepare();
      this.#records.watch();
      await refuseSecond(this.#records, record);
      const lease = await this.#take(record);
      try {
        // Another window may have started on the same instance before we had the lock.
        await refuseSecond(this.#records, record);
        const written = await this.#journal.write(record, lease);
        this.#atWork.begin(written, lease, kind, { isResumed: false });
        return written;
      } catch (error) {
        lease.release();
        throw error;
      }
    } catch (error) {
      if (!(error instanceof UserError) || error.cause === undefined) throw error;
      const { message, cause } = error;
      throw new UserError(
        `Could not ${operationWords[record.type].verb} ${record.label}: nothing was sent. ${message}`,
        { cause },
      );
    }
  }

  async untilIdle(id: string, signal?: AbortSignal): Promise<OperationRecord> {
    // Another window may have started it a moment ago.
    if (!this.#records.get(id)) await this.#records.read(id);
    return waitUntilSettled(id, {
      records: this.#records,
      isMine: (candidate) => this.#atWork.has(candidate),
      signals: signal ? [this.#closing.signal, signal] : [this.#closing.signal],
    });
  }

  async resume(id: string): Promise<void> {
    this.#signedOut.forget(id);
    await this.#resume(id);
  }

  async discard(id: string, options?: DiscardOptions): Promise<void> {
    this.#signedOut.forget(id);
    await this.#givingUp.discard(id, options);
  }

  async stopFollowing(id: string): Promise<void> {
    this.#signedOut.forget(id);
    await this.#givingUp.stopFollowing(id);
  }

  async clearCompleted(): Promise<number> {
    const completed = this.list().filter(isCompleted);
    for (const { id } of completed) await this.#givingUp.clear(id);
    return completed.length;
  }

  get(id: string): OperationRecord | undefined {
    return this.#records.get(id);
  }

  list(): readonly OperationRecord[] {
    return this.#records.list();
  }

  canCancel(id: string): boolean {
    return this.#givingUp.canCancel(id);
  }

  async cancel(id: string): Promise<void> {
    await this.#givingUp.cancel(id);
  }

  dispose(): void {
    this.#closing.abort();
    this.#atWork.stop();
    this.#lifetime.dispose();
  }

  /** Never rejects. */
  async #finish(id: string, end: RunEnd): Promise<void> {
    if (end === "stopped") return;
    if (end === "lost") await this.#records.read(id);
    if (end === "needsSignIn") this.#signedOut.add(id);
    else this.#signedOut.forget(id);
    const record = this.#records.get(id);
    // Only now is the operation nobody's: `settled` and the take-over look again.
    if (record) this.#records.put(record);
    if (end === "settled" && record) {
      this.#settled.fire(record);
      await trim(this.#records, {
        now: this.#clock.now(),
        offsetMs: this.#deps.sessions.current(record.connection)?.client.clockOffsetMs,
        retentionMs: this.#deps.retentionMs,
      });
    }
  }

  #takeOver(record: OperationRecord, lease: Lease): boolean {
    const kind = this.#findKind(record);
    if (kind) this.#atWork.begin(record, lease, kind, { isResumed: true });
    return kind !== undefined;
  }

  /** However many want it at once: the user, and a sign-in. */
  #resume(id: string): Promise<void> {
    const resuming = this.#resuming.get(id) ?? this.#carryOn(id).finally(() => this.#resuming.delete(id));
    this.#resuming.set(id, resuming);
    return resuming;
  }

  async #carryOn(id: string): Promise<void> {
    const known = this.#known(id);
    if (this.#atWork.has(id)) return;
    if (isSettled(known)) throw new UserError(`${known.label}: this operation is over and cannot be resumed.`);
    const kind = this.#kind(known);
    const lease = await this.#take(known);
    try {
      await this.#journal.removeLeftovers(id);
      const record = await this.#records.read(id);
      if (!record || isSettled(record))
        throw new UserError(`${known.label}: another window has settled this operation.`);
      const at = this.#clock.now();
      const history = [...record.history, { at, text: "Resumed" }];
      const running = await this.#journal.write(
        { ...record, status: "running", error: undefined, history, updatedAt: at },
        lease,
      );
      this.#atWork.begin(running, lease, kind, { isResumed: true });
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** The lock of an operation that is not at work. Explains itself when another window has it. */
  #take(record: OperationRecord): Promise<Lease> {
    return this.#ownership.takeInTurn(record, {
      signal: this.#closing.signal,
      onLost: () => this.#atWork.lose(record.id),
      isAtWork: async () => {
        // Whoever has that one's lock holds it for as long as a write takes.
        if (isSettled(record)) return false;
        await this.#records.read(record.id);
        return findUnsettled(this.list(), record, "running") !== undefined;
      },
    });
  }

  #known(id: string): OperationRecord {
    const record = this.#records.get(id);
    if (!record) throw new UserError("This operation is no longer there.");
    return record;
  }

  #kind(record: Pick<OperationRecord, "kind" | "place">): Kind {
    const kind = this.#findKind(record);
    if (!kind) throw new UserError(`This version does not know the kind of instance "${record.kind}", or its API.`);
    return kind;
  }

  #findKind(record: Pick<OperationRecord, "kind" | "place">): Kind | undefined {
    const kind = this.#deps.kinds.get(record.kind);
    return kind && pinnedKind(record, kind);
  }
}
