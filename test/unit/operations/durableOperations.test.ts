import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../src/core/errors";
import type { OperationRequest } from "../../../src/operations/operations";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, gate, scope, targetOf, until } from "./world";
import { directory, openWindowWorld, type WindowWorld } from "./windowWorld";

const create: OperationRequest = { type: "create", draft: draftOf("alpha") };
const impatient = { retryDelaysMs: [] };

/** A create whose one request was lost. */
async function interrupted(world: WindowWorld, ...[deps]: Parameters<WindowWorld["open"]>) {
  const window = await world.open({ timing: impatient, ...deps });
  world.cloud.fail("create", reset());
  const { id } = await window.start(scope, create);
  assert.equal((await window.untilIdle(id)).status, "interrupted");
  return { window, id };
}

test("Where no lock can be made nothing is sent, and the message says what did not happen and why", async (t) => {
  const world = openWindowWorld(t);
  const files = world.faultyFiles();
  const window = await world.open({ files });
  const target = targetOf(world.cloud.add("ready", "alpha"));
  files.onCall = (call) => (/^open .*\.lock/.test(call) ? { code: "EMFILE" } : undefined);
  const requests: readonly OperationRequest[] = [create, { type: "tags", target, changes: { set: {}, remove: ["a"] } }];
  for (const [index, what] of ["create alpha", "edit tags of alpha"].entries())
    await assert.rejects(
      window.start(scope, requests[index]!),
      (error) =>
        error instanceof UserError &&
        error.message.startsWith(`Could not ${what}: nothing was sent. Could not write`) &&
        error.message.includes("EMFILE") &&
        error.cause !== undefined,
    );
  assert.deepEqual(world.cloud.calls, []);
  assert.deepEqual(window.list(), []);
  files.heal();
  assert.equal((await window.untilIdle((await window.start(scope, create)).id)).status, "succeeded");
});

test("A lock that another window holds for a moment is waited for", async (t) => {
  const world = openWindowWorld(t);
  const { window, id } = await interrupted(world);
  const lease = await world.hold(id);
  const resumed = window.resume(id);
  await world.clock.sleep(3_000);
  assert.equal(window.get(id)?.status, "interrupted");
  lease.release();
  await resumed;
  assert.equal((await window.untilIdle(id)).status, "succeeded");
});

test("A lock that another living window keeps is not waited for endlessly, nor broken", async (t) => {
  const world = openWindowWorld(t);
  const { window, id } = await interrupted(world);
  let isLost = false;
  const lease = await world.hold(id, () => (isLost = true));
  for (const act of [() => window.resume(id), () => window.discard(id)])
    await assert.rejects(
      act(),
      (error) =>
        error instanceof UserError && /Another window is working on alpha\. Wait.*or close it/.test(error.message),
    );
  assert.equal(await lease.isHeld(), true);
  assert.equal(isLost, false);
  assert.equal((await world.onDisk(id)).status, "interrupted");
  lease.release();
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).status, "succeeded");
});

test("Resuming ends at once where the other window has resumed it meanwhile", async (t) => {
  const world = openWindowWorld(t);
  const { id } = await interrupted(world);
  const second = await world.open({ files: world.deafFiles() });
  const lease = await world.hold(id);
  const record = await world.onDisk(id);
  const before = world.clock.monotonic();
  await world.write({ ...record, status: "running" }, lease);
  await assert.rejects(second.resume(id), /Another window is working on alpha/);
  // A look, and the wait of one turn at most: it is known to be at work.
  assert.ok(world.clock.monotonic() - before <= 1_000, `${world.clock.monotonic() - before}`);
  lease.release();
});

test("A window that closes while it waits for a lock gives up without a word", async (t) => {
  const world = openWindowWorld(t);
  const { window, id } = await interrupted(world);
  await world.hold(id);
  const resumed = window.resume(id);
  window.dispose();
  await assert.rejects(resumed, { name: "CancelledError" });
});

test("An operation at work is not resumed a second time by the window that works on it", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  const [sending, answering] = [gate(), gate()];
  world.cloud.before = async (call) => {
    if (call !== "create") return;
    sending.open();
    await answering.opened;
  };
  const { id } = await window.start(scope, create);
  await sending.opened;
  await window.resume(id);
  answering.open();
  const record = await window.untilIdle(id);
  assert.equal(record.status, "succeeded");
  assert.equal(world.cloud.tokens.length, 1);
  assert.ok(!record.history.some(({ text }) => text === "Resumed"));
});

test("What is resumed is running again for everybody, without its old error, before anything is sent", async (t) => {
  const world = openWindowWorld(t);
  const { window, id } = await interrupted(world);
  const seen: unknown[] = [];
  const draftFile = `${directory}/${id}.json.dead.tmp`;
  world.disk.writeFileSync(draftFile, "{");
  world.cloud.before = async (call) => {
    if (call !== "create") return;
    const { status, error, history } = await world.onDisk(id);
    seen.push({ status, error, isTold: history.some(({ text }) => text === "Resumed") });
  };
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.deepEqual(seen, [{ status: "running", error: undefined, isTold: true }]);
  assert.deepEqual(await world.leftovers(), [], "what a killed writer left is gone, and so are the locks");
});

