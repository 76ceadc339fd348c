import assert from "node:assert/strict";
import { test } from "node:test";
import { operationSchema } from "../../../src/operations/operationRecord";
import { stepNamesOf } from "../../../src/operations/progress";
import { stepsOf } from "../../../src/operations/stepLists";
import { openTree } from "../features/treeWorld";

test("Each operation of each kind is shown with the very steps that it carries out", () => {
  for (const kind of openTree().kinds.all)
    for (const type of operationSchema.shape.type.options)
      assert.deepEqual(
        stepNamesOf(type, kind),
        stepsOf(type, kind).map(({ id, label }) => ({ id, label })),
        `${type} of ${kind.id}`,
      );
});
