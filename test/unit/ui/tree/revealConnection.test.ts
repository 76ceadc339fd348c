import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../../../../src/instances/memoryStore";
import type { TreeNode } from "../../../../src/ui/tree/nodes";
import { createConnectionReveal } from "../../../../src/ui/tree/revealConnection";
import { prod, sandbox } from "../../features/treeWorld";

test("A connection is revealed as soon as it is in the tree, once, and the last that was asked for", () => {
  const store = createStore();
  const revealed: TreeNode[] = [];
  const reveals = createConnectionReveal({ store, reveal: (node) => Promise.resolve(void revealed.push(node)) });
  store.setConnections([sandbox]);
  reveals.reveal({ ...sandbox });
  assert.deepEqual(revealed, [{ type: "connection", connection: sandbox }], "it was there already");
  reveals.reveal({ ...sandbox, profile: "never" });
  reveals.reveal({ ...prod });
  assert.equal(revealed.length, 1);
  store.setConnections([sandbox, prod]);
  store.setConnections([prod]);
  assert.deepEqual(revealed.slice(1), [{ type: "connection", connection: prod }]);
  reveals.dispose();
});
