import * as vscode from "vscode";
import type { InstanceStore } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import type { Commands } from "../../ui/commands";
import type { ActivityView } from "./activityView";
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
  type OperationsShown,
} from "./operationCommands";
import { createOperationPages, type OperationPages, type OperationPagesDeps } from "./operationPage";

export interface ActivityCommandDeps
  extends ActivityDeps, Omit<OperationPagesDeps, keyof ActivityDeps | "store">, Pick<OperationsShown, "reveal"> {
  readonly store: InstanceStore;
  /** Of the extension itself. */
  readonly version: string;
  readonly activity: ActivityView;
}

/** The page of an operation, and what one can do about it. */
export function registerActivityCommands(
  commands: Pick<Commands, "registerCommand">,
  deps: ActivityCommandDeps,
): OperationPages {
  const pages = createOperationPages(deps);
  const reportPlace = {
    extension: deps.version,
    vscode: vscode.version,
    system: `${process.platform} ${process.arch}`,
  };
  const shown = { ...deps, reportPlace, show: (record: OperationRecord) => pages.show(record) };
  commands.registerCommand("resumeOperation", (target) => resumeOperation(deps, target));
  commands.registerCommand("discardOperation", (target) => discardOperation(deps, target));
  commands.registerCommand("cancelOperation", (target) => cancelOperation(deps, target));
  commands.registerCommand("stopFollowing", (target) => stopFollowing(deps, target));
  commands.registerCommand("copyRequestId", (target) => copyRequestId(deps, target));
  commands.registerCommand("showOperation", (target) => showOperation(shown, target));
  commands.registerCommand("copyReport", (target) => copyReport(shown, target));
  commands.registerCommand("showInInstances", (target) => showInInstances(shown, target));
  commands.registerCommand("clearCompleted", () => clearCompleted(deps));
  commands.registerCommand("filterActivity", () => filterActivity(deps, deps.activity));
  return pages;
}
