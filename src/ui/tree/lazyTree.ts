import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../../core/disposable";

/** What a tree is made of: VS Code's provider without its event. */
export interface TreeSource<N> {
  getChildren(node?: N): Promise<N[]> | N[];
  getParent(node: N): N | undefined;
  getTreeItem(node: N): vscode.TreeItem;
  resolveTreeItem(item: vscode.TreeItem, node: N): Promise<vscode.TreeItem> | vscode.TreeItem;
}

export interface LazyTree<N> extends Disposable {
  readonly view: vscode.TreeView<N>;
  /** Has nodes drawn again; undefined stands for all. */
  readonly redraw: (nodes: N[] | undefined) => void;
}

export interface LazyTreeOptions<N> {
  readonly canCollapseAll?: boolean;
  /** When the first row is asked for. */
  readonly load: () => Promise<TreeSource<N>>;
}

/** A tree view that VS Code knows at once, whose rows are made by code that is loaded when the first is asked for. */
export function createLazyTree<N>(id: string, { canCollapseAll = false, load }: LazyTreeOptions<N>): LazyTree<N> {
  const parts = new DisposableStore();
  const changed = parts.add(new vscode.EventEmitter<N[] | undefined>());
  let loaded: TreeSource<N> | undefined;
  const source = async () => (loaded ??= await load());
  /** Without a detour once it is there: ten thousand rows are asked for one by one. */
  const ask = <T>(question: (source: TreeSource<N>) => T | Promise<T>): T | Promise<T> =>
    loaded ? question(loaded) : source().then(question);
  const view = vscode.window.createTreeView<N>(id, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => ask((tree) => tree.getChildren(node)),
      getParent: (node) => ask((tree) => tree.getParent(node)),
      getTreeItem: (node) => ask((tree) => tree.getTreeItem(node)),
      resolveTreeItem: (item, node) => ask((tree) => tree.resolveTreeItem(item, node)),
    },
    showCollapseAll: canCollapseAll,
  });
  parts.add(view);
  return {
    view,
    redraw: (nodes) => changed.fire(nodes),
    dispose: () => parts.dispose(),
  };
}
