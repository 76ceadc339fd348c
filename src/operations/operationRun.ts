import { isCredentialError, needsSignIn, ServiceError, SignInRequiredError, TransportError } from "../aws/errors";
import type { Clock } from "../core/clock";
import { isCancelled, logStackOf, logTextOf, messageOf, throwIfAborted, UserError } from "../core/errors";
import type { Log } from "../core/log";
import type { Session, Sessions } from "../instances/connection";
import { isPassing, type InstanceFollower } from "../instances/follow";
import type { Instance } from "../instances/instance";
import type { Kind } from "../instances/kind";
import { OutdatedWriterError, type Journal } from "./journal";
import type { Lease } from "./lock";
import type { OperationRecord } from "./operationRecord";
import { requireOwner, requirePlace } from "./pinnedPlace";
import { StoppedError, type Call, type ChangeOptions, type StepContext } from "./step";
import { stepsOf } from "./stepLists";
import type { UnreadRecord } from "./unreadRecord";

export interface RunDeps {
  readonly journal: Journal;
  readonly sessions: Pick<Sessions, "open" | "current">;
  readonly follower: Pick<InstanceFollower, "follow">;
  readonly clock: Clock;
  readonly log: Log;
  /** Waits between repeated calls; when they are used up the operation is interrupted. */
  readonly retryDelaysMs: readonly number[];
  /** Hears of every change to the record. */
  publish(record: OperationRecord): void;
  /** Every operation of the journal, read now. */
  others(): Promise<readonly OperationRecord[]>;
  /** What of it could not be read then. */
  unread(): readonly UnreadRecord[];
}

/**
 * How a run ended: `settled` and `interrupted` are in the record; `needsSignIn` is an interruption that new credentials
 * may end; `lost` means that another window has the operation; `stopped` that this one closes, and the record stays as it is.
 */
export type RunEnd = "settled" | "interrupted" | "needsSignIn" | "cancelled" | "lost" | "stopped";

/** How the user wants an operation to end. */
export interface Wish {
  readonly changes: Partial<OperationRecord>;
  readonly history: string;
  /** When the wish cannot be written, the run is interrupted at least here. */
  readonly orInterrupt?: boolean;
}

/** Only so much of the history and of the request ids is kept. */
const keptEntries = 200;

/** New sessions that one call is tried with. */
const maxReplacements = 3;

/** Carries out the steps of one operation, from the one that its record names. Owns the record while it runs. */
export class OperationRun {
  readonly #deps: RunDeps;
  readonly #kind: Kind;
  readonly #lease: Lease;
  readonly #isResumed: boolean;
  readonly #stop = new AbortController();
  #record: OperationRecord;
  #isFirstStep = true;
  #hasSent: boolean;
  #abortedBy: "cancelled" | "interrupted" | "lost" | "stopped" = "stopped";
  /** Writes follow each other, whoever wants them. */
  #writes: Promise<unknown> = Promise.resolve();
  /** A wish whose write is under way: until it is decided nothing is sent. Never rejects. */
  #wish: Promise<unknown> | undefined;

  constructor(
    deps: RunDeps,
    kind: Kind,
    lease: Lease,
    record: OperationRecord,
    options: { readonly isResumed: boolean },
  ) {
    this.#deps = deps;
    this.#kind = kind;
    this.#lease = lease;
    this.#record = options.isResumed ? { ...record, wasHeldUp: true } : record;
    this.#isResumed = options.isResumed;
    this.#hasSent = record.attempts > 0;
  }

  get record(): OperationRecord {
    return this.#record;
  }

  /** No request that changes anything was sent, by this run or an earlier one. */
  get canCancel(): boolean {
    return !this.#hasSent && !this.#stop.signal.aborted;
  }

  abort(reason: "lost" | "stopped"): void {
    this.#abort(reason);
  }

  /**
   * Ends the run as the user wants it: resolves when that is on disk, and nothing is sent from the call on. Rejects when
   * it cannot be kept; the run then goes on, or was interrupted, as the error says. `wishFor` is asked when its turn has
   * come, and throws when the run has gone too far meanwhile.
   */
  giveUp(wishFor: (record: OperationRecord) => Wish): Promise<void> {
    const given = this.#inTurn(async () => {
      if (this.#stop.signal.aborted)
        throw new UserError(`${this.#record.label}: the operation has come to an end meanwhile. Look again.`);
      const { changes, history, orInterrupt } = wishFor(this.#record);
      try {
        await this.#write(changes, history);
      } catch (error) {
        if (error instanceof OutdatedWriterError) throw error;
        const { label } = this.#record;
        if (!orInterrupt) throw new UserError(`${label} goes on: ${messageOf(error)}`, { cause: error });
        const message = `${label} was interrupted before anything was sent, but that could not be recorded: ${messageOf(error)} Discard it when that is mended.`;
        this.#show({ code: codeOf(error), message });
        this.#abort("interrupted");
        throw new UserError(message, { cause: error });
      }
      this.#abort("cancelled");
    });
    this.#wish = given.catch(() => undefined);
    return given;
  }

