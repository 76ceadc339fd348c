import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../src/instances/connection";
import { connectionKey } from "../../../src/instances/connection";
import type { Instance } from "../../../src/instances/instance";
import { sandboxRuns, type StoreChange, type WritableStore, type WriteScope } from "../../../src/instances/store";
import { createStore } from "../../../src/instances/memoryStore";
import { FakeClock } from "../../fakes/clock";

const connection: Connection = { source: "profile", profile: "prod", region: "eu-west-1" };
const key = connectionKey(connection);
const first: WriteScope = { connectionKey: key, generation: 1 };

function instance(id: string, overrides: Partial<Instance> = {}): Instance {
  return { kind: "k", id, arn: `arn:${id}`, state: "Active", phase: "ready", values: {}, raw: {}, ...overrides };
}

function connectedStore(clock = new FakeClock()): { store: WritableStore; changes: StoreChange[]; clock: FakeClock } {
  const store = createStore(clock);
  store.setConnections([connection]);
  store.setConnected(first, { accountId: "123456789012", isLoopback: false });
  const changes: StoreChange[] = [];
  store.onDidChange((change) => changes.push(change));
  return { store, changes, clock };
}

const ids = (store: WritableStore) => store.listing(key, "k")?.instances.map(({ id }) => id);

function list(store: WritableStore, instances: readonly Instance[], scope = first): void {
  const writer = store.beginListing(scope, "k");
  writer.addPage(instances);
  writer.finish(false);
}

test("Pages show as they arrive, and the listing is ready at its end", () => {
  const { store, clock } = connectedStore();
  const writer = store.beginListing(first, "k");
  assert.equal(store.listing(key, "k")?.status, "loading");
  writer.addPage([instance("a"), instance("b")]);
  assert.deepEqual(ids(store), ["a", "b"]);
  assert.equal(store.listing(key, "k")?.status, "loading");
  writer.addPage([instance("c")]);
  writer.finish(true);
  const listing = store.listing(key, "k");
  assert.deepEqual([listing?.status, listing?.hasMore, listing?.updatedAt], ["ready", true, clock.now()]);
  writer.addPage([instance("d")]);
  writer.finish(false);
  assert.deepEqual(ids(store), ["a", "b", "c", "d"]);
  assert.equal(store.listing(key, "k")?.hasMore, false);
});

test("One changed instance fires one instance event, and an unchanged one none", () => {
  const { store, changes } = connectedStore();
  list(store, [instance("a"), instance("b")]);
  changes.length = 0;
  store.put(first, instance("a"));
  assert.deepEqual(changes, []);
  store.put(first, instance("a", { state: "Deleting", phase: "deleting" }));
  assert.deepEqual(changes, [{ type: "instance", connectionKey: key, kind: "k", id: "a" }]);
});

test("A snapshot that was handed out does not change", () => {
  const { store } = connectedStore();
  list(store, [instance("a")]);
  const before = store.listing(key, "k");
  assert.equal(store.listing(key, "k"), before);
  store.put(first, instance("a", { state: "Deleting", phase: "deleting" }));
  store.put(first, instance("b"));
  assert.equal(before?.instances.length, 1);
  assert.equal(before.instances[0]?.state, "Active");
  assert.equal(store.listing(key, "k")?.instances.length, 2);
});

test("A finished listing drops what it did not have, and keeps what was read since it began", () => {
  const { store } = connectedStore();
  list(store, [instance("old"), instance("kept")]);
  const writer = store.beginListing(first, "k");
  store.put(first, instance("new"));
  store.put(first, instance("kept", { state: "Deleting", phase: "deleting" }));
  writer.addPage([instance("kept")]);
  writer.finish(false);
  assert.deepEqual(ids(store), ["kept", "new"]);
  assert.equal(store.instance(key, "k", "kept")?.state, "Deleting");
});

test("What was removed while a listing is on is not brought back by its next page", () => {
  const { store } = connectedStore();
  list(store, [instance("a"), instance("b")]);
  const writer = store.beginListing(first, "k");
  store.remove(first, "k", "a");
  writer.addPage([instance("a"), instance("b")]);
  writer.finish(false);
  assert.deepEqual(ids(store), ["b"]);
});

