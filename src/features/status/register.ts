import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../../core/disposable";
import type { Log } from "../../core/log";
import type { Operations } from "../../operations/operations";
import { notify } from "../../ui/notify";
import { announceSettled } from "./settledNotice";
import { createStatusBar, type StatusBarDeps } from "./statusBar";

export interface StatusDeps extends StatusBarDeps {
  readonly operations: Pick<Operations, "list" | "onDidChange" | "onDidSettle">;
  readonly log: Log;
}

/** What is said without being asked: one quiet status item, and one toast for each operation of ours that settles. */
export function registerStatus(deps: StatusDeps): Disposable {
  const parts = new DisposableStore();
  parts.add(createStatusBar(deps));
  parts.add(
    announceSettled({
      ...deps,
      show: ({ severity, message, actions }) =>
        notify(
          deps.log,
          severity,
          message,
          actions.map(({ title, command, node }) => ({
            title,
            run: () => vscode.commands.executeCommand(`appInstances.${command}`, node),
          })),
        ),
    }),
  );
  return parts;
}
