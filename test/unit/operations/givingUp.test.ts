import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { UserError } from "../../../src/core/errors";
import type { OperationRequest } from "../../../src/operations/operations";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, gate, scope, targetOf, until, type Window } from "./world";
import { directory, WindowBench } from "./windowWorld";

const create: OperationRequest = { type: "create", draft: draftOf("alpha") };

function setUp(t: TestContext): WindowBench {
  const bench = new WindowBench();
  t.after(() => bench.close());
  return bench;
}

function says(message: string, ...titles: readonly string[]) {
  return (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.equal(error.message, message);
    assert.deepEqual(
      error.remedies.map(({ title }) => title),
      titles,
    );
    return true;
  };
}

/** A create whose request is with the service, which does not answer yet. */
async function sent(bench: WindowBench, window: Window) {
  const [sending, answering] = [gate(), gate()];
  bench.cloud.before = async (call) => {
    if (call !== "create") return;
    sending.open();
    await answering.opened;
  };
  const { id } = await window.start(scope, create);
  await sending.opened;
  return { id, answer: () => answering.open() };
}

/** An operation that only waits for the service. */
async function following(bench: WindowBench, window: Window, request: OperationRequest) {
  bench.cloud.isInstant = false;
  const { id } = await window.start(scope, request);
  await until(window, id, ({ step }) => step === "follow" || step === "waitDeleted");
  return id;
}

void test("What was sent is neither cancelled nor discarded nor left, and each refusal says why", async (t) => {
  const bench = setUp(t);
  const window = await bench.open();
  const { id, answer } = await sent(bench, window);
  await assert.rejects(window.cancel(id), says("It is too late to cancel: the request was sent."));
  await assert.rejects(
    window.discard(id),
    says("alpha is being worked on, and a request was sent. Wait until that is done."),
  );
  await assert.rejects(
    window.stopFollowing(id),
    says("alpha is not only waiting for the service: a step of its own is left."),
  );
  answer();
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  await assert.rejects(window.cancel(id), says("It is too late to cancel: the request was sent."));
  await assert.rejects(window.stopFollowing(id), says("alpha: this operation is over."));
  assert.equal((await bench.onDisk(id)).status, "succeeded");
});

void test("What only waits offers Stop Following where Discard is refused, and stops with all that exists left alone", async (t) => {
  const bench = setUp(t);
  const window = await bench.open();
  const alpha = targetOf(bench.cloud.add("ready", "alpha"));
  for (const [request, text] of [
    [{ type: "delete", target: alpha }, "Stopped following: the service goes on deleting, as far as it gets."],
    [create, "Stopped following: the service goes on, and the instance will be listed."],
  ] as const) {
    const id = await following(bench, window, request);
    await assert.rejects(window.discard(id), (error) => {
      says("alpha is being worked on: only waiting is left. Stop following it instead.", "Stop Following")(error);
      const args = [{ type: "operation", operationId: id }];
      assert.deepEqual(error instanceof UserError && error.remedies[0], {
        title: "Stop Following",
        command: "appInstances.stopFollowing",
        args,
      });
      return true;
    });
    await window.stopFollowing(id);
    const record = await bench.onDisk(id);
    assert.equal(record.status, "discarded");
    assert.equal(record.history.at(-1)?.text, text);
    assert.equal(record.settledAt, bench.clock.now());
  }
  assert.equal(bench.cloud.live.length, 2);
  assert.deepEqual(await bench.leftovers(), []);
});

void test("A recreate that is left while it deletes keeps its draft, and tells in its record what Resume will do", async (t) => {
  const bench = setUp(t);
  const window = await bench.open();
  const target = targetOf(bench.cloud.add("createFailed", "alpha"));
  const id = await following(bench, window, { type: "recreate", draft: draftOf("alpha"), target });
  await window.stopFollowing(id);
  const { status, error, history, draft, settledAt } = await bench.onDisk(id);
  assert.deepEqual(
    [status, error?.code, draft?.values.name, settledAt],
    ["interrupted", "StoppedFollowing", "alpha", undefined],
  );
  assert.match(error?.message ?? "", /service goes on deleting.*Resume waits for that again and then creates/);
  assert.equal(history.at(-1)?.text, error?.message);
});

void test("What another window follows is left there, and the refusal says where", async (t) => {
  const bench = setUp(t);
  const [first, second] = [await bench.open(), await bench.open()];
  const id = await following(bench, first, create);
  await until(second, id, ({ step }) => step === "follow");
  await assert.rejects(
    second.stopFollowing(id),
    says("Another window follows alpha. Use Stop Following there, or close that window."),
  );
  assert.equal((await bench.onDisk(id)).status, "running");
});

