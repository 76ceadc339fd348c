import type { Clock } from "../core/clock";
import { UserError } from "../core/errors";
import type { Working } from "./atWork";
import { OutdatedWriterError, type Journal } from "./journal";
import type { Lease } from "./lock";
import { isSettled, type OperationRecord } from "./operationRecord";
import type { Wish } from "./operationRun";
import type { DiscardOptions } from "./operations";
import { keepsDraft } from "./retention";
import type { SharedRecords } from "./sharedRecords";
import { isOnlyWaiting } from "./progress";

export interface GivingUpDeps {
  readonly records: SharedRecords;
  readonly journal: Journal;
  readonly clock: Clock;
  /** The operation at work in this window. */
  working(id: string): Working | undefined;
  known(id: string): OperationRecord;
  /** The lock of an operation that is not at work. Rejects with UserError when another window has it. */
  take(record: OperationRecord): Promise<Lease>;
}

/** The ways in which a user ends an operation. Each is on disk before it resolves; none undoes anything. */
export class GivingUp {
  readonly #deps: GivingUpDeps;

  constructor(deps: GivingUpDeps) {
    this.#deps = deps;
  }

  canCancel(id: string): boolean {
    return this.#deps.working(id)?.run.canCancel ?? false;
  }

  async cancel(id: string): Promise<void> {
    const working = this.#deps.working(id);
    if (!working?.run.canCancel) throw cannotBeCancelled(this.#deps.known(id));
    await this.#end(working, (record) => ({ ...this.#discarded(record), orInterrupt: true }));
  }

  async discard(id: string, { evenAtWork = false, withDraft = false }: DiscardOptions = {}): Promise<void> {
    const working = this.#deps.working(id);
    const forDraft = withDraft ? { draft: undefined } : {};
    const wishFor = (record: OperationRecord): Wish => {
      const { changes, history } = this.#discarded(record);
      return { changes: { ...changes, ...forDraft }, history };
    };
    if (working && evenAtWork) return this.#end(working, wishFor);
    if (working && !working.run.canCancel) throw isAtWork(this.#deps.known(id));
    if (working) return this.cancel(id);
    const known = this.#deps.known(id);
    if (known.status === "succeeded" || (known.status === "discarded" && !(withDraft && keepsDraft(known)))) return;
    await this.#write(known, (record) => {
      if (record.status === "succeeded") return undefined;
      if (record.status !== "discarded") return wishFor(record);
      return withDraft ? { changes: forDraft, history: "The draft was given up" } : undefined;
    });
  }

  async clear(id: string): Promise<void> {
    await this.#write(this.#deps.known(id), (record) =>
      isCompleted(record) ? { changes: { isCleared: true }, history: "Cleared from Activity" } : undefined,
    );
  }

  async stopFollowing(id: string): Promise<void> {
    const wishFor = (record: OperationRecord) => followingStopped(record, this.#deps.clock);
    const working = this.#deps.working(id);
    if (working) return this.#end(working, wishFor);
    const known = this.#deps.known(id);
    wishFor(known);
    try {
      await this.#write(known, wishFor);
    } catch (error) {
      if (error instanceof UserError && this.#deps.records.get(id)?.status === "running")
        throw new UserError(`Another window follows ${known.label}. Use Stop Following there, or close that window.`, {
          cause: error,
        });
      throw error;
    }
  }

  #discarded(record: OperationRecord): Wish {
    return discarded(record, "Discarded", this.#deps.clock);
  }

  async #end({ run, ended }: Working, wishFor: (record: OperationRecord) => Wish): Promise<void> {
    try {
      await run.giveUp(wishFor);
    } catch (error) {
      throw explained(error, run.record);
    }
    await ended;
  }

  async #write(known: OperationRecord, wishFor: (record: OperationRecord) => Wish | undefined): Promise<void> {
    const { records, journal, clock } = this.#deps;
    const lease = await this.#deps.take(known);
    try {
      // Only now is the record still.
      const record = await records.read(known.id);
      const wish = record && wishFor(record);
      if (!wish) return;
      // There is nothing left to write it into.
      if (wish.changes.status === "discarded" && records.isDamaged(known.id)) {
        await records.setAside(known.id);
        return;
      }
      const at = clock.now();
      const history = [...record.history, { at, text: wish.history }];
      records.put(await journal.write({ ...record, ...wish.changes, history, updatedAt: at }, lease));
    } catch (error) {
      throw explained(error, known);
    } finally {
      lease.release();
    }
  }
}

/** Over, and nothing about it is left to decide. */
export function isCompleted(record: OperationRecord): boolean {
  const { status, isCleared } = record;
  return (status === "succeeded" || status === "discarded") && !isCleared && !keepsDraft(record);
}

/** What had come to an end before keeps the time of that. */
function discarded({ status, settledAt, updatedAt }: OperationRecord, history: string, clock: Clock): Wish {
  const at = clock.now();
  if (status !== "failed" && status !== "interrupted")
    return { changes: { status: "discarded", settledAt: at }, history };
  const since = settledAt ?? updatedAt;
  const givenUp = { at, was: status, since };
  return { changes: { status: "discarded", settledAt: status === "failed" ? since : at, givenUp }, history };
}

/** A recreate has deleted by then, and its draft is in the record only: it stays, to be resumed. */
function followingStopped(record: OperationRecord, clock: Clock): Wish {
  const { type, step, label } = record;
  if (isSettled(record)) throw new UserError(`${label}: this operation is over.`);
  if (!isOnlyWaiting(record))
    throw new UserError(`${label} is not only waiting for the service: a step of its own is left.`);
  if (step === "follow")
    return discarded(record, "Stopped following: the service goes on, and the instance will be listed.", clock);
  if (type !== "recreate")
    return discarded(record, "Stopped following: the service goes on deleting, as far as it gets.", clock);
  const message =
    "Following was stopped. The service goes on deleting the failed instance; Resume waits for that again and then creates the new one.";
  return { changes: { status: "interrupted", error: { code: "StoppedFollowing", message } }, history: message };
}

function isAtWork(record: OperationRecord): UserError {
  if (!isOnlyWaiting(record))
    return new UserError(`${record.label} is being worked on, and a request was sent. Wait until that is done.`);
  const args = [{ type: "operation", operationId: record.id }];
  return new UserError(`${record.label} is being worked on: only waiting is left. Stop following it instead.`, {
    remedies: [{ title: "Stop Following", command: "appInstances.stopFollowing", args }],
  });
}

/** What this window does not work on is another window's, or was interrupted or settled a moment ago. */
function cannotBeCancelled({ label, attempts }: OperationRecord): UserError {
  if (attempts > 0) return new UserError("It is too late to cancel: the request was sent.");
  return new UserError(`${label} is not at work in this window. Nothing was sent.`);
}

function explained(error: unknown, { label }: OperationRecord): unknown {
  return error instanceof OutdatedWriterError ? new UserError(`Another window is working on ${label}.`) : error;
}