test("An answer to an earlier question does not undo what a later one has told, by a read or by a list", () => {
  const { store } = connectedStore();
  list(store, [instance("a"), instance("b"), instance("c")]);
  const asked = store.moment();
  const askedLater = store.moment();
  const deleting = (id: string) => instance(id, { state: "Deleting", phase: "deleting" });
  store.put(first, deleting("a"), { asked: askedLater });
  store.remove(first, "k", "b");
  list(store, [deleting("a"), instance("b"), deleting("c")]);
  store.remove(first, "k", "b");
  for (const id of ["a", "b", "c"]) assert.equal(store.put(first, instance(id), { asked }), false);
  assert.equal(store.remove(first, "k", "a", asked), false);
  assert.deepEqual(
    store.listing(key, "k")?.instances.map(({ id, state }) => [id, state]),
    [
      ["a", "Deleting"],
      ["c", "Deleting"],
    ],
  );
  assert.equal(store.put(first, instance("a"), { asked: store.moment() }), true);
  assert.equal(store.instance(key, "k", "a")?.state, "Active");
});

test("A list that began after a read was asked for outdoes it, in whichever order they are answered", () => {
  for (const isReadFirst of [true, false]) {
    const { store } = connectedStore();
    list(store, [instance("a"), instance("b")]);
    const asked = store.moment();
    const writer = store.beginListing(first, "k");
    const answerRead = () => {
      for (const id of ["a", "b", "c"]) store.put(first, instance(id), { asked });
    };
    const answerList = () => {
      writer.addPage([instance("a", { state: "Deleting", phase: "deleting" })]);
      writer.finish(false);
    };
    for (const answer of isReadFirst ? [answerRead, answerList] : [answerList, answerRead]) answer();
    assert.deepEqual(
      store.listing(key, "k")?.instances.map(({ id, state }) => [id, state]),
      [["a", "Deleting"]],
    );
  }
});

test("What a later read has found is not gone because an earlier one found nothing", () => {
  const { store } = connectedStore();
  list(store, [instance("a")]);
  const early = store.moment();
  const late = store.moment();
  store.remove(first, "k", "a", early);
  store.put(first, instance("a"), { asked: late });
  assert.deepEqual(ids(store), ["a"]);
});

test("What a whole list no longer has stays away when an earlier answer comes; the beginning of a list says nothing of the rest", () => {
  const { store } = connectedStore();
  const asked = store.moment();
  const beginning = store.beginListing(first, "k");
  beginning.addPage([instance("a")]);
  beginning.finish(true);
  store.put(first, instance("further"), { asked });
  assert.deepEqual(ids(store), ["a", "further"]);
  list(store, [instance("a")]);
  store.put(first, instance("further"), { asked });
  assert.deepEqual(ids(store), ["a"]);
});

test("What was removed while a list was on stays away when the list is whole", () => {
  const { store } = connectedStore();
  list(store, [instance("a")]);
  const writer = store.beginListing(first, "k");
  const asked = store.moment();
  store.remove(first, "k", "a");
  writer.finish(false);
  store.put(first, instance("a"), { asked });
  assert.deepEqual(ids(store), []);
});

test("An answer that comes while a later question is on does not silence the answer to that one", () => {
  const { store } = connectedStore();
  list(store, [instance("a")]);
  const early = store.moment();
  const late = store.moment();
  store.put(first, instance("a", { state: "Initializing", phase: "creating" }), { asked: early });
  store.put(first, instance("a", { state: "CreateFailed", phase: "createFailed" }), { asked: late });
  assert.equal(store.instance(key, "k", "a")?.state, "CreateFailed");
});

test("An update changes what is known, and adds neither an instance nor a list", () => {
  const { store, changes } = connectedStore();
  store.put(first, instance("a"), { isUpdate: true });
  assert.equal(store.listing(key, "k"), undefined);
  list(store, [instance("a")]);
  changes.length = 0;
  store.put(first, instance("b"), { isUpdate: true });
  assert.deepEqual([ids(store), changes], [["a"], []]);
  store.put(first, instance("a", { state: "Deleting", phase: "deleting" }), { isUpdate: true });
  assert.equal(store.instance(key, "k", "a")?.state, "Deleting");
});

