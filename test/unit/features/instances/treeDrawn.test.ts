import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { groupings } from "../../../../src/features/instances/arrangement";
import type { FilterSearch } from "../../../../src/features/instances/filterSearch";
import { matchesListed, parseFilter } from "../../../../src/features/instances/instanceFilter";
import { InstanceTree } from "../../../../src/features/instances/instanceTree";
import { plainLook, type TreeLook } from "../../../../src/features/instances/treeContents";
import { sortOrders } from "../../../../src/features/instances/treeOrder";
import { connectionKey, type Connection } from "../../../../src/instances/connection";
import type { Instance, Phase } from "../../../../src/instances/instance";
import type { OperationRecord } from "../../../../src/operations/operationRecord";
import { createRosters } from "../../../../src/ui/instance/roster";
import { openTree, prod, record, supplyChain } from "../treeWorld";
import { drawRows } from "./drawnRows";

const staging: Connection = { source: "profile", profile: "staging", region: "us-east-1" };
const account = "111111111111";
const boom = new Error("boom");

/** A tree, and what VS Code has drawn of it. */
function openDrawn(look: Partial<TreeLook> = {}) {
  const world = openTree([prod, staging], look);
  const { store, tree, records, kinds, clock } = world;
  const drawn = drawRows(tree);
  const { redraw } = drawn;
  store.onDidChange((change) => redraw(tree.nodesOf(change)));
  return {
    ...world,
    changed: () => redraw(tree.changed()),
    lookAnew: () => {
      tree.reset();
      redraw([undefined]);
    },
    /** As the journal gives it: its connection is another object than the tree's. */
    operation: (overrides: Partial<OperationRecord> & Pick<OperationRecord, "id">) => {
      const others = records.filter(({ id }) => id !== overrides.id);
      records.splice(0, Infinity, ...others, structuredClone(record({ accountId: account, ...overrides })));
      redraw(tree.nodesOfOperation(overrides.id));
    },
    connectTo: (connection: Connection, generation: number, accountId = account) =>
      store.setConnected({ connectionKey: connectionKey(connection), generation }, { accountId, isLoopback: false }),
    listIn: (connection: Connection, generation: number, kind: string, instances: readonly Instance[]) => {
      const listing = store.beginListing({ connectionKey: connectionKey(connection), generation }, kind);
      listing.addPage(instances.map((instance) => ({ ...instance, kind })));
      listing.finish(false);
    },
    assertTrue: () => {
      const operations = { list: () => records, get: (id: string) => records.find((one) => one.id === id) };
      const rosters = createRosters(store);
      const fresh = new InstanceTree({ store, rosters, operations, kinds, clock, look: { ...plainLook, ...look } });
      assert.deepEqual(drawn.texts(), drawn.textsOf(fresh));
    },
  };
}

/** A filter that has found these beyond what is listed, all of them in one account of prod. */
function searchFor(query: string, found: readonly Instance[], { store }: World): FilterSearch {
  const parsed = parseFilter(query);
  assert.ok("filter" in parsed);
  const { filter } = parsed;
  const here = (key: string, kind: string) => {
    const state = store.connectionState(key);
    if (state?.status !== "connected" || state.accountId !== account || key !== connectionKey(prod)) return [];
    return found.filter((one) => one.kind === kind && matchesListed(filter, one));
  };
  return {
    filter,
    progress: { status: "done", searched: 0, isAskedOf: false, reading: [], missed: [] },
    found: (key: string, kind: string) => here(key, kind).filter(({ id }) => !store.instance(key, kind, id)),
    foundOne: (key: string, kind: string, id: string) => here(key, kind).find((one) => one.id === id),
  } as unknown as FilterSearch;
}

const kind = fc.constantFrom("supplyChain", "chime");
const connection = fc.constantFrom(prod, staging);
const instance = fc
  .record({
    id: fc.constantFrom("1", "2", "3", "4"),
    // Names that differ: a namesake's row may say later that it has become one.
    name: fc.constantFrom("a", "b", ""),
    phase: fc.constantFrom<Phase>("ready", "creating", "createFailed", "deleting"),
    createdAt: fc.nat(3),
  })
  .map(({ id, name, ...rest }) =>
    supplyChain({ id, name: name && name + id, ...rest, state: rest.phase, tags: name ? { team: name } : {} }),
  );