test("What a window began that dies is told as interrupted where its kind is not known, and is not carried out", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.isInstant = false;
  const first = await world.open();
  const found: string[] = [];
  const second = await world.open({ kinds: { get: () => undefined } }, (window) =>
    window.onDidFindInterrupted(({ id }) => found.push(id)),
  );
  const { id } = await first.start(scope, create);
  await until(first, id, ({ step }) => step === "follow");
  // Long enough to have been seen at work.
  await world.clock.sleep(10_000);
  first.dispose();
  const record = await until(second, id, ({ status }) => status === "interrupted");
  assert.deepEqual(record.error, { code: "Interrupted", message: "The window that ran it is gone." });
  assert.equal(record.history.at(-1)?.text, "The window that ran it is gone.");
  assert.deepEqual(await world.onDisk(id), JSON.parse(JSON.stringify(record)));
  await world.clock.sleep(5_000);
  assert.deepEqual(found, [id]);
  assert.deepEqual(await world.leftovers(), []);
  await assert.rejects(second.resume(id), /does not know the kind of instance "fake"/);
});

test("A window that was seen at work and dies is followed, from the step that it had come to", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.isInstant = false;
  const first = await world.open();
  const ends: string[] = [];
  const second = await world.open();
  second.onDidSettle(({ id }) => ends.push(id));
  const { id } = await first.start(scope, create);
  await until(second, id, ({ step }) => step === "follow");
  await world.clock.sleep(10_000);
  const leftover = `${directory}/${id}.json.dead.tmp`;
  world.disk.writeFileSync(leftover, "{");
  first.dispose();
  world.cloud.isInstant = true;
  assert.equal((await second.untilIdle(id)).status, "succeeded");
  assert.deepEqual(ends, [id]);
  assert.equal(world.cloud.tokens.length, 1);
  assert.deepEqual(await world.leftovers(), []);
});

test("A window that closes gives up its locks at once, writes nothing more and announces nothing", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.isInstant = false;
  const window = await world.open();
  const heard: string[] = [];
  const { id } = await window.start(scope, create);
  await until(window, id, ({ step }) => step === "follow");
  window.onDidSettle(() => heard.push("settled"));
  window.onDidChange(() => heard.push("changed"));
  const before = await world.onDisk(id);
  window.dispose();
  assert.deepEqual(await world.leftovers(), []);
  world.cloud.isInstant = true;
  await world.clock.sleep(60_000);
  assert.deepEqual(await world.onDisk(id), before);
  assert.deepEqual(heard, []);
});

test("A window whose lock is broken stops, and shows what the one that has it now writes", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.isInstant = false;
  const window = await world.open();
  const ends: string[] = [];
  window.onDidSettle(({ status }) => ends.push(status));
  const { id } = await window.start(scope, create);
  await until(window, id, ({ step }) => step === "follow");
  world.disk.unlinkSync(`${directory}/${id}.lock`);
  const lease = await world.hold(id);
  await world.write({ ...(await world.onDisk(id)), status: "discarded" }, lease);
  assert.equal((await window.untilIdle(id)).status, "discarded");
  assert.deepEqual(ends, []);
  assert.equal(await lease.isHeld(), true);
  lease.release();
});

test("Waiting for an operation that another window has just started works before anything was heard of it", async (t) => {
  const world = openWindowWorld(t);
  const first = await world.open();
  const second = await world.open({ files: world.deafFiles() });
  const { id } = await first.start(scope, create);
  await first.untilIdle(id);
  assert.equal(second.get(id), undefined);
  assert.equal((await second.untilIdle(id)).status, "succeeded");
  await assert.rejects(second.untilIdle("nobody's"), { message: "There is no operation nobody's" });
});

test("Every interrupted operation is announced when a window opens, and no other", async (t) => {
  const world = openWindowWorld(t);
  const { window, id } = await interrupted(world);
  const other = await window.start(scope, create);
  await window.untilIdle(other.id);
  const found: string[] = [];
  await world.open({}, (next) => next.onDidFindInterrupted((record) => found.push(record.id)));
  assert.deepEqual(found, [id]);
});

test("A refusal that says itself what comes first is passed on as it is", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.fail("delete", reset());
  const window = await world.open({ timing: impatient });
  const target = targetOf(world.cloud.add("ready", "alpha"));
  const { id } = await window.start(scope, { type: "delete", target });
  await window.untilIdle(id);
  await assert.rejects(
    window.start(scope, { type: "delete", target }),
    (error) =>
      error instanceof UserError && error.message.startsWith("An interrupted operation") && error.remedies.length === 2,
  );
});

