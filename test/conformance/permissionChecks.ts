import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { chimeIdentity } from "../../src/aws/services/chimeIdentity";
import { assertRefused, retryChecks, signatureChecks, type Check, type CheckContext } from "./checks";
import { ours, type Driver, type Members } from "./driver";

const iam = (operation: string, title: string, run: Check["run"]): Check => ({ service: "iam", operation, title, run });
const account = "arn:aws:iam::123456789012";
const noSuchEntity = { name: "NoSuchEntityException", status: 404 };
const invalidInput = { name: "InvalidInputException", status: 400 };

interface Result extends Members {
  readonly EvalActionName: string;
  readonly EvalDecision: string;
  readonly ResourceSpecificResults?: readonly Members[];
}

async function simulate(driver: Driver, user: string, input: Members): Promise<readonly Result[]> {
  const output = await driver.call("SimulatePrincipalPolicy", { PolicySourceArn: `${account}:${user}`, ...input });
  return output.EvaluationResults as readonly Result[];
}

/** All but throttling, which has another status here than the one that the check injects. */
const retries = (service: string, operation: string) =>
  retryChecks(service, operation).filter(({ title }) => !title.includes("throttling"));

export const iamChecks: readonly Check[] = [
  iam("SimulatePrincipalPolicy", "decides about every action, in order", async ({ driver }) => {
    const ActionNames = ["scn:CreateInstance", "s3:CreateBucket", "chime:CreateAppInstance"];
    const results = await simulate(driver, "role/teams/Builder", { ActionNames });
    assert.deepEqual(
      results.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision]),
      [
        ["scn:CreateInstance", "allowed"],
        ["s3:CreateBucket", "implicitDeny"],
        ["chime:CreateAppInstance", "allowed"],
      ],
    );
  }),
  iam("SimulatePrincipalPolicy", "tells what boundary and organization say, as truths", async ({ driver }) => {
    const ActionNames = ["s3:CreateBucket"];
    const [boundary] = await simulate(driver, "user/boundary", { ActionNames });
    assert.deepEqual(boundary?.PermissionsBoundaryDecisionDetail, { AllowedByPermissionsBoundary: false });
    const role = "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_PowerUser_0123456789abcdef";
    const [scp] = await simulate(driver, role, { ActionNames });
    assert.equal(scp?.EvalDecision, "explicitDeny");
    assert.deepEqual(scp.OrganizationsDecisionDetail, { AllowedByOrganizations: false });
  }),
  iam("SimulatePrincipalPolicy", "tells of each resource, the statement and its place", async ({ driver, sandbox }) => {
    const Statement = [{ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::aws-supply-chain-*" }];
    await sandbox.control.replacePolicies("admin", [{ Version: "2012-10-17", Statement }]);
    const ResourceArns = ["arn:aws:s3:::aws-supply-chain-data-1", "arn:aws:s3:::other"];
    const [result] = await simulate(driver, "user/admin", { ActionNames: ["s3:CreateBucket"], ResourceArns });
    assert.equal(result?.EvalDecision, "implicitDeny");
    const specific = result.ResourceSpecificResults ?? [];
    assert.deepEqual(
      specific.map(({ EvalResourceName, EvalResourceDecision }) => [EvalResourceName, EvalResourceDecision]),
      [
        [ResourceArns[0], "allowed"],
        [ResourceArns[1], "implicitDeny"],
      ],
    );
    const [{ SourcePolicyId, StartPosition } = {}] = specific[0]?.MatchedStatements as Members[];
    assert.deepEqual([SourcePolicyId, StartPosition], ["user_admin_policy-1", { Line: 4, Column: 9 }]);
  }),
  iam("SimulatePrincipalPolicy", "takes context, and names what is missing", async ({ driver, sandbox }) => {
    const Condition = { StringEquals: { "aws:RequestedRegion": "us-east-1" } };
    const Statement = [{ Effect: "Allow", Action: "*", Resource: "*", Condition }];
    await sandbox.control.replacePolicies("admin", [{ Version: "2012-10-17", Statement }]);
    const ActionNames = ["s3:CreateBucket"];
    const [unknown] = await simulate(driver, "user/admin", { ActionNames });
    assert.deepEqual([unknown?.EvalDecision, unknown?.MissingContextValues], ["implicitDeny", ["aws:RequestedRegion"]]);
    const ContextEntries = [
      { ContextKeyName: "aws:RequestedRegion", ContextKeyValues: ["us-east-1"], ContextKeyType: "string" },
    ];
    const [known] = await simulate(driver, "user/admin", { ActionNames, ContextEntries });
    assert.equal(known?.EvalDecision, "allowed");
  }),
  iam("SimulatePrincipalPolicy", "pages to the end", async ({ driver }) => {
    const ActionNames = Array.from({ length: 45 }, (_, number) => `s3:Action${number}`);
    const input = { PolicySourceArn: `${account}:user/admin`, ActionNames };
    const sizes: number[] = [];
    for await (const page of driver.pages("SimulatePrincipalPolicy", input, 20))
      sizes.push((page.EvaluationResults as unknown[]).length);
    assert.deepEqual(sizes, [20, 20, 5]);
  }),
  iam(
    "SimulatePrincipalPolicy",
    "refuses a session and an action that is none, and finds nobody",
    async ({ driver }) => {
      const ActionNames = ["s3:CreateBucket"];
      const PolicySourceArn = "arn:aws:sts::123456789012:assumed-role/Builder/ana@example.com";
      await assertRefused(driver, driver.call("SimulatePrincipalPolicy", { PolicySourceArn, ActionNames }), {
        ...invalidInput,
        message: /^Invalid Entity Arn: /,
      });
      await assertRefused(driver, simulate(driver, "user/admin", { ActionNames: ["s3:*"] }), invalidInput);
      await assertRefused(driver, simulate(driver, "role/Builder", { ActionNames }), noSuchEntity);
    },
  ),
  iam("SimulatePrincipalPolicy", "needs its right", async ({ connect, sandbox }) => {
    const driver = connect({ keys: await sandbox.control.principal("no-simulate") });
    await assertDenied(
      driver,
      simulate(driver, "user/admin", { ActionNames: ["s3:A"] }),
      "iam:SimulatePrincipalPolicy",
    );
  }),
  iam("GetRole", "tells a role's path", async ({ driver }) => {
    const { Role } = (await driver.call("GetRole", { RoleName: "Builder" })) as { Role: Members };
    assert.deepEqual(
      [Role.Path, Role.Arn, Role.MaxSessionDuration],
      ["/teams/", `${account}:role/teams/Builder`, 3600],
    );
    assert.ok(Math.abs(new Date(Role.CreateDate as Date | number).getTime() - Date.now()) < 60_000);
  }),
  iam("GetRole", "does not find what is not there", async ({ driver }) => {
    await assertRefused(driver, driver.call("GetRole", { RoleName: "none" }), noSuchEntity);
  }),
  iam("GetRole", "needs its right", async ({ connect, sandbox }) => {
    await sandbox.control.replacePolicies("admin", []);
    const driver = connect({ keys: await sandbox.control.principal("admin") });
    await assertDenied(
      driver,
      driver.call("GetRole", { RoleName: "Builder" }),
      "iam:GetRole on resource: role Builder",
    );
  }),
  iam("GetUser", "tells who is asking, or another", async ({ driver }) => {
    const { User } = (await driver.call("GetUser", {})) as { User: Members };
    assert.deepEqual([User.UserName, User.Arn], ["sandbox", `${account}:user/sandbox`]);
    const other = (await driver.call("GetUser", { UserName: "boundary" })) as { User: Members };
    assert.deepEqual(other.User.PermissionsBoundary, {
      PermissionsBoundaryType: "Policy",
      PermissionsBoundaryArn: `${account}:policy/boundary`,
    });
  }),
  iam("GetUser", "does not find what is not there", async ({ driver }) => {
    await assertRefused(driver, driver.call("GetUser", { UserName: "none" }), noSuchEntity);
  }),
  ...signatureChecks("iam", "GetUser"),
  ...retries("iam", "GetUser"),
];

const identityCenter = (title: string, run: Check["run"]): Check => ({
  service: "sso-admin",
  operation: "ListInstances",
  title,
  run,
});

export const identityCenterChecks: readonly Check[] = [
  identityCenter("finds the one of the Region, and none elsewhere", async ({ driver, connect }) => {
    const [found] = (await driver.call("ListInstances", {})).Instances as Members[];
    assert.deepEqual([found?.Status, found?.OwnerAccountId], ["ACTIVE", "123456789012"]);
    assert.deepEqual((await connect({ region: "eu-west-1" }).call("ListInstances", {})).Instances, []);
  }),
  identityCenter("refuses a page size that is none", async ({ driver }) => {
    await assertRefused(driver, driver.call("ListInstances", { MaxResults: 101 }), {
      name: "ValidationException",
      status: 400,
      message: /at 'maxResults'/,
    });
  }),
  identityCenter("needs its right", async ({ connect, sandbox }) => {
    await sandbox.control.replacePolicies("admin", []);
    const driver = connect({ keys: await sandbox.control.principal("admin") });
    await assertDenied(driver, driver.call("ListInstances", {}), "sso:ListInstances", 400, true);
  }),
  ...signatureChecks("sso-admin", "ListInstances"),
  ...retries("sso-admin", "ListInstances"),
];

const trail = (title: string, run: Check["run"]): Check => ({
  service: "cloudtrail",
  operation: "LookupEvents",
  title,
  run,
});

/** Events that are found at once: of as many creates of an app instance. */
async function happened({ sandbox }: CheckContext, count: number): Promise<void> {
  await sandbox.control.setTrailDelay(0);
  const { endpoint, region } = sandbox;
  const chime = ours.connect(chimeIdentity.id, { endpoint, region, keys: sandbox });
  for (let number = 0; number < count; number++)
    await chime.call("CreateAppInstance", { Name: `n${number}`, ClientRequestToken: randomUUID() });
}

const byName = (AttributeValue: string) => ({ LookupAttributes: [{ AttributeKey: "EventName", AttributeValue }] });

export const trailChecks: readonly Check[] = [
  trail("finds what was done, with the whole event as text", async (context) => {
    const before = Date.now() - 1000;
    await happened(context, 1);
    const Events = (await context.driver.call("LookupEvents", byName("CreateAppInstance"))).Events as Members[];
    assert.equal(Events.length, 1);
    const { EventName, EventSource, ReadOnly, Username, EventTime, CloudTrailEvent } = Events[0] ?? {};
    const told = ["CreateAppInstance", "chime.amazonaws.com", "false", "sandbox"];
    assert.deepEqual([EventName, EventSource, ReadOnly, Username], told);
    const timeMs = new Date(EventTime as Date | number).getTime();
    assert.ok(timeMs >= before - 1000 && timeMs <= Date.now() + 1000, `at ${timeMs}`);
    assert.equal((JSON.parse(String(CloudTrailEvent)) as Members).eventSource, "chime.amazonaws.com");
  }),
  trail("finds nothing of another time", async (context) => {
    await happened(context, 1);
    const nowSeconds = Math.floor(Date.now() / 1000);
    const look = async (from: number, to: number) => {
      const output = await context.driver.call("LookupEvents", {
        StartTime: nowSeconds + from,
        EndTime: nowSeconds + to,
      });
      return (output.Events as Members[]).length;
    };
    assert.deepEqual([await look(-60, 60), await look(-120, -60)], [1, 0]);
  }),
  trail("pages to the end", async (context) => {
    await happened(context, 5);
    const sizes: number[] = [];
    for await (const page of context.driver.pages("LookupEvents", byName("CreateAppInstance"), 3))
      sizes.push((page.Events as unknown[]).length);
    assert.deepEqual(sizes, [3, 2]);
  }),
  trail(
    "refuses a second attribute, a time that ends before it begins, and a token that is none",
    async ({ driver }) => {
      const { LookupAttributes } = byName("CreateAppInstance");
      const two = driver.call("LookupEvents", { LookupAttributes: [...LookupAttributes, ...LookupAttributes] });
      await assertRefused(driver, two, { name: "InvalidLookupAttributesException", status: 400 });
      const backwards = driver.call("LookupEvents", { StartTime: 1_700_000_000, EndTime: 1_600_000_000 });
      await assertRefused(driver, backwards, { name: "InvalidTimeRangeException", status: 400 });
      const nowhere = driver.call("LookupEvents", { NextToken: "none" });
      await assertRefused(driver, nowhere, { name: "InvalidNextTokenException", status: 400 });
    },
  ),
  trail("needs its right", async ({ connect, sandbox }) => {
    const driver = connect({ keys: await sandbox.control.principal("no-cloudtrail") });
    await assertDenied(driver, driver.call("LookupEvents", {}), "cloudtrail:LookupEvents", 400);
  }),
  ...signatureChecks("cloudtrail", "LookupEvents"),
  ...retries("cloudtrail", "LookupEvents"),
];

async function assertDenied(
  driver: Driver,
  call: Promise<unknown>,
  what: string,
  status = 403,
  isModelled = false,
): Promise<void> {
  const refusal = await assertRefused(driver, call, {
    name: status === 403 ? "AccessDenied" : "AccessDeniedException",
    status,
    isModelled,
  });
  assert.ok(refusal.message.includes(` is not authorized to perform: ${what} `), refusal.message);
}
