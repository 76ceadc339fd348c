import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { OperationRequest } from "../../../src/operations/operations";
import { draftOf, gate, scope, targetOf, until } from "./world";
import { directory, WindowBench } from "./windowWorld";

const create: OperationRequest = { type: "create", draft: draftOf("alpha") };

function setUp(t: TestContext): WindowBench {
  const bench = new WindowBench();
  bench.cloud.isInstant = false;
  t.after(() => bench.close());
  return bench;
}

/** Two windows, of which the first works on a create that the second has seen at work. */
async function sideBySide(bench: WindowBench) {
  const [first, second] = [await bench.open(), await bench.open()];
  const { id } = await first.start(scope, create);
  await until(second, id, ({ step }) => step === "follow");
  await bench.clock.sleep(10_000);
  return { first, second, id };
}

void test("A window watches others only while they work: afterwards nothing wakes it", async (t) => {
  const bench = setUp(t);
  const files = bench.faultyFiles();
  const first = await bench.open();
  await bench.open({ files });
  await bench.clock.sleep(20_000);
  const idle = files.calls.length;
  await bench.clock.sleep(20_000);
  assert.equal(files.calls.length, idle);
  const { id } = await first.start(scope, create);
  await until(first, id, ({ step }) => step === "follow");
  await bench.clock.sleep(10_000);
  assert.ok(files.calls.length > idle);
  bench.cloud.isInstant = true;
  await first.untilIdle(id);
  await bench.clock.sleep(20_000);
  const after = files.calls.length;
  await bench.clock.sleep(20_000);
  assert.equal(files.calls.length, after);
});

void test("What is watched once is not watched twice, however many of its records change", async (t) => {
  const bench = setUp(t);
  const files = bench.faultyFiles();
  const [first] = [await bench.open(), await bench.open({ files })];
  const { id } = await first.start(scope, create);
  await until(first, id, ({ step }) => step === "follow");
  await bench.clock.sleep(10_000);
  const before = files.calls.length;
  await bench.clock.sleep(10_000);
  const looks = files.calls.slice(before).filter((call) => call.startsWith("stat")).length;
  assert.ok(looks >= 5 && looks <= 11, `${looks} looks at the lock in ten seconds`);
});

void test("The second operation of a window that dies is followed like the first", async (t) => {
  const bench = setUp(t);
  const { first, second, id } = await sideBySide(bench);
  const other = await first.start(scope, { type: "delete", target: targetOf(bench.cloud.add("ready", "beta")) });
  await until(second, other.id, ({ step }) => step === "waitDeleted");
  await bench.clock.sleep(10_000);
  first.dispose();
  bench.cloud.isInstant = true;
  for (const each of [id, other.id]) assert.equal((await second.untilIdle(each)).status, "succeeded");
});

void test("A disk that fails while a window is watched puts the take-over off, and does not end it", async (t) => {
  const bench = setUp(t);
  const files = bench.faultyFiles();
  const [first, second] = [await bench.open(), await bench.open({ files })];
  const { id } = await first.start(scope, create);
  await until(second, id, ({ step }) => step === "follow");
  await bench.clock.sleep(10_000);
  files.onCall = (call) => (/stat|\.lock/.test(call) ? { code: "EIO" } : undefined);
  await bench.clock.sleep(5_000);
  first.dispose();
  await bench.clock.sleep(5_000);
  assert.equal((await bench.onDisk(id)).status, "running");
  files.heal();
  bench.cloud.isInstant = true;
  assert.equal((await second.untilIdle(id)).status, "succeeded");
});

void test("What dies before it was ever seen at work is told, and left to the user", async (t) => {
  const bench = setUp(t);
  const first = await bench.open();
  const { id } = await first.start(scope, create);
  await until(first, id, ({ step }) => step === "follow");
  first.dispose();
  const second = await bench.open();
  assert.equal((await second.untilIdle(id)).status, "interrupted");
  await bench.clock.sleep(1_000);
  assert.deepEqual(await bench.leftovers(), []);
});

void test("A window that closes while it takes over leaves the operation, and its lock, to the next one", async (t) => {
  const bench = setUp(t);
  const files = bench.faultyFiles();
  const [first, second] = [await bench.open(), await bench.open({ files })];
  const { id } = await first.start(scope, create);
  await until(second, id, ({ step }) => step === "follow");
  await bench.clock.sleep(10_000);
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
  await bench.clock.sleep(5_000);
  assert.equal((await bench.onDisk(id)).status, "running");
  assert.deepEqual(await bench.leftovers(), []);
  const third = await bench.open();
  assert.equal((await third.untilIdle(id)).status, "interrupted");
});

void test("An operation that was followed once, and dies again with its window, is followed again by who has seen that", async (t) => {
  const bench = setUp(t);
  const { first, second, id } = await sideBySide(bench);
  const third = await bench.open();
  await bench.clock.sleep(10_000);
  first.dispose();
  await bench.clock.sleep(20_000);
  second.dispose();
  bench.cloud.isInstant = true;
  const record = await third.untilIdle(id);
  assert.equal(record.status, "succeeded");
  assert.equal(bench.cloud.tokens.length, 1);
});

void test("What begins after an earlier operation has ended is watched as well", async (t) => {
  const bench = setUp(t);
  const [first, second] = [await bench.open(), await bench.open()];
  bench.cloud.isInstant = true;
  const { id } = await first.start(scope, create);
  await second.untilIdle(id);
  await bench.clock.sleep(10_000);
  bench.cloud.isInstant = false;
  const next = await first.start(scope, create);
  await until(second, next.id, ({ step }) => step === "follow");
  await bench.clock.sleep(10_000);
  first.dispose();
  bench.cloud.isInstant = true;
  assert.equal((await second.untilIdle(next.id)).status, "succeeded");
});

void test("A lock that a killed window has left is no sign of work: the operation is told, and not carried on", async (t) => {
  const bench = setUp(t);
  const first = await bench.open();
  const { id } = await first.start(scope, create);
  await until(first, id, ({ step }) => step === "follow");
  first.dispose();
  const killed = JSON.stringify({ nonce: "theirs", pid: 1, host: "another machine" });
  bench.disk.writeFileSync(`${directory}/${id}.lock`, killed);
  const second = await bench.open();
  bench.cloud.isInstant = true;
  const record = await second.untilIdle(id);
  assert.deepEqual([record.status, record.error?.code], ["interrupted", "Interrupted"]);
});
