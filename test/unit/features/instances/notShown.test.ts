import assert from "node:assert/strict";
import { test } from "node:test";
import { notShown } from "../../../../src/features/instances/notShown";
import type { InstanceNode } from "../../../../src/ui/tree/nodes";
import { openTree, prod, record, sandbox, supplyChain } from "../treeWorld";

const { store, records, operations, connect, list } = (() => {
  const world = openTree();
  return { ...world, operations: { get: (id: string) => world.records.find((one) => one.id === id) } };
})();
connect();
list("supplyChain", [supplyChain({ id: "1", name: "demand-planning" })]);
records.push(record({ id: "a", label: "sales-chat", status: "failed" }));

const node = (id: string, connection = prod): InstanceNode => ({
  type: "instance",
  connection,
  kind: "supplyChain",
  id,
});
const pending = { type: "pendingCreate", connection: prod, kind: "chime", operationId: "a" } as const;
const saidOf = (of: Parameters<typeof notShown>[1], isFiltered: boolean) => {
  const { message, remedies } = notShown({ store, operations, isFiltered }, of);
  return [message, ...remedies.map(({ title }) => title)];
};

test("What the filter hides is said to be hidden, and can be shown again", () => {
  assert.deepEqual(saidOf(node("1"), true), ["demand-planning is hidden by the filter.", "Clear Filter"]);
  assert.deepEqual(saidOf(pending, true), ["sales-chat is hidden by the filter.", "Clear Filter"]);
});

test("What is not listed is said to be that, and the filter is not blamed for it", () => {
  assert.deepEqual(saidOf(node("2"), false), ["2 is not listed.", "Refresh"]);
  assert.deepEqual(saidOf(node("1"), false), ["demand-planning is not listed.", "Refresh"]);
  assert.deepEqual(saidOf(node("2"), true), ["2 is not listed.", "Refresh", "Clear Filter"]);
});

test("Where the connection is missing it is named, with what brings it back", () => {
  assert.deepEqual(saidOf(node("1", sandbox), true), [
    "1 is not listed: its connection sandbox · us-east-1 is not among those in the view.",
    "Start Sandbox",
  ]);
  const dev = { ...prod, profile: "dev" };
  assert.deepEqual(saidOf(node("1", dev), false), [
    "1 is not listed: its connection dev · eu-west-1 is not among those in the view.",
    "Add Connection…",
  ]);
});
