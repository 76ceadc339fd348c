import assert from "node:assert/strict";
import { test } from "node:test";
import { ActivityNodes } from "../../../../src/features/activity/activityNodes";
import { record } from "../treeWorld";

test("One row is drawn again for an operation that stays where it is, and all when one comes to what a filter lists, or goes", () => {
  const nodes = new ActivityNodes();
  const running = record({ id: "1" });
  const failed = record({ id: "1", status: "failed" });
  const others = [record({ id: "2" }), record({ id: "3", status: "failed" })];
  const [node] = nodes.give([running, ...others], "all");
  assert.equal(nodes.changed(failed, "all"), node);
  assert.equal(nodes.give([failed, ...others], "all")[0], node, "it is the same object");
  assert.equal(nodes.changed({ ...failed, isCleared: true }, "all"), undefined);
  nodes.give([running, ...others], "failed");
  assert.equal(nodes.changed(failed, "failed"), undefined, "it was listed once, and is not now");
  assert.deepEqual(
    nodes.give([failed, ...others], "failed").map(({ operationId }) => operationId),
    ["1", "3"],
  );
});
