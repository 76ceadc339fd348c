import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { UserError } from "../../../src/core/errors";
import type { OperationRequest } from "../../../src/operations/runner";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, gate, scope, targetOf, until } from "./bench";
import { directory, WindowBench } from "./windowBench";

const create: OperationRequest = { type: "create", draft: draftOf("alpha") };
const impatient = { retryDelaysMs: [] };

function setUp(t: TestContext): WindowBench {
  const bench = new WindowBench();
  t.after(() => bench.close());
  return bench;
}

/** A create whose one request was lost. */
async function interrupted(bench: WindowBench, ...[deps]: Parameters<WindowBench["open"]>) {
  const window = await bench.open({ timing: impatient, ...deps });
  bench.cloud.fail("create", reset());
  const { id } = await window.start(scope, create);
  assert.equal((await window.settled(id)).status, "interrupted");
  return { window, id };
}

void test("Where no lock can be made nothing is sent, and the message says what did not happen and why", async (t) => {
  const bench = setUp(t);
  const files = bench.faultyFiles();
  const window = await bench.open({ files });
  const target = targetOf(bench.cloud.add("ready", "alpha"));
  files.onCall = (call) => (/^open .*\.lock/.test(call) ? { code: "EMFILE" } : undefined);
  const requests: readonly OperationRequest[] = [create, { type: "tags", target, changes: { set: {}, remove: ["a"] } }];
  for (const [index, what] of ["create alpha", "change the tags of alpha"].entries())
    await assert.rejects(
      window.start(scope, requests[index]!),
      (error) =>
        error instanceof UserError &&
        error.message.startsWith(`Could not ${what}: nothing was sent. Could not write`) &&
        error.message.includes("EMFILE") &&
        error.cause !== undefined,
    );
  assert.deepEqual(bench.cloud.calls, []);
  assert.deepEqual(window.list(), []);
  files.heal();
  assert.equal((await window.settled((await window.start(scope, create)).id)).status, "succeeded");
});

void test("A lock that another window holds for a moment is waited for", async (t) => {
  const bench = setUp(t);
  const { window, id } = await interrupted(bench);
  const lease = await bench.hold(id);
  const resumed = window.resume(id);
  await bench.clock.sleep(3_000);
  assert.equal(window.get(id)?.status, "interrupted");
  lease.release();
  await resumed;
  assert.equal((await window.settled(id)).status, "succeeded");
});

void test("A lock that another living window keeps is not waited for endlessly, nor broken", async (t) => {
  const bench = setUp(t);
  const { window, id } = await interrupted(bench);
  let isLost = false;
  const lease = await bench.hold(id, () => (isLost = true));
  for (const act of [() => window.resume(id), () => window.discard(id)])
    await assert.rejects(
      act(),
      (error) =>
        error instanceof UserError && /Another window is working on alpha\. Wait.*or close it/.test(error.message),
    );
  assert.equal(await lease.isHeld(), true);
  assert.equal(isLost, false);
  assert.equal((await bench.onDisk(id)).status, "interrupted");
  lease.release();
  await window.resume(id);
  assert.equal((await window.settled(id)).status, "succeeded");
});

void test("Resuming ends at once where the other window has resumed it meanwhile", async (t) => {
  const bench = setUp(t);
  const { id } = await interrupted(bench);
  const second = await bench.open({ files: bench.deafFiles() });
  const lease = await bench.hold(id);
  const record = await bench.onDisk(id);
  const before = bench.clock.monotonic();
  await bench.write({ ...record, status: "running" }, lease);
  await assert.rejects(second.resume(id), /Another window is working on alpha/);
  // A look, and the wait of one turn at most: it is known to be at work.
  assert.ok(bench.clock.monotonic() - before <= 1_000, `${bench.clock.monotonic() - before}`);
  lease.release();
});

void test("A window that closes while it waits for a lock gives up without a word", async (t) => {
  const bench = setUp(t);
  const { window, id } = await interrupted(bench);
  await bench.hold(id);
  const resumed = window.resume(id);
  window.dispose();
  await assert.rejects(resumed, { name: "CancelledError" });
});

void test("An operation at work is not resumed a second time by the window that works on it", async (t) => {
  const bench = setUp(t);
  const window = await bench.open();
  const [sending, answering] = [gate(), gate()];
  bench.cloud.before = async (call) => {
    if (call !== "create") return;
    sending.open();
    await answering.opened;
  };
  const { id } = await window.start(scope, create);
  await sending.opened;
  await window.resume(id);
  answering.open();
  const record = await window.settled(id);
  assert.equal(record.status, "succeeded");
  assert.equal(bench.cloud.tokens.length, 1);
  assert.ok(!record.history.some(({ text }) => text === "Resumed"));
});

void test("What is resumed is running again for everybody, without its old error, before anything is sent", async (t) => {
  const bench = setUp(t);
  const { window, id } = await interrupted(bench);
  const seen: unknown[] = [];
  const draftFile = `${directory}/${id}.json.dead.tmp`;
  bench.disk.writeFileSync(draftFile, "{");
  bench.cloud.before = async (call) => {
    if (call !== "create") return;
    const { status, error, history } = await bench.onDisk(id);
    seen.push({ status, error, isTold: history.some(({ text }) => text === "Resumed") });
  };
  await window.resume(id);
  assert.equal((await window.settled(id)).status, "succeeded");
  assert.deepEqual(seen, [{ status: "running", error: undefined, isTold: true }]);
  assert.deepEqual(await bench.leftovers(), [], "what a killed writer left is gone, and so are the locks");
});

