import assert from "node:assert/strict";
import { test } from "node:test";
import { draftOf, scope, setUp } from "./world";

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
