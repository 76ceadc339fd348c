import assert from "node:assert/strict";
import { test } from "node:test";
import { createKinds } from "../../../../src/instances/kinds/registry";
import { bucketRights } from "../../../../src/instances/kinds/supplyChainNeeds";
import { askedActions, policyOf, rights, type Right } from "../../../../src/instances/rights";
import { matchesWildcard } from "../../../../src/instances/wildcard";
import documented from "./documentedRights.data.json";

const kinds = createKinds({ chimeApi: () => "identity" });
const creatingOf = async (id: string) => (await kinds.get(id)!.loadNeeds()).rights.creating;
const guide = documented.guide.flatMap(({ Action, Resource }) =>
  [Action].flat().map((action) => ({ action, resource: Resource })),
);

/** The rights that a documented action means: itself, or what of its wildcard is named. */
const meant = (all: readonly Right[], action: string) => all.filter((right) => matchesWildcard(action, right.action));

test("Whatever the guide or CloudFormation asks for is in the table, with that source and resource", async () => {
  const creating = await creatingOf("supplyChain");
  for (const { action, resource } of guide) {
    const found = meant(creating, action).filter(({ sources }) =>
      sources.some(({ id }) => id === "ConnectDecisionsGuide"),
    );
    assert.ok(found.length > 0, `${action} of the guide`);
    for (const right of found) assert.equal(right.resource, resource, right.action);
  }
  for (const [id, handler] of [
    ["supplyChain", documented.supplyChainHandler],
    ["chime", documented.chimeHandler],
  ] as const) {
    const all = await creatingOf(id);
    for (const action of handler) {
      const found = meant(all, action).filter(({ sources }) =>
        sources.some(({ title }) => title.startsWith("CloudFormation")),
      );
      assert.ok(found.length > 0, `${action} of CloudFormation`);
    }
  }
});

test("Nothing is in the table that its source does not name", async () => {
  const named: Readonly<Record<string, readonly string[]>> = {
    ConnectDecisionsGuide: guide.map(({ action }) => action),
    CloudFormationCreateHandler: documented.supplyChainHandler,
  };
  for (const { action, sources } of await creatingOf("supplyChain"))
    for (const { id } of sources)
      assert.ok(
        named[id]?.some((pattern) => matchesWildcard(pattern, action)),
        `${action} by ${id}`,
      );
});

test("A simulation is asked about actions without wildcards only, and a create with tags about one more", async () => {
  for (const { id } of kinds.all) {
    const creating = await creatingOf(id);
    const asked = creating.flatMap(askedActions);
    assert.deepEqual(
      asked.filter((action) => action.includes("*")),
      [],
    );
    assert.equal(new Set(asked).size, asked.length, "each once");
    const onlyWithTags = creating.filter((right) => right.onlyWithTags).map(({ action }) => action);
    assert.deepEqual(onlyWithTags, [id === "chime" ? "chime:TagResource" : "scn:TagResource"]);
  }
});

test("A policy has a statement for each set of documents and each resource", () => {
  const a = { id: "A", name: "a", title: "a" };
  const b = { id: "B", name: "b", title: "b" };
  const wanted = [
    ...rights([a, b], ["x:One", "x:Two"]),
    ...rights([b], ["x:Three"]),
    ...rights([a, b], ["x:Four"], { resource: "arn:x" }),
  ];
  assert.deepEqual(JSON.parse(policyOf(wanted)), {
    Version: "2012-10-17",
    Statement: [
      { Sid: "AAndB", Effect: "Allow", Action: ["x:One", "x:Two"], Resource: "*" },
      { Sid: "B", Effect: "Allow", Action: ["x:Three"], Resource: "*" },
      { Sid: "AAndB2", Effect: "Allow", Action: ["x:Four"], Resource: "arn:x" },
    ],
  });
  assert.ok(bucketRights.every(({ exampleResource, resource }) => matchesWildcard(resource, exampleResource ?? "")));
});
