import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ServiceError } from "../../../src/aws/errors";
import { createAppInstance, listAppInstances } from "../../../src/aws/services/chimeIdentity";
import { lookupEvents } from "../../../src/aws/services/cloudtrail";
import { getRole, simulatePrincipalPolicy } from "../../../src/aws/services/iam";
import { describeKey, listKeys } from "../../../src/aws/services/kms";
import { listInstances as listIdentityCenters } from "../../../src/aws/services/ssoAdmin";
import { getCallerIdentity } from "../../../src/aws/services/sts";
import { createInstance, getInstance, listInstances } from "../../../src/aws/services/supplychain";
import type { PrincipalName } from "../../../src/sandbox/principals";
import { startTestSandbox, type TestSandbox } from "../../fixtures/sandbox";
import { sandboxClient } from "../../fixtures/sandboxClient";

async function clientOf(sandbox: TestSandbox, name: PrincipalName, region?: string) {
  return sandboxClient(sandbox, {
    keys: await sandbox.control.principal(name),
    ...(region !== undefined && { region }),
  });
}

async function refusalOf(call: Promise<unknown>): Promise<ServiceError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ServiceError, `expected a refusal, not ${String(error)}`);
  return error;
}

const allow = (Action: string | readonly string[], Resource: string | readonly string[] = "*") => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource }],
});

test("Each principal is who STS says it is, a role's session without the role's path", async (t) => {
  const sandbox = await startTestSandbox(t);
  const arns = {
    sandbox: "arn:aws:iam::123456789012:user/sandbox",
    "sandbox-restricted": "arn:aws:iam::123456789012:user/sandbox-restricted",
    admin: "arn:aws:iam::123456789012:user/admin",
    "no-s3": "arn:aws:sts::123456789012:assumed-role/Builder/ana@example.com",
    boundary: "arn:aws:iam::123456789012:user/boundary",
    scp: "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_PowerUser_0123456789abcdef/ana@example.com",
    "no-simulate": "arn:aws:sts::123456789012:assumed-role/Planner/ana@example.com",
    "no-cloudtrail": "arn:aws:iam::123456789012:user/no-cloudtrail",
  } as const;
  for (const [name, arn] of Object.entries(arns) as [PrincipalName, string][]) {
    const principal = await sandbox.control.principal(name);
    const { Arn } = await (await clientOf(sandbox, name)).call(getCallerIdentity, {});
    assert.deepEqual([principal.arn, Arn, principal.sessionToken !== undefined], [arn, arn, arn.includes(":sts:")]);
  }
});

test("Every operation of every service needs its own right, and a denial says which", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.replacePolicies("admin", []);
  const client = await clientOf(sandbox, "admin");
  const instanceId = randomUUID();
  const user = "User: arn:aws:iam::123456789012:user/admin is not authorized to perform:";
  const because = (action: string) => `because no identity-based policy allows the ${action} action`;
  const denied = [
    [client.call(listInstances, {}), 403, `${user} scn:ListInstances ${because("scn:ListInstances")}`],
    [
      client.call(getInstance, { instanceId }),
      403,
      `${user} scn:GetInstance on resource: arn:aws:scn:us-east-1:123456789012:instance/${instanceId} ${because("scn:GetInstance")}`,
    ],
    [client.call(listAppInstances, {}), 403, `${user} chime:ListAppInstances ${because("chime:ListAppInstances")}`],
    [client.call(listKeys, {}), 400, `${user} kms:ListKeys ${because("kms:ListKeys")}`],
    [
      client.call(getRole, { RoleName: "Builder" }),
      403,
      `${user} iam:GetRole on resource: role Builder ${because("iam:GetRole")}`,
    ],
    [client.call(listIdentityCenters, {}), 400, `${user} sso:ListInstances ${because("sso:ListInstances")}`],
    [client.call(lookupEvents, {}), 400, `${user} cloudtrail:LookupEvents ${because("cloudtrail:LookupEvents")}`],
  ] as const;
  for (const [call, status, message] of denied) {
    const refusal = await refusalOf(call);
    assert.deepEqual(
      [refusal.name.replace(/Exception$/, ""), refusal.status, refusal.message],
      ["AccessDenied", status, message],
    );
  }
  assert.equal((await client.call(getCallerIdentity, {})).Account, sandbox.accountId);
  await sandbox.control.replacePolicies("admin", [allow(["scn:List*", "kms:ListKeys"])]);
  await client.call(listInstances, {});
  await client.call(listKeys, {});
  assert.equal((await refusalOf(client.call(getRole, { RoleName: "Builder" }))).name, "AccessDenied");
});

test("A right can be of one resource, of one Region and of what has a tag", async (t) => {
  const sandbox = await startTestSandbox(t);
  const owner = sandboxClient(sandbox);
  const make = async (tags: Record<string, string>) =>
    (await owner.call(createInstance, { clientToken: randomUUID(), tags })).instance.instanceId;
  const [mine, other] = [await make({ team: "planning" }), await make({})];
  await sandbox.control.replacePolicies("admin", [
    {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Action: "scn:GetInstance",
        Resource: "arn:aws:scn:*:*:instance/*",
        Condition: {
          StringEquals: { "aws:ResourceTag/team": "planning", "aws:RequestedRegion": "us-east-1" },
          StringLike: { "aws:username": "adm*" },
        },
      },
    },
    allow("kms:DescribeKey", "arn:aws:kms:us-east-1:123456789012:key/*"),
  ]);
  const client = await clientOf(sandbox, "admin");
  await client.call(getInstance, { instanceId: mine });
  assert.equal((await refusalOf(client.call(getInstance, { instanceId: other }))).status, 403);
  await client.call(describeKey, { KeyId: "alias/supply-chain" });
  const elsewhere = await clientOf(sandbox, "admin", "eu-west-1");
  assert.match(
    (await refusalOf(elsewhere.call(describeKey, { KeyId: "alias/supply-chain" }))).message,
    /kms:DescribeKey on resource: arn:aws:kms:eu-west-1:/,
  );
});