test("After an error the instances of the last success are still there", () => {
  const { store } = connectedStore();
  list(store, [instance("a")]);
  const error = new Error("no network");
  store.beginListing(first, "k").fail(error);
  const listing = store.listing(key, "k");
  assert.deepEqual([listing?.status, listing?.error, ids(store)], ["error", error, ["a"]]);
  list(store, [instance("a")]);
  assert.equal(store.listing(key, "k")?.status, "ready");
  assert.ok(!("error" in store.listing(key, "k")!));
});

test("A newer listing silences an older one", () => {
  const { store } = connectedStore();
  const older = store.beginListing(first, "k");
  list(store, [instance("a")]);
  older.addPage([instance("ghost")]);
  older.fail(new Error("late"));
  older.finish(false);
  assert.deepEqual([ids(store), store.listing(key, "k")?.status], [["a"], "ready"]);
});

test("Nothing of an older generation is written, and nothing shows until the connection is back", () => {
  const { store, changes } = connectedStore();
  const writer = store.beginListing(first, "k");
  writer.addPage([instance("a")]);
  store.setConnectionState(key, { status: "connecting" });
  assert.equal(store.listing(key, "k"), undefined);
  assert.equal(store.instance(key, "k", "a"), undefined);
  const second: WriteScope = { connectionKey: key, generation: 2 };
  store.setConnected(second, { accountId: "210987654321", isLoopback: false });
  changes.length = 0;
  writer.addPage([instance("late")]);
  writer.finish(false);
  store.put(first, instance("late"));
  store.remove(first, "k", "a");
  assert.deepEqual(changes, []);
  assert.equal(store.listing(key, "k"), undefined);
  store.put(second, instance("mine"));
  assert.deepEqual(ids(store), ["mine"]);
});

test("The same account keeps what is known of it when its credentials are renewed; another endpoint does not", () => {
  const { store } = connectedStore();
  list(store, [instance("a")]);
  store.setConnectionState(key, { status: "connecting" });
  store.setConnected({ ...first, generation: 2 }, { accountId: "123456789012", isLoopback: false });
  assert.deepEqual(ids(store), ["a"]);
  store.setConnected(
    { ...first, generation: 3 },
    { accountId: "123456789012", customEndpoint: "http://127.0.0.1:1", isLoopback: true },
  );
  assert.equal(ids(store), undefined);
});

test("What is wrong with a connection stays said, marked, while it is tried again; what was well is connecting", () => {
  const { store, changes } = connectedStore();
  const error = new Error("no network");
  const states = (...given: Parameters<typeof store.setConnectionState>[1][]) =>
    given.map((state) => {
      store.setConnectionState(key, state);
      return store.connectionState(key);
    });
  assert.deepEqual(states({ status: "connecting" }, { status: "signedOut", error }, { status: "connecting" }), [
    { status: "connecting" },
    { status: "signedOut", error },
    { status: "signedOut", error, isTryingAgain: true },
  ]);
  assert.deepEqual(states({ status: "error", error, retryAt: 7 }, { status: "connecting" }), [
    { status: "error", error, retryAt: 7 },
    { status: "error", error, isTryingAgain: true },
  ]);
  assert.equal(changes.length, 5);
  states({ status: "connecting" });
  assert.equal(changes.length, 5, "what is tried again is news once");
  store.setConnected(first, { accountId: "123456789012", isLoopback: false });
  assert.equal(store.connectionState(key)?.status, "connected");
  store.setConnectionState("another", { status: "connecting" });
  assert.equal(store.connectionState("another"), undefined);
});

