import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ServiceError, SignInRequiredError, TransportError } from "../../../src/aws/errors";
import { messageOf } from "../../../src/core/errors";
import { connectionKey } from "../../../src/instances/connection";
import { createKinds, kindsOf } from "../../../src/instances/kinds/registry";
import { heldTime } from "../../fixtures/sandbox";
import { createWorld, sandboxConnection, sandboxKey, type World } from "./world";

const status = ({ store }: World, kind = "supplyChain") => store.listing(sandboxKey, kind)?.status;
const names = ({ store }: World, kind = "supplyChain") =>
  store.listing(sandboxKey, kind)?.instances.map(({ name }) => name);

async function shown(world: World): Promise<void> {
  world.sync.setConnections([sandboxConnection]);
  world.sync.setVisible(true);
  await world.until(() => status(world) === "ready" && status(world, "chime") === "ready");
}

test("A hidden view sends nothing; a visible one lists every kind once", async (t) => {
  const world = await createWorld(t);
  await world.sandbox.control.addResources({ kind: "supplyChain", count: 2, namePrefix: "plan" });
  await world.sandbox.control.addResources({ kind: "chime", count: 1, namePrefix: "chat" });
  world.sync.setConnections([sandboxConnection]);
  await world.clock.advance(10 * 60_000);
  assert.deepEqual((await world.sandbox.control.ledger()).requests, []);
  await shown(world);
  assert.deepEqual([names(world)?.length, names(world, "chime")?.length], [2, 1]);
  const state = world.store.connectionState(sandboxKey);
  assert.equal(state?.status, "connected");
  assert.equal(state.accountId, world.sandbox.accountId);
  assert.deepEqual([await world.count("ListInstances"), await world.count("ListAppInstances")], [1, 1]);
});

test("A visible view lists again an interval after the last listing was over, and not while it is hidden", async (t) => {
  const world = await createWorld(t);
  await shown(world);
  await world.clock.untilSleeping();
  assert.deepEqual(world.clock.pending, [60_000]);
  await world.clock.advance(59_000);
  assert.equal(await world.count("ListInstances"), 1);
  await world.clock.advance(1_000);
  await world.clock.untilSleeping();
  assert.equal(await world.count("ListInstances"), 2);

  world.sync.setVisible(false);
  await world.clock.advance(30_000);
  assert.deepEqual(world.clock.pending, []);
  // Fresh enough to be shown as it is: only the rest of the interval is waited.
  world.sync.setVisible(true);
  await world.clock.untilSleeping();
  assert.deepEqual(world.clock.pending, [30_000]);
  assert.equal(await world.count("ListInstances"), 2);

  world.sync.setVisible(false);
  await world.clock.advance(10 * 60_000);
  assert.equal(await world.count("ListInstances"), 2);
  world.sync.setVisible(true);
  await world.clock.untilSleeping();
  assert.equal(await world.count("ListInstances"), 3);
});

test("Row 18: a clock that is set back by a day does not keep the tree from refreshing, nor does one that slept", async (t) => {
  const world = await createWorld(t);
  await shown(world);
  await world.clock.untilSleeping();
  world.sync.setVisible(false);
  world.clock.jump(-24 * 60 * 60_000);
  await world.clock.advance(61_000);
  world.sync.setVisible(true);
  await world.clock.untilSleeping();
  assert.deepEqual([world.clock.pending, await world.count("ListInstances")], [[60_000], 2]);
  world.sync.setVisible(false);
  world.clock.jump(8 * 60 * 60_000);
  world.sync.setVisible(true);
  await world.clock.untilSleeping();
  assert.equal(await world.count("ListInstances"), 3);
});

