import * as vscode from "vscode";
import type { Clock } from "../../core/clock";
import { DisposableStore, type Disposable } from "../../core/disposable";
import type { Kinds } from "../../instances/kinds/registry";
import { sandboxRuns, type InstanceStore } from "../../instances/store";
import type { Operations } from "../../operations/operations";
import type { OperationNode } from "../../ui/tree/nodes";
import { createTicking } from "../../ui/tree/ticking";
import type { LazyTree, TreeSource } from "../../ui/tree/lazyTree";
import { toTooltip, toTreeItem } from "../../ui/tree/treeItem";
import { activityFilters, type ActivityFilter } from "./activityFilter";
import { ActivityNodes } from "./activityNodes";
import { activityRow, activityTooltip } from "./activityRow";

export interface ActivityViewDeps {
  readonly lazyTree: LazyTree<OperationNode>;
  readonly operations: Pick<Operations, "list" | "get" | "canCancel" | "onDidChange">;
  readonly kinds: Kinds;
  readonly store: Pick<InstanceStore, "connections" | "connectionState" | "onDidChange">;
  readonly clock: Clock;
  /** Done once, before anything is shown. */
  readonly start: () => unknown;
}

export interface ActivityView extends Disposable {
  readonly source: TreeSource<OperationNode>;
  readonly filter: ActivityFilter;
  setFilter(filter: ActivityFilter): void;
}

/** The Activity view: what was started from here, newest first, in whichever window. */
export function createActivityView(deps: ActivityViewDeps): ActivityView {
  const { operations, kinds, store, clock } = deps;
  const { view, redraw } = deps.lazyTree;
  const parts = new DisposableStore();
  const nodes = new ActivityNodes();
  let filter: ActivityFilter = "all";

  const rowOf = (node: OperationNode) => {
    const record = operations.get(node.operationId);
    if (!record) return undefined;
    return activityRow(record, kinds.get(record.kind), {
      now: clock.now(),
      canCancel: operations.canCancel(record.id),
      isSandboxRunning: sandboxRuns(store),
    });
  };
  const counting = () => nodes.all.filter((node) => rowOf(node)?.countsTime);
  const source: TreeSource<OperationNode> = {
    getChildren: (node) => (node ? [] : nodes.give(operations.list(), filter)),
    getParent: () => undefined,
    getTreeItem: (node) => {
      const row = rowOf(node);
      if (row?.countsTime) ticking.arm();
      return row ? toTreeItem(row, node) : new vscode.TreeItem("");
    },
    resolveTreeItem: (item, node) => {
      const record = operations.get(node.operationId);
      if (record) item.tooltip = toTooltip(activityTooltip(record, kinds.get(record.kind), sandboxRuns(store)));
      return item;
    },
  };

  const ticking = parts.add(
    createTicking({
      clock,
      isVisible: () => view.visible,
      count: () => counting().length,
      tick: () => redraw(counting()),
    }),
  );
  parts.add(
    operations.onDidChange((id) => {
      const node = nodes.changed(id === undefined ? undefined : operations.get(id), filter);
      redraw(node && [node]);
      ticking.arm();
    }),
  );
  let ranSandbox = sandboxRuns(store);
  parts.add(
    store.onDidChange(() => {
      const runsSandbox = sandboxRuns(store);
      if (runsSandbox === ranSandbox) return;
      ranSandbox = runsSandbox;
      redraw(nodes.all.filter(({ connection }) => connection.source === "sandbox"));
    }),
  );
  const onVisible = () => {
    if (view.visible) deps.start();
    ticking.arm();
  };
  parts.add(view.onDidChangeVisibility(onVisible));
  onVisible();
  return {
    source,
    get filter() {
      return filter;
    },
    setFilter(wanted) {
      filter = wanted;
      view.description = wanted === "all" ? "" : activityFilters[wanted].label.toLowerCase();
      redraw(undefined);
    },
    dispose: () => parts.dispose(),
  };
}
