import type { InstanceTree } from "../../../../src/features/instances/instanceTree";
import { nodeId } from "../../../../src/features/instances/nodeId";
import type { TreeNode } from "../../../../src/ui/tree/nodes";

interface Drawn {
  readonly node: TreeNode;
  readonly text: string;
  readonly below: readonly Drawn[];
}

/** What VS Code has drawn of a tree: all is unfolded but what is folded, and only what it is told to is drawn again. */
export function drawRows(tree: InstanceTree, folded: ReadonlySet<string> = new Set()) {
  const drawOf = (from: InstanceTree, node: TreeNode): Drawn => {
    const { label, description, contextValue, icon } = from.row(node);
    const text = JSON.stringify([label, description, contextValue, icon, nodeId(node)]);
    const below = folded.has(nodeId(node)) ? [] : from.children(node).map((child) => drawOf(from, child));
    return { node, text, below };
  };
  const drawAll = (from: InstanceTree) => from.children().map((node) => drawOf(from, node));
  let drawn: readonly Drawn[] = drawAll(tree);
  const drawAgain = (nodes: ReadonlySet<TreeNode | undefined>, rows = drawn): readonly Drawn[] =>
    rows.map((row) => (nodes.has(row.node) ? drawOf(tree, row.node) : { ...row, below: drawAgain(nodes, row.below) }));
  const textsOf = (rows: readonly Drawn[]): unknown => rows.map(({ text, below }) => [text, textsOf(below)]);
  const nodesOf = (rows: readonly Drawn[]): readonly TreeNode[] =>
    rows.flatMap(({ node, below }) => [node, ...nodesOf(below)]);
  return {
    redraw: (nodes: readonly (TreeNode | undefined)[]) => {
      drawn = nodes.includes(undefined) ? drawAll(tree) : drawAgain(new Set(nodes));
    },
    /** VS Code asks for the children of what is unfolded, and forgets those of what is folded when it is drawn again. */
    fold: (id: string, isFolded: boolean) => {
      const set = (rows: readonly Drawn[]): readonly Drawn[] =>
        rows.map((row) =>
          nodeId(row.node) === id
            ? { ...row, below: isFolded ? [] : tree.children(row.node).map((child) => drawOf(tree, child)) }
            : { ...row, below: set(row.below) },
        );
      drawn = set(drawn);
    },
    texts: () => textsOf(drawn),
    /** What a tree that begins now would show. */
    textsOf: (other: InstanceTree) => textsOf(drawAll(other)),
    nodes: () => nodesOf(drawn),
  };
}
