import assert from "node:assert/strict";
import { test } from "node:test";
import {
  filterLabel,
  matchesListed,
  matchesPending,
  matchesTags,
  parseFilter,
  wantedFrom,
  type InstanceFilter,
} from "../../../../src/features/instances/instanceFilter";
import { createKinds } from "../../../../src/instances/kinds/registry";
import { chime, record, supplyChain } from "../treeWorld";

const failed = supplyChain({ id: "0b9c", name: "Returns EMEA", state: "CreateFailed", phase: "createFailed" });
const kinds = createKinds({ chimeApi: () => "identity" });

function parsed(query: string): InstanceFilter {
  const result = parseFilter(query);
  assert.ok("filter" in result, query);
  return result.filter;
}

test("A filter is typed as a part of a name or an ID, with states and tags, and all of it must hold", () => {
  assert.deepEqual(parsed('  emea state:createfailed tag:team=logistics tag:"cost centre=4 2"  returns '), {
    query: 'emea state:createfailed tag:team=logistics tag:"cost centre=4 2"  returns',
    text: "emea returns",
    states: ["createfailed"],
    needsAttention: false,
    tags: [
      { key: "team", value: "logistics" },
      { key: "cost centre", value: "4 2" },
    ],
  });
  assert.equal(matchesListed(parsed("s emea"), failed), true);
  assert.equal(matchesListed(parsed("0B9"), failed), true);
  assert.equal(matchesListed(parsed("emea state:createfailed"), failed), true);
  assert.equal(matchesListed(parsed("emea state:Active"), failed), false);
  assert.equal(matchesListed(parsed("state:Active state:CreateFailed"), failed), true, "one of the states");
  assert.equal(matchesListed(parsed("teams:4"), supplyChain({ name: "teams:4" })), true, "only known words are words");
  assert.equal(matchesListed(parsed("is:attention"), failed), true);
  assert.equal(matchesListed(parsed("is:attention"), supplyChain()), false);
});

test("A tag is wanted with any value or with one, and tags that nobody has read match nothing", () => {
  assert.equal(matchesTags(parsed("tag:team"), { team: "" }), true);
  assert.equal(matchesTags(parsed("tag:team="), { team: "x" }), false);
  assert.equal(matchesTags(parsed("tag:team=a=b"), { team: "a=b" }), true);
  assert.equal(matchesTags(parsed("tag:toString"), {}), false);
  assert.equal(matchesTags(parsed("tag:team"), undefined), false);
  assert.equal(matchesTags(parsed("returns"), undefined), true, "no tag is wanted");
});

test("What cannot be a filter is refused with what to type instead", () => {
  for (const [query, problem] of [
    ["", /Type a part/],
    ["   ", /Type a part/],
    ["state:", /Name a state/],
    ["tag:", /Name a tag/],
    ["tag:=x", /Name a tag/],
    ["is:broken", /is:attention/],
    ['tag:"a', /Close the quotation mark/],
    ["x".repeat(301), /300 characters/],
  ] as const) {
    const result = parseFilter(query);
    assert.match("problem" in result ? result.problem : "taken", problem, query);
  }
});

test("Refused and interrupted creates want attention, and match by name and by the tags of their draft", () => {
  const refused = record({
    status: "failed",
    label: "sales-chat",
    draft: { kind: "chime", values: {}, tags: { a: "1" } },
  });
  assert.equal(matchesPending(parsed("is:attention"), refused), true);
  assert.equal(matchesPending(parsed("is:attention"), record({ status: "interrupted" })), true);
  assert.equal(matchesPending(parsed("is:attention"), record({ status: "running" })), false);
  assert.equal(matchesPending(parsed("sales tag:a=1"), refused), true);
  assert.equal(matchesPending(parsed("sales tag:a=2"), refused), false);
  assert.equal(matchesPending(parsed("sales state:Active"), refused), false);
});

test("A service is asked for the states that it documents, for all where it may have others, and not at all where it has none", () => {
  const supplyChainKind = kinds.get("supplyChain");
  const chimeKind = kinds.get("chime");
  assert.ok(supplyChainKind && chimeKind);
  assert.deepEqual(wantedFrom(parsed("is:attention"), supplyChainKind), { states: ["CreateFailed", "DeleteFailed"] });
  assert.deepEqual(wantedFrom(parsed("state:active"), supplyChainKind), { states: ["Active"] });
  assert.deepEqual(wantedFrom(parsed("state:Paused"), supplyChainKind), {});
  assert.deepEqual(wantedFrom(parsed("demand"), supplyChainKind), {});
  assert.equal(wantedFrom(parsed("state:Active is:attention"), supplyChainKind), undefined);
  assert.equal(wantedFrom(parsed("is:attention"), chimeKind), undefined);
  assert.equal(wantedFrom(parsed("state:Active"), chimeKind), undefined);
  assert.deepEqual(wantedFrom(parsed("chat"), chimeKind), {});
  assert.equal(matchesListed(parsed("chat"), chime("support-chat")), true);
});

test("A filter is called what was chosen or typed, as it can be read", () => {
  assert.equal(filterLabel(parsed("is:attention")), "Needs attention");
  assert.doesNotMatch(filterLabel(parsed("a\u202eb")), /\u202e/);
});