test("A session says what it is once, and the account that its profile had before is remembered", () => {
  const { store, changes } = connectedStore();
  const account = { accountId: "123456789012", isLoopback: false };
  store.setConnected(first, account);
  assert.deepEqual(changes, []);
  store.setConnected(first, { ...account, configProblem: "line 3" });
  assert.deepEqual(changes, [{ type: "connection", connectionKey: key }]);
  assert.deepEqual(store.connectionState(key), { status: "connected", ...account, configProblem: "line 3" });
  store.setConnected({ ...first, generation: 2 }, account);
  store.setConnected(first, { accountId: "210987654321", isLoopback: false });
  assert.deepEqual(store.connectionState(key), { status: "connected", ...account }, "an older session says nothing");
  const other = { accountId: "210987654321", isLoopback: false };
  for (const generation of [3, 4]) {
    store.setConnected({ ...first, generation }, other);
    const state = { status: "connected", ...other, formerAccountId: "123456789012" };
    assert.deepEqual(store.connectionState(key), state);
  }
});

test("A list that is asked for again keeps its error until it is answered, and says when it is tried again", () => {
  const { store, changes, clock } = connectedStore();
  const error = new Error("no network");
  store.beginListing(first, "k").fail(error, 5_000);
  assert.deepEqual(store.listing(key, "k"), {
    kind: "k",
    instances: [],
    hasMore: false,
    status: "error",
    error,
    retryAt: clock.now() + 5_000,
  });
  changes.length = 0;
  const again = store.beginListing(first, "k");
  assert.deepEqual([store.listing(key, "k")?.status, changes], ["error", []]);
  again.fail(error);
  assert.ok(!("retryAt" in store.listing(key, "k")!));
  changes.length = 0;
  store.beginListing(first, "k").finish(false);
  assert.deepEqual(
    changes,
    [{ type: "listing", connectionKey: key, kind: "k", ids: [] }],
    "only the status has changed",
  );
  changes.length = 0;
  store.beginListing(first, "k").finish(true);
  assert.equal(store.listing(key, "k")?.hasMore, true);
  assert.deepEqual(changes, [{ type: "listing", connectionKey: key, kind: "k", ids: [] }]);
});

test("Of a page, those that came are named together, and each that changed by itself", () => {
  const { store, changes } = connectedStore();
  list(store, [instance("a"), instance("b")]);
  changes.length = 0;
  const deleting = instance("a", { state: "Deleting", phase: "deleting" });
  store.beginListing(first, "k").addPage([deleting, instance("b"), instance("c"), instance("d")]);
  assert.deepEqual(changes, [
    { type: "listing", connectionKey: key, kind: "k", ids: ["c", "d"] },
    { type: "instance", connectionKey: key, kind: "k", id: "a" },
  ]);
});

test("A run without a connection, or for another session, writes nothing and fails nothing", () => {
  const { store, changes } = connectedStore();
  const elsewhere: WriteScope = { connectionKey: "another", generation: 1 };
  for (const scope of [{ ...first, generation: 2 }, elsewhere]) {
    const writer = store.beginListing(scope, "k");
    writer.addPage([instance("a")]);
    writer.finish(false);
    writer.fail(new Error("late"));
    store.remove(scope, "k", "a");
  }
  assert.deepEqual([changes, store.listing(key, "k")], [[], undefined]);
  assert.deepEqual([store.instance(key, "k", "a"), store.seen(key, "k", "a")], [undefined, []]);
  assert.deepEqual(store.seen(key, "other", "a"), []);
});

test("Another connection that comes or goes leaves what is known", () => {
  const { store } = connectedStore();
  list(store, [instance("a")]);
  const other: Connection = { ...connection, profile: "other" };
  store.setConnections([connection, other]);
  store.setConnections([connection]);
  assert.deepEqual([ids(store), store.connectionState(connectionKey(other))], [["a"], undefined]);
});

test("A removed connection takes everything with it", () => {
  const { store, changes } = connectedStore();
  list(store, [instance("a")]);
  store.setConnections([]);
  assert.deepEqual(changes.at(-1), { type: "connections" });
  assert.equal(store.connectionState(key), undefined);
  store.put(first, instance("a"));
  store.setConnections([connection]);
  assert.deepEqual([store.connectionState(key), ids(store)], [{ status: "connecting" }, undefined]);
});

