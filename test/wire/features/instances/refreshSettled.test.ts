import assert from "node:assert/strict";
import { test } from "node:test";
import { refreshSettled } from "../../../../src/features/instances/refreshSettled";
import { openWorld } from "../flowWorld";

test("A connection is listed again once for each operation that settles, and not for settled ones of before", async (t) => {
  const world = await openWorld(t);
  const scope = await world.scope("chime");
  const draft = { kind: "chime", values: { name: "chat" }, tags: {} };
  const refreshed: string[] = [];
  const first = refreshSettled(world.operations, (key) => refreshed.push(key));
  await world.operations.start(scope, { type: "create", draft });
  await world.untilIdle();
  assert.deepEqual(refreshed, ["sandbox:sandbox:us-east-1"]);
  first.dispose();

  const old = world.operations.list()[0]!;
  refreshed.length = 0;
  const second = refreshSettled(world.operations, (key) => refreshed.push(key));
  t.after(() => second.dispose());
  await world.operations.discard(old.id);
  assert.deepEqual(refreshed, []);
});
