import { DisposableStore, type Disposable } from "../../core/disposable";
import type { Log } from "../../core/log";
import type { Operations } from "../../operations/operations";
import { announceSettled } from "./settledNotice";
import { notify } from "../../ui/notify";
import type { VisiblePages } from "../../ui/page/visiblePages";
import { announceChangedAccounts } from "./accountNotice";
import { showNotice } from "./showNotice";
import { createStatusBar, type StatusBarDeps } from "./statusBar";

export interface StatusDeps extends StatusBarDeps {
  readonly operations: Pick<Operations, "list" | "onDidChange" | "onDidSettle">;
  readonly log: Log;
  readonly visiblePages: VisiblePages;
}

/** What is said without being asked: one quiet status item, and one toast for each operation of ours that settles. */
export function registerStatus(deps: StatusDeps): Disposable {
  const parts = new DisposableStore();
  parts.add(createStatusBar(deps));
  parts.add(
    announceSettled({
      ...deps,
      isSeen: (record) => deps.visiblePages.show(record),
      show: (notice) => showNotice(deps.log, notice),
    }),
  );
  parts.add(announceChangedAccounts({ ...deps, warn: (message) => notify(deps.log, "warning", message) }));
  return parts;
}