void test("What a window began that dies is told as interrupted where its kind is not known, and is not carried out", async (t) => {
  const bench = setUp(t);
  bench.cloud.isInstant = false;
  const first = await bench.open();
  const found: string[] = [];
  const second = await bench.open({ kinds: { get: () => undefined } }, (window) =>
    window.onDidFindInterrupted(({ id }) => found.push(id)),
  );
  const { id } = await first.start(scope, create);
  await until(first, id, ({ step }) => step === "follow");
  // Long enough to have been seen at work.
  await bench.clock.sleep(10_000);
  first.dispose();
  const record = await until(second, id, ({ status }) => status === "interrupted");
  assert.deepEqual(record.error, { code: "Interrupted", message: "The window that ran it is gone." });
  assert.equal(record.history.at(-1)?.text, "The window that ran it is gone.");
  assert.deepEqual(await bench.onDisk(id), JSON.parse(JSON.stringify(record)));
  await bench.clock.sleep(5_000);
  assert.deepEqual(found, [id]);
  assert.deepEqual(await bench.leftovers(), []);
  await assert.rejects(second.resume(id), /does not know the kind of instance "fake"/);
});

void test("A window that was seen at work and dies is followed, from the step that it had come to", async (t) => {
  const bench = setUp(t);
  bench.cloud.isInstant = false;
  const first = await bench.open();
  const ends: string[] = [];
  const second = await bench.open();
  second.onDidSettle(({ id }) => ends.push(id));
  const { id } = await first.start(scope, create);
  await until(second, id, ({ step }) => step === "follow");
  await bench.clock.sleep(10_000);
  const leftover = `${directory}/${id}.json.dead.tmp`;
  bench.disk.writeFileSync(leftover, "{");
  first.dispose();
  bench.cloud.isInstant = true;
  assert.equal((await second.settled(id)).status, "succeeded");
  assert.deepEqual(ends, [id]);
  assert.equal(bench.cloud.tokens.length, 1);
  assert.deepEqual(await bench.leftovers(), []);
});

void test("A window that closes gives up its locks at once, writes nothing more and announces nothing", async (t) => {
  const bench = setUp(t);
  bench.cloud.isInstant = false;
  const window = await bench.open();
  const heard: string[] = [];
  const { id } = await window.start(scope, create);
  await until(window, id, ({ step }) => step === "follow");
  window.onDidSettle(() => heard.push("settled"));
  window.onDidChange(() => heard.push("changed"));
  const before = await bench.onDisk(id);
  window.dispose();
  assert.deepEqual(await bench.leftovers(), []);
  bench.cloud.isInstant = true;
  await bench.clock.sleep(60_000);
  assert.deepEqual(await bench.onDisk(id), before);
  assert.deepEqual(heard, []);
});

void test("A window whose lock is broken stops, and shows what the one that has it now writes", async (t) => {
  const bench = setUp(t);
  bench.cloud.isInstant = false;
  const window = await bench.open();
  const ends: string[] = [];
  window.onDidSettle(({ status }) => ends.push(status));
  const { id } = await window.start(scope, create);
  await until(window, id, ({ step }) => step === "follow");
  bench.disk.unlinkSync(`${directory}/${id}.lock`);
  const lease = await bench.hold(id);
  await bench.write({ ...(await bench.onDisk(id)), status: "discarded" }, lease);
  assert.equal((await window.settled(id)).status, "discarded");
  assert.deepEqual(ends, []);
  assert.equal(await lease.isHeld(), true);
  lease.release();
});

void test("Waiting for an operation that another window has just started works before anything was heard of it", async (t) => {
  const bench = setUp(t);
  const first = await bench.open();
  const second = await bench.open({ files: bench.deafFiles() });
  const { id } = await first.start(scope, create);
  await first.settled(id);
  assert.equal(second.get(id), undefined);
  assert.equal((await second.settled(id)).status, "succeeded");
  await assert.rejects(second.settled("nobody's"), { message: "There is no operation nobody's" });
});

void test("Every interrupted operation is announced when a window opens, and no other", async (t) => {
  const bench = setUp(t);
  const { window, id } = await interrupted(bench);
  const other = await window.start(scope, create);
  await window.settled(other.id);
  const found: string[] = [];
  await bench.open({}, (next) => next.onDidFindInterrupted((record) => found.push(record.id)));
  assert.deepEqual(found, [id]);
});

void test("A refusal that says itself what comes first is passed on as it is", async (t) => {
  const bench = setUp(t);
  bench.cloud.fail("delete", reset());
  const window = await bench.open({ timing: impatient });
  const target = targetOf(bench.cloud.add("ready", "alpha"));
  const { id } = await window.start(scope, { type: "delete", target });
  await window.settled(id);
  await assert.rejects(
    window.start(scope, { type: "delete", target }),
    (error) =>
      error instanceof UserError && error.message.startsWith("An interrupted operation") && error.remedies.length === 2,
  );
});

void test("An operation that failed and one that was interrupted for want of a sign-in are both over for whoever waits", async (t) => {
  const bench = setUp(t);
  const window = await bench.open();
  const ends: string[] = [];
  window.onDidSettle(({ status }) => ends.push(status));
  bench.cloud.fail("create", refusal("ExpiredTokenException", 403));
  const first = await window.start(scope, create);
  assert.equal((await window.settled(first.id)).status, "interrupted");
  bench.cloud.fail("create", refusal("AccessDeniedException", 403));
  const second = await window.start(scope, create);
  assert.equal((await window.settled(second.id)).status, "failed");
  assert.deepEqual(ends, ["failed"]);
  assert.deepEqual(await bench.leftovers(), []);
});
