import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError } from "../../../../src/core/errors";
import type { Draft } from "../../../../src/instances/draft";
import { createKinds } from "../../../../src/instances/kinds/registry";
import { checksFor } from "../../../../src/instances/prerequisites/checks";
import { needsAttention, type Finding } from "../../../../src/instances/prerequisites/finding";
import { runChecks, type Check } from "../../../../src/instances/prerequisites/runChecks";
import type { KindListing } from "../../../../src/instances/store";
import { FakeClock } from "../../../fakes/clock";
import { supplyChain } from "../../features/treeWorld";
import {
  accountId,
  connection,
  denied,
  refusal,
  roleSession,
  sessionWith,
  simulated,
  user,
  type Answers,
} from "./prerequisitesWorld";

const kinds = createKinds({ chimeApi: () => "identity" });
const never = new AbortController().signal;

const center = () => ({ Instances: [{ Status: "ACTIVE" }] });
const fine: Answers = { GetCallerIdentity: user, SimulatePrincipalPolicy: simulated(), ListInstances: center };
const role = () => ({ Role: { Arn: `arn:aws:iam::${accountId}:role/teams/Builder` } });

interface Options {
  readonly answers: Answers;
  readonly draft?: Partial<Draft>;
  readonly kind?: string;
  readonly listing?: Partial<KindListing> | undefined;
  readonly replaced?: string;
}

function setUp({ answers, draft, kind: id = "supplyChain", listing = {}, replaced }: Options) {
  const session = sessionWith(answers);
  const known: KindListing = { kind: id, instances: [], hasMore: false, status: "ready", updatedAt: 1, ...listing };
  const store = { connections: [connection], listing: () => known };
  const kind = kinds.get(id)!;
  const checks = checksFor({
    kind,
    session,
    store,
    ...(draft && { draft: { kind: id, values: {}, tags: {}, ...draft } }),
    ...(replaced !== undefined && { replaced: { id: replaced } }),
  });
  return { session, checks };
}

async function check(options: Options): Promise<Readonly<Record<string, Finding>>> {
  const { checks } = setUp(options);
  const findings = await runChecks(checks, { clock: new FakeClock(), signal: never });
  return Object.fromEntries(findings.map((finding) => [finding.id, finding]));
}

test("All is well: every check says so, in their order, with one request for each resource", async () => {
  const { session, checks } = setUp({ answers: fine, draft: {} });
  const findings = await runChecks(checks, { clock: new FakeClock(), signal: never });
  assert.deepEqual(
    findings.map(({ id, mark }) => `${id} ${mark}`),
    ["caller pass", "rights pass", "identityCenter pass", "quota pass", "key pass", "region pass"],
  );
  assert.deepEqual(findings.filter(needsAttention), []);
  const simulations = session.requests.filter(({ operation }) => operation === "SimulatePrincipalPolicy");
  assert.deepEqual(
    simulations.map(({ input }) => (input.ResourceArns as string[])[0]),
    ["*", "arn:aws:s3:::aws-supply-chain-data-00000000-0000-4000-8000-000000000000"],
  );
  assert.deepEqual(simulations[0]?.input.ContextEntries, [
    { ContextKeyName: "aws:RequestedRegion", ContextKeyValues: ["eu-west-1"], ContextKeyType: "string" },
  ]);
  assert.ok(simulations.every(({ input }) => input.PolicySourceArn === user().Arn));
});