  #abort(reason: "cancelled" | "interrupted" | "lost" | "stopped"): void {
    if (this.#stop.signal.aborted) return;
    this.#abortedBy = reason;
    this.#stop.abort();
  }

  /** Never rejects. The caller releases the lease. */
  async work(): Promise<RunEnd> {
    try {
      await this.#carryOut();
      await this.#settle({ status: "succeeded" }, "Done");
      return "settled";
    } catch (error) {
      return await this.#end(error);
    }
  }

  async #carryOut(): Promise<void> {
    const steps = stepsOf(this.#record.type, this.#kind);
    const first = steps.findIndex(({ id }) => id === this.#record.step);
    if (first < 0)
      throw new StoppedError("interrupted", "UnknownStep", `This version does not know the step ${this.#record.step}.`);
    for (const step of steps.slice(first)) {
      if (step.id !== this.#record.step) {
        this.#isFirstStep = false;
        const stepTimes = [...(this.#record.stepTimes ?? []), { step: step.id, at: this.#deps.clock.now() }];
        await this.#save({ step: step.id, stepTimes, sentAt: undefined, sentAtService: undefined });
      }
      throwIfAborted(this.#stop.signal);
      await step.run(this.#context());
    }
  }

  async #end(error: unknown): Promise<RunEnd> {
    if (error instanceof OutdatedWriterError) return "lost";
    if (this.#stop.signal.aborted) return this.#abortedBy;
    const { log } = this.#deps;
    const name = `${this.#record.type} of ${this.#record.kind} (operation ${this.#record.id})`;
    try {
      if (error instanceof StoppedError && error.status === "failed") {
        log.info(`${name} failed: ${error.code}`);
        await this.#settle({ status: "failed", error: { code: error.code, message: error.message } }, error.message);
        return "settled";
      }
      const code = codeOf(error);
      log.info(`${name} was interrupted: ${code}`);
      if (!isExpected(error)) log.error(`${name}: ${logStackOf(error)}`);
      await this.#save({ status: "interrupted", error: { code, message: messageOf(error) } }, messageOf(error));
    } catch (failure) {
      if (failure instanceof OutdatedWriterError) return "lost";
      if (isCancelled(failure)) return this.#abortedBy;
      log.error(`${name} could not be recorded: ${logTextOf(failure)}`);
      this.#show({ code: codeOf(failure), message: messageOf(failure) });
    }
    return needsSignIn(error) ? "needsSignIn" : "interrupted";
  }

  /** What cannot be written is at least shown; on disk the operation is still running, and a later start offers it. */
  #show(error: NonNullable<OperationRecord["error"]>): void {
    this.#record = { ...this.#record, status: "interrupted", error };
    this.#deps.publish(this.#record);
  }

  async #settle(changes: Partial<OperationRecord>, history: string): Promise<void> {
    await this.#save({ ...changes, settledAt: this.#deps.clock.now() }, history);
  }

  #save(changes: Partial<OperationRecord>, history?: string): Promise<void> {
    return this.#inTurn(() => {
      throwIfAborted(this.#stop.signal);
      return this.#write(changes, history);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#writes.then(work);
    this.#writes = done.catch(() => undefined);
    return done;
  }

  async #write(changes: Partial<OperationRecord>, history: string | undefined): Promise<void> {
    const now = this.#deps.clock.now();
    const entries =
      history === undefined ? this.#record.history : [...this.#record.history, { at: now, text: history }];
    const next = { ...this.#record, ...changes, history: entries.slice(-keptEntries), updatedAt: now };
    this.#record = await this.#deps.journal.write(next, this.#lease);
    this.#deps.publish(this.#record);
  }

  #context(): StepContext {
    const record = () => this.#record;
    return {
      get record() {
        return record();
      },
      kind: this.#kind,
      isResumed: this.#isResumed && this.#isFirstStep,
      save: (changes, history) => this.#save(changes, history),
      read: (call) => this.#repeat(call),
      change: (call, options) => this.#change(call, options),
      get: (id) => this.#get(id),
      follow: (id) => this.#follow(id),
      now: () => this.#deps.clock.now(),
      monotonic: () => this.#deps.clock.monotonic(),
      sleep: (ms) => this.#deps.clock.sleep(ms, this.#stop.signal),
      others: async () => (await this.#deps.others()).filter(({ id }) => id !== this.#record.id),
      unread: () => this.#deps.unread(),
    };
  }

  async #get(id: string): Promise<Instance | undefined> {
    const instance = await this.#repeat((session, options) => this.#kind.get(session, id, options));
    if (instance) requireOwner(this.#record, instance);
    return instance;
  }

  #change<T>(call: Call<T>, options: ChangeOptions = {}): Promise<T> {
    return this.#repeat(async (session, callOptions) => {
      // The last moment at which the record, the lease and a cancelling user are asked.
      await this.#save({ attempts: this.#record.attempts + 1, ...this.#sentNow(session) });
      throwIfAborted(this.#stop.signal);
      return call(session, {
        ...callOptions,
        beforeAttempt: () => this.#expectToBeWanted(),
        onAttempt: (attempt) => this.#keepRequestId(attempt.requestId),
      });
    }, options);
  }

  /** When the first request of this step is sent, by our clock and by the service's. */
  #sentNow({ client }: Session): Partial<OperationRecord> {
    if (this.#record.sentAt !== undefined) return {};
    const sentAt = this.#deps.clock.now();
    const sentAtService = client.clockOffsetMs === undefined ? undefined : sentAt + client.clockOffsetMs;
    const { attempts, firstSentAtService = attempts === 0 ? sentAtService : undefined } = this.#record;
    return { sentAt, sentAtService, firstSentAtService };
  }

  /** Right before bytes leave: since the record was written, credentials may have taken an hour, or the process was stopped. */
  async #expectToBeWanted(): Promise<void> {
    if (!(await this.#lease.isHeld()))
      throw new OutdatedWriterError(`Another window owns operation ${this.#record.id}`);
    for (let wish = this.#wish; wish; wish = this.#wish === wish ? undefined : this.#wish) await wish;
    throwIfAborted(this.#stop.signal);
    if (this.#hasSent) return;
    this.#hasSent = true;
    // It cannot be cancelled any more.
    this.#deps.publish(this.#record);
  }

  #keepRequestId(id: string | undefined): void {
    if (id !== undefined)
      this.#record = { ...this.#record, requestIds: [...this.#record.requestIds, id].slice(-keptEntries) };
  }

  /** Repeats a call while waiting may help. A lost connection ends in an interruption, never in a guess. */
  async #repeat<T>(call: Call<T>, options: ChangeOptions = {}): Promise<T> {
    let replacements = 0;
    for (let round = 0; ;) {
      let session: Session | undefined;
      try {
        session = await this.#session();
        return await call(session, { signal: this.#stop.signal });
      } catch (error) {
        throwIfAborted(this.#stop.signal);
        if (session && this.#wasReplaced(session, error) && replacements++ < maxReplacements) {
          options.onRetry?.(error);
          continue;
        }
        const delayMs = this.#deps.retryDelaysMs[round++];
        if (delayMs === undefined || !isPassing(error)) throw error;
        options.onRetry?.(error);
        await this.#save({ wasHeldUp: true }, `${messageOf(error)} Trying again.`);
        await this.#deps.clock.sleep(delayMs, this.#stop.signal);
      }
    }
  }

  /** The credentials changed under the call, which may be fine with the new ones. */
  #wasReplaced(session: Session, error: unknown): boolean {
    if (!(error instanceof UserError) && !isCredentialError(error)) return false;
    return this.#deps.sessions.current(session.connection)?.generation !== session.generation;
  }

  /** A session in the place that the user confirmed, or nothing. */
  async #session(): Promise<Session> {
    const session = await this.#deps.sessions.open(this.#record.connection, this.#stop.signal);
    requirePlace(this.#record, session, this.#kind);
    return session;
  }

  /** On disk with whatever is written next. */
  #noteHeldUp(): void {
    this.#record = { ...this.#record, wasHeldUp: true };
  }

  async *#follow(id: string): AsyncGenerator<Instance | undefined> {
    const { signal } = this.#stop;
    const delays = this.#deps.retryDelaysMs;
    for (let round = 0; ; round++) {
      try {
        await this.#session();
        const { connection } = this.#record;
        // The step decides when it has seen enough.
        const seen = this.#deps.follower.follow(connection, this.#kind, id, signal, {
          until: () => false,
          onTrouble: () => this.#noteHeldUp(),
        });
        for await (const instance of seen) {
          throwIfAborted(signal);
          round = 0;
          yield instance;
        }
      } catch (error) {
        throwIfAborted(signal);
        if (!isPassing(error)) throw error;
        this.#noteHeldUp();
      }
      await this.#deps.clock.sleep(delays[Math.min(round, delays.length - 1)] ?? 1_000, signal);
    }
  }
}

function isExpected(error: unknown): boolean {
  return (
    error instanceof StoppedError ||
    error instanceof UserError ||
    error instanceof ServiceError ||
    error instanceof TransportError ||
    error instanceof SignInRequiredError ||
    isCancelled(error)
  );
}

function codeOf(error: unknown): string {
  if (error instanceof StoppedError) return error.code;
  if (error instanceof UserError && error.code !== undefined) return error.code;
  if (
    error instanceof UserError &&
    error.cause instanceof Error &&
    "code" in error.cause &&
    typeof error.cause.code === "string"
  )
    return error.cause.code;
  return error instanceof Error ? error.name : "Error";
}
