import assert from "node:assert/strict";
import { test } from "node:test";
import { toOutcome } from "../../../../src/ui/page/outcome";
import { createKinds } from "../../../../src/instances/kinds/registry";
import { record } from "../../features/treeWorld";

test("An interrupted create is to be resumed or discarded: there is nothing to correct, and no name of ours to read", () => {
  const kind = createKinds({ chimeApi: () => "identity" }).get("chime")!;
  const error = { code: "UserError", message: "The sandbox is not running." };
  const { model } = toOutcome({
    record: record({ status: "interrupted", error }),
    kind,
    instance: undefined,
    seen: [],
  });
  assert.deepEqual(model.failure, {
    title: "Interrupted",
    error: error.message,
    advice: "Resume goes on where it stopped. Discard gives it up and leaves everything as it is.",
  });
  assert.deepEqual(
    model.buttons.map(({ label }) => label),
    ["Resume", "Discard…", "Show in Instances", "Show Log"],
  );
});
