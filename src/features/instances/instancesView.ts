import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../../core/disposable";
import type { Clock } from "../../core/clock";
import { logTextOf } from "../../core/errors";
import type { Log } from "../../core/log";
import { connectionKey, type Connection } from "../../instances/connection";
import type { Instance } from "../../instances/instance";
import type { InstanceStore, StoreChange } from "../../instances/store";
import type { Operations } from "../../operations/operations";
import { clockText } from "../../core/timeText";
import type { InstanceNode, TreeNode } from "../../ui/tree/nodes";
import { followFocus, type FocusedRow } from "../../ui/tree/focusedRow";
import type { LazyTree, TreeSource } from "../../ui/tree/lazyTree";
import { createRedraws } from "../../ui/tree/redraws";
import { createTicking } from "../../ui/tree/ticking";
import { decorateFailed } from "../../ui/tree/failedDecorations";
import { toTooltip, toTreeItem } from "../../ui/tree/treeItem";
import type { KeptArrangement } from "./arrangement";
import type { InstanceTree } from "./instanceTree";
import { notShown } from "./notShown";
import { SelectedCreate } from "./selectedCreate";
import { searchMessage } from "./searchText";
import type { ShownFilter } from "./shownFilter";
import { attentionTexts } from "./tally";

export interface InstancesViewDeps {
  /** The view, which is there before its rows. */
  readonly lazyTree: LazyTree<TreeNode>;
  readonly tree: InstanceTree;
  readonly store: Pick<InstanceStore, "connections" | "instance" | "listing" | "onDidChange">;
  readonly operations: Pick<Operations, "get" | "onDidChange">;
  readonly filter: ShownFilter;
  readonly arrangement: KeptArrangement;
  /** What is to be said about the tags that the view is grouped by. */
  readonly tagMessage: () => string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** For the tooltip: neither service lists tags. Never rejects; undefined when they cannot be had soon. */
  readonly readTags: (node: InstanceNode) => Promise<Instance["tags"]>;
  /** Heard at once, and whenever the view is shown or hidden. */
  readonly setVisible: (isVisible: boolean) => void;
}

export interface InstancesView extends Disposable, FocusedRow<TreeNode> {
  readonly source: TreeSource<TreeNode>;
  /** Draws what has changed for a reason that neither the store nor the operations tell. */
  readonly redrawChanged: () => void;
  /** Draws the rows of a kind again, at once. */
  redraw(connection: Connection, kind: string): void;
  /** Shows that something is being fetched, for as long as it is. */
  showProgress(work: () => Promise<void>): Promise<void>;
  /** Selects a row and goes there; where there is none, to the view. Rejects with UserError when it was to be of an instance. */
  readonly reveal: (node: TreeNode) => Promise<void>;
  /** Selects a row, if there is one, and leaves the focus with what the user does meanwhile. */
  readonly select: (node: TreeNode) => Promise<void>;
}

/** Why rows may look different: `found` is for whatever a search or a reading of tags has come to. */
type Change =
  | StoreChange
  | { readonly type: "operation"; readonly id: string | undefined }
  | { readonly type: "time" | "found" | "look" };

/** What the activity bar says of a view that may not even be open. */
function badgeOf(attention: Parameters<typeof attentionTexts>[0]): vscode.ViewBadge | undefined {
  const value = attention.failed + attention.interrupted;
  return value === 0 ? undefined : { value, tooltip: attentionTexts(attention).join(", ") };
}