test("An interval of 0 lists once, and then only by hand", async (t) => {
  const world = await createWorld(t);
  world.settings.refreshIntervalSeconds = 0;
  await shown(world);
  await world.clock.advance(60 * 60_000);
  assert.deepEqual([world.clock.pending, await world.count("ListInstances")], [[], 1]);
  await world.sync.refresh(sandboxKey);
  assert.equal(await world.count("ListInstances"), 2);
  world.settings.refreshIntervalSeconds = 30;
  world.sync.rearm();
  await world.clock.untilSleeping();
  await world.clock.advance(30_000);
  await world.clock.untilSleeping();
  assert.equal(await world.count("ListInstances"), 3);
});

test("Refreshes that meet share one listing", async (t) => {
  const world = await createWorld(t);
  world.sync.setConnections([sandboxConnection]);
  await Promise.all([world.sync.refresh(), world.sync.refresh(sandboxKey), world.sync.refresh()]);
  assert.equal(await world.count("ListInstances"), 1);
});

test("A long list stops at its budget, goes on when asked, and is listed that far from then on", async (t) => {
  const world = await createWorld(t, { pageBudget: 40 });
  await world.sandbox.control.addResources({ kind: "supplyChain", count: 95 });
  await shown(world);
  const sizes = () => {
    const listing = world.store.listing(sandboxKey, "supplyChain");
    return [listing?.instances.length, listing?.hasMore];
  };
  assert.deepEqual([sizes(), await world.count("ListInstances")], [[40, true], 2]);
  await world.sync.loadMore(sandboxKey, "supplyChain");
  assert.deepEqual([sizes(), await world.count("ListInstances")], [[80, true], 4]);
  await world.sync.refresh(sandboxKey);
  assert.deepEqual([sizes(), await world.count("ListInstances")], [[80, true], 8]);
  await world.sync.loadMore(sandboxKey, "supplyChain");
  assert.deepEqual([sizes(), await world.count("ListInstances")], [[95, false], 9]);
  await world.sync.loadMore(sandboxKey, "chime");
});

test("Pages show while the next ones are still on their way", async (t) => {
  const world = await createWorld(t);
  await world.sandbox.control.addResources({ kind: "supplyChain", count: 45 });
  const counts: number[] = [];
  world.store.onDidChange((change) => {
    if (change.type !== "listing" || change.kind !== "supplyChain") return;
    counts.push(world.store.listing(sandboxKey, "supplyChain")?.instances.length ?? -1);
  });
  await shown(world);
  assert.deepEqual(counts, [0, 20, 40, 45, 45]);
});

test("An instance in progress is followed while the view is visible, and only it fires", async (t) => {
  const time = heldTime();
  const world = await createWorld(t, { now: time.now });
  await world.sandbox.control.addResources({ kind: "supplyChain", count: 3 });
  await world.sandbox.control.addResources({ kind: "supplyChain", count: 1, namePrefix: "fresh", creationSeconds: 20 });
  await shown(world);
  await world.clock.untilSleeping(2);
  const instance = world.store.listing(sandboxKey, "supplyChain")?.instances.find(({ phase }) => phase === "creating");
  assert.ok(instance);
  world.changes.length = 0;
  time.advance(25);
  await world.clock.advance(5_000);
  await world.until(() => world.store.instance(sandboxKey, "supplyChain", instance.id)?.state === "Active");
  assert.deepEqual(world.changes, [
    { type: "instance", connectionKey: sandboxKey, kind: "supplyChain", id: instance.id },
  ]);
  assert.deepEqual(
    world.store.seen(sandboxKey, "supplyChain", instance.id).map(({ state }) => state),
    ["Initializing", "Active"],
  );
  await world.clock.advance(0);
  assert.deepEqual(world.clock.pending, [55_000]);
});

test("Hiding the view ends the following, and showing it again takes it up", async (t) => {
  const time = heldTime();
  const world = await createWorld(t, { now: time.now, maxFollowed: 2 });
  await world.sandbox.control.addResources({ kind: "supplyChain", count: 3, creationSeconds: 600 });
  await shown(world);
  await world.clock.untilSleeping(3);
  const reads = await world.count("GetInstance");
  assert.equal(reads, 2);
  world.sync.setVisible(false);
  await world.clock.advance(5 * 60_000);
  assert.deepEqual([world.clock.pending, await world.count("GetInstance")], [[], reads]);
  world.sync.setVisible(true);
  await world.clock.untilSleeping(3);
  assert.ok((await world.count("GetInstance")) > reads);
});

