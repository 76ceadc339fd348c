import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../src/core/errors";
import { draftOf, gate, scope, setUp, targetOf, until } from "./world";

test("A second window shows an operation live, and cannot resume or discard it", async (t) => {
  const world = await setUp(t);
  const sending = gate();
  world.cloud.before = (call) => (call === "create" ? sending.opened : undefined);
  const first = await world.open();
  const second = await world.open();
  const settledInSecond: string[] = [];
  second.onDidSettle(({ id }) => settledInSecond.push(id));
  const { id } = await first.start(scope, { type: "create", draft: draftOf("alpha") });
  await until(second, id, ({ status }) => status === "running");
  assert.equal(second.canCancel(id), false);
  await assert.rejects(second.discard(id), UserError);
  await assert.rejects(second.resume(id), UserError);
  sending.open();
  assert.equal((await second.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.tokens.length, 1);
  assert.deepEqual(settledInSecond, []);
});

test("A window that closes in the middle is followed by the other one, which finishes with one instance", async (t) => {
  const world = await setUp(t);
  const creating = gate();
  const never = gate();
  let isFirst = true;
  world.cloud.before = (call) => {
    if (call !== "create" || !isFirst) return undefined;
    isFirst = false;
    creating.open();
    return never.opened;
  };
  const first = await world.open();
  const second = await world.open();
  const failed = world.cloud.add("createFailed", "alpha");
  const { id } = await first.start(scope, { type: "recreate", draft: draftOf("alpha"), target: targetOf(failed) });
  await creating.opened;
  await until(second, id, ({ step }) => step === "create");
  first.dispose();
  assert.equal((await second.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
  never.open();
});

test("What was at work when everything closed is interrupted at the next start, and Resume finishes it", async (t) => {
  const world = await setUp(t);
  world.cloud.isInstant = false;
  const first = await world.open();
  const failed = world.cloud.add("createFailed", "alpha");
  const { id } = await first.start(scope, { type: "recreate", draft: draftOf("alpha"), target: targetOf(failed) });
  await until(first, id, ({ step }) => step === "waitDeleted");
  first.dispose();
  const found: string[] = [];
  const announced = gate();
  const second = await world.open({}, (window) =>
    window.onDidFindInterrupted((record) => {
      found.push(record.id);
      announced.open();
    }),
  );
  const interrupted = await until(second, id, ({ status }) => status === "interrupted");
  assert.equal(interrupted.step, "waitDeleted");
  // It is announced once it is on disk, so after the change is seen.
  await announced.opened;
  assert.equal((await world.records())[0]?.status, "interrupted");
  assert.deepEqual(found, [id]);
  const third = await world.open({}, (window) => window.onDidFindInterrupted((record) => found.push(record.id)));
  third.dispose();
  assert.deepEqual(found, [id, id]);
  world.cloud.isInstant = true;
  await second.resume(id);
  assert.equal((await second.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
});

test("A discarded interruption stays discarded, and what exists stays", async (t) => {
  const world = await setUp(t);
  world.cloud.isInstant = false;
  const first = await world.open();
  const { id } = await first.start(scope, { type: "create", draft: draftOf("alpha") });
  await until(first, id, ({ step }) => step === "follow");
  first.dispose();
  const second = await world.open();
  await until(second, id, ({ status }) => status === "interrupted");
  await second.discard(id);
  const third = await world.open();
  assert.equal(third.get(id)?.status, "discarded");
  assert.equal(world.cloud.live.length, 1);
});

test("Both windows offer to resume, and when both do one of them works", async (t) => {
  const world = await setUp(t);
  world.cloud.isInstant = false;
  const before = await world.open();
  const { id } = await before.start(scope, { type: "create", draft: draftOf("alpha") });
  await until(before, id, ({ step }) => step === "follow");
  before.dispose();
  const windows = await Promise.all([world.open(), world.open()]);
  await Promise.all(windows.map((window) => until(window, id, ({ status }) => status === "interrupted")));
  const results = await Promise.allSettled(windows.map((window) => window.resume(id)));
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
  world.cloud.isInstant = true;
  for (const window of windows) assert.equal((await window.untilIdle(id)).status, "succeeded");
});

test("An interrupted operation on an instance comes before a new one", async (t) => {
  const world = await setUp(t);
  world.cloud.isInstant = false;
  const first = await world.open();
  const target = targetOf(world.cloud.add("ready", "alpha"));
  const { id } = await first.start(scope, { type: "delete", target });
  await until(first, id, ({ step }) => step === "waitDeleted");
  first.dispose();
  const second = await world.open();
  await until(second, id, ({ status }) => status === "interrupted");
  await assert.rejects(
    second.start(scope, { type: "delete", target }),
    (error) => error instanceof UserError && error.remedies.length === 2,
  );
  await second.discard(id);
  await second.start(scope, { type: "delete", target });
});

test("Waiting for the end of an operation can be given up, and ends when the window closes", async (t) => {
  const world = await setUp(t);
  world.cloud.isInstant = false;
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const giveUp = new AbortController();
  const givenUp = window.untilIdle(id, giveUp.signal);
  giveUp.abort();
  await assert.rejects(givenUp, { name: "CancelledError" });
  const atClose = window.untilIdle(id);
  window.dispose();
  await assert.rejects(atClose, { name: "CancelledError" });
  await assert.rejects(window.untilIdle("unknown"), { name: "CancelledError" });
});
