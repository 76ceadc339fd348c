import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError } from "../../../../src/core/errors";
import { deleteInstance, typedNameProblem } from "../../../../src/features/change/deleteInstance";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";
import { instanceNode, openWorld, type World } from "../flowWorld";

function depsOf(world: World, prompts: ScriptedPrompts, confirmation: "typeName" | "button" = "typeName") {
  return { ...world, prompts, deleteConfirmation: () => confirmation };
}

test("An instance is deleted once its exact name was typed, and the question says what goes with it", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values: { instanceName: "old-pilot" } });
  const prompts = new ScriptedPrompts(
    { to: "Delete Supply Chain instance: old-pilot", type: "old-pilo", refusedWith: "That is not old-pilot." },
    { to: "old-pilot", type: "OLD-PILOT", refusedWith: "That is not old-pilot." },
    { to: "old-pilot", type: "old-pilot" },
  );
  await deleteInstance(depsOf(world, prompts), instanceNode(instance));
  prompts.assertDone();
  assert.equal((await world.untilIdle()).status, "succeeded");
  assert.deepEqual(await world.changes(), ["CreateInstance", "DeleteInstance"]);
  const question = prompts.shown[0]!.text;
  assert.match(question, new RegExp(`account ${world.sandbox.accountId}, us-east-1, profile sandbox`));
  assert.match(question, new RegExp(`aws-supply-chain-data-${instance.id} is kept`));
  assert.match(
    question,
    new RegExp(
      `to delete it \\(ID ${instance.id}, created \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d (?:UTC|[+-]\\d\\d:\\d\\d)\\) from`,
    ),
  );
});

test("Of one that was never active nothing is said to go or to stay that may never have been, before and after", async (t) => {
  const world = await openWorld(t);
  const tags = { "sandbox:fail-create": "No room" };
  const instance = await world.create("supplyChain", { values: { instanceName: "pilot" }, tags });
  const prompts = new ScriptedPrompts({ to: `If its S3 bucket aws-supply-chain-data-${instance.id}`, confirm: true });
  await deleteInstance(depsOf(world, prompts, "button"), instanceNode(instance));
  prompts.assertDone();
  assert.doesNotMatch(prompts.shown[0]!.text, /for every user|its data/);
  const record = await world.untilIdle();
  assert.deepEqual([record.status, record.target?.isUnfinished], ["succeeded", true]);
});

test("An unnamed instance is deleted by typing its id", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", {});
  const prompts = new ScriptedPrompts({ to: instance.id, type: instance.id });
  await deleteInstance(depsOf(world, prompts), instanceNode(instance));
  prompts.assertDone();
  assert.equal((await world.untilIdle()).status, "succeeded");
});

test("With the button, the modal names the place and the owner of a Chime app instance", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("chime", { values: { name: "chat" }, tags: { SCNInstanceId: "0a1b" } });
  const prompts = new ScriptedPrompts({ to: "It belongs to the Supply Chain instance 0a1b", confirm: true });
  await deleteInstance(depsOf(world, prompts, "button"), instanceNode(instance));
  prompts.assertDone();
  assert.equal(prompts.shown[0]!.title, "Delete chat?");
  assert.match(
    prompts.shown[0]!.text,
    /Chime app instance, ID arn:aws:chime:\S+, created [\d :+-]+(?:UTC)?, account \d{12}, us-east-1, profile sandbox\./,
  );
  assert.equal((await world.untilIdle()).status, "succeeded");
});

test("Saying no deletes nothing and writes nothing", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("chime", { values: { name: "chat" } });
  for (const [confirmation, reply] of [
    ["typeName", { to: "chat", cancel: true }],
    ["button", { to: "Delete chat?", confirm: false }],
  ] as const) {
    const prompts = new ScriptedPrompts(reply);
    await assert.rejects(deleteInstance(depsOf(world, prompts, confirmation), instanceNode(instance)), CancelledError);
    prompts.assertDone();
  }
  assert.deepEqual(world.operations.list(), []);
  assert.deepEqual(await world.changes(), ["CreateAppInstance"]);
});

test("One that is still being created is deleted after a warning that the service may refuse", async (t) => {
  const world = await openWorld(t, { createSeconds: 60 });
  const instance = await world.create("supplyChain", { values: { instanceName: "mistaken" } });
  assert.equal(instance.phase, "creating");
  const prompts = new ScriptedPrompts({ to: "It is still being created: the service may refuse", type: "mistaken" });
  await deleteInstance(depsOf(world, prompts), instanceNode(instance));
  prompts.assertDone();
  assert.equal((await world.untilIdle()).status, "succeeded");
});

test("One that somebody else is deleting is deleted once more after a warning, and one that we are deleting is not", async (t) => {
  const world = await openWorld(t, { deleteSeconds: 2 });
  const instance = await world.create("supplyChain", { values: { instanceName: "old" } });
  await world.kind("supplyChain").delete(await world.session(), instance.id);
  const prompts = new ScriptedPrompts({ to: "It is being deleted already: the service may refuse", type: "old" });
  await deleteInstance(depsOf(world, prompts), instanceNode(instance));
  prompts.assertDone();
  const again = deleteInstance(depsOf(world, new ScriptedPrompts()), instanceNode(instance));
  await assert.rejects(again, /old is being worked on already \(delete\)/);
  assert.equal((await world.untilIdle()).status, "succeeded");
  assert.deepEqual(await world.changes(), ["CreateInstance", "DeleteInstance", "DeleteInstance"]);
});

