import * as vscode from "vscode";
import type { Commands } from "../../ui/commands";
import type { InstanceStore, InstanceWriter } from "../../instances/store";
import type { Sync } from "../../instances/sync";
import { showStoppable } from "../../ui/progress";
import { onFocusedRow } from "../../ui/tree/focusedRow";
import {
  copyArn,
  copyId,
  loadAll,
  loadMore,
  openInConsole,
  openWebApp,
  refresh,
  refreshInstance,
  type ActionDeps,
} from "./instanceCommands";
import type { Rosters } from "../../ui/instance/roster";
import { groupBy, sortBy } from "./arrangeCommands";
import { filterInstances } from "./filterCommands";
import type { TreeAndView } from "./treeAndView";

export interface InstanceCommandDeps extends Omit<ActionDeps, "openUrl"> {
  readonly store: InstanceStore & InstanceWriter;
  readonly rosters: Rosters;
  readonly sync: Sync;
  /** `restore` brings a pinned sandbox back that went away with another window. */
  readonly sandbox: { restore(): Promise<void> };
  readonly instances: TreeAndView;
}

/** The commands that only read. */
export function registerInstanceCommands(commands: Pick<Commands, "registerCommand">, deps: InstanceCommandDeps): void {
  const { sync, instances: view } = deps;
  const { filter, arrangement, tags, tagGroups } = view;
  const actions = {
    ...deps,
    openUrl: (url: string) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
  };
  const refreshing = (target?: unknown) =>
    view.showProgress(async () => {
      await deps.sandbox.restore();
      tags.forget();
      tagGroups.readOn();
      await refresh({ sync }, target);
      await filter.searchOn();
    });
  // In the view's title, VS Code gives a command the focused row: there all is meant.
  commands.registerCommand("refresh", () => refreshing());
  commands.registerCommand("refreshConnection", refreshing);
  const forgetFound = filter.forget.bind(filter);
  commands.registerCommand("refreshInstance", (target) =>
    view.showProgress(() => refreshInstance({ ...deps, rereadTags: view.rereadTags, forgetFound }, target)),
  );
  commands.registerCommand("loadMore", (target) => loadMore({ sync, tree: view.tree, view }, target));
  commands.registerCommand("loadAll", (target) => loadAll({ ...deps, tree: view.tree, view, showStoppable }, target));
  commands.registerCommand("filterInstances", () => filterInstances({ ...deps, shown: filter }));
  commands.registerCommand("clearFilter", () => filter.clear());
  commands.registerCommand("stopSearch", () => filter.stop());
  commands.registerCommand("continueSearch", () => (filter.search ? filter.searchOn() : tagGroups.readOn()));
  commands.registerCommand("groupBy", () => groupBy({ ...deps, arrangement }));
  commands.registerCommand("sortBy", () => sortBy({ ...deps, arrangement }));
  commands.registerCommand("copyId", (target) => copyId(actions, target));
  const copyArnOf = (target: unknown) => copyArn(actions, target);
  commands.registerCommand("copyArn", onFocusedRow(view, "copyArn", copyArnOf));
  commands.registerCommand("openWebApp", (target) => openWebApp(actions, target));
  commands.registerCommand("openInConsole", (target) => openInConsole(actions, target));
}
