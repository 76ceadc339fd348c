import assert from "node:assert/strict";
import { test } from "node:test";
import { groupBy, sortBy } from "../../../../src/features/instances/arrangeCommands";
import { arrangementOf, KeptArrangement } from "../../../../src/features/instances/arrangement";
import { filterInstances } from "../../../../src/features/instances/filterCommands";
import type { InstanceFilter } from "../../../../src/features/instances/instanceFilter";
import { ScriptedPrompts, type Reply } from "../../../fakes/scriptedPrompts";
import { openTree, supplyChain } from "../treeWorld";

async function filterWith(present: InstanceFilter | undefined, ...replies: readonly Reply[]) {
  const { store, rosters, kinds, connect, list } = openTree();
  connect();
  list("supplyChain", [supplyChain({ state: "Mending now" })]);
  const shown: InstanceFilter[] = [];
  const prompts = new ScriptedPrompts(...replies);
  const search = present && { filter: present };
  await filterInstances({ prompts, kinds, store, rosters, shown: { search, show: (filter) => shown.push(filter) } });
  prompts.assertDone();
  return { shown, prompts };
}

test("Needs attention is one of the presets, and so is each state that is documented or seen", async () => {
  const { shown } = await filterWith(undefined, { to: "Show only", pick: "Needs attention" });
  assert.equal(shown[0]?.needsAttention, true);
  const documented = await filterWith(undefined, { to: "Show only", pick: "DeleteFailed" });
  assert.deepEqual(documented.shown[0]?.states, ["DeleteFailed"]);
  const seen = await filterWith(undefined, { to: "Show only", pick: "Mending now" });
  assert.deepEqual(seen.shown[0]?.states, ["Mending now"]);
});

test("What is typed is judged, can be gone back from, and begins with the filter that is on", async () => {
  const { shown } = await filterWith(
    undefined,
    { to: "Show only", pick: "Tag…" },
    { to: "value: tag:", back: true },
    { to: "Show only", pick: "Name, ID" },
    { to: "A part of a name", type: "state:", refusedWith: "Name a state" },
    { to: "A part of a name", type: "emea tag:team" },
  );
  assert.deepEqual(
    shown.map(({ query }) => query),
    ["emea tag:team"],
  );
  const again = await filterWith(
    shown[0],
    { to: "Show only", pick: "emea tag:team" },
    { to: "value: emea tag:team", type: "apac" },
  );
  assert.deepEqual(
    again.shown.map(({ text }) => text),
    ["apac"],
  );
});

test("What is typed among the presets is a filter by itself, and what is none yet is gone on with", async () => {
  const { shown } = await filterWith(undefined, { to: "Show only", type: " kaputt tag:team " });
  assert.deepEqual(
    shown.map(({ query, text }) => [query, text]),
    [["kaputt tag:team", "kaputt"]],
  );
  const unfinished = await filterWith(
    undefined,
    { to: "Show only", type: "state:" },
    { to: "value: state:", type: "state:Active" },
  );
  assert.deepEqual(unfinished.shown[0]?.states, ["Active"]);
});

function memoryOf(kept?: unknown) {
  const written: unknown[] = [];
  return {
    written,
    get: () => kept,
    update: (_key: string, value: unknown) => Promise.resolve(void written.push(value)),
  };
}

test("Group By… and Sort By… are kept; a tag is asked for its key", async () => {
  const memory = memoryOf();
  const arrangement = new KeptArrangement(memory);
  const prompts = new ScriptedPrompts(
    { to: "Group instances by", pick: "Tag…" },
    { to: "The tag's key", back: true },
    { to: "Group instances by", pick: "Tag…" },
    { to: "The tag's key", type: "  ", refusedWith: "Type the tag's key" },
    { to: "The tag's key", type: "k".repeat(129), refusedWith: "128 characters" },
    { to: "The tag's key", type: "team" },
    { to: "Sort instances by", pick: "Date created" },
  );
  await groupBy({ prompts, arrangement });
  await sortBy({ prompts, arrangement });
  prompts.assertDone();
  assert.deepEqual(memory.written.at(-1), { groupBy: "tag", tagKey: "team", sortBy: "date" });
  assert.deepEqual(new KeptArrangement(memoryOf(memory.written.at(-1))).current, arrangement.current);
});

test("What was kept and is of no use is the default, piece by piece", () => {
  const byDefault = { groupBy: "connection", tagKey: "", sortBy: "name" };
  for (const kept of [undefined, null, "x", 3, [], { groupBy: "colour", sortBy: 1, tagKey: {} }, { groupBy: "tag" }])
    assert.deepEqual(arrangementOf(kept), byDefault, JSON.stringify(kept));
  assert.deepEqual(arrangementOf({ groupBy: "account", sortBy: "worst" }), { ...byDefault, groupBy: "account" });
});
