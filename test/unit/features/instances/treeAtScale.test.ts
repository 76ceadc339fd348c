import assert from "node:assert/strict";
import { test } from "node:test";
import type { FilterSearch, SearchProgress } from "../../../../src/features/instances/filterSearch";
import { parseFilter } from "../../../../src/features/instances/instanceFilter";
import { connectionKey, type Connection } from "../../../../src/instances/connection";
import type { Instance } from "../../../../src/instances/instance";
import type { TreeNode } from "../../../../src/ui/tree/nodes";
import { accountId, chime, openTree, prod, record, scope, supplyChain } from "../treeWorld";

const failed = { state: "CreateFailed", phase: "createFailed" } as const;
const many = Array.from({ length: 10_000 }, (_, index): Instance => {
  const id = String(index).padStart(5, "0");
  return supplyChain({ id, name: `instance-${id}` });
});

/** What VS Code does with the tree when all of it is unfolded: it asks for every child and every row. */
function draw(tree: ReturnType<typeof openTree>["tree"], parent?: TreeNode): number {
  const children = tree.children(parent);
  for (const child of children) tree.row(child);
  return children.reduce((sum, child) => sum + draw(tree, child), children.length);
}

test("A failed one among ten thousand is the first row, and folded rows say that there is one, coloured and with a number", () => {
  const { connect, list, rows, kindNode, store, tree } = openTree();
  connect();
  list("supplyChain", many, true);
  list("chime", [chime("chat")]);
  draw(tree);
  const drawn: (TreeNode | undefined)[] = [];
  store.onDidChange((change) => drawn.push(...tree.nodesOf(change)));
  store.put(scope, supplyChain({ id: "09999", name: "instance-09999", ...failed }));
  assert.deepEqual(
    drawn.map((node) => node?.type),
    ["connection"],
    "its row counts it",
  );
  assert.equal(rows(kindNode("supplyChain"))[0], "instance-09999 | CreateFailed");
  const [connection] = tree.children();
  const folded = [connection!, kindNode("supplyChain")].map((node) => tree.row(node));
  assert.deepEqual(
    folded.map(({ description }) => description),
    ["1 failed", "10,000+ · 1 failed"],
  );
  for (const row of folded) {
    assert.equal(row.failedCount, 1);
    assert.equal(row.icon?.color, "charts.red");
    assert.match(row.accessibleLabel, /1 failed/);
  }
  assert.deepEqual(tree.attention(), { failed: 1, interrupted: 0 });
  store.put(scope, supplyChain({ id: "09999", name: "instance-09999" }));
  draw(tree);
  assert.equal(tree.row(kindNode("supplyChain")).description, "10,000+");
  assert.equal(tree.row(kindNode("supplyChain")).failedCount, undefined);
});

test("One change among ten thousand is one row to draw, and a list that is read again none", () => {
  const { connect, list, store, tree } = openTree();
  connect();
  list("supplyChain", many, true);
  list("chime", []);
  draw(tree);
  const drawn: (TreeNode | undefined)[] = [];
  store.onDidChange((change) => drawn.push(...tree.nodesOf(change)));
  for (const state of ["Deleting", "Deleted?"]) {
    drawn.length = 0;
    store.put(scope, supplyChain({ id: "00007", name: "instance-00007", state, phase: "deleting" }));
    assert.deepEqual(
      drawn.map((node) => node && tree.row(node).label),
      ["instance-00007"],
    );
  }
  store.put(scope, supplyChain({ id: "00007", name: "instance-00007" }));
  drawn.length = 0;
  list("supplyChain", many, true);
  list("chime", []);
  assert.deepEqual(drawn, []);
});

test("Refused and interrupted creates are counted where they stand, and in the badge", () => {
  const { connect, list, records, rows, tree } = openTree();
  connect();
  list("chime", [chime("chat")]);
  records.push(record({ id: "1", status: "failed" }), record({ id: "2", status: "interrupted" }));
  tree.nodesOfOperation("1");
  assert.deepEqual(rows(), [`${accountId} · prod · eu-west-1 | 1 failed · 1 interrupted`]);
  assert.deepEqual(tree.attention(), { failed: 1, interrupted: 1 });
});

