import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../src/core/errors";
import type { OperationRequest } from "../../../src/operations/operations";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, gate, scope, targetOf, until, type Window } from "./world";
import { directory, openWindowWorld, type WindowWorld } from "./windowWorld";

const create: OperationRequest = { type: "create", draft: draftOf("alpha") };

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
async function sent(world: WindowWorld, window: Window) {
  const [sending, answering] = [gate(), gate()];
  world.cloud.before = async (call) => {
    if (call !== "create") return;
    sending.open();
    await answering.opened;
  };
  const { id } = await window.start(scope, create);
  await sending.opened;
  return { id, answer: () => answering.open() };
}

/** An operation that only waits for the service. */
async function following(world: WindowWorld, window: Window, request: OperationRequest) {
  world.cloud.isInstant = false;
  const { id } = await window.start(scope, request);
  await until(window, id, ({ step }) => step === "follow" || step === "waitDeleted");
  return id;
}

test("What was sent is neither cancelled nor discarded nor left, and each refusal says why", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  const { id, answer } = await sent(world, window);
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
  assert.equal((await world.onDisk(id)).status, "succeeded");
});

test("What only waits offers Stop Following where Discard is refused, and stops with all that exists left alone", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  const alpha = targetOf(world.cloud.add("ready", "alpha"));
  for (const [request, text] of [
    [{ type: "delete", target: alpha }, "Stopped following: the service goes on deleting, as far as it gets."],
    [create, "Stopped following: the service goes on, and the instance will be listed."],
  ] as const) {
    const id = await following(world, window, request);
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
    const record = await world.onDisk(id);
    assert.equal(record.status, "discarded");
    assert.equal(record.history.at(-1)?.text, text);
    assert.equal(record.settledAt, world.clock.now());
  }
  assert.equal(world.cloud.live.length, 2);
  assert.deepEqual(await world.leftovers(), []);
});

test("A recreate that is left while it deletes keeps its draft, and tells in its record what Resume will do", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  const target = targetOf(world.cloud.add("createFailed", "alpha"));
  const id = await following(world, window, { type: "recreate", draft: draftOf("alpha"), target });
  await window.stopFollowing(id);
  const { status, error, history, draft, settledAt } = await world.onDisk(id);
  assert.deepEqual(
    [status, error?.code, draft?.values.name, settledAt],
    ["interrupted", "StoppedFollowing", "alpha", undefined],
  );
  assert.match(error?.message ?? "", /service goes on deleting.*Resume waits for that again and then creates/);
  assert.equal(history.at(-1)?.text, error?.message);
});

test("What another window follows is left there, and the refusal says where", async (t) => {
  const world = openWindowWorld(t);
  const [first, second] = [await world.open(), await world.open()];
  const id = await following(world, first, create);
  await until(second, id, ({ step }) => step === "follow");
  await assert.rejects(
    second.stopFollowing(id),
    says("Another window follows alpha. Use Stop Following there, or close that window."),
  );
  assert.equal((await world.onDisk(id)).status, "running");
});

test("What was left undone is given up from any window: what failed, what was interrupted, and what only waited", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open({ timing: { retryDelaysMs: [] } });
  const ids: string[] = [];
  for (const error of [reset(), refusal("AccessDeniedException", 403)]) {
    world.cloud.fail("create", error);
    const { id } = await window.start(scope, create);
    await window.untilIdle(id);
    ids.push(id);
  }
  const other = await world.open();
  for (const id of ids) {
    const before = await world.onDisk(id);
    await other.discard(id);
    const { status, history, updatedAt, settledAt, givenUp, revision } = await world.onDisk(id);
    const now = world.clock.now();
    assert.deepEqual([status, updatedAt, revision], ["discarded", now, before.revision + 1]);
    const since = before.settledAt ?? before.updatedAt;
    assert.deepEqual(givenUp, { at: now, was: before.status, since }, "when and how it ended stays");
    assert.equal(settledAt, before.status === "failed" ? since : now);
    assert.deepEqual(history, [...before.history, { at: world.clock.now(), text: "Discarded" }]);
    assert.equal(other.get(id)?.status, "discarded");
  }
  assert.deepEqual(await world.leftovers(), []);
});