test("An instance that is gone is not asked about", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("chime", { values: { name: "old" } });
  const prompts = new ScriptedPrompts();
  const never = { ...instanceNode(instance), kind: "supplyChain", id: "00000000-0000-4000-8000-000000000000" };
  await assert.rejects(deleteInstance(depsOf(world, prompts), never), /no longer exists in sandbox · us-east-1/);
  prompts.assertDone();
});

test("An instance that another operation is working on is not asked about", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("chime", { values: { name: "chat" } });
  await world.operations.start(await world.scope("chime"), {
    type: "tags",
    target: { id: instance.id, arn: instance.arn },
    changes: { set: { a: "b" }, remove: [] },
  });
  const record = await world.untilIdle();
  for (const [status, message] of [
    ["running", /chat is being worked on already \(edit tags of\)/],
    ["interrupted", /An interrupted operation \(edit tags of chat\) comes first/],
  ] as const) {
    const prompts = new ScriptedPrompts();
    const operations = { list: () => [{ ...record, status }], start: () => assert.fail("it was started") };
    await assert.rejects(deleteInstance({ ...depsOf(world, prompts), operations }, instanceNode(instance)), message);
    prompts.assertDone();
  }
});

test("An account that changes while the question is open stops the deletion", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("chime", { values: { name: "chat" } });
  let opened = 0;
  const sessions = {
    ...world.sessions,
    open: async () => {
      const session = await world.session();
      return ++opened === 1 ? session : { ...session, accountId: "999999999999" };
    },
  };
  const prompts = new ScriptedPrompts({ to: "chat", type: "chat" });
  await assert.rejects(
    deleteInstance({ ...depsOf(world, prompts), sessions }, instanceNode(instance)),
    /now belongs to account 999999999999; this was confirmed for account \d{12}\. Nothing was changed\./,
  );
  prompts.assertDone();
  assert.deepEqual(world.operations.list(), []);
});

test("Without a target the user picks among those that can be deleted", async (t) => {
  const world = await openWorld(t);
  await world.create("chime", { values: { name: "first" } });
  await world.create("chime", { values: { name: "second" } });
  const prompts = new ScriptedPrompts({ to: "first", pick: "second" }, { to: "second", type: "second" });
  await deleteInstance(depsOf(world, prompts));
  prompts.assertDone();
  assert.equal((await world.untilIdle()).label, "second");
});

const unusual = {
  "\ta\tb": "a b",
  "a\r\nb": "a b",
  "soft\u00adhyphen": "soft\\u00adhyphen",
  "zero\u200bwidth": "zero\\u200bwidth",
  "trailing space ": "trailing space",
  "two  spaces": "two spaces",
  "no-break\u00a0space": "no-break space",
  "\u{1f468}\u200d\u{1f469}": "\u{1f468}\u200d\u{1f469}",
  "tag\u{e0041}": "tag\\u{e0041}",
};

test("Security 16: what is shown is what has to be typed, or the id, whatever the name consists of", async (t) => {
  const world = await openWorld(t);
  for (const [name, typed] of Object.entries(unusual)) {
    const instance = await world.create("chime", { values: { name } });
    const prompts = new ScriptedPrompts(
      { to: typed.split(" ")[0]!, type: typed.slice(1), refusedWith: "That is not" },
      { to: typed.split(" ")[0]!, type: typed },
    );
    await deleteInstance(depsOf(world, prompts), instanceNode(instance));
    prompts.assertDone();
    const again = await world.create("chime", { values: { name } });
    const byId = new ScriptedPrompts({ to: "Type ", type: again.id });
    await deleteInstance(depsOf(world, byId), instanceNode(again));
    byId.assertDone();
  }
});

test("Security 16: a name with nothing to read is called by its id", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("chime", { values: { name: " \t" } });
  const prompts = new ScriptedPrompts({ to: `Delete Chime app instance: ${instance.id}`, type: instance.id });
  await deleteInstance(depsOf(world, prompts), instanceNode(instance));
  prompts.assertDone();
});

test("Security 16: the owner of an app instance cannot hide in the question", async (t) => {
  const world = await openWorld(t);
  const owner = "0a1b\u202e\n\nNothing is deleted.\u{e0041}";
  const instance = await world.create("chime", { values: { name: "chat" }, tags: { SCNInstanceId: owner } });
  for (const [confirmation, reply] of [
    ["typeName", { to: "0a1b\\u202e Nothing is deleted.\\u{e0041}", cancel: true }],
    ["button", { to: "0a1b\\u202e Nothing is deleted.\\u{e0041}", confirm: false }],
  ] as const) {
    const prompts = new ScriptedPrompts(reply);
    await assert.rejects(deleteInstance(depsOf(world, prompts, confirmation), instanceNode(instance)), CancelledError);
    prompts.assertDone();
  }
});

test("A name that is right so far is not complained about until Enter", () => {
  assert.equal(typedNameProblem("old-pilot", "old", false), undefined);
  assert.equal(typedNameProblem("old-pilot", "", false), undefined);
  assert.equal(typedNameProblem("old-pilot", "odl", false), "That is not old-pilot.");
  assert.equal(typedNameProblem("old-pilot", "old", true), "That is not old-pilot.");
  assert.equal(typedNameProblem("old-pilot", "old-pilot", true), undefined);
});