/** The Instances view: draws the tree and draws again what changed. It fetches nothing. */
export function createInstancesView(deps: InstancesViewDeps): InstancesView {
  const { tree, clock } = deps;
  let drawnRows = 0;
  const parts = new DisposableStore();
  const { view } = deps.lazyTree;
  const source: TreeSource<TreeNode> = {
    getChildren: async (node) => {
      await tree.prepared(node);
      return [...tree.children(node)];
    },
    getParent: (node) => tree.parent(node),
    getTreeItem: (node) => {
      const row = tree.row(node);
      drawnRows++;
      if (row.countsTime) ticking.arm();
      return toTreeItem(row, node);
    },
    resolveTreeItem: async (item, node) => {
      const tooltip = tree.tooltip(node, node.type === "instance" ? await deps.readTags(node) : undefined);
      if (tooltip !== undefined) item.tooltip = toTooltip(tooltip);
      return item;
    },
  };
  parts.add(decorateFailed());
  const focus = parts.add(followFocus<TreeNode>(view, (node) => tree.known(node) === node));
  parts.add(view.onDidCollapseElement(({ element }) => tree.noteUnfolded(element, false)));
  parts.add(view.onDidExpandElement(({ element }) => tree.noteUnfolded(element, true)));

  const ticking = parts.add(
    createTicking({
      clock,
      isVisible: () => view.visible,
      count: () => tree.counting().length,
      tick: () => redraws.add({ type: "time" }),
    }),
  );
  const nodesOf = (change: Change): readonly (TreeNode | undefined)[] => {
    switch (change.type) {
      case "operation":
        return tree.nodesOfOperation(change.id);
      case "time":
        return tree.counting();
      case "found":
        return tree.changed();
      case "look":
        tree.reset();
        return [undefined];
      default:
        return tree.nodesOf(change);
    }
  };
  const describe = () => {
    const updatedAt = tree.updatedAt();
    const { search } = deps.filter;
    view.description = [
      ...(search ? ["filtered"] : []),
      ...(updatedAt === undefined ? [] : [`updated ${clockText(updatedAt)}`]),
    ].join(" · ");
    view.message = search ? searchMessage(search, tree.shown().total) : (deps.tagMessage() ?? "");
    view.badge = badgeOf(tree.attention());
  };
  const redraws = parts.add(
    createRedraws<Change>({
      clock,
      keyOf: (change) => JSON.stringify(change),
      draw: (changes) => {
        const nodes = [...new Set(changes.flatMap(nodesOf))];
        const known = nodes.filter((node) => node !== undefined);
        if (known.length < nodes.length) deps.lazyTree.redraw(undefined);
        else if (known.length > 0) deps.lazyTree.redraw(known);
        describe();
        selected.heed();
      },
      drawnRows: () => drawnRows,
    }),
  );
  const drawAnew = () => {
    redraws.add({ type: "look" });
    redraws.flush();
  };
  parts.add(deps.store.onDidChange((change) => redraws.add(change)));
  parts.add(deps.operations.onDidChange((id) => redraws.add({ type: "operation", id })));
  parts.add(deps.arrangement.onDidChange(drawAnew));
  parts.add(deps.filter.onDidChange((change) => (change === "filter" ? drawAnew() : redraws.add({ type: "found" }))));

  const selected = parts.add(
    new SelectedCreate({
      present: (node) => tree.present(node),
      onDidChangeSelection: view.onDidChangeSelection,
      reveal: async (node) => {
        redraws.flush();
        try {
          await view.reveal(tree.known(node) ?? node, { select: true, focus: false });
        } catch (error) {
          deps.log.debug(`A row that was to be selected is not there: ${logTextOf(error)}`);
        }
      },
    }),
  );

  const onVisible = () => {
    deps.setVisible(view.visible);
    ticking.arm();
  };
  parts.add(view.onDidChangeVisibility(onVisible));
  onVisible();
  return {
    source,
    redrawChanged: () => redraws.add({ type: "found" }),
    redraw(connection, kind) {
      redraws.add({ type: "listing", connectionKey: connectionKey(connection), kind });
      redraws.flush();
    },
    showProgress: async (work) => vscode.window.withProgress({ location: { viewId: "appInstances.instances" } }, work),
    takeFocused: () => focus.take(),
    offers: (node, command) => tree.row(node).contextValue.split(" ").includes(`can-${command}`),
    run: async (command, node) => vscode.commands.executeCommand(`appInstances.${command}`, node),
    async reveal(node) {
      redraws.flush();
      const row = tree.present(node);
      // VS Code does not always reject for a row that is not there.
      const show = async () => {
        if (!tree.shows(row)) throw new Error("The tree does not have it");
        await view.reveal(tree.known(row) ?? row, { select: true, focus: true });
      };
      try {
        // The first try may come while the rows are drawn anew, or before there are any.
        await show().catch(async () => {
          await vscode.commands.executeCommand("appInstances.instances.focus");
          await show();
        });
      } catch (error) {
        deps.log.debug(`A row that was to be shown is not there: ${logTextOf(error)}`);
        if (row.type !== "instance" && row.type !== "pendingCreate") return;
        throw notShown({ ...deps, isFiltered: deps.filter.search !== undefined }, row);
      }
    },
    select: (node) => selected.select(node),
    dispose: () => parts.dispose(),
  };
}