test("A recreate that is discarded after its deletion was sent keeps its draft in view, until that is given up", async (t) => {
  const world = openWindowWorld(t);
  const [window, other] = [await world.open(), await world.open()];
  const target = targetOf(world.cloud.add("createFailed", "alpha"));
  const id = await following(world, window, { type: "recreate", draft: draftOf("alpha"), target });
  await window.stopFollowing(id);
  await window.discard(id);
  const { status, draft } = await world.onDisk(id);
  assert.deepEqual([status, draft], ["discarded", draftOf("alpha")]);
  assert.equal(await window.clearCompleted(), 0, "there is something left to decide");
  await window.discard(id);
  assert.deepEqual((await world.onDisk(id)).draft, draftOf("alpha"), "not with a second click");
  await until(other, id, (record) => record.status === "discarded");
  await other.discard(id, { withDraft: true });
  const forgotten = await until(window, id, (record) => record.draft === undefined);
  assert.deepEqual([forgotten.status, forgotten.history.at(-1)?.text], ["discarded", "The draft was given up"]);
  assert.equal(await window.clearCompleted(), 1);
});

test("A discard whose lock is broken while it is written is refused, and the entry stays as the other one has it", async (t) => {
  const world = openWindowWorld(t);
  const files = world.faultyFiles();
  const window = await world.open({ files, timing: { retryDelaysMs: [] } });
  world.cloud.fail("create", reset());
  const { id } = await window.start(scope, create);
  await window.untilIdle(id);
  files.onCall = (call) => {
    if (call.startsWith("sync")) world.disk.unlinkSync(`${directory}/${id}.lock`);
    return undefined;
  };
  await assert.rejects(window.discard(id), says("Another window is working on alpha."));
  files.heal();
  assert.equal((await world.onDisk(id)).status, "interrupted");
  await window.discard(id);
  assert.equal((await world.onDisk(id)).status, "discarded");
});

test("Stop Following whose lock is broken while it is written is refused, and does not count", async (t) => {
  const world = openWindowWorld(t);
  const files = world.faultyFiles();
  const window = await world.open({ files });
  const id = await following(world, window, create);
  files.onCall = (call) => {
    if (!call.startsWith("sync")) return undefined;
    files.heal();
    world.disk.unlinkSync(`${directory}/${id}.lock`);
    return undefined;
  };
  await assert.rejects(window.stopFollowing(id), says("Another window is working on alpha."));
  assert.equal((await world.onDisk(id)).status, "running");
});

test("What another window finished meanwhile is not given up by what this one still believes", async (t) => {
  const world = openWindowWorld(t);
  const first = await world.open();
  world.cloud.before = (call) => {
    if (call === "get") world.cloud.accountId = "999999999999";
  };
  const { id } = await first.start(scope, create);
  const { status, step } = await first.untilIdle(id);
  assert.deepEqual([status, step], ["interrupted", "follow"]);
  world.cloud.before = () => undefined;
  world.cloud.accountId = scope.accountId;
  const second = await world.open({ files: world.deafFiles() });
  await first.resume(id);
  await first.untilIdle(id);
  assert.equal(second.get(id)?.status, "interrupted");
  await assert.rejects(second.stopFollowing(id), says("alpha: this operation is over."));
  const third = await world.open({ files: world.deafFiles() });
  await third.discard(id);
  assert.equal((await world.onDisk(id)).status, "succeeded");
  assert.deepEqual(await world.leftovers(), []);
});

test("A disk that refuses a discard leaves the operation as it was, and the reason is passed on", async (t) => {
  const world = openWindowWorld(t);
  const files = world.faultyFiles();
  const window = await world.open({ files, timing: { retryDelaysMs: [] } });
  world.cloud.fail("create", reset());
  const { id } = await window.start(scope, create);
  await window.untilIdle(id);
  files.onCall = (call) => (call.startsWith("rename") ? { code: "EIO" } : undefined);
  await assert.rejects(window.discard(id), (error) => error instanceof UserError && error.message.includes("EIO"));
  files.heal();
  assert.equal(window.get(id)?.status, "interrupted");
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).status, "succeeded");
});

test("Cancelling what is not at work here does not say that a request was sent when none was", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  world.sessions.open = () => Promise.reject(refusal("UnrecognizedClientException", 403));
  const { id } = await window.start(scope, create);
  const { status, attempts } = await window.untilIdle(id);
  assert.deepEqual([status, attempts], ["interrupted", 0]);
  await assert.rejects(window.cancel(id), says("alpha is not at work in this window. Nothing was sent."));
  await window.discard(id);
  assert.equal(window.get(id)?.status, "discarded");
});

test("Resuming twice at once is resuming once, and not another window's work", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  world.cloud.fail("create", refusal("UnrecognizedClientException", 403));
  const { id } = await window.start(scope, create);
  await window.untilIdle(id);
  await Promise.all([window.resume(id), window.resume(id)]);
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
});