test("The key of the draft is what its rights are asked about", async () => {
  const kmsKeyArn = `arn:aws:kms:us-east-1:${accountId}:key/k`;
  const { session, checks } = setUp({ answers: fine, draft: { values: { kmsKeyArn } } });
  const findings = await runChecks(checks, { clock: new FakeClock(), signal: never });
  const asked = session.requests.find(({ input }) => (input.ResourceArns as string[] | undefined)?.[0] === kmsKeyArn);
  assert.deepEqual(asked?.input.ActionNames, ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"]);
  assert.match(findings.find(({ id }) => id === "key")?.text ?? "", /The key is in us-east-1/);
});

test("A simulation is told the tags of the draft where the documents name conditions on them, and those of Chime never", async () => {
  const contextsOf = async (kind: string) => {
    const { session, checks } = setUp({ answers: fine, kind, draft: { tags: { team: "north", env: "" } } });
    await runChecks(checks, { clock: new FakeClock(), signal: never });
    return session.requests.flatMap(({ operation, input }) =>
      operation === "SimulatePrincipalPolicy" ? [[input.ActionNames, input.ContextEntries] as const] : [],
    );
  };
  const region = { ContextKeyName: "aws:RequestedRegion", ContextKeyValues: ["eu-west-1"], ContextKeyType: "string" };
  assert.deepEqual((await contextsOf("supplyChain"))[0], [
    ["scn:CreateInstance", "scn:TagResource"],
    [
      region,
      { ContextKeyName: "aws:TagKeys", ContextKeyValues: ["team", "env"], ContextKeyType: "stringList" },
      { ContextKeyName: "aws:RequestTag/team", ContextKeyValues: ["north"], ContextKeyType: "string" },
      { ContextKeyName: "aws:RequestTag/env", ContextKeyValues: [""], ContextKeyType: "string" },
    ],
  ]);
  // The models call Chime's tags sensitive, and CloudTrail would record what a simulation is told.
  assert.deepEqual(
    (await contextsOf("chime")).map(([, context]) => context),
    [[region]],
  );
});

test("All pages of a simulation are read", async () => {
  const pages: string[] = [];
  const answers: Answers = {
    ...fine,
    SimulatePrincipalPolicy: (input) => {
      pages.push(String(input.Marker));
      const all = simulated({ "s3:CreateBucket": {} })(input).EvaluationResults;
      return input.Marker === undefined
        ? { EvaluationResults: all.slice(0, 2), IsTruncated: true, Marker: "next" }
        : { EvaluationResults: all.slice(2) };
    },
  };
  const { rights } = await check({ answers });
  assert.deepEqual(pages.sort(), ["next", "next", "undefined", "undefined"]);
  assert.match(rights!.text, /^1 of \d+ actions is not allowed: s3:CreateBucket/);
});

test("What is denied is named, with the policy that is missing", async () => {
  const { rights } = await check({
    answers: { ...fine, SimulatePrincipalPolicy: simulated({ "s3:CreateBucket": {}, "s3:PutBucketPolicy": {} }) },
  });
  assert.match(rights!.text, /s3:CreateBucket, s3:PutBucketPolicy \(no policy allows them\)/);
  assert.deepEqual(JSON.parse(rights!.offer!.json), {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ConnectDecisionsGuideAndCloudFormationCreateHandler",
        Effect: "Allow",
        Action: ["s3:CreateBucket", "s3:PutBucketPolicy"],
        Resource: "arn:aws:s3:::aws-supply-chain-*",
      },
    ],
  });
});

test("A session of a role is simulated as the role with its path", async () => {
  const answers = { ...fine, GetCallerIdentity: () => roleSession(), GetRole: role };
  const { session, checks } = setUp({ answers });
  const findings = await runChecks(checks, { clock: new FakeClock(), signal: never });
  assert.equal(findings[0]?.text, "You are role/teams/Builder");
  assert.equal(
    session.requests.find(({ operation }) => operation === "SimulatePrincipalPolicy")?.input.PolicySourceArn,
    role().Role.Arn,
  );
  assert.equal(session.requests.filter(({ operation }) => operation === "GetCallerIdentity").length, 1);
});

test("Without iam:GetRole the path of Identity Center's roles is tried, and what cannot be found is said", async () => {
  const tried: unknown[] = [];
  const answersFor = (exists: (arn: string) => boolean): Answers => ({
    ...fine,
    GetCallerIdentity: () => roleSession("AWSReservedSSO_Power_0123456789abcdef"),
    GetRole: denied,
    SimulatePrincipalPolicy: (input) => {
      tried.push(input.PolicySourceArn);
      if (!exists(String(input.PolicySourceArn))) throw refusal("NoSuchEntity", "no such role", 404);
      return simulated()(input);
    },
  });
  const found = await check({ answers: answersFor((arn) => arn.includes("/eu-west-1/")) });
  assert.equal(found.rights?.mark, "pass");
  assert.match(found.caller!.text, /its path is not known, because iam:GetRole is not allowed/);
  const lost = await check({ answers: answersFor(() => false) });
  assert.deepEqual(
    [lost.rights?.mark, lost.rights?.text],
    ["unchecked", "Rights: not checked, because the path of the role is not known (iam:GetRole is not allowed)"],
  );
  assert.ok(tried.length >= 4);
});

test("Root and federated users are called so, and nothing is simulated", async () => {
  const root = await check({
    answers: { ...fine, GetCallerIdentity: () => ({ Account: accountId, Arn: `arn:aws:iam::${accountId}:root` }) },
  });
  assert.deepEqual([root.caller?.mark, root.rights?.mark], ["warning", "unchecked"]);
  assert.match(root.rights!.text, /does not simulate the root user/);
  const federated = await check({
    answers: {
      ...fine,
      GetCallerIdentity: () => ({ Account: accountId, Arn: `arn:aws:sts::${accountId}:federated-user/mia` }),
    },
  });
  assert.match(federated.rights!.text, /does not simulate a federated user/);
});