const instances = fc.uniqueArray(instance, { selector: ({ id }) => id });
const operations: readonly (Partial<OperationRecord> & Pick<OperationRecord, "id">)[] = [
  { id: "create", type: "create", kind: "supplyChain", connection: prod },
  { id: "recreate", type: "recreate", kind: "supplyChain", connection: prod, target: { id: "1", arn: "1" } },
  { id: "delete", type: "delete", kind: "chime", connection: staging, target: { id: "2", arn: "2" } },
];
type World = ReturnType<typeof openDrawn>;
type Step = (world: World, seen: Seen) => void;

/** What of the look changes, and the generation of each connection. */
interface Seen {
  arrangement: ReturnType<TreeLook["arrangement"]>;
  search: FilterSearch | undefined;
  revision: number;
  hidesEmpty: boolean;
  readonly generations: Map<string, number>;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(connection, kind, instances).map(
    ([at, of, all]): Step =>
      (world, seen) =>
        world.listIn(at, generationOf(seen, at), of, all),
  ),
  fc.tuple(connection, kind, instance).map(
    ([at, of, one]): Step =>
      ({ store }, seen) =>
        store.put({ connectionKey: connectionKey(at), generation: generationOf(seen, at) }, { ...one, kind: of }),
  ),
  fc.tuple(connection, kind, fc.constantFrom("1", "2")).map(
    ([at, of, id]): Step =>
      ({ store }, seen) =>
        store.remove({ connectionKey: connectionKey(at), generation: generationOf(seen, at) }, of, id),
  ),
  fc.tuple(connection, kind).map(
    ([at, of]): Step =>
      ({ store }, seen) =>
        store.beginListing({ connectionKey: connectionKey(at), generation: generationOf(seen, at) }, of).fail(boom),
  ),
  fc.tuple(connection, fc.constantFrom("signedOut" as const, "error" as const, "connecting" as const)).map(
    ([at, status]): Step =>
      ({ store }) =>
        store.setConnectionState(connectionKey(at), { status, error: boom }),
  ),
  fc.tuple(connection, fc.constantFrom(account, "222222222222")).map(([at, accountId]): Step => (world, seen) => {
    seen.generations.set(connectionKey(at), generationOf(seen, at) + 1);
    world.connectTo(at, generationOf(seen, at), accountId);
  }),
  fc.constantFrom([prod], [prod, staging], [staging, prod]).map(
    (all): Step =>
      ({ store }) =>
        store.setConnections(structuredClone(all)),
  ),
  fc
    .tuple(
      fc.constantFrom(...operations),
      fc.constantFrom("running" as const, "failed" as const, "interrupted" as const, "succeeded" as const),
    )
    .map(
      ([one, status]): Step =>
        (world) =>
          world.operation({ ...one, status }),
    ),
  fc
    .tuple(fc.constantFrom(...groupings), fc.constantFrom(...sortOrders))
    .map(([groupBy, sortBy]): Step => (world, seen) => {
      seen.arrangement = { ...seen.arrangement, groupBy, sortBy };
      world.lookAnew();
    }),
  fc
    .tuple(fc.constantFrom("", "is:attention", "a", "tag:team=a"), instances)
    .map(([query, found]): Step => (world, seen) => {
      seen.search = query === "" ? undefined : searchFor(query, found, world);
      seen.revision++;
      world.lookAnew();
    }),
  fc.boolean().map((hidesEmpty): Step => (world, seen) => {
    seen.hidesEmpty = hidesEmpty;
    world.changed();
  }),
);

function generationOf({ generations }: Seen, at: Connection): number {
  return generations.get(connectionKey(at)) ?? 0;
}

test("Whatever happens in whichever order, what was drawn again is what a tree that begins now would show", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
      const seen: Seen = {
        arrangement: plainLook.arrangement(),
        search: undefined,
        revision: 0,
        hidesEmpty: false,
        generations: new Map(),
      };
      seen.arrangement = { ...seen.arrangement, tagKey: "team" };
      const world = openDrawn({
        arrangement: () => seen.arrangement,
        search: () => seen.search,
        searchRevision: () => seen.revision,
        hidesEmpty: () => seen.hidesEmpty,
      });
      for (const each of steps) {
        each(world, seen);
        world.assertTrue();
      }
    }),
    { numRuns: 60 },
  );
});

