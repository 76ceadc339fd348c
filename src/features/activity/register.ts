import * as vscode from "vscode";
import type { Clock } from "../../core/clock";
import { DisposableStore, type Disposable } from "../../core/disposable";
import type { Log } from "../../core/log";
import type { InstanceStore } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import type { Commands } from "../../ui/commands";
import type { ContextKey } from "../../ui/contextKeys";
import type { TreeNode } from "../../ui/tree/nodes";
import {
  cancelOperation,
  clearCompleted,
  copyReport,
  copyRequestId,
  discardOperation,
  filterActivity,
  resumeOperation,
  showInInstances,
  showOperation,
  stopFollowing,
  type ActivityDeps,
} from "./operationCommands";
import { createActivityView } from "./activityView";
import { createOperationPages } from "./operationPage";
import { watchJournal } from "./announce";

export interface ActivityFeatureDeps extends ActivityDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: InstanceStore;
  readonly extensionUri: vscode.Uri;
  /** Of the extension itself. */
  readonly version: string;
  /** Shows an instance in the Instances view. */
  readonly reveal: (node: TreeNode) => PromiseLike<unknown>;
  readonly setContext: (key: ContextKey, value: boolean) => void;
  /** Done once, before anything is shown. */
  readonly start: () => unknown;
}

/** The Activity view, the page of an operation, and what one can do about it. */
export function registerActivity(commands: Pick<Commands, "registerCommand">, deps: ActivityFeatureDeps): Disposable {
  const parts = new DisposableStore();
  const view = parts.add(createActivityView(deps));
  const pages = parts.add(createOperationPages(deps));
  const reportPlace = {
    extension: deps.version,
    vscode: vscode.version,
    system: `${process.platform} ${process.arch}`,
  };
  const shown = { ...deps, reportPlace, show: (record: OperationRecord) => pages.show(record) };
  parts.add(watchJournal(deps, (hasInterrupted) => deps.setContext("hasInterrupted", hasInterrupted)));
  commands.registerCommand("resumeOperation", (target) => resumeOperation(deps, target));
  commands.registerCommand("discardOperation", (target) => discardOperation(deps, target));
  commands.registerCommand("cancelOperation", (target) => cancelOperation(deps, target));
  commands.registerCommand("stopFollowing", (target) => stopFollowing(deps, target));
  commands.registerCommand("copyRequestId", (target) => copyRequestId(deps, target));
  commands.registerCommand("showOperation", (target) => showOperation(shown, target));
  commands.registerCommand("copyReport", (target) => copyReport(shown, target));
  commands.registerCommand("showInInstances", (target) => showInInstances(shown, target));
  commands.registerCommand("clearCompleted", () => clearCompleted(deps));
  commands.registerCommand("filterActivity", () => filterActivity(deps, view));
  return parts;
}