test("A right that is missing for a check is named, and the others go on", async () => {
  const findings = await check({
    answers: {
      GetCallerIdentity: user,
      SimulatePrincipalPolicy: denied,
      ListInstances: () => {
        throw refusal("AccessDeniedException");
      },
    },
  });
  assert.equal(findings.rights?.text, "Rights: not checked, because iam:SimulatePrincipalPolicy is not allowed");
  assert.equal(
    findings.identityCenter?.text,
    "IAM Identity Center: not checked, because sso:ListInstances is not allowed",
  );
  assert.deepEqual([findings.caller?.mark, findings.quota?.mark, findings.region?.mark], ["pass", "pass", "pass"]);
});

/** What is loaded comes from the disk, for which no clock of a test waits: so time passes once `count` findings are there. */
function runUntil(checks: readonly Check[], clock: FakeClock, count: number) {
  const heard: string[] = [];
  let all = () => {};
  const areHeard = new Promise<void>((resolve) => (all = resolve));
  const running = runChecks(checks, {
    clock,
    signal: never,
    onFinding: ({ id, mark }) => {
      if (heard.push(`${id} ${mark}`) === count) all();
    },
  });
  return { running, heard, areHeard };
}

test("A check that hangs is given up after its time, and holds up nobody", async () => {
  const clock = new FakeClock();
  const { session, checks } = setUp({ answers: { GetCallerIdentity: user, ListInstances: center } });
  const { running, heard, areHeard } = runUntil(checks, clock, 4);
  await areHeard;
  await clock.advance(14_999);
  assert.deepEqual([...heard].sort(), ["caller pass", "identityCenter pass", "quota pass", "region pass"]);
  await clock.advance(1);
  const rights = (await running).find(({ id }) => id === "rights");
  assert.equal(rights?.text, "Rights: not checked, because there was no answer for 15 s");
  assert.deepEqual(clock.pending, []);
  assert.equal(session.requests.filter(({ operation }) => operation === "SimulatePrincipalPolicy").length, 2);
});

test("Even when nobody says who it is, only what depends on that is not checked", async () => {
  const clock = new FakeClock();
  const { checks } = setUp({ answers: { ListInstances: center } });
  const { running, areHeard } = runUntil(checks, clock, 3);
  await areHeard;
  await clock.advance(15_000);
  const marks = Object.fromEntries((await running).map(({ id, mark }) => [id, mark]));
  assert.deepEqual(marks, {
    caller: "unchecked",
    rights: "unchecked",
    identityCenter: "pass",
    quota: "pass",
    region: "pass",
  });
});

test("A run that is no longer wanted ends at once", async () => {
  const stop = new AbortController();
  const { checks } = setUp({ answers: { GetCallerIdentity: user } });
  const running = runChecks(checks, { clock: new FakeClock(), signal: stop.signal });
  stop.abort();
  await assert.rejects(running, CancelledError);
});

test("A domain is taken by what can be seen, but not by the one that makes way for it", async () => {
  const instances = [supplyChain({ id: "one", name: "north", values: { webAppDnsDomain: "North" } })];
  const draft = { values: { webAppDnsDomain: "north" } };
  const taken = await check({ answers: fine, draft, listing: { instances } });
  assert.deepEqual([taken.domain?.mark, taken.domain?.text], ["error", "Domain north: north has it"]);
  const recreated = await check({ answers: fine, draft, listing: { instances }, replaced: "one" });
  assert.deepEqual(
    [recreated.domain?.mark, recreated.domain?.text],
    ["unknown", "Domain north: the instance that is replaced has it"],
  );
  const changed = await check({
    answers: fine,
    draft: { values: { webAppDnsDomain: "south" } },
    listing: { instances },
  });
  assert.equal(changed.domain?.text, "Domain south: no instance that you can see has it");
});

test("What was never listed is not counted", async () => {
  const { checks } = setUp({ answers: fine });
  const session = sessionWith(fine);
  const unlisted = checksFor({
    kind: kinds.get("supplyChain")!,
    session,
    store: { connections: [], listing: () => undefined },
  });
  assert.equal(checks.length, unlisted.length);
  const findings = await runChecks(unlisted, { clock: new FakeClock(), signal: never });
  assert.match(
    findings.find(({ id }) => id === "quota")?.text ?? "",
    /not checked, because the instances of this connection are not listed yet/,
  );
});

test("Another kind has checks of its own: no Identity Center, no key, no domain", async () => {
  const findings = await check({ answers: fine, kind: "chime", draft: { tags: { team: "a" } } });
  assert.deepEqual(Object.keys(findings), ["caller", "rights", "quota", "region"]);
  assert.equal(findings.rights?.text, "All 4 actions are allowed");
  assert.equal(findings.quota?.text, "0 of 100 instances used in this region (existing)");
});