test("An error of one kind leaves its last good list and the other kind alone, and is over with the next success", async (t) => {
  const world = await createWorld(t);
  await world.sandbox.control.addResources({ kind: "supplyChain", count: 2 });
  await shown(world);
  await world.sandbox.control.addFault(
    "ListInstances",
    { kind: "status", status: 400, code: "ValidationException" },
    1,
  );
  await world.sync.refresh();
  const listing = world.store.listing(sandboxKey, "supplyChain");
  assert.deepEqual([listing?.status, listing?.instances.length, status(world, "chime")], ["error", 2, "ready"]);
  await world.clock.untilSleeping();
  await world.clock.advance(60_000);
  await world.until(() => status(world) === "ready");
});

test("Garbage, a bad gateway and half an answer show at once, and are over a few seconds later", async (t) => {
  const world = await createWorld(t);
  await world.sandbox.control.addResources({ kind: "supplyChain", count: 25 });
  await shown(world);
  for (const fault of [{ kind: "garbage" }, { kind: "status", status: 502 }, { kind: "truncate" }] as const) {
    await world.sandbox.control.addFault("ListInstances", fault, 3);
    await world.sync.refresh();
    const listing = world.store.listing(sandboxKey, "supplyChain");
    assert.deepEqual(
      [listing?.status, listing?.instances.length, listing?.retryAt],
      ["error", 25, world.clock.now() + 5_000],
      fault.kind,
    );
    await world.clock.untilSleeping();
    await world.clock.advance(5_000);
    await world.until(() => status(world) === "ready");
  }
});

test("A kind that may not be listed is not asked for again until the user says so", async (t) => {
  const world = await createWorld(t);
  await world.sandbox.control.addFault(
    "ListAppInstances",
    { kind: "status", status: 403, code: "ForbiddenException" },
    1,
  );
  world.sync.setConnections([sandboxConnection]);
  world.sync.setVisible(true);
  await world.until(() => status(world) === "ready" && status(world, "chime") === "error");
  await world.clock.untilSleeping();
  await world.clock.advance(60_000);
  await world.clock.untilSleeping();
  assert.deepEqual([await world.count("ListInstances"), await world.count("ListAppInstances")], [2, 1]);
  await world.sync.refresh();
  assert.deepEqual([status(world, "chime"), await world.count("ListAppInstances")], ["ready", 2]);
});

test("Rejected credentials stop everything for the connection until the user asks again", async (t) => {
  const world = await createWorld(t);
  const good = world.access.current;
  world.access.current = {
    ...good,
    keys: { sandbox: { accessKeyId: "AKIDUNKNOWN", secretAccessKey: "x" } },
  };
  world.sync.setConnections([sandboxConnection]);
  world.sync.setVisible(true);
  await world.until(() => world.store.connectionState(sandboxKey)?.status === "signedOut");
  await world.clock.advance(60 * 60_000);
  assert.deepEqual(world.clock.pending, []);
  world.access.current = good;
  await world.sync.refresh(sandboxKey);
  assert.equal(world.store.connectionState(sandboxKey)?.status, "connected");
  assert.equal(status(world), "ready");
});

test("Credentials that expire are read anew once; when those are rejected too, the connection is signed out", async (t) => {
  const world = await createWorld(t);
  await shown(world);
  const expired = { kind: "status", status: 403, code: "ExpiredTokenException" } as const;
  await world.sandbox.control.addFault("ListInstances", expired, 1);
  await world.sync.refresh();
  await world.until(() => status(world) === "ready");
  await world.clock.untilSleeping();
  await world.sandbox.control.addFault("ListInstances", expired, 100);
  await world.sync.refresh();
  await world.until(() => world.store.connectionState(sandboxKey)?.status === "signedOut");
  await world.clock.advance(60 * 60_000);
  assert.deepEqual(world.clock.pending, []);
  assert.equal(world.store.connectionState(sandboxKey)?.status, "signedOut");
});

