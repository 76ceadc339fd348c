import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError } from "../../../../src/core/errors";
import { editInstance } from "../../../../src/features/change/editInstance";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";
import { connection, instanceNode, openWorld, type World } from "../flowWorld";

function depsOf(world: World, prompts: ScriptedPrompts) {
  return { ...world, prompts, deleteConfirmation: () => "button" as const };
}

test("Only what the service can change is asked, and only what differs is sent", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", {
    values: { instanceName: "demand", instanceDescription: "first", webAppDnsDomain: "demand-web" },
  });
  const prompts = new ScriptedPrompts(
    { to: "value: demand", type: "demand-planning" },
    { to: "value: first", type: "first" },
    { to: "demand → demand-planning", pick: "Save in sandbox · us-east-1" },
  );
  await editInstance(depsOf(world, prompts), instanceNode(instance));
  prompts.assertDone();
  assert.deepEqual(
    prompts.shown.map(({ title, step }) => `${title} ${step}`),
    ["Edit demand 1/3", "Edit demand 2/3", "Edit demand 3/3"],
  );
  assert.equal((await world.untilIdle()).status, "succeeded");
  assert.deepEqual(
    world.requests.map((request) => request.type === "edit" && request.values),
    [{ instanceName: "demand-planning" }],
  );
  const changed = await world.kind("supplyChain").get(await world.session(), instance.id);
  assert.equal(changed?.name, "demand-planning");
  assert.equal(changed.values.instanceDescription, "first");
});

test("A line of the review can be changed again, and a bad value is refused while it is typed", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", {
    values: { instanceName: "demand", instanceDescription: "first" },
  });
  const prompts = new ScriptedPrompts(
    { to: "value: demand", type: "-demand", refusedWith: "Begin and end the name with a letter or digit." },
    { to: "value: demand", type: "supply" },
    { to: "value: first", type: "" },
    { to: "first → (empty)", pick: "Name" },
    { to: "value: supply", type: "supply2" },
    { to: "demand → supply2", pick: "Save" },
  );
  await editInstance(depsOf(world, prompts), instanceNode(instance));
  prompts.assertDone();
  await world.untilIdle();
  const changed = await world.kind("supplyChain").get(await world.session(), instance.id);
  assert.deepEqual(changed?.values, { instanceName: "supply2" });
});

test("A name that is there cannot be removed, and where there is none, none is asked for", async (t) => {
  const world = await openWorld(t);
  const named = await world.create("supplyChain", { values: { instanceName: "demand" } });
  const refused = new ScriptedPrompts(
    { to: "Name", type: "", refusedWith: "Enter a name." },
    { to: "Name", cancel: true },
  );
  await assert.rejects(editInstance(depsOf(world, refused), instanceNode(named)), CancelledError);
  refused.assertDone();

  const unnamed = await world.create("supplyChain", {});
  const prompts = new ScriptedPrompts({ to: "Name", type: "" }, { to: "Description", type: "" });
  await editInstance(depsOf(world, prompts), instanceNode(unnamed));
  prompts.assertDone();
  assert.deepEqual(prompts.informed, [`${unnamed.id} stays as it is.`]);
  assert.deepEqual(world.operations.list(), []);
});

test("Metadata with line breaks is kept or replaced as a whole, because a native input would join the lines", async (t) => {
  const world = await openWorld(t);
  const metadata = '{\n  "tier": 1\n}';
  const instance = await world.create("chime", { values: { name: "chat", metadata } });
  const prompts = new ScriptedPrompts(
    { to: "value: chat", type: "support-chat" },
    { to: "Metadata: {", pick: "Keep it as it is" },
    { to: "chat → support-chat", pick: "Save" },
  );
  await editInstance(depsOf(world, prompts), instanceNode(instance));
  prompts.assertDone();
  assert.equal((await world.untilIdle()).status, "succeeded");
  assert.deepEqual(
    world.requests.map((request) => request.type === "edit" && request.values),
    [{ name: "support-chat" }],
  );
  const changed = await world.kind("chime").get(await world.session(connection), instance.id);
  assert.deepEqual(changed?.values, { name: "support-chat", metadata });
});
