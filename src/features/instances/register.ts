import * as vscode from "vscode";
import type { Commands } from "../../ui/commands";
import type { Sync } from "../../instances/sync";
import { showStoppable } from "../../ui/progress";
import {
  copyArn,
  copyId,
  loadAll,
  loadMore,
  openInConsole,
  openWebApp,
  refresh,
  type ActionDeps,
} from "./instanceCommands";
import type { InstancesView } from "./instancesView";
import type { InstanceTree } from "./instanceTree";

export interface InstanceCommandDeps extends Omit<ActionDeps, "openUrl"> {
  readonly sync: Sync;
  /** `restore` brings a pinned sandbox back that went away with another window. */
  readonly sandbox: { restore(): Promise<void> };
  readonly instances: InstancesView & { readonly tree: InstanceTree };
}

/** The commands that only read. */
export function registerInstanceCommands(commands: Pick<Commands, "registerCommand">, deps: InstanceCommandDeps): void {
  const { store, sync, sessions, instances: view } = deps;
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
  commands.registerCommand("loadMore", (target) => loadMore({ sync, tree: view.tree, view }, target));
  commands.registerCommand("loadAll", (target) => loadAll({ ...deps, tree: view.tree, view, showStoppable }, target));
  commands.registerCommand("copyId", (target) => copyId(actions, target));
  commands.registerCommand("copyArn", (target) => copyArn(actions, target));
  commands.registerCommand("openWebApp", (target) => openWebApp(actions, target));
  commands.registerCommand("openInConsole", (target) => openInConsole(actions, target));
}