test("A sandbox runs while it has a connection without an error, in whichever profile", () => {
  const store = createStore(new FakeClock());
  const sandbox: Connection = { source: "sandbox", profile: "sandbox-restricted", region: "us-east-1" };
  store.setConnections([{ source: "profile", profile: "prod", region: "us-east-1" }]);
  assert.equal(sandboxRuns(store), false);
  store.setConnections([sandbox]);
  assert.equal(sandboxRuns(store), true);
  store.setConnectionState(connectionKey(sandbox), {
    status: "error",
    error: new Error("The sandbox is not running."),
  });
  assert.equal(sandboxRuns(store), false);
});

test("The states of an instance are remembered with the time they were first seen", async () => {
  const { store, clock } = connectedStore();
  const start = clock.now();
  store.put(first, instance("a", { state: "Initializing", phase: "creating" }));
  await clock.advance(5_000);
  store.put(first, instance("a", { state: "Initializing", phase: "creating" }));
  await clock.advance(5_000);
  list(store, [instance("a")]);
  assert.deepEqual(store.seen(key, "k", "a"), [
    { state: "Initializing", at: start },
    { state: "Active", at: start + 10_000 },
  ]);
});

test("Of the states of an instance that never rests, the last fifty are remembered", () => {
  const { store } = connectedStore();
  for (let round = 0; round < 60; round++) store.put(first, instance("a", { state: `S${round}` }));
  const seen = store.seen(key, "k", "a").map(({ state }) => state);
  assert.deepEqual([seen.length, seen[0], seen.at(-1)], [50, "S10", "S59"]);
});

test("A listing without timestamps and tags does not take away those that were read", () => {
  const { store } = connectedStore();
  const full = instance("a", {
    createdAt: 1,
    changedAt: 2,
    tags: { team: "ops" },
    values: { n: "x" },
    raw: { full: true },
  });
  store.put(first, full);
  list(store, [instance("a", { values: { n: "x" }, raw: { summary: true } })]);
  assert.deepEqual(store.instance(key, "k", "a"), full);
  list(store, [instance("a", { values: { n: "renamed" }, raw: { summary: true } })]);
  const renamed = store.instance(key, "k", "a");
  assert.deepEqual([renamed?.createdAt, renamed?.changedAt, renamed?.tags], [1, undefined, { team: "ops" }]);
  // What is read whole is taken whole.
  const { changedAt, ...reread } = { ...full, createdAt: 3, raw: { full: "later" } };
  assert.equal(changedAt, 2);
  store.put(first, full);
  store.put(first, reread);
  assert.deepEqual(store.instance(key, "k", "a"), reread);
});

test("A refresh that finds nothing new says when it was and nothing else, and gives out the very same instances", async () => {
  const { store, changes, clock } = connectedStore();
  const fresh = () => [instance("a"), instance("b", { values: { name: "b" } })];
  list(store, fresh());
  const before = store.listing(key, "k")!;
  changes.length = 0;
  await clock.advance(60_000);
  list(store, fresh());
  assert.deepEqual(changes, [{ type: "listed", connectionKey: key, kind: "k" }]);
  const after = store.listing(key, "k")!;
  assert.equal(after.updatedAt, clock.now());
  assert.equal(after.instances, before.instances);
  // What is listed in another order, further, or no longer is news.
  for (const found of [["b", "a"], ["b"], ["b", "c"]]) {
    changes.length = 0;
    list(
      store,
      found.map((id) => instance(id, id === "b" ? { values: { name: "b" } } : {})),
    );
    assert.ok(
      changes.some(({ type }) => type === "listing"),
      found.join(),
    );
    assert.deepEqual(ids(store), found);
  }
});

test("An instance that two pages have, because one came before it meanwhile, is listed once", () => {
  const { store } = connectedStore();
  const writer = store.beginListing(first, "k");
  writer.addPage([instance("a"), instance("b")]);
  writer.addPage([instance("b"), instance("c")]);
  writer.finish(false);
  assert.deepEqual(ids(store), ["a", "b", "c"]);
  store.remove(first, "k", "b");
  store.put(first, instance("d"));
  store.put(first, instance("c", { state: "Deleting", phase: "deleting" }));
  assert.deepEqual(
    store.listing(key, "k")?.instances.map(({ id, state }) => `${id} ${state}`),
    ["a Active", "c Deleting", "d Active"],
  );
  assert.equal(store.instance(key, "k", "b"), undefined);
});
