import type { Kind } from "../instances/kind";
import type { Lease } from "./lock";
import type { OperationRecord } from "./operationRecord";
import { OperationRun, type RunDeps, type RunEnd } from "./operationRun";
import type { SharedRecords } from "./sharedRecords";

export interface Working {
  readonly run: OperationRun;
  /** Resolves when the lock is free again and everybody was told. Never rejects. */
  readonly ended: Promise<void>;
}

export interface AtWorkDeps extends Omit<RunDeps, "publish" | "others" | "unread"> {
  readonly records: SharedRecords;
  /** Called when the lock is free again. Never rejects. */
  onEnd(id: string, end: RunEnd): Promise<void>;
}

/** The operations at work in this window, each under its lock for as long as it is. */
export class AtWork {
  readonly #deps: AtWorkDeps;
  readonly #all = new Map<string, Working & { readonly lease: Lease }>();

  constructor(deps: AtWorkDeps) {
    this.#deps = deps;
  }

  has(id: string): boolean {
    return this.#all.has(id);
  }

  get(id: string): Working | undefined {
    return this.#all.get(id);
  }

  /** The lock is the run's from now on. */
  begin(record: OperationRecord, lease: Lease, kind: Kind, options: { readonly isResumed: boolean }): void {
    const { records } = this.#deps;
    const { id } = record;
    const run = new OperationRun(
      {
        ...this.#deps,
        publish: (next) => records.put(next),
        others: async () => {
          await records.readUnsettled();
          return records.list();
        },
        unread: () => records.listUnread(),
      },
      kind,
      lease,
      record,
      options,
    );
    const ended = run.work().then((end) => {
      lease.release();
      this.#all.delete(id);
      return this.#deps.onEnd(id, end);
    });
    this.#all.set(id, { run, lease, ended });
    records.put(record);
  }

  /** Its lock is another window's by now. */
  lose(id: string): void {
    this.get(id)?.run.abort("lost");
  }

  stop(): void {
    for (const { run, lease } of this.#all.values()) {
      run.abort("stopped");
      // A closing host waits for nothing: the lock goes at once, whatever the run is waiting for.
      lease.release();
    }
  }
}
