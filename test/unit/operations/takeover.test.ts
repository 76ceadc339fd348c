import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { OperationRequest } from "../../../src/operations/operations";
import { draftOf, gate, scope, targetOf, until } from "./world";
import { directory, openWindowWorld, type WindowWorld } from "./windowWorld";

const create: OperationRequest = { type: "create", draft: draftOf("alpha") };

function setUp(t: TestContext): WindowWorld {
  const world = openWindowWorld(t);
  world.cloud.isInstant = false;
  return world;
}

/** Two windows, of which the first works on a create that the second has seen at work. */
async function sideBySide(world: WindowWorld) {
  const [first, second] = [await world.open(), await world.open()];
  const { id } = await first.start(scope, create);
  await until(second, id, ({ step }) => step === "follow");
  await world.clock.sleep(10_000);
  return { first, second, id };
}

test("A window watches others only while they work: afterwards nothing wakes it", async (t) => {
  const world = setUp(t);
  const files = world.faultyFiles();
  const first = await world.open();
  await world.open({ files });
  await world.clock.sleep(20_000);
  const idle = files.calls.length;
  await world.clock.sleep(20_000);
  assert.equal(files.calls.length, idle);
  const { id } = await first.start(scope, create);
  await until(first, id, ({ step }) => step === "follow");
  await world.clock.sleep(10_000);
  assert.ok(files.calls.length > idle);
  world.cloud.isInstant = true;
  await first.untilIdle(id);
  await world.clock.sleep(20_000);
  const after = files.calls.length;
  await world.clock.sleep(20_000);
  assert.equal(files.calls.length, after);
});

test("What is watched once is not watched twice, however many of its records change", async (t) => {
  const world = setUp(t);
  const files = world.faultyFiles();
  const [first] = [await world.open(), await world.open({ files })];
  const { id } = await first.start(scope, create);
  await until(first, id, ({ step }) => step === "follow");
  await world.clock.sleep(10_000);
  const before = files.calls.length;
  await world.clock.sleep(10_000);
  const looks = files.calls.slice(before).filter((call) => call.startsWith("stat")).length;
  assert.ok(looks >= 5 && looks <= 11, `${looks} looks at the lock in ten seconds`);
});

test("The second operation of a window that dies is followed like the first", async (t) => {
  const world = setUp(t);
  const { first, second, id } = await sideBySide(world);
  const other = await first.start(scope, { type: "delete", target: targetOf(world.cloud.add("ready", "beta")) });
  await until(second, other.id, ({ step }) => step === "waitDeleted");
  await world.clock.sleep(10_000);
  first.dispose();
  world.cloud.isInstant = true;
  for (const each of [id, other.id]) assert.equal((await second.untilIdle(each)).status, "succeeded");
});

test("A disk that fails while a window is watched puts the take-over off, and does not end it", async (t) => {
  const world = setUp(t);
  const files = world.faultyFiles();
  const [first, second] = [await world.open(), await world.open({ files })];
  const { id } = await first.start(scope, create);
  await until(second, id, ({ step }) => step === "follow");
  await world.clock.sleep(10_000);
  files.onCall = (call) => (/stat|\.lock/.test(call) ? { code: "EIO" } : undefined);
  await world.clock.sleep(5_000);
  first.dispose();
  await world.clock.sleep(5_000);
  assert.equal((await world.onDisk(id)).status, "running");
  files.heal();
  world.cloud.isInstant = true;
  assert.equal((await second.untilIdle(id)).status, "succeeded");
});

test("What dies before it was ever seen at work is told, and left to the user", async (t) => {
  const world = setUp(t);
  const first = await world.open();
  const { id } = await first.start(scope, create);
  await until(first, id, ({ step }) => step === "follow");
  first.dispose();
  const second = await world.open();
  assert.equal((await second.untilIdle(id)).status, "interrupted");
  await world.clock.sleep(1_000);
  assert.deepEqual(await world.leftovers(), []);
});

test("A window that closes while it takes over leaves the operation, and its lock, to the next one", async (t) => {
  const world = setUp(t);
  const files = world.faultyFiles();
  const [first, second] = [await world.open(), await world.open({ files })];
  const { id } = await first.start(scope, create);
  await until(second, id, ({ step }) => step === "follow");
  await world.clock.sleep(10_000);
  const taken = gate();
  files.onCall = (call) => {
    // The lock is made: the window closes before it has read the record once more.
    if (!/^close .*\.lock/.test(call)) return undefined;
    second.dispose();
    taken.open();
    return undefined;
  };
  first.dispose();
  await taken.opened;
  await world.clock.sleep(5_000);
  assert.equal((await world.onDisk(id)).status, "running");
  assert.deepEqual(await world.leftovers(), []);
  const third = await world.open();
  assert.equal((await third.untilIdle(id)).status, "interrupted");
});

test("An operation that was followed once, and dies again with its window, is followed again by who has seen that", async (t) => {
  const world = setUp(t);
  const { first, second, id } = await sideBySide(world);
  const third = await world.open();
  await world.clock.sleep(10_000);
  first.dispose();
  await world.clock.sleep(20_000);
  second.dispose();
  world.cloud.isInstant = true;
  const record = await third.untilIdle(id);
  assert.equal(record.status, "succeeded");
  assert.equal(world.cloud.tokens.length, 1);
});

test("What begins after an earlier operation has ended is watched as well", async (t) => {
  const world = setUp(t);
  const [first, second] = [await world.open(), await world.open()];
  world.cloud.isInstant = true;
  const { id } = await first.start(scope, create);
  await second.untilIdle(id);
  await world.clock.sleep(10_000);
  world.cloud.isInstant = false;
  const next = await first.start(scope, create);
  await until(second, next.id, ({ step }) => step === "follow");
  await world.clock.sleep(10_000);
  first.dispose();
  world.cloud.isInstant = true;
  assert.equal((await second.untilIdle(next.id)).status, "succeeded");
});

test("A lock that a killed window has left is no sign of work: the operation is told, and not carried on", async (t) => {
  const world = setUp(t);
  const first = await world.open();
  const { id } = await first.start(scope, create);
  await until(first, id, ({ step }) => step === "follow");
  first.dispose();
  const killed = JSON.stringify({ nonce: "theirs", pid: 1, host: "another machine" });
  world.disk.writeFileSync(`${directory}/${id}.lock`, killed);
  const second = await world.open();
  world.cloud.isInstant = true;
  const record = await second.untilIdle(id);
  assert.deepEqual([record.status, record.error?.code], ["interrupted", "Interrupted"]);
});
