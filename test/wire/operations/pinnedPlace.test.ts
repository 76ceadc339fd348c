import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Connection } from "../../../src/instances/connection";
import { openWorld } from "../features/flowWorld";

/** More than a client tries in one call, and an operation after it. */
const everyTry = 3 * 7;
const frankfurt: Connection = { source: "sandbox", profile: "sandbox", region: "eu-central-1" };
const chat = { kind: "chime", values: { name: "chat" }, tags: {} };

/** Two Chime APIs, and an operation of the one that was interrupted when the setting changes to the other. */
async function interruptedChime(t: TestContext) {
  const world = await openWorld(t);
  const appInstances = async () =>
    (await world.sandbox.control.ledger()).resources.map(({ region, state }) => ({ region, state }));
  return { world, appInstances };
}

test("Row 1: a Chime create that was confirmed for one API is resumed through it, whatever the setting says by then", async (t) => {
  const { world, appInstances } = await interruptedChime(t);
  await world.sandbox.control.addFault("CreateAppInstance", { kind: "commitThenReset" }, everyTry);
  const { id } = await world.operations.start(await world.scope("chime", frankfurt), { type: "create", draft: chat });
  assert.equal((await world.operations.untilIdle(id)).status, "interrupted");
  assert.deepEqual(await appInstances(), [{ region: "eu-central-1", state: "created" }]);
  await world.sandbox.control.clearFaults();
  world.settings.chimeApi = "legacy";
  await world.operations.resume(id);
  assert.equal((await world.operations.untilIdle(id)).status, "succeeded");
  assert.deepEqual(await appInstances(), [{ region: "eu-central-1", state: "created" }]);
});

test("Row 1: a Chime delete is not done because another API has never heard of the instance", async (t) => {
  const { world, appInstances } = await interruptedChime(t);
  const instance = await world.create("chime", { values: { name: "chat" } }, frankfurt);
  await world.sandbox.control.addFault("DeleteAppInstance", { kind: "reset" }, everyTry);
  const { id } = await world.operations.start(await world.scope("chime", frankfurt), {
    type: "delete",
    target: { id: instance.id, arn: instance.arn },
  });
  assert.equal((await world.operations.untilIdle(id)).status, "interrupted");
  await world.sandbox.control.clearFaults();
  world.settings.chimeApi = "legacy";
  await world.operations.resume(id);
  assert.equal((await world.operations.untilIdle(id)).status, "succeeded");
  assert.deepEqual(await appInstances(), [{ region: "eu-central-1", state: "gone" }]);
});

test("Row 2: a sandbox that was reset is another one", async (t) => {
  const world = await openWorld(t);
  const confirmed = await world.scope("chime");
  const another = { ...confirmed, place: { ...confirmed.place, endpoint: "sandbox AKIAOFANOTHERSANDBOX" } };
  const { id } = await world.operations.start(another, { type: "create", draft: chat });
  const record = await world.operations.untilIdle(id);
  assert.equal(record.error?.code, "EndpointChanged");
  assert.match(record.error.message, /sandbox was reset/);
  assert.deepEqual(await world.changes(), []);
});