void test("What was left undone is given up from any window: what failed, what was interrupted, and what only waited", async (t) => {
  const bench = setUp(t);
  const window = await bench.open({ timing: { retryDelaysMs: [] } });
  const ids: string[] = [];
  for (const error of [reset(), refusal("AccessDeniedException", 403)]) {
    bench.cloud.fail("create", error);
    const { id } = await window.start(scope, create);
    await window.untilIdle(id);
    ids.push(id);
  }
  const other = await bench.open();
  for (const id of ids) {
    const before = await bench.onDisk(id);
    await other.discard(id);
    const { status, history, updatedAt, settledAt, revision } = await bench.onDisk(id);
    assert.deepEqual(
      [status, updatedAt, settledAt, revision],
      ["discarded", bench.clock.now(), bench.clock.now(), before.revision + 1],
    );
    assert.deepEqual(history, [...before.history, { at: bench.clock.now(), text: "Discarded" }]);
    assert.equal(other.get(id)?.status, "discarded");
  }
  assert.deepEqual(await bench.leftovers(), []);
});

void test("A discard whose lock is broken while it is written is refused, and the entry stays as the other one has it", async (t) => {
  const bench = setUp(t);
  const files = bench.faultyFiles();
  const window = await bench.open({ files, timing: { retryDelaysMs: [] } });
  bench.cloud.fail("create", reset());
  const { id } = await window.start(scope, create);
  await window.untilIdle(id);
  files.onCall = (call) => {
    if (call.startsWith("sync")) bench.disk.unlinkSync(`${directory}/${id}.lock`);
    return undefined;
  };
  await assert.rejects(window.discard(id), says("Another window is working on alpha."));
  files.heal();
  assert.equal((await bench.onDisk(id)).status, "interrupted");
  await window.discard(id);
  assert.equal((await bench.onDisk(id)).status, "discarded");
});

void test("Stop Following whose lock is broken while it is written is refused, and does not count", async (t) => {
  const bench = setUp(t);
  const files = bench.faultyFiles();
  const window = await bench.open({ files });
  const id = await following(bench, window, create);
  files.onCall = (call) => {
    if (!call.startsWith("sync")) return undefined;
    files.heal();
    bench.disk.unlinkSync(`${directory}/${id}.lock`);
    return undefined;
  };
  await assert.rejects(window.stopFollowing(id), says("Another window is working on alpha."));
  assert.equal((await bench.onDisk(id)).status, "running");
});

void test("What another window finished meanwhile is not given up by what this one still believes", async (t) => {
  const bench = setUp(t);
  const first = await bench.open();
  bench.cloud.before = (call) => {
    if (call === "get") bench.cloud.accountId = "999999999999";
  };
  const { id } = await first.start(scope, create);
  const { status, step } = await first.untilIdle(id);
  assert.deepEqual([status, step], ["interrupted", "follow"]);
  bench.cloud.before = () => undefined;
  bench.cloud.accountId = scope.accountId;
  const second = await bench.open({ files: bench.deafFiles() });
  await first.resume(id);
  await first.untilIdle(id);
  assert.equal(second.get(id)?.status, "interrupted");
  await assert.rejects(second.stopFollowing(id), says("alpha: this operation is over."));
  const third = await bench.open({ files: bench.deafFiles() });
  await third.discard(id);
  assert.equal((await bench.onDisk(id)).status, "succeeded");
  assert.deepEqual(await bench.leftovers(), []);
});

void test("A disk that refuses a discard leaves the operation as it was, and the reason is passed on", async (t) => {
  const bench = setUp(t);
  const files = bench.faultyFiles();
  const window = await bench.open({ files, timing: { retryDelaysMs: [] } });
  bench.cloud.fail("create", reset());
  const { id } = await window.start(scope, create);
  await window.untilIdle(id);
  files.onCall = (call) => (call.startsWith("rename") ? { code: "EIO" } : undefined);
  await assert.rejects(window.discard(id), (error) => error instanceof UserError && error.message.includes("EIO"));
  files.heal();
  assert.equal(window.get(id)?.status, "interrupted");
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).status, "succeeded");
});

void test("Cancelling what is not at work here does not say that a request was sent when none was", async (t) => {
  const bench = setUp(t);
  const window = await bench.open();
  bench.sessions.open = () => Promise.reject(refusal("UnrecognizedClientException", 403));
  const { id } = await window.start(scope, create);
  const { status, attempts } = await window.untilIdle(id);
  assert.deepEqual([status, attempts], ["interrupted", 0]);
  await assert.rejects(window.cancel(id), says("alpha is not at work in this window. Nothing was sent."));
  await window.discard(id);
  assert.equal(window.get(id)?.status, "discarded");
});

void test("Resuming twice at once is resuming once, and not another window's work", async (t) => {
  const bench = setUp(t);
  const window = await bench.open();
  bench.cloud.fail("create", refusal("UnrecognizedClientException", 403));
  const { id } = await window.start(scope, create);
  await window.untilIdle(id);
  await Promise.all([window.resume(id), window.resume(id)]);
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.equal(bench.cloud.live.length, 1);
});
