import * as vscode from "vscode";
import type { Clock } from "../../core/clock";
import { DisposableStore, type Disposable } from "../../core/disposable";
import type { Operations } from "../../operations/runner";
import type { Sync } from "../../instances/sync";
import type { Commands } from "../../ui/commands";
import type { TargetDeps } from "../../ui/targets";
import type { InstanceStore } from "../../instances/store";
import { copyArn, copyId, loadMore, openInConsole, openWebApp, refresh } from "./actions";
import { createInstancesView } from "./instancesView";
import { InstanceTree } from "./instanceTree";

export interface InstancesDeps extends TargetDeps {
  readonly store: InstanceStore;
  readonly operations: Pick<Operations, "list" | "get" | "onDidChange">;
  readonly sync: Sync;
  readonly clock: Clock;
  /** To be done before anything is shown. */
  readonly onShown: () => unknown;
  /** Brings a pinned sandbox back that went away with another window. */
  readonly restoreSandbox: () => Promise<void>;
}

/** The Instances view and the commands that only read. */
export function registerInstances(commands: Pick<Commands, "registerCommand">, deps: InstancesDeps): Disposable {
  const parts = new DisposableStore();
  const { store, operations, sync, clock, sessions } = deps;
  const tree = new InstanceTree(deps);
  const view = parts.add(
    createInstancesView({
      tree,
      store,
      operations,
      clock,
      setVisible: (isVisible) => {
        if (isVisible) deps.onShown();
        sync.setVisible(isVisible);
      },
    }),
  );
  const forget = sessions.invalidate.bind(sessions);
  const actions = {
    ...deps,
    clipboard: vscode.env.clipboard,
    openUrl: (url: string) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
  };
  commands.registerCommand("refresh", async (target) => {
    await deps.restoreSandbox();
    await refresh({ sync, store, forget }, target);
  });
  commands.registerCommand("loadMore", (target) => loadMore({ sync, tree, view }, target));
  commands.registerCommand("copyId", (target) => copyId(actions, target));
  commands.registerCommand("copyArn", (target) => copyArn(actions, target));
  commands.registerCommand("openWebApp", (target) => openWebApp(actions, target));
  commands.registerCommand("openInConsole", (target) => openInConsole(actions, target));
  return parts;
}
