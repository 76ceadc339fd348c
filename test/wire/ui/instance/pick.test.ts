import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, UserError } from "../../../../src/core/errors";
import { connectionOf, targetInstance, targetOperationId } from "../../../../src/ui/instance/pick";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";
import { connection, instanceNode, openWorld, restricted } from "../../features/flowWorld";

test("A command's target is parsed, whatever the command was called with", () => {
  assert.deepEqual(connectionOf({ type: "kind", connection, kind: "chime" }), connection);
  for (const wrong of [
    undefined,
    null,
    1,
    "x",
    [],
    {},
    { connection: { profile: 1 } },
    { type: "instance", id: "x" },
  ]) {
    assert.equal(connectionOf(wrong), undefined);
    assert.equal(targetOperationId(wrong), undefined);
  }
  assert.equal(targetOperationId({ type: "pendingCreate", operationId: "1" }), "1");
});

test("An instance that the view does not list yet is still a target", async (t) => {
  const world = await openWorld(t);
  const prompts = new ScriptedPrompts();
  const node = { type: "instance", connection, kind: "chime", id: "arn:x" };
  const { instance, ...target } = await targetInstance({ ...world, prompts }, node, { title: "Delete" });
  assert.equal(instance, undefined);
  assert.deepEqual(target, { connection, kind: world.kind("chime"), id: "arn:x" });
  await assert.rejects(
    targetInstance({ ...world, prompts }, { ...node, kind: "later" }, { title: "Delete" }),
    /does not know/,
  );
});

test("What the view has not listed is read from the service, and a service that fails is named in the list", async (t) => {
  const world = await openWorld(t);
  world.store.setConnections([connection, restricted]);
  const instance = await world.create("chime", { values: { name: "chat $(trash)" } });
  await world.sandbox.control.addFault(
    "ListInstances",
    { kind: "status", status: 403, code: "AccessDeniedException" },
    9,
  );
  const prompts = new ScriptedPrompts(
    { to: "Injected fault", pick: "Try again" },
    { to: "chat", pick: "chat \\$(trash)" },
  );
  const target = await targetInstance({ ...world, prompts }, undefined, { title: "Delete" });
  assert.deepEqual(target, { connection, kind: world.kind("chime"), id: instance.id, instance: target.instance });
  prompts.assertDone();
});

test("With nothing to choose from the user hears so and can leave", async (t) => {
  const world = await openWorld(t);
  const prompts = new ScriptedPrompts(
    { to: "Nothing failed", pick: "Nothing failed" },
    { to: "Nothing failed", cancel: true },
  );
  const question = { title: "Recreate", none: "Nothing failed" };
  await assert.rejects(targetInstance({ ...world, prompts }, undefined, question), CancelledError);
  prompts.assertDone();
});

test("Without a connection the way to one is offered", async (t) => {
  const world = await openWorld(t);
  world.store.setConnections([]);
  await assert.rejects(
    targetInstance({ ...world, prompts: new ScriptedPrompts() }, undefined, { title: "x" }),
    (error) => {
      assert.ok(error instanceof UserError);
      assert.deepEqual(
        error.remedies.map(({ command }) => command),
        ["appInstances.addConnection", "appInstances.startSandbox"],
      );
      return true;
    },
  );
});

test("A node's instance carries what was last seen of it", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("chime", { values: { name: "chat" } });
  const { accountId, generation, isLoopback } = await world.session();
  world.store.setConnected({ connectionKey: "sandbox:sandbox:us-east-1", generation }, { accountId, isLoopback });
  world.store.put({ connectionKey: "sandbox:sandbox:us-east-1", generation }, instance);
  const target = await targetInstance({ ...world, prompts: new ScriptedPrompts() }, instanceNode(instance), {
    title: "x",
  });
  assert.equal(target.instance?.name, "chat");
});
