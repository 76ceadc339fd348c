import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf } from "../../../src/core/errors";
import { openWindowWorld } from "./windowWorld";
import { draftOf, scope, setUp, targetOf, until } from "./world";

const tags = { type: "tags", changes: { set: { team: "a" }, remove: [] } } as const;

test("What is completed is cleared in all windows and stays in the journal, what is not stays in view", async (t) => {
  const world = await setUp(t);
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.equal(await window.clearCompleted(), 1);
  assert.equal(window.get(id)?.isCleared, true);
  assert.equal(await window.clearCompleted(), 0, "once is enough");
  const other = await world.open();
  assert.equal(other.get(id)?.isCleared, true);
  assert.equal(other.get(id)?.created?.id, window.get(id)?.created?.id, "what it made stays claimed");
});

test("What is completed is cleared while its instance is worked on, in this window or in another", async (t) => {
  const world = openWindowWorld(t);
  const [window, other] = [await world.open(), await world.open()];
  const target = targetOf(world.cloud.add("ready", "alpha"));
  const { id } = await window.start(scope, { ...tags, target });
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  const second = await window.start(scope, { ...tags, target });
  assert.equal((await window.untilIdle(second.id)).status, "succeeded");
  await other.untilIdle(second.id);
  world.cloud.isInstant = false;
  const deletion = await window.start(scope, { type: "delete", target });
  await until(window, deletion.id, ({ step }) => step === "waitDeleted");
  assert.equal(await window.clearCompleted(), 2);
  assert.deepEqual([(await world.onDisk(id)).isCleared, (await world.onDisk(second.id)).isCleared], [true, true]);
  assert.equal(window.get(deletion.id)?.status, "running");

  world.cloud.isInstant = true;
  await window.untilIdle(deletion.id);
  assert.equal(await other.clearCompleted(), 1);
  assert.deepEqual(await world.leftovers(), []);
});

test("A failed try is discarded while a new one is at work, which goes on", async (t) => {
  const world = openWindowWorld(t);
  const [window, other] = [await world.open(), await world.open()];
  const target = targetOf(world.cloud.add("ready", "alpha"));
  world.cloud.deleteOutcome = { phase: "deleteFailed", errorMessage: "in use" };
  const tries: string[] = [];
  while (tries.length < 2) {
    const { id } = await window.start(scope, { type: "delete", target });
    assert.equal((await window.untilIdle(id)).status, "failed");
    tries.push(id);
  }
  world.cloud.isInstant = false;
  const again = await window.start(scope, { type: "delete", target });
  await until(window, again.id, ({ step }) => step === "waitDeleted");
  await until(other, again.id, ({ step }) => step === "waitDeleted");
  await window.discard(tries[0]!);
  await other.discard(tries[1]!);
  for (const id of tries) assert.equal((await world.onDisk(id)).status, "discarded");
  assert.equal((await world.onDisk(again.id)).status, "running");
});

test("Two windows that clear the same at once write it one after the other", async (t) => {
  const world = openWindowWorld(t);
  const windows = [await world.open(), await world.open()];
  const target = targetOf(world.cloud.add("ready", "alpha"));
  const { id } = await windows[0]!.start(scope, { ...tags, target });
  for (const window of windows) await window.untilIdle(id);
  const refusals: string[] = [];
  await Promise.all(
    [...windows, ...windows].map((window) =>
      window.clearCompleted().catch((error: unknown) => refusals.push(messageOf(error))),
    ),
  );
  const cleared = (await world.onDisk(id)).history.filter(({ text }) => text === "Cleared from Activity");
  assert.deepEqual([refusals, cleared.length], [[], 1]);
});

test("Steps keep the time at which they began, over a resume too", async (t) => {
  const world = await setUp(t);
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const { stepTimes = [], createdAt } = await window.untilIdle(id);
  assert.deepEqual(
    stepTimes.map(({ step }) => step),
    ["create", "follow"],
  );
  assert.equal(stepTimes[0]?.at, createdAt);
});
