import type { TreeNode } from "../../ui/tree/nodes";
import type { TreeRow } from "../../ui/tree/treeRow";
import { nodeId } from "./nodeId";

/** What VS Code was given, and has drawn: the same thing stays the same object, and what has not changed is left alone. */
export class GivenNodes {
  /** The children last given out, by the id of their parent. */
  readonly #children = new Map<string, ReadonlyMap<string, TreeNode>>();
  readonly #drawn = new Map<string, string>();

  give(parent: TreeNode | undefined, children: readonly TreeNode[]): readonly TreeNode[] {
    const before = this.#children.get(idOf(parent));
    const nodes = new Map<string, TreeNode>();
    for (const node of children) {
      const id = nodeId(node);
      nodes.set(id, before?.get(id) ?? node);
    }
    this.#children.set(idOf(parent), nodes);
    return [...nodes.values()];
  }

  known(parent: TreeNode | undefined, node: TreeNode): TreeNode | undefined {
    return this.#children.get(idOf(parent))?.get(nodeId(node));
  }

  below(parent: TreeNode | undefined): readonly TreeNode[] {
    return [...(this.#children.get(idOf(parent))?.values() ?? [])];
  }

  /**
   * Whether other children would be given out now; where that is not known, they may be. What nobody has unfolded has nothing
   * to be drawn again.
   */
  hasOthers(parent: TreeNode | undefined, children: () => readonly TreeNode[] | undefined): boolean {
    const given = this.#children.get(idOf(parent));
    if (!given) return parent === undefined;
    const now = children();
    if (now?.length !== given.size) return true;
    const ids = given.keys();
    return now.some((node) => nodeId(node) !== ids.next().value);
  }

  noteDrawn(node: TreeNode, row: TreeRow): void {
    this.#drawn.set(nodeId(node), look(row));
  }

  /** Whether the row says something else than when it was drawn. */
  looksOther(node: TreeNode, row: TreeRow): boolean {
    const drawn = this.#drawn.get(nodeId(node));
    return drawn !== undefined && drawn !== look(row);
  }

  forget(): void {
    this.#children.clear();
    this.#drawn.clear();
  }
}

function idOf(parent: TreeNode | undefined): string {
  return parent ? nodeId(parent) : "";
}

function look({ label, description = "", icon, contextValue }: TreeRow): string {
  return [label, description, icon?.id, icon?.color, contextValue].join("\n");
}
