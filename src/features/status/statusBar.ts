import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../../core/disposable";
import type { InstanceStore } from "../../instances/store";
import type { Kinds } from "../../instances/kinds/registry";
import type { Operations } from "../../operations/operations";
import type { Rosters } from "../../ui/instance/roster";
import { statusOf } from "./status";

export interface StatusBarDeps {
  readonly store: InstanceStore;
  readonly rosters: Rosters;
  readonly kinds: Kinds;
  readonly operations: Pick<Operations, "list" | "onDidChange">;
  /** The Instances view. */
  readonly view: Pick<vscode.TreeView<unknown>, "visible" | "onDidChangeVisibility">;
}

/** One quiet item: what is in progress, or what needs the user; nothing when there is nothing to say. */
export function createStatusBar(deps: StatusBarDeps): Disposable {
  const parts = new DisposableStore();
  let item: vscode.StatusBarItem | undefined;
  const update = () => {
    const status = statusOf({ ...deps, isLookedAt: deps.view.visible }, deps.operations.list());
    if (!status) {
      item?.hide();
      return;
    }
    item ??= parts.add(vscode.window.createStatusBarItem("appInstances.status", vscode.StatusBarAlignment.Left));
    item.name = "App Instances";
    item.text = `$(${status.icon}) App Instances: ${status.text}`;
    item.tooltip = status.tooltip;
    item.accessibilityInformation = { label: `App Instances: ${status.tooltip}`, role: "button" };
    item.command = "appInstances.instances.focus";
    item.show();
  };
  parts.add(deps.store.onDidChange(update));
  parts.add(deps.operations.onDidChange(update));
  parts.add(deps.view.onDidChangeVisibility(update));
  return parts;
}