/** A search that has come so far, with what it has found beyond what was listed. */
function searchOf(query: string, found: readonly Instance[], progress: Partial<SearchProgress> = {}) {
  const parsed = parseFilter(query);
  assert.ok("filter" in parsed);
  const here = (key: string, kind: string) => (key === scope.connectionKey && kind === "supplyChain" ? found : []);
  return {
    filter: parsed.filter,
    progress: { status: "done", searched: 0, isAskedOf: false, reading: [], missed: [], ...progress },
    found: here,
    foundOne: (key: string, kind: string, id: string) => here(key, kind).find((one) => one.id === id),
  } as unknown as FilterSearch;
}

test("A filter shows what matches of what is listed and of what was found beyond, unfolded, and nothing else", () => {
  const shown: { search?: FilterSearch } = {};
  const { connect, list, rows, records, tree, kindNode } = openTree([prod], {
    search: () => shown.search,
    searchRevision: () => (shown.search ? 1 : 0),
  });
  connect();
  list("supplyChain", [supplyChain({ id: "1", name: "a" }), supplyChain({ id: "2", name: "b", ...failed })], true);
  list("chime", [chime("chat")]);
  records.push(record({ status: "failed" }), record({ id: "running" }));
  const unfiltered = tree.row(kindNode("supplyChain")).id;
  shown.search = searchOf("is:attention", [supplyChain({ id: "9", name: "a9", ...failed })]);
  tree.reset();
  assert.deepEqual(rows(tree.children()[0]), [
    "Supply Chain | 2 found · 2 failed",
    "Chime app instances | 1 found · 1 failed",
  ]);
  assert.deepEqual(rows(kindNode("supplyChain")), ["a9 | CreateFailed", "b | CreateFailed"]);
  const node = tree.children(kindNode("supplyChain"))[0]!;
  assert.match(tree.row(node).contextValue, /\bcan-recreate\b/);
  assert.deepEqual(
    node,
    { type: "instance", connection: prod, kind: "supplyChain", id: "9" },
    "commands know where it is",
  );
  assert.match(tree.tooltip(node) ?? "", /a9/);
  assert.notEqual(tree.row(kindNode("supplyChain")).id, unfiltered, "what was folded is unfolded for what was found");
  assert.equal(tree.row(kindNode("supplyChain")).collapsible, "expanded");
  assert.equal(tree.shown().total, 3);
});

test("A search says below the rows that it goes on, that there is more to do, or that nothing matches", () => {
  let search = searchOf("zzz", [], { status: "searching" });
  const { connect, list, rows, tree } = openTree([prod], { search: () => search, searchRevision: () => 1 });
  connect();
  list("supplyChain", [supplyChain()]);
  const below = () => tree.children().map((node) => tree.row(node).command?.id);
  assert.deepEqual(rows(), ["Searching… | Stop"]);
  assert.deepEqual(below(), ["stopSearch"]);
  search = searchOf("zzz", []);
  assert.deepEqual(tree.changed(), [undefined]);
  assert.deepEqual(rows(), ["No instance matches. | Clear filter"]);
  assert.deepEqual(below(), ["clearFilter"]);
  search = searchOf("tag:x", [], { tags: { read: 10, wanted: 1_200 } });
  assert.deepEqual(rows(), ["No instance matches. | Clear filter", "Search on | 1,190 tags not read"]);
  assert.deepEqual(below(), ["clearFilter", "continueSearch"]);
});

const elsewhere: Connection = { source: "profile", profile: "prod", region: "us-east-1" };
const staging: Connection = { source: "profile", profile: "staging", region: "eu-west-1" };

