import assert from "node:assert/strict";
import { test } from "node:test";
import { readTags } from "../../../../src/features/instances/readTags";
import { connectionKey } from "../../../../src/instances/connection";
import { connection, openWorld } from "../flowWorld";

test("The tags of what somebody points at are read once it is connected, and trouble leaves them out", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values: {}, tags: { team: "logistics" } });
  const node = { type: "instance", connection, kind: instance.kind, id: instance.id } as const;
  const { accountId, generation, isLoopback } = await world.session();
  const scope = { connectionKey: connectionKey(connection), generation };
  world.store.setConnected(scope, { accountId, isLoopback });
  assert.equal(await readTags(world, node), undefined, "not listed yet");

  world.store.put(scope, instance);
  assert.deepEqual(await readTags(world, node), { team: "logistics" });

  await world.sandbox.control.addFault("ListTagsForResource", {
    kind: "status",
    status: 403,
    code: "AccessDeniedException",
  });
  assert.equal(await readTags(world, node), undefined);

  const { requests } = await world.sandbox.control.ledger();
  world.sessions.invalidate(connection);
  assert.equal(await readTags(world, node), undefined);
  assert.equal((await world.sandbox.control.ledger()).requests.length, requests.length, "no connection is opened");
});
