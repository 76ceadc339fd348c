import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test, type TestContext } from "node:test";
import { systemClock } from "../../../src/core/clock";
import type { Session } from "../../../src/instances/connection";
import { explainFailure } from "../../../src/instances/denials/explainFailure";
import type { Kind } from "../../../src/instances/kind";
import { checksFor } from "../../../src/instances/prerequisites/checks";
import type { Finding } from "../../../src/instances/prerequisites/finding";
import { runChecks } from "../../../src/instances/prerequisites/runChecks";
import type { Decision } from "../../../src/instances/prerequisites/simulation";
import type { PrincipalName } from "../../../src/sandbox/principals";
import { createWorld, sandboxConnection, type World } from "./world";

/** The sandbox with a session of one of its principals: the same policies decide what they may and what a simulation says. */
async function openAs(t: TestContext, name: PrincipalName) {
  const world = await createWorld(t);
  world.access.current = { ...world.access.current, keys: { sandbox: await world.sandbox.control.principal(name) } };
  await world.sandbox.control.setTrailDelay(0);
  return {
    world,
    session: await world.open(),
    kind: world.kinds.get("supplyChain")!,
    chime: world.kinds.get("chime")!,
  };
}

async function check(world: World, session: Session, kind: Kind): Promise<Readonly<Record<string, Finding>>> {
  const store = { connections: [sandboxConnection], listing: () => undefined };
  const draft = { kind: kind.id, values: {}, tags: { team: "a" } };
  const checks = checksFor({ kind, session, store, draft });
  const findings = await runChecks(checks, { clock: systemClock, signal: new AbortController().signal });
  return Object.fromEntries(findings.map((finding) => [finding.id, finding]));
}

const draftOf = (kind: Kind, tags: Readonly<Record<string, string>> = { team: "a" }) => ({
  kind: kind.id,
  values: kind.id === "chime" ? { name: "chat" } : { instanceName: "north" },
  tags,
});

const allowAll = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

const decisionsIn = ({ actions = [] }: Finding): ReadonlyMap<string, Decision> =>
  new Map(actions.flatMap(({ action, decision }) => (decision === "allowed" ? [] : [[action, decision] as const])));

for (const [name, label, denied] of [
  ["admin", "user/admin", {}],
  ["no-s3", "role/teams/Builder", { "s3:CreateBucket": "implicitDeny" }],
  ["boundary", "user/boundary", { "s3:CreateBucket": "boundary", "chime:CreateAppInstance": "boundary" }],
  [
    "scp",
    "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_PowerUser_0123456789abcdef",
    { "s3:CreateBucket": "organization", "chime:CreateAppInstance": "organization" },
  ],
] as const) {
  test(`The checks of ${name} say beforehand what a create then does, of either kind`, async (t) => {
    const { world, session, kind, chime } = await openAs(t, name);
    for (const one of [kind, chime]) {
      const { caller, rights } = await check(world, session, one);
      assert.equal(caller?.text, `You are ${label}`);
      const decisions = decisionsIn(rights!);
      for (const [action, decision] of Object.entries(denied))
        if (rights!.actions?.some((asked) => asked.action === action))
          assert.equal(decisions.get(action), decision, action);
      const canCreate = await one.create(session, draftOf(one), randomUUID()).then(
        async ({ id }) => (await one.get(session, id))?.phase !== "createFailed",
        () => false,
      );
      assert.equal(rights?.mark === "pass", canCreate, `${one.id}: ${rights?.text ?? ""}`);
      const isMended = [...decisions.values()].includes("implicitDeny");
      assert.equal(rights?.offer !== undefined, isMended);
    }
    const { identityCenter } = await check(world, session, kind);
    assert.equal(identityCenter?.mark, "pass");
  });
}

test("The policy that is offered is the one that was missing: with it the same create comes up", async (t) => {
  const { world, session, kind } = await openAs(t, "no-s3");
  const { rights } = await check(world, session, kind);
  const { policies } = await world.sandbox.control.principal("no-s3");
  await world.sandbox.control.replacePolicies("no-s3", [...policies, JSON.parse(rights!.offer!.json) as object]);
  assert.equal((await check(world, session, kind)).rights?.mark, "pass");
  const { id } = await kind.create(session, draftOf(kind), randomUUID());
  assert.equal((await kind.get(session, id))?.phase, "ready");
});

test("Who may not simulate is told so, and the rest is checked", async (t) => {
  const { world, session, kind } = await openAs(t, "no-simulate");
  const { caller, rights, identityCenter } = await check(world, session, kind);
  assert.equal(caller?.text, "You are role/Planner");
  assert.equal(rights?.text, "Rights: not checked, because iam:SimulatePrincipalPolicy is not allowed");
  assert.equal(identityCenter?.mark, "pass");
});