/** Two accounts: prod in two Regions, staging not signed in, and what they have. */
function openThree(look: Parameters<typeof openTree>[1]) {
  const world = openTree([prod, staging, elsewhere], look);
  const { store } = world;
  world.connect();
  const there = { connectionKey: connectionKey(elsewhere), generation: 1 };
  store.setConnected(there, { accountId, isLoopback: false });
  store.setConnectionState(connectionKey(staging), {
    status: "signedOut",
    error: new Error("The session has expired."),
  });
  const listIn = (at: typeof scope, kind: string, instances: readonly Instance[]) => {
    const listing = store.beginListing(at, kind);
    listing.addPage(instances);
    listing.finish(false);
  };
  listIn(scope, "supplyChain", [
    supplyChain({ id: "1", name: "a", tags: { team: "x" } }),
    supplyChain({ id: "2", name: "b", tags: {}, ...failed }),
    supplyChain({ id: "3", name: "c" }),
  ]);
  listIn(scope, "chime", [{ ...chime("chat"), tags: { team: "x" } }]);
  listIn(there, "supplyChain", []);
  listIn(there, "chime", []);
  const shape = (parent?: TreeNode, indent = ""): string[] =>
    world.tree.children(parent).flatMap((node) => {
      const { label, description = "" } = world.tree.row(node);
      return [`${indent}${label} | ${description}`, ...shape(node, `${indent}  `)];
    });
  /** Each child is known by its parent, so that it can be revealed. */
  const assertParents = (parent?: TreeNode) => {
    for (const node of world.tree.children(parent)) {
      assert.equal(world.tree.parent(node), parent, world.tree.row(node).id);
      assertParents(node);
    }
  };
  return { ...world, shape, assertParents, listIn, there };
}

const arrangedBy = (groupBy: "profile" | "account" | "kind" | "tag") => ({
  arrangement: () => ({ groupBy, tagKey: "team", sortBy: "name" as const }),
});

test("Grouped by profile, the connections of a profile stand together, with what they have counted", () => {
  const { shape, assertParents } = openThree(arrangedBy("profile"));
  assert.deepEqual(
    shape().filter((line) => !line.startsWith("    ")),
    [
      "prod | 4 · 1 failed",
      `  ${accountId} · eu-west-1 | 1 failed`,
      `  ${accountId} · us-east-1 | `,
      "staging | 0 · 1 not signed in",
      "  eu-west-1 | Not signed in",
    ],
  );
  assertParents();
});

test("Grouped by account, what has none yet stands last", () => {
  const { shape, assertParents } = openThree(arrangedBy("account"));
  assert.deepEqual(
    shape().filter((line) => !line.startsWith("  ")),
    [`${accountId} | 4 · 1 failed`, "No account yet | 0 · 1 not signed in"],
  );
  assertParents();
});

test("Grouped by kind, each connection stands below each kind and says where it is", () => {
  const { shape, assertParents, tree } = openThree(arrangedBy("kind"));
  assert.deepEqual(shape(), [
    "Supply Chain | 3 · 1 failed · 1 not signed in",
    `  ${accountId} · prod · eu-west-1 | 3 · 1 failed`,
    "    b | CreateFailed",
    "    a | Active",
    "    c | Active",
    "  staging · eu-west-1 | Not signed in",
    "    Sign in… | The session has expired.",
    `  ${accountId} · prod · us-east-1 | 0`,
    "Chime app instances | 1 · 1 not signed in",
    `  ${accountId} · prod · eu-west-1 | 1`,
    "    chat | ",
    "  staging · eu-west-1 | Not signed in",
    "    Sign in… | The session has expired.",
    `  ${accountId} · prod · us-east-1 | 0`,
  ]);
  assertParents();
  const [supplyChainGroup] = tree.children();
  const [, signedOut] = tree.children(supplyChainGroup);
  assert.match(tree.row(signedOut!).contextValue, /\bcan-signIn\b/);
});

test("Grouped by tag, its values come first, then what has none, what was not read, and what could not be listed", () => {
  const { shape, assertParents, records, tree } = openThree(arrangedBy("tag"));
  records.push(record({ status: "failed", draft: { kind: "chime", values: {}, tags: { team: "x" } } }));
  tree.nodesOfOperation("operation-1");
  assert.deepEqual(shape(), [
    "x | 2 · 1 failed",
    `  ${accountId} · prod · eu-west-1 | Supply Chain · 1`,
    "    a | Active",
    `  ${accountId} · prod · eu-west-1 | Chime app instances · 1 · 1 failed`,
    "    sales-chat | Create failed: no reason given",
    "    chat | ",
    "Without team | 1 · 1 failed",
    `  ${accountId} · prod · eu-west-1 | Supply Chain · 1 · 1 failed`,
    "    b | CreateFailed",
    "Tags not read | 1",
    `  ${accountId} · prod · eu-west-1 | Supply Chain · 1`,
    "    c | Active",
    "Not listed | 0 · 1 not signed in",
    "  staging · eu-west-1 | Not signed in",
    "    Sign in… | The session has expired.",
  ]);
  assertParents();
});

