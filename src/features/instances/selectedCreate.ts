import type { Disposable } from "../../core/disposable";
import type { Event } from "../../core/event";
import type { TreeNode } from "../../ui/tree/nodes";
import { nodeId } from "./nodeId";

export interface SelectedCreateDeps {
  /** The row that stands for it now. */
  readonly present: (node: TreeNode) => TreeNode;
  readonly reveal: (node: TreeNode) => Promise<void>;
  readonly onDidChangeSelection: Event<{ readonly selection: readonly TreeNode[] }>;
}

/** Takes the selection from the row of a create to the instance that takes its place, unless somebody selects another meanwhile. */
export class SelectedCreate implements Disposable {
  readonly #deps: SelectedCreateDeps;
  readonly #listening: Disposable;
  #awaited: TreeNode | undefined;

  constructor(deps: SelectedCreateDeps) {
    this.#deps = deps;
    this.#listening = deps.onDidChangeSelection(({ selection }) => {
      const awaited = this.#awaited && nodeId(this.#awaited);
      if (selection.length > 0 && selection.every((node) => nodeId(node) !== awaited)) this.#awaited = undefined;
    });
  }

  async select(node: TreeNode): Promise<void> {
    const row = this.#deps.present(node);
    this.#awaited = row.type === "pendingCreate" ? row : undefined;
    await this.#deps.reveal(row);
  }

  /** To be called when rows were drawn again. */
  heed(): void {
    const awaited = this.#awaited;
    if (awaited && this.#deps.present(awaited) !== awaited) void this.select(awaited);
  }

  dispose(): void {
    this.#listening.dispose();
  }
}