test("Without iam:GetRole a role of Identity Center is found below its own path", async (t) => {
  const { world, session, kind } = await openAs(t, "scp");
  const noGetRole = { Effect: "Deny", Action: "iam:GetRole", Resource: "*" };
  await world.sandbox.control.replacePolicies("scp", [{ ...allowAll, Statement: [...allowAll.Statement, noGetRole] }]);
  const { caller, rights } = await check(world, session, kind);
  assert.match(caller!.text, /its path is not known, because iam:GetRole is not allowed/);
  assert.equal(decisionsIn(rights!).get("s3:CreateBucket"), "organization");
});

test("A policy that decides by tags is simulated with those of the draft", async (t) => {
  const { world, session, kind } = await openAs(t, "admin");
  const onlyTagged = {
    Effect: "Deny",
    Action: "scn:CreateInstance",
    Resource: "*",
    Condition: { StringNotEquals: { "aws:RequestTag/team": "b" } },
  };
  const replace = (...more: object[]) =>
    world.sandbox.control.replacePolicies("admin", [{ ...allowAll, Statement: [...allowAll.Statement, ...more] }]);
  await replace(onlyTagged);
  const denied = decisionsIn((await check(world, session, kind)).rights!);
  assert.deepEqual([...denied], [["scn:CreateInstance", "explicitDeny"]]);
  await replace({ ...onlyTagged, Condition: { StringNotEquals: { "aws:RequestTag/team": "a" } } });
  assert.equal((await check(world, session, kind)).rights?.mark, "pass");
});

test("A region without Identity Center is a problem", async (t) => {
  const { world, session, kind, chime } = await openAs(t, "admin");
  await world.sandbox.control.setIdentityCenterRegions(["eu-west-1"]);
  assert.equal(
    (await check(world, session, kind)).identityCenter?.text,
    "There is no IAM Identity Center in us-east-1",
  );
  assert.equal((await check(world, session, chime)).identityCenter, undefined);
});

/** What the principal's create comes to, and when. */
async function failAs(t: TestContext, name: PrincipalName) {
  const { world, session, kind } = await openAs(t, name);
  const { id } = await kind.create(session, draftOf(kind), randomUUID());
  const instance = await kind.get(session, id);
  assert.equal(instance?.phase, "createFailed");
  const failed = { kind, session, draft: draftOf(kind), from: instance.createdAt!, to: instance.changedAt! };
  return { world, session, kind, failed, id };
}

test("After a failure CloudTrail names what was denied; events that are late are found when they are there", async (t) => {
  const { world, failed, id } = await failAs(t, "no-s3");
  await world.sandbox.control.setTrailDelay(900);
  const early = await explainFailure(failed);
  assert.deepEqual([early.denials, early.notLooked], [[], undefined]);
  await world.sandbox.control.setTrailDelay(0);
  const { denials, isAllowedNow, offer, who, notLooked } = await explainFailure(failed);
  assert.equal(notLooked, undefined);
  assert.deepEqual(
    denials.map(({ action, resource, code, invokedBy, now }) => [action, resource, code, invokedBy, now]),
    [
      [
        "s3:CreateBucket",
        `arn:aws:s3:::aws-supply-chain-data-${id}`,
        "AccessDenied",
        "scn.amazonaws.com",
        "implicitDeny",
      ],
    ],
  );
  assert.deepEqual([isAllowedNow, who], [false, "role/teams/Builder"]);
  const { policies } = await world.sandbox.control.principal("no-s3");
  await world.sandbox.control.replacePolicies("no-s3", [...policies, JSON.parse(offer!.json) as object]);
  const after = await explainFailure(failed);
  assert.deepEqual([after.isAllowedNow, after.denials[0]?.now], [true, "allowed"]);
});

test("Whoever looks again and again gets an answer each time, although CloudTrail allows two requests a second", async (t) => {
  const { world, failed } = await failAs(t, "no-s3");
  await world.sandbox.control.setTrailDelay(900);
  for (let looks = 0; looks < 3; looks++) assert.equal((await explainFailure(failed)).notLooked, undefined);
});

test("Boundary and organization are told as such after a failure too, and no policy is offered", async (t) => {
  for (const [name, decision] of [
    ["boundary", "boundary"],
    ["scp", "organization"],
  ] as const) {
    const { failed } = await failAs(t, name);
    const { denials, offer } = await explainFailure(failed);
    assert.deepEqual([denials[0]?.action, denials[0]?.now, offer], ["s3:CreateBucket", decision, undefined]);
  }
});

test("Who may not look in CloudTrail is told so, and what the policies say now is there", async (t) => {
  const { session, kind } = await openAs(t, "no-cloudtrail");
  const failed = { kind, session, draft: draftOf(kind), from: Date.now(), to: Date.now() };
  const explanation = await explainFailure(failed);
  assert.equal(explanation.notLooked, "cloudtrail:LookupEvents is not allowed");
  assert.equal(explanation.rights?.mark, "pass");
});