test("A session that changes during a slow list shows nothing of the old one", async (t) => {
  const world = await createWorld(t);
  const other = await createWorld(t);
  await world.sandbox.control.addResources({ kind: "supplyChain", count: 3, namePrefix: "old" });
  await other.sandbox.control.addResources({ kind: "supplyChain", count: 2, namePrefix: "new" });
  await world.sandbox.control.addFault("ListInstances", { kind: "latency", ms: 300 }, 1);
  const seen = new Set<string>();
  world.store.onDidChange(() => {
    for (const name of names(world) ?? []) seen.add((name ?? "").slice(0, 3));
  });
  world.sync.setConnections([sandboxConnection]);
  world.sync.setVisible(true);
  await world.until(() => status(world) === "loading");
  world.access.current = other.access.current;
  world.sessions.invalidate(sandboxConnection);
  await world.until(() => names(world)?.length === 2 && status(world) === "ready");
  await world.sandbox.control.clearFaults();
  await world.clock.advance(1_000);
  assert.deepEqual([...seen], ["new"]);
});

test("A connection that cannot be reached is tried again an interval later", async (t) => {
  const world = await createWorld(t);
  const good = world.access.current;
  world.access.current = { ...good, endpoint: "http://127.0.0.1:9" };
  world.sync.setConnections([sandboxConnection]);
  world.sync.setVisible(true);
  await world.until(() => world.store.connectionState(sandboxKey)?.status === "error");
  await world.clock.untilSleeping();
  const state = world.store.connectionState(sandboxKey);
  assert.ok(state?.status === "error" && state.retryAt !== undefined);
  assert.equal(state.retryAt - world.clock.now(), world.clock.pending[0]);
  world.access.current = good;
  await world.clock.advance(60_000);
  await world.until(() => status(world) === "ready");
});

test("A removed connection is forgotten, with its timers", async (t) => {
  const world = await createWorld(t);
  await shown(world);
  await world.clock.untilSleeping();
  world.sync.setConnections([]);
  await world.clock.advance(0);
  assert.deepEqual([world.clock.pending, world.store.connectionState(sandboxKey)], [[], undefined]);
});

test("A profile that needs a sign-in is shown as signed out", async (t) => {
  const world = await createWorld(t);
  const error = new SignInRequiredError("sandbox", "Sign in first", "sso");
  const open = world.sessions.open.bind(world.sessions);
  let isSignedIn = false;
  world.sessions.open = (...args) => (isSignedIn ? open(...args) : Promise.reject(error));
  world.sync.setConnections([sandboxConnection]);
  world.sync.setVisible(true);
  await world.until(() => world.store.connectionState(sandboxKey)?.status === "signedOut");
  const state = world.store.connectionState(sandboxKey);
  assert.equal(state?.status === "signedOut" && messageOf(state.error), "Sign in first");
  isSignedIn = true;
  await world.sync.refresh();
  assert.equal(status(world), "ready");
});

test("A host that cannot be resolved is explained as a service that the region may not have", async (t) => {
  const unresolved = new TransportError("getaddrinfo ENOTFOUND", { code: "ENOTFOUND", attempts: 3, maybeSent: false });
  const unknown = new ServiceError("UnknownOperationException", "", { status: 404, isRetryable: false, attempts: 1 });
  const supplyChain = createKinds({ chimeApi: () => "identity" }).get("supplyChain")!;
  for (const [error, text] of [
    [unresolved, /not available in us-east-1, or the network cannot resolve its host\.$/],
    [unknown, /not available in us-east-1\.$/],
  ] as const) {
    // eslint-disable-next-line require-yield, @typescript-eslint/require-await -- a list that fails before its first page
    const list = async function* () {
      throw error;
    };
    const world = await createWorld(t, { kinds: kindsOf([{ ...supplyChain, list }]) });
    world.sync.setConnections([sandboxConnection]);
    await world.sync.refresh();
    const shownError = world.store.listing(sandboxKey, "supplyChain")?.error;
    assert.match(messageOf(shownError), /^The service of Supply Chain instances is not available/);
    assert.match(messageOf(shownError), text);
  }
});

