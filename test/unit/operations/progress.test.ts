import assert from "node:assert/strict";
import { test } from "node:test";
import { operationSchema } from "../../../src/operations/operationRecord";
import { endsOf, progressOf, stepNamesOf, stepsProgress } from "../../../src/operations/progress";
import { stepsOf } from "../../../src/operations/stepLists";
import { openTree, record } from "../features/treeWorld";

test("Each operation of each kind is shown with the very steps that it carries out", () => {
  for (const kind of openTree().kinds.all)
    for (const type of operationSchema.shape.type.options)
      assert.deepEqual(
        stepNamesOf(type, kind),
        stepsOf(type, kind).map(({ id, label }) => ({ id, label })),
        `${type} of ${kind.id}`,
      );
});

const recreate = record({
  type: "recreate",
  kind: "supplyChain",
  step: "waitDeleted",
  stepTimes: [
    { step: "check", at: 1 },
    { step: "delete", at: 2 },
    { step: "waitDeleted", at: 5 },
  ],
});
const kind = openTree().kinds.all.find(({ id }) => id === recreate.kind)!;

test("The steps say how far an operation is, and when each began and ended", () => {
  const steps = (changes: Partial<typeof recreate>) =>
    stepsProgress({ ...recreate, ...changes }, kind).map(({ status, from, to }) => [status, from, to]);
  const before = [
    ["done", 1, 2],
    ["done", 2, 5],
  ];
  const after = [
    ["waiting", undefined, undefined],
    ["waiting", undefined, undefined],
  ];
  assert.deepEqual(steps({ status: "running" }), [...before, ["current", 5, undefined], ...after]);
  assert.deepEqual(steps({ status: "interrupted" }), [...before, ["stopped", 5, undefined], ...after]);
  assert.deepEqual(steps({ status: "failed", settledAt: 9 }), [...before, ["failed", 5, 9], ...after]);
  const givenUp = { was: "interrupted", since: 7, at: 8 } as const;
  const discarded = { status: "discarded", settledAt: 8, givenUp } as const;
  assert.deepEqual(steps(discarded), [...before, ["stopped", 5, 7], ...after]);
  const done = steps({ status: "succeeded", step: "follow" }).map(([status]) => status);
  assert.deepEqual(new Set(done), new Set(["done"]));
  const { number, count, label } = progressOf(recreate, kind);
  assert.deepEqual([number, count, label], [3, 5, "waiting for deletion"]);
  const unknown = progressOf({ ...recreate, step: "of a later version" }, kind);
  assert.deepEqual([unknown.number, unknown.label], [1, "of a later version"]);
});

test("What was discarded has two ends, what came to its own has one, and what runs has none", () => {
  assert.deepEqual(endsOf({}), []);
  assert.deepEqual(endsOf({ settledAt: 9 }), [{ name: "Ended", at: 9 }]);
  const ends = (was: "failed" | "interrupted") =>
    endsOf({ settledAt: 9, givenUp: { was, since: 7, at: 9 } }).map(({ name, at }) => [name, at]);
  assert.deepEqual(ends("failed"), [
    ["Failed", 7],
    ["Discarded", 9],
  ]);
  assert.deepEqual(ends("interrupted")[0], ["Interrupted", 7]);
});
