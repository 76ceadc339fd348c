import { DisposableStore, toDisposable } from "../core/disposable";
import { CancelledError } from "../core/errors";
import type { OperationRecord } from "./operationRecord";
import type { SharedRecords } from "./sharedRecords";

interface WaitDeps {
  readonly records: Pick<SharedRecords, "get" | "onDidChange">;
  /** This window is still working on it, whatever the record says. */
  isMine(id: string): boolean;
  readonly signals: readonly AbortSignal[];
}

/** Resolves with the record when nobody works on it any more. */
export function waitUntilSettled(id: string, { records, signals, ...deps }: WaitDeps): Promise<OperationRecord> {
  return new Promise((resolve, reject) => {
    const listening = new DisposableStore();
    const finish = (end: () => void) => {
      listening.dispose();
      end();
    };
    const look = () => {
      const record = records.get(id);
      if (!record) finish(() => reject(new Error(`There is no operation ${id}`)));
      else if (record.status !== "running" && !deps.isMine(id)) finish(() => resolve(record));
    };
    const cancel = () => finish(() => reject(new CancelledError()));
    for (const signal of signals) {
      if (signal.aborted) {
        cancel();
        return;
      }
      signal.addEventListener("abort", cancel, { once: true });
      listening.add(toDisposable(() => signal.removeEventListener("abort", cancel)));
    }
    listening.add(
      records.onDidChange((changed) => {
        if (changed === undefined || changed === id) look();
      }),
    );
    look();
  });
}