test("Two thousand instances are listed page by page, and one that changes fires alone", async (t) => {
  const world = await createWorld(t, { pageBudget: 2_000 });
  await world.sandbox.control.addResources({ kind: "chime", count: 2_000 });
  await shown(world);
  assert.equal(names(world, "chime")?.length, 2_000);
  assert.equal(await world.count("ListAppInstances"), 40);
  const session = await world.open();
  const chime = world.kinds.get("chime")!;
  const instance = world.store.listing(sandboxKey, "chime")!.instances[1_500]!;
  await chime.update(session, instance, { name: "renamed" });
  world.changes.length = 0;
  await world.sync.refresh();
  assert.deepEqual(
    world.changes.filter((change) => change.type === "instance"),
    [{ type: "instance", connectionKey: sandboxKey, kind: "chime", id: instance.id }],
  );
  assert.ok(world.changes.length <= 3, JSON.stringify(world.changes.slice(0, 5)));
});

test("Editing the credentials file is enough to be signed in again, and to see only what is the new account's", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "sync-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const files = {
    AWS_CONFIG_FILE: join(directory, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, "credentials"),
  };
  const world = await createWorld(t, { env: files });
  const { endpoint, accessKeyId, secretAccessKey } = world.sandbox;
  const writeKeys = (id: string, secret: string) =>
    writeFile(files.AWS_SHARED_CREDENTIALS_FILE, `[work]\naws_access_key_id=${id}\naws_secret_access_key=${secret}\n`);
  await writeFile(files.AWS_CONFIG_FILE, `[profile work]\nendpoint_url=${endpoint}\n`);
  await writeKeys("AKIDUNKNOWN", "wrong");
  const connection = { source: "profile", profile: "work", region: "us-east-1" } as const;
  const key = connectionKey(connection);
  world.sync.setConnections([connection]);
  world.sync.setVisible(true);
  await world.until(() => world.store.connectionState(key)?.status === "signedOut");
  await writeKeys(accessKeyId, secretAccessKey);
  await world.until(() => world.store.listing(key, "supplyChain")?.status === "ready");
  await writeKeys("AKIDUNKNOWN", "wrong again");
  await world.until(() => world.store.connectionState(key)?.status === "signedOut");
  assert.equal(world.store.listing(key, "supplyChain"), undefined);
});

test("Hiding the view stops a long listing between two pages, and showing it lists anew", async (t) => {
  const world = await createWorld(t);
  await world.sandbox.control.addResources({ kind: "supplyChain", count: 200 });
  world.sync.setConnections([sandboxConnection]);
  world.sync.setVisible(true);
  await world.until(() => names(world)?.length === 20);
  world.sync.setVisible(false);
  await world.sandbox.control.ledger();
  await world.clock.advance(60 * 60_000);
  assert.ok((await world.count("ListInstances")) <= 2);
  assert.notEqual(status(world), "ready");
  world.sync.setVisible(true);
  await world.until(() => status(world) === "ready" && names(world)?.length === 200);
});

test("A refresh by hand goes on although the view is hidden", async (t) => {
  const world = await createWorld(t);
  await world.sandbox.control.addResources({ kind: "supplyChain", count: 60 });
  world.sync.setConnections([sandboxConnection]);
  await world.sync.refresh();
  assert.deepEqual([status(world), names(world)?.length, world.clock.pending], ["ready", 60, []]);
});
