import type { Clock } from "../core/clock";
import { isCancelled, logTextOf } from "../core/errors";
import type { Log } from "../core/log";
import type { Journal } from "./journal";
import type { Lease } from "./lock";
import type { OperationRecord } from "./operationRecord";
import type { Ownership } from "./ownership";
import type { SharedRecords } from "./sharedRecords";

export interface TakeoverDeps {
  readonly records: SharedRecords;
  readonly journal: Journal;
  readonly ownership: Ownership;
  readonly clock: Clock;
  readonly log: Log;
  readonly lookMs: number;
  readonly signal: AbortSignal;
  isMine(id: string): boolean;
  onLost(id: string): void;
  /** Goes on with it under this lock. False when this version does not know how. */
  carryOn(record: OperationRecord, lease: Lease): boolean;
  onInterrupted(record: OperationRecord): void;
}

/** Watches over operations that other windows own. Holds a timer only while there are any. */
export class Takeover {
  readonly #deps: TakeoverDeps;
  /** Tells a window that died beside us from one that died before we started. */
  readonly #seenAtWork = new Set<string>();
  #isWatching = false;

  constructor(deps: TakeoverDeps) {
    this.#deps = deps;
  }

  /** To be called when a record changed; harmless at any time. Never rejects. */
  async watch(): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    const { clock, lookMs, signal, log } = this.#deps;
    try {
      for (let foreign = this.#foreign(); foreign.length > 0 && !signal.aborted; foreign = this.#foreign()) {
        for (const record of foreign) await this.#look(record);
        if (this.#foreign().length > 0) await clock.sleep(lookMs, signal);
      }
    } catch (error) {
      if (!isCancelled(error)) log.error(`Stopped watching operations of other windows: ${logTextOf(error)}`);
    } finally {
      this.#isWatching = false;
    }
  }

  #foreign(): readonly OperationRecord[] {
    return this.#deps.records.running().filter(({ id }) => !this.#deps.isMine(id));
  }

  async #look({ id }: OperationRecord): Promise<void> {
    const { records, ownership, signal, log } = this.#deps;
    try {
      // Events of a watched folder may be lost; this read does not depend on them.
      const record = await records.read(id);
      if (record?.status !== "running" || this.#deps.isMine(id) || signal.aborted) return;
      const result = await ownership.takeIfAbandoned(record, () => this.#deps.onLost(id));
      if (result.lease) await this.#inherit(id, result.lease);
      else if (result.isAlive) this.#seenAtWork.add(id);
    } catch (error) {
      log.warn(`Could not look after operation ${id}: ${logTextOf(error)}`);
    }
  }

  async #inherit(id: string, lease: Lease): Promise<void> {
    const { records, journal, signal } = this.#deps;
    try {
      // Only now is the record still: its owner may have settled it right before it gave up the lock.
      const record = await records.read(id);
      if (record?.status !== "running" || signal.aborted) {
        lease.release();
        return;
      }
      const wasSeenAtWork = this.#seenAtWork.delete(id);
      await journal.removeLeftovers(id);
      // What was never sent can still be called off: that is for the user to say.
      const isClear = record.attempts > 0 && !records.isDamaged(id);
      if (wasSeenAtWork && isClear && this.#deps.carryOn(record, lease)) return;
      await this.#interrupt(record, lease);
      lease.release();
    } catch (error) {
      // A lock that this window holds and does nothing with would keep all others away.
      lease.release();
      throw error;
    }
  }

  async #interrupt(record: OperationRecord, lease: Lease): Promise<void> {
    const { records, journal, clock } = this.#deps;
    const isDamaged = records.isDamaged(record.id);
    const message = isDamaged
      ? "The window that ran it is gone, and its record on disk is damaged. Look at your instances, then discard it."
      : `The window that ran it is gone.${record.attempts === 0 ? " Nothing was sent." : ""}`;
    const at = clock.now();
    const interrupted: OperationRecord = {
      ...record,
      status: "interrupted",
      error: { code: "Interrupted", message },
      history: [...record.history, { at, text: message }],
      updatedAt: at,
    };
    const written = isDamaged ? interrupted : await journal.write(interrupted, lease);
    records.put(written);
    this.#deps.onInterrupted(written);
  }
}