test("An operation that failed and one that was interrupted for want of a sign-in are both over for whoever waits", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  const ends: string[] = [];
  window.onDidSettle(({ status }) => ends.push(status));
  world.cloud.fail("create", refusal("ExpiredTokenException", 403));
  const first = await window.start(scope, create);
  assert.equal((await window.untilIdle(first.id)).status, "interrupted");
  world.cloud.fail("create", refusal("AccessDeniedException", 403));
  const second = await window.start(scope, create);
  assert.equal((await window.untilIdle(second.id)).status, "failed");
  assert.deepEqual(ends, ["failed"]);
  assert.deepEqual(await world.leftovers(), []);
});

/** The lock of a process elsewhere, of which nothing can be known but whether it touches its lock. */
const elsewhere = JSON.stringify({ nonce: "theirs", pid: 1, host: "another machine" });

test("A lock that its owner elsewhere touches every second is never broken by one who waits for it", async (t) => {
  const world = openWindowWorld(t);
  const { window, id } = await interrupted(world);
  const lock = `${directory}/${id}.lock`;
  world.disk.writeFileSync(lock, elsewhere);
  const isOver = new AbortController();
  const beating = (async () => {
    for (let beat = 1; !isOver.signal.aborted; beat++) {
      await world.clock.sleep(1_000, isOver.signal);
      await world.disk.utimes(lock, beat, beat);
    }
  })().catch(() => undefined);
  await assert.rejects(window.resume(id), /Another window is working on alpha/);
  isOver.abort();
  await beating;
  assert.equal(await world.disk.readFile(lock), elsewhere);
});

test("A lock that its owner elsewhere has left is broken by one who waits for it, after a silence", async (t) => {
  const world = openWindowWorld(t);
  const { window, id } = await interrupted(world);
  world.disk.writeFileSync(`${directory}/${id}.lock`, elsewhere);
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).status, "succeeded");
});

test("What killed windows left is removed when a window opens: locks, broken locks and half-written entries", async (t) => {
  const world = openWindowWorld(t);
  const { id } = await interrupted(world);
  const living = await world.hold("another");
  const left = ["gone.lock", "gone.lock.aside", "gone.json.theirs.tmp"];
  for (const name of left) world.disk.writeFileSync(`${directory}/${name}`, elsewhere);
  const kept = ["another.lock", `x.json.${living.nonce}.tmp`];
  world.disk.writeFileSync(`${directory}/${kept[1]}`, "{");
  await world.open();
  await world.clock.sleep(20_000);
  assert.deepEqual([...(await world.leftovers())].sort(), [...kept].sort());
  assert.equal((await world.onDisk(id)).status, "interrupted");
});

test("A window that lost its lock shows what the other one wrote, though nobody told it", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.isInstant = false;
  const window = await world.open({ files: world.deafFiles() });
  const { id } = await window.start(scope, create);
  await until(window, id, ({ step }) => step === "follow");
  world.disk.unlinkSync(`${directory}/${id}.lock`);
  const lease = await world.hold(id);
  await world.write({ ...(await world.onDisk(id)), status: "discarded" }, lease);
  assert.equal((await window.untilIdle(id)).status, "discarded");
  assert.equal(await lease.isHeld(), true);
});

test("New credentials let only go on what was interrupted for want of them", async (t) => {
  const world = openWindowWorld(t);
  const { window, id } = await interrupted(world);
  world.sessions.invalidate(scope.connection);
  await world.clock.sleep(5_000);
  assert.equal(window.get(id)?.status, "interrupted");
  assert.deepEqual(world.cloud.calls, []);
});

test("An operation that waited for credentials, and was interrupted for something else since, waits no more", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open({ timing: impatient });
  world.cloud.fail("create", refusal("ExpiredTokenException", 403));
  const { id } = await window.start(scope, create);
  await window.untilIdle(id);
  world.cloud.fail("create", reset());
  world.sessions.invalidate(scope.connection);
  await until(window, id, ({ error }) => error?.code === "TransportError");
  await world.clock.sleep(5_000);
  world.sessions.invalidate(scope.connection);
  await world.clock.sleep(5_000);
  assert.equal(window.get(id)?.status, "interrupted");
  assert.deepEqual(world.cloud.calls, []);
});

test("What was settled is kept for fourteen days, and forgotten when the next operation settles", async (t) => {
  const world = openWindowWorld(t);
  const dayMs = 24 * 60 * 60 * 1000;
  let laterMs = 0;
  const { clock } = world;
  const window = await world.open({
    clock: {
      now: () => clock.now() + laterMs,
      monotonic: () => clock.monotonic(),
      sleep: (...args) => clock.sleep(...args),
    },
  });
  const ids: string[] = [];
  for (const at of [0, 1, 14, 15.1]) {
    laterMs = at * dayMs;
    const { id } = await window.start(scope, create);
    await window.untilIdle(id);
    await world.clock.sleep(1_000);
    ids.push(id);
  }
  const [first, second, third, fourth] = ids;
  // Day 14 forgets the first, day 15 the second.
  assert.deepEqual(
    window.list().map(({ id }) => id),
    [fourth, third],
  );
  for (const id of [first!, second!]) await assert.rejects(world.onDisk(id), { code: "ENOENT" });
});
