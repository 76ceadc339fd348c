import assert from "node:assert/strict";
import { test } from "node:test";
import type { FilterSearch } from "../../../../src/features/instances/filterSearch";
import { parseFilter } from "../../../../src/features/instances/instanceFilter";
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
  assert.deepEqual(saidOf({ ...node("2"), kind: "chime" }, false), ["2 is not listed yet.", "Refresh"]);
  assert.deepEqual(saidOf(node("1"), false), [
    "demand-planning is not among the rows that are shown so far: load more below its kind, or refresh.",
    "Refresh",
  ]);
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

test("The tree knows which rows it has: of a connection that is pinned, of what is listed, and of what its filter lets through", () => {
  const look: { search?: FilterSearch } = {};
  const world = openTree([prod], { search: () => look.search });
  assert.equal(world.tree.shows(node("1")), false, "not listed yet");
  world.connect();
  world.list("supplyChain", [supplyChain({ id: "1", name: "demand-planning" })]);
  assert.equal(world.tree.shows(node("1")), true);
  assert.equal(world.tree.shows(node("2")), false);
  assert.equal(world.tree.shows({ type: "connection", connection: sandbox }), false);
  const parsed = parseFilter("other");
  assert.ok("filter" in parsed);
  const progress = { status: "done", searched: 0, isAskedOf: false, reading: [], missed: [] };
  look.search = { ...parsed, progress, found: () => [], foundOne: () => undefined } as unknown as FilterSearch;
  assert.equal(world.tree.shows(node("1")), false, "hidden by the filter");
  world.store.setConnections([]);
  assert.equal(world.tree.shows(node("1")), false, "its connection is gone");
});
