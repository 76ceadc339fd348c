import assert from "node:assert/strict";
import { test } from "node:test";
import { tagChangeLines } from "../../../../src/ui/text/draftText";
import { editTags } from "../../../../src/features/change/editTags";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";
import { instanceNode, openWorld, type World } from "../flowWorld";

function depsOf(world: World, prompts: ScriptedPrompts) {
  return { ...world, prompts, deleteConfirmation: () => "button" as const };
}

test("Tags are added, changed and removed, shown as a difference, and sent as the smallest change", async (t) => {
  const world = await openWorld(t);
  const tags = { team: "logistics", stage: "pilot", cost: "42" };
  const instance = await world.create("supplyChain", { values: { instanceName: "demand" }, tags });
  const prompts = new ScriptedPrompts(
    { to: "Edit tags of demand", pick: "Add tag" },
    { to: "Key of the new tag", type: "team", refusedWith: "There is a tag team already." },
    { to: "Key of the new tag", type: "owner" },
    { to: "Value of owner", type: "mia" },
    { to: "owner = mia", pick: "stage = pilot" },
    { to: "Remove", pick: "Edit value" },
    { to: "value: pilot", type: "live" },
    { to: "stage = live", pick: "cost = 42", button: "remove" },
    { to: "3 tags", pick: "Done" },
    { to: "+ owner = mia", pick: "Save 3 changes in sandbox · us-east-1" },
  );
  await editTags(depsOf(world, prompts), instanceNode(instance));
  prompts.assertDone();
  assert.deepEqual(prompts.shown.at(-1)!.text.split("\n").slice(1, 4), [
    "~ stage = pilot → live",
    "+ owner = mia",
    "- cost = 42",
  ]);
  assert.equal((await world.untilIdle()).status, "succeeded");
  assert.deepEqual(await world.tagsOf(instance), { team: "logistics", stage: "live", owner: "mia" });
  assert.deepEqual(
    world.requests.map((request) => request.type === "tags" && request.changes),
    [{ set: { stage: "live", owner: "mia" }, remove: ["cost"] }],
  );
});

test("Tags that did not change are not sent, and the user hears so", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("chime", { values: { name: "chat" }, tags: { team: "a" } });
  const prompts = new ScriptedPrompts(
    { to: "team = a", pick: "team = a", button: "edit" },
    { to: "value: a", type: "", refusedWith: "Enter a tag value." },
    { to: "value: a", type: "a" },
    { to: "team = a", pick: "Done" },
  );
  await editTags(depsOf(world, prompts), instanceNode(instance));
  prompts.assertDone();
  assert.deepEqual(prompts.informed, ["The tags of chat stay as they are."]);
  assert.deepEqual(world.operations.list(), []);
});

test("The difference leads back to the list as it was left", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("chime", { values: { name: "chat" } });
  const prompts = new ScriptedPrompts(
    { to: "no tags", pick: "Add tag" },
    { to: "Key of the new tag", type: "aws:team", refusedWith: "which AWS reserves" },
    { to: "Key of the new tag", type: "team" },
    { to: "Value of team", back: true },
    { to: "value: team", type: "crew" },
    { to: "Value of crew", type: "b" },
    { to: "1 tag", pick: "Done" },
    { to: "+ crew = b", back: true },
    { to: "crew = b", pick: "crew = b" },
    { to: "Edit value", pick: "Remove" },
    { to: "no tags", pick: "Done" },
  );
  await editTags(depsOf(world, prompts), instanceNode(instance));
  prompts.assertDone();
  assert.equal(prompts.informed.length, 1);
});

test("A key that an object inherits is a key like any other", () => {
  assert.deepEqual(tagChangeLines({}, { constructor: "x" }), [{ sign: "+", text: "constructor = x" }]);
  assert.deepEqual(tagChangeLines({ a: "" }, { a: "1" }), [{ sign: "~", text: "a =  → 1" }]);
});