test("A connection that is removed and added again shows nothing of what it had before", () => {
  const { store, connectTo, listIn, assertTrue } = openDrawn();
  connectTo(prod, 1);
  listIn(prod, 1, "supplyChain", [supplyChain({ id: "former" })]);
  store.setConnections([staging]);
  store.setConnections([prod, staging]);
  connectTo(prod, 2, "222222222222");
  listIn(prod, 2, "supplyChain", [supplyChain({ id: "present" })]);
  assertTrue();
});

test("Connections that are set anew, as after a change of the settings, are still drawn again as they change", () => {
  const { store, connectTo, listIn, assertTrue } = openDrawn();
  connectTo(prod, 1);
  listIn(prod, 1, "supplyChain", []);
  listIn(prod, 1, "chime", [supplyChain({ id: "1" })]);
  store.setConnections(structuredClone([prod, staging]));
  listIn(prod, 1, "supplyChain", [supplyChain({ id: "2", phase: "createFailed", state: "CreateFailed" })]);
  assertTrue();
});

test("A create that another window, or another place of this one, has begun is drawn where it stands", () => {
  const { connectTo, listIn, operation, assertTrue } = openDrawn();
  connectTo(prod, 1);
  listIn(prod, 1, "supplyChain", [supplyChain({ id: "1" })]);
  operation({ id: "create", kind: "supplyChain", status: "running" });
  operation({ id: "create", kind: "supplyChain", status: "failed" });
  assertTrue();
});

for (const groupBy of groupings)
  test(`Grouped by ${groupBy}, one that is signed out is counted as such up to the top`, () => {
    const { store, connectTo, listIn, assertTrue, operation } = openDrawn({
      arrangement: () => ({ groupBy, tagKey: "team", sortBy: "name" }),
    });
    for (const at of [prod, staging]) connectTo(at, 1);
    listIn(prod, 1, "supplyChain", [supplyChain({ id: "1" })]);
    operation({ id: "create", kind: "supplyChain" });
    store.setConnectionState(connectionKey(prod), { status: "signedOut", error: boom });
    assertTrue();
  });

test("What a filter found is gone with the account that it was found in, and there again when that is", () => {
  const shown: { search?: FilterSearch } = {};
  const world = openDrawn({ search: () => shown.search });
  shown.search = searchFor("a", [supplyChain({ id: "1", name: "a" })], world);
  world.lookAnew();
  for (const [generation, accountId] of [account, "222222222222", account].entries()) {
    world.connectTo(prod, generation, accountId);
    assert.equal(world.tree.shown().total, accountId === account ? 1 : 0);
    world.assertTrue();
  }
});

test("What a filter shows is there in every grouping, whichever it was typed in", () => {
  let arrangement = { ...plainLook.arrangement(), tagKey: "team" };
  const shown: { search?: FilterSearch } = {};
  const world = openDrawn({ search: () => shown.search, arrangement: () => arrangement });
  shown.search = searchFor("a", [], world);
  world.connectTo(prod, 1);
  world.listIn(prod, 1, "supplyChain", [supplyChain({ id: "1", name: "a" })]);
  world.listIn(prod, 1, "chime", []);
  for (const groupBy of [...groupings, "connection" as const]) {
    arrangement = { ...arrangement, groupBy };
    world.lookAnew();
    assert.equal(world.tree.children().length, 1, groupBy);
    assert.notEqual(world.tree.children()[0]?.type, "search");
    world.assertTrue();
  }
});

test("What a filter has found is drawn as it is listed, and as it was found when the listing has it no more", () => {
  const shown: { search?: FilterSearch } = {};
  const world = openDrawn({ search: () => shown.search });
  const found = supplyChain({ id: "1", name: "a" });
  shown.search = searchFor("a", [found], world);
  world.lookAnew();
  world.connectTo(prod, 1);
  world.listIn(prod, 1, "supplyChain", [{ ...found, phase: "creating", state: "Initializing" }]);
  world.assertTrue();
  world.listIn(prod, 1, "supplyChain", []);
  world.assertTrue();
});
