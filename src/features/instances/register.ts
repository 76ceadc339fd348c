import * as vscode from "vscode";
import type { Clock } from "../../core/clock";
import type { Log } from "../../core/log";
import type { Operations } from "../../operations/operations";
import type { Sync } from "../../instances/sync";
import type { Commands } from "../../ui/commands";
import type { Clipboard } from "../../ui/prompts/prompts";
import type { TargetDeps } from "../../ui/instance/pick";
import type { InstanceStore } from "../../instances/store";
import { copyArn, copyId, loadMore, openInConsole, openWebApp, refresh } from "./instanceCommands";
import { createInstancesView, type InstancesView } from "./instancesView";
import { InstanceTree } from "./instanceTree";
import { readTags } from "./readTags";
import { refreshSettled } from "./refreshSettled";

export interface InstancesDeps extends TargetDeps {
  readonly clipboard: Clipboard;
  readonly store: InstanceStore;
  readonly operations: Pick<Operations, "list" | "get" | "onDidChange">;
  readonly sync: Sync;
  readonly clock: Clock;
  readonly log: Log;
  /** Done once, before anything is shown. */
  readonly start: () => unknown;
  /** `restore` brings a pinned sandbox back that went away with another window. */
  readonly sandbox: { restore(): Promise<void> };
}

/** The Instances view and the commands that only read. */
export function registerInstances(commands: Pick<Commands, "registerCommand">, deps: InstancesDeps): InstancesView {
  const { store, operations, sync, clock, log, sessions } = deps;
  const tree = new InstanceTree(deps);
  const view = createInstancesView({
    tree,
    store,
    operations,
    clock,
    log,
    readTags: (node) => readTags(deps, node),
    setVisible: (isVisible) => {
      if (isVisible) deps.start();
      sync.setVisible(isVisible);
    },
  });
  const forget = sessions.invalidate.bind(sessions);
  const actions = {
    ...deps,
    openUrl: (url: string) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
  };
  commands.registerCommand("refresh", (target) =>
    view.showProgress(async () => {
      await deps.sandbox.restore();
      await refresh({ sync, store, forget }, target);
    }),
  );
  commands.registerCommand("loadMore", (target) => loadMore({ sync, tree, view }, target));
  commands.registerCommand("copyId", (target) => copyId(actions, target));
  commands.registerCommand("copyArn", (target) => copyArn(actions, target));
  commands.registerCommand("openWebApp", (target) => openWebApp(actions, target));
  commands.registerCommand("openInConsole", (target) => openInConsole(actions, target));
  const refreshing = refreshSettled(operations, (key) => void sync.refresh(key));
  return {
    ...view,
    dispose() {
      refreshing.dispose();
      view.dispose();
    },
  };
}
