import assert from "node:assert/strict";
import { test } from "node:test";
import { refreshInstance } from "../../../../src/features/instances/instanceCommands";
import type { TagTarget } from "../../../../src/features/instances/knownTags";
import { connectionKey } from "../../../../src/instances/connection";
import { connectedState } from "../../../../src/instances/store";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";
import { connection, instanceNode, openWorld } from "../flowWorld";

test("Refresh on an instance reads that one and nothing else, and takes it away when it is gone", async (t) => {
  const world = await openWorld(t);
  const session = await world.session();
  const { store } = world;
  const key = connectionKey(connection);
  store.setConnected({ connectionKey: key, generation: session.generation }, connectedState(session));
  const instance = await world.create("supplyChain", { values: { instanceName: "north-plant" } });
  const supplyChain = world.kind("supplyChain");
  store.put({ connectionKey: key, generation: session.generation }, instance);
  await supplyChain.update(session, instance, { instanceName: "south-plant" });
  const reread: unknown[] = [];
  const forgotten: unknown[] = [];
  const deps = {
    ...world,
    prompts: new ScriptedPrompts(),
    rereadTags: ({ instance: { id } }: TagTarget) => Promise.resolve(void reread.push(id)),
    forgetFound: (...found: readonly string[]) => void forgotten.push(found),
  };
  await refreshInstance(deps, instanceNode(instance));
  assert.equal(store.instance(key, "supplyChain", instance.id)?.name, "south-plant");
  await supplyChain.delete(session, instance.id);
  await refreshInstance(deps, instanceNode(instance));
  assert.equal(store.instance(key, "supplyChain", instance.id), undefined);
  assert.deepEqual(reread, [instance.id]);
  assert.deepEqual(forgotten, [[key, "supplyChain", instance.id]]);
  const { requests } = await world.sandbox.control.ledger();
  assert.deepEqual(
    requests.filter(({ operation }) => operation.startsWith("List")),
    [],
  );
});