test("Tags in a create are a right of their own, for both kinds", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.replacePolicies("admin", [allow(["scn:CreateInstance", "chime:CreateAppInstance"])]);
  const client = await clientOf(sandbox, "admin");
  await client.call(createInstance, { clientToken: randomUUID() });
  await client.call(createAppInstance, { Name: "a", ClientRequestToken: randomUUID() });
  const tagged = client.call(createInstance, { clientToken: randomUUID(), tags: { a: "1" } });
  assert.match(
    (await refusalOf(tagged)).message,
    /perform: scn:TagResource on resource: arn:aws:scn:us-east-1:123456789012:instance\/\* /,
  );
  const chat = { Name: "b", ClientRequestToken: randomUUID(), Tags: [{ Key: "a", Value: "1" }] };
  const refusal = await refusalOf(client.call(createAppInstance, chat));
  assert.deepEqual([refusal.name, refusal.status], ["AccessDeniedException", 403]);
  assert.match(
    refusal.message,
    /perform: chime:TagResource on resource: arn:aws:chime:us-east-1:123456789012:app-instance\/\* /,
  );
});

test("A boundary and an organization deny an app instance, each in its own words", async (t) => {
  const sandbox = await startTestSandbox(t);
  const create = async (name: PrincipalName) =>
    (await clientOf(sandbox, name)).call(createAppInstance, { Name: "a", ClientRequestToken: randomUUID() });
  assert.match(
    (await refusalOf(create("boundary"))).message,
    /^User: arn:aws:iam::123456789012:user\/boundary is not .* because no permissions boundary allows the chime:CreateAppInstance action$/,
  );
  assert.match(
    (await refusalOf(create("scp"))).message,
    /^User: arn:aws:sts::.*assumed-role\/AWSReservedSSO_.* with an explicit deny in a service control policy$/,
  );
  for (const name of ["admin", "no-s3", "no-simulate", "no-cloudtrail"] as const) await create(name);
});

test("A principal lacks what its name says, and nothing else", async (t) => {
  const sandbox = await startTestSandbox(t);
  const simulate = async (name: PrincipalName) =>
    (await clientOf(sandbox, name)).call(simulatePrincipalPolicy, {
      PolicySourceArn: "arn:aws:iam::123456789012:user/admin",
      ActionNames: ["s3:CreateBucket"],
    });
  const look = async (name: PrincipalName) => (await clientOf(sandbox, name)).call(lookupEvents, {});
  assert.match(
    (await refusalOf(simulate("no-simulate"))).message,
    /iam:SimulatePrincipalPolicy on resource: arn:aws:iam:/,
  );
  assert.match((await refusalOf(look("no-cloudtrail"))).message, /cloudtrail:LookupEvents/);
  await simulate("no-cloudtrail");
  await look("no-simulate");
});

test("Policies and the Regions of Identity Center that were set survive a restart", async (t) => {
  const before = await startTestSandbox(t);
  await before.control.replacePolicies("no-s3", [allow("scn:*")]);
  await before.control.setIdentityCenterRegions(["eu-west-1"]);
  await before.close();
  const after = await startTestSandbox(t, { stateDir: before.stateDir });
  assert.deepEqual((await after.control.principal("no-s3")).policies, [allow("scn:*")]);
  const client = sandboxClient(after, { region: "eu-west-1" });
  assert.equal((await client.call(listIdentityCenters, {})).Instances?.[0]?.PrimaryRegion, "eu-west-1");
});

test("What is no policy is refused by the control, and changes nothing", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { policies } = await sandbox.control.principal("admin");
  const wrong = [
    { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*" }] },
    { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", NotAction: "s3:*", Resource: "*" }] },
    { Version: "2012-10-17", Statement: [{ Effect: "Perhaps", Action: "*", Resource: "*" }] },
    {
      Version: "2012-10-17",
      Statement: { ...allow("*").Statement[0], Condition: { StringIs: { "aws:username": "a" } } },
    },
  ];
  for (const policy of wrong) await assert.rejects(sandbox.control.replacePolicies("admin", [policy]), /: 400 /);
  assert.deepEqual((await sandbox.control.principal("admin")).policies, policies);
});

test("A state of before there were more principals gets them, and keeps its keys", async (t) => {
  const before = await startTestSandbox(t);
  await before.close();
  const path = join(before.stateDir, "state.json");
  const { policies, identityCenterRegions, ...old } = JSON.parse(await readFile(path, "utf8")) as Record<
    string,
    unknown
  >;
  assert.ok(policies && identityCenterRegions);
  const keys = (old.keys as { principal: string }[]).filter(({ principal }) => principal.startsWith("sandbox"));
  await writeFile(path, JSON.stringify({ ...old, keys }));
  const after = await startTestSandbox(t, { stateDir: before.stateDir });
  assert.equal(after.accessKeyId, before.accessKeyId);
  await (await clientOf(after, "no-s3")).call(listInstances, {});
});
