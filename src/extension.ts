import type * as vscode from "vscode";
import { ownCommandIds } from "./core/commandIds";
import { DisposableStore } from "./core/disposable";
import { once } from "./core/once";
import type { InUse } from "./firstUse";
import { createCommands, type Commands } from "./ui/commands";
import { createLog } from "./ui/log";
import { restorePages } from "./ui/page/restorePages";
import { createLazyTree, type LazyTree } from "./ui/tree/lazyTree";
import type { OperationNode, TreeNode } from "./ui/tree/nodes";

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

/**
 * Tells VS Code what there is: commands, views, and pages that can be brought back. `firstUse.ts` is loaded with the first
 * that is used, and puts everything together that they need.
 */
export function activate(context: vscode.ExtensionContext): void {
  const parts = new DisposableStore();
  // One entry: VS Code would dispose several front to back.
  context.subscriptions.push(parts);
  const log = parts.add(createLog());
  const inUse = once(async (): Promise<InUse> => {
    const { createInUse } = await import("./firstUse");
    return parts.add(createInUse({ context, log, commands, instancesTree, activityTree }));
  });
  const loadCommands = async () => (await inUse()).loadCommands();

  const instancesTree: LazyTree<TreeNode> = parts.add(
    createLazyTree<TreeNode>("appInstances.instances", {
      canCollapseAll: true,
      load: async () => (await inUse()).instances,
    }),
  );
  const activityTree: LazyTree<OperationNode> = parts.add(
    createLazyTree<OperationNode>("appInstances.activity", { load: async () => (await inUse()).activity }),
  );
  const { contributes } = context.extension.packageJSON as Manifest;
  const ids = ownCommandIds(contributes.commands.map(({ command }) => command));
  const commands: Commands = parts.add(
    createCommands(log, ids, { ready: async () => (await inUse()).start(), load: loadCommands }),
  );
  commands.registerCommand("showLog", () => log.show());
  parts.add(
    restorePages(log, async (page, panel, state) => {
      await (await inUse()).start();
      await (await loadCommands()).restorePage(page, panel, state);
    }),
  );
}
