import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isInProgress, type Instance, type Phase } from "../../../../src/instances/instance";
import { createRosters, isFailed } from "../../../../src/ui/instance/roster";
import { instanceText } from "../../../../src/ui/text/instanceText";
import { openTree, scope, supplyChain } from "../../features/treeWorld";

const phase = fc.constantFrom<Phase>("ready", "creating", "createFailed", "deleteFailed", "deleting", "deleted");
const instance = fc
  .record({ id: fc.constantFrom("1", "2", "3", "4", "5"), name: fc.constantFrom("a", "b", " b", ""), phase })
  .map((overrides): Instance => supplyChain({ ...overrides, state: overrides.phase }));
const step = fc.oneof(
  instance.map((one) => ({ type: "put" as const, one })),
  fc.constantFrom("1", "2", "3").map((id) => ({ type: "remove" as const, id })),
  fc.uniqueArray(instance, { selector: ({ id }) => id }).map((all) => ({ type: "list" as const, all })),
  fc.constant({ type: "signOut" as const }),
);

test("Whatever happens to the store, what was counted as it changed is what a count from the beginning gives", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 30 }), (steps) => {
      const { store, connect, list } = openTree();
      const rosters = createRosters(store);
      connect();
      let generation = 1;
      for (const [each, isLookedAt] of steps) {
        if (each.type === "put") store.put({ ...scope, generation }, each.one);
        else if (each.type === "remove") store.remove({ ...scope, generation }, "supplyChain", each.id);
        else if (each.type === "list" && generation === 1) list("supplyChain", each.all);
        else if (each.type === "signOut") {
          store.setConnectionState(scope.connectionKey, { status: "signedOut", error: new Error("expired") });
          store.setConnected({ ...scope, generation: ++generation }, { accountId: "2", isLoopback: false });
        }
        // Several changes may come before anybody looks.
        if (!isLookedAt) continue;
        const roster = rosters.of(scope.connectionKey, "supplyChain");
        const listed = store.listing(scope.connectionKey, "supplyChain")?.instances ?? [];
        const there = listed.filter((one) => one.phase !== "deleted");
        const ids = (instances: Iterable<Instance>) => Array.from(instances, ({ id }) => id).sort();
        assert.deepEqual(ids(roster.instances), ids(there));
        assert.equal(roster.size, there.length);
        assert.deepEqual([...roster.failed].sort(), ids(there.filter(isFailed)));
        assert.deepEqual([...roster.busy].sort(), ids(there.filter((one) => isInProgress(one.phase))));
        for (const one of there) {
          const isShared = there.some((other) => other.id !== one.id && instanceText(other) === instanceText(one));
          assert.equal(roster.hasNamesake(one), isShared, `${one.name ?? ""} of ${there.length}`);
        }
      }
    }),
  );
});

test("A revision is another one for what has changed, and for nothing else", () => {
  const { store, rosters, connect, list } = openTree();
  connect();
  list("supplyChain", [supplyChain({ id: "1" })]);
  const of = () => ({ ...rosters.of(scope.connectionKey, "supplyChain").revisions });
  const before = of();
  list("supplyChain", [supplyChain({ id: "1" })]);
  assert.deepEqual(of(), before, "a list that is the same");
  store.put(scope, supplyChain({ id: "1", state: "Deleting", phase: "deleting" }));
  assert.deepEqual(of(), { ...before, states: before.states + 1 });
  store.put(scope, supplyChain({ id: "1", name: "other", state: "Deleting", phase: "deleting" }));
  assert.deepEqual(of(), { ...before, states: before.states + 1, members: before.members + 1 });
});

test("Whoever has looked before is told which have changed since, unless that was too long ago", () => {
  const { store, rosters, connect, list } = openTree();
  connect();
  list("supplyChain", [supplyChain({ id: "1" }), supplyChain({ id: "2" })]);
  const of = () => rosters.of(scope.connectionKey, "supplyChain");
  const { revision } = of();
  assert.deepEqual(of().changedSince(revision), new Set());
  store.put(scope, supplyChain({ id: "2", state: "Deleting", phase: "deleting" }));
  store.put(scope, supplyChain({ id: "3" }));
  store.remove(scope, "supplyChain", "1");
  assert.deepEqual(of().changedSince(revision), new Set(["2", "3", "1"]));
  assert.equal(of().get("1"), undefined);
  for (let turn = 0; turn < 8_000; turn++) store.put(scope, supplyChain({ id: "3", state: `State ${turn}` }));
  assert.equal(of().changedSince(revision), undefined);
  assert.deepEqual(of().changedSince(of().revision - 1), new Set(["3"]));
});
