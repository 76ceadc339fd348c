import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "../../../../src/core/event";
import { SelectedCreate } from "../../../../src/features/instances/selectedCreate";
import type { TreeNode } from "../../../../src/ui/tree/nodes";
import { prod } from "../treeWorld";

const pending: TreeNode = { type: "pendingCreate", connection: prod, kind: "chime", operationId: "1" };
const instance: TreeNode = { type: "instance", connection: prod, kind: "chime", id: "i" };
const other: TreeNode = { type: "instance", connection: prod, kind: "chime", id: "other" };

function open() {
  const changed = new Emitter<{ readonly selection: readonly TreeNode[] }>();
  const revealed: TreeNode[] = [];
  const world = { isThere: false };
  const selected = new SelectedCreate({
    present: (node) => (node === pending && world.isThere ? instance : node),
    reveal: (node) => Promise.resolve(void revealed.push(node)),
    onDidChangeSelection: (listener) => changed.event(listener),
  });
  const select = (...selection: TreeNode[]) => changed.fire({ selection });
  return { world, revealed, selected, select };
}

test("The instance is selected when it takes the place of its create", async () => {
  const { world, revealed, selected, select } = open();
  await selected.select(pending);
  select({ ...pending });
  selected.heed();
  assert.deepEqual(revealed, [pending]);
  world.isThere = true;
  // Its row has gone.
  select();
  selected.heed();
  selected.heed();
  assert.deepEqual(revealed, [pending, instance], "once");
});

test("However fast the service was, the instance is selected, not its create", async () => {
  const { world, revealed, selected } = open();
  world.isThere = true;
  await selected.select(pending);
  selected.heed();
  assert.deepEqual(revealed, [instance]);
});

test("Who has selected another row meanwhile keeps that", async () => {
  const { world, revealed, selected, select } = open();
  await selected.select(pending);
  select(pending);
  select(other);
  world.isThere = true;
  selected.heed();
  assert.deepEqual(revealed, [pending]);
});