test("Grouped by tag, what is listed stands and counts below its value only, although something else could not be listed", () => {
  const { shape, assertParents, store } = openThree(arrangedBy("tag"));
  store.setConnections([prod]);
  store.beginListing(scope, "chime").fail(new Error("You may not list these."));
  store.remove(scope, "chime", chime("chat").id);
  const lines = shape().map((line) => line.replace(/ \| shown as of .*/, ""));
  assert.deepEqual(lines.slice(-6), [
    `  ${accountId} · prod · eu-west-1 | Supply Chain · 1`,
    "    c | Active",
    "Not listed | 0",
    `  ${accountId} · prod · eu-west-1 | `,
    "    Chime app instances | 0 · could not list",
    "      You may not list these.",
  ]);
  assertParents();
});

test("A failure in any grouping is counted up to the top, by drawing the top row again", () => {
  for (const groupBy of ["profile", "account", "kind", "tag"] as const) {
    const { tree, store } = openThree(arrangedBy(groupBy));
    draw(tree);
    const drawn: (TreeNode | undefined)[] = [];
    store.onDidChange((change) => drawn.push(...tree.nodesOf(change)));
    store.put(scope, supplyChain({ id: "3", name: "c", ...failed }));
    const [top, ...others] = drawn;
    assert.ok(top?.type === "group" && tree.children().includes(top), groupBy);
    assert.deepEqual(others, []);
    assert.match(tree.row(top).description ?? "", top.by === "tag" ? /^1 · 1 failed/ : /2 failed/);
    draw(tree);
    drawn.length = 0;
    store.put(scope, supplyChain({ id: "1", name: "a", tags: { team: "x" }, state: "Deleting", phase: "deleting" }));
    assert.deepEqual(
      drawn.map((node) => node?.type),
      ["instance"],
      groupBy,
    );
  }
});

test("Connections that are known to be empty are hidden when that is wanted, unless all of them are", () => {
  const { rows, store, listIn, there, tree } = openThree({ hidesEmpty: () => true });
  assert.deepEqual(rows(), [`${accountId} · prod · eu-west-1 | 1 failed`, "staging · eu-west-1 | Not signed in"]);
  tree.children();
  const drawn: unknown[] = [];
  store.onDidChange((change) => drawn.push(...tree.nodesOf(change)));
  listIn(there, "chime", [chime("new")]);
  assert.ok(drawn.includes(undefined), "one that has come is shown");
  assert.equal(rows().length, 3);
  store.setConnections([elsewhere]);
  listIn(there, "chime", []);
  assert.equal(rows().length, 1);
});

test("The order that was chosen holds, after what failed", () => {
  const { rows, kindNode, connect, list } = openTree([prod], {
    arrangement: () => ({ groupBy: "connection", tagKey: "", sortBy: "date" }),
  });
  connect();
  list("supplyChain", [
    supplyChain({ id: "1", name: "a", createdAt: 1 }),
    supplyChain({ id: "2", name: "b", createdAt: 2 }),
    supplyChain({ id: "3", name: "c", createdAt: 0, ...failed }),
  ]);
  assert.deepEqual(rows(kindNode("supplyChain")), ["c | CreateFailed", "b | Active", "a | Active"]);
});

test("Load All draws ten thousand rows more at a time: that many VS Code takes without holding up its window", () => {
  const { connect, list, tree, kindNode } = openTree();
  connect();
  const all = Array.from({ length: 25_000 }, (_, index) => supplyChain({ id: String(index), name: `n${index}` }));
  list("supplyChain", all);
  const drawn = () => {
    const children = tree.children(kindNode("supplyChain"));
    return [children.length, children.at(-1)?.type];
  };
  assert.deepEqual(drawn(), [501, "more"]);
  tree.showAll(prod, "supplyChain");
  assert.deepEqual(drawn(), [10_501, "more"]);
  assert.match(tree.row(tree.children(kindNode("supplyChain")).at(-1)!).description ?? "", /10,500 of 25,000/);
  tree.showAll(prod, "supplyChain");
  tree.showAll(prod, "supplyChain");
  assert.deepEqual(drawn(), [25_000, "instance"]);
});
