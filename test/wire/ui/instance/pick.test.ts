import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, UserError } from "../../../../src/core/errors";
import { connectionOf, targetInstance, targetOperationId } from "../../../../src/ui/instance/pick";
import type { Prompts } from "../../../../src/ui/prompts/prompts";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";
import { connection, instanceNode, openWorld, restricted } from "../../features/flowWorld";

const never = () => Promise.reject(new Error("This is not asked"));
const unused: Prompts = { pick: never, input: never, confirm: never, busy: never, inform: () => undefined };

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

test("An instance is chosen while a connection hangs, which is named, and is not asked any longer", async (t) => {
  const world = await openWorld(t);
  world.store.setConnections([connection, restricted]);
  const instance = await world.create("chime", { values: { name: "chat" } });
  await world.sandbox.control.addFault("ListInstances", { kind: "hang" }, 9);
  const prompts = new ScriptedPrompts({ to: "Still reading", pick: "chat", early: true });
  const target = await targetInstance({ ...world, prompts }, undefined, { title: "Delete" });
  assert.equal(target.id, instance.id);
  const lines = prompts.shown[0]?.text.split("\n") ?? [];
  assert.match(lines.at(-1) ?? "", /^Still reading sandbox · us-east-1(?: and 1 more)?…$/);
  prompts.assertDone();
});

test("Instances are shown as their pages come, in their place, and what failed is said beside them", async (t) => {
  const world = await openWorld(t);
  world.store.setConnections([connection]);
  await world.sandbox.control.addResources({ kind: "supplyChain", count: 45, namePrefix: "plan" });
  await world.sandbox.control.addFault(
    "ListAppInstances",
    { kind: "status", status: 403, code: "AccessDeniedException" },
    9,
  );
  const counts: number[] = [];
  const order: string[][] = [];
  const prompts: Prompts = {
    ...unused,
    async pick(request) {
      const items = await request.load?.(new AbortController().signal, (soFar) => {
        counts.push(soFar().filter(({ detail }) => detail !== undefined).length);
        order.push(soFar().map(({ group }) => group ?? "note"));
      });
      assert.equal(
        items?.some(({ isNote }) => isNote),
        false,
      );
      assert.deepEqual([...new Set(items.map(({ group }) => group))], [...new Set(order.at(-1))]);
      throw new CancelledError();
    },
  };
  await assert.rejects(targetInstance({ ...world, prompts }, undefined, { title: "Delete" }), CancelledError);
  assert.deepEqual([...new Set(counts)], [0, 20, 40, 45]);
  for (const groups of order) assert.deepEqual(groups, [...groups].sort(by(order.at(-1) ?? [])));
});

/** The order of another list. */
function by(order: readonly string[]): (a: string, b: string) => number {
  const place = (group: string) => (group === "note" ? order.length : order.indexOf(group));
  return (a, b) => place(a) - place(b);
}

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
