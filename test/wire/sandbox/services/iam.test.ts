import assert from "node:assert/strict";
import { test } from "node:test";
import { getRole, getUser, simulatePrincipalPolicy, type EvaluationResult } from "../../../../src/aws/services/iam";
import { startTestSandbox, type TestSandbox } from "../../../fixtures/sandbox";
import { sandboxClient } from "../../../fixtures/sandboxClient";
import { signedRequest } from "../../../fixtures/signedRequest";

const account = "arn:aws:iam::123456789012";
const arns = {
  admin: `${account}:user/admin`,
  noS3: `${account}:role/teams/Builder`,
  boundary: `${account}:user/boundary`,
  scp: `${account}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_PowerUser_0123456789abcdef`,
};
const bucket = "arn:aws:s3:::aws-supply-chain-data-1";

type Input = Omit<Parameters<typeof simulate>[1], "PolicySourceArn">;

async function simulate(
  sandbox: TestSandbox,
  input: {
    readonly PolicySourceArn: string;
    readonly ActionNames: string[];
    readonly ResourceArns?: string[];
    readonly PolicyInputList?: string[];
    readonly PermissionsBoundaryPolicyInputList?: string[];
    readonly ContextEntries?: {
      ContextKeyName: string;
      ContextKeyType: "string" | "stringList";
      ContextKeyValues: string[];
    }[];
  },
): Promise<readonly EvaluationResult[]> {
  return (await sandboxClient(sandbox).call(simulatePrincipalPolicy, input)).EvaluationResults ?? [];
}

const decisionOf = async (sandbox: TestSandbox, PolicySourceArn: string, input: Input) => {
  const [result] = await simulate(sandbox, { PolicySourceArn, ...input });
  return result ?? assert.fail();
};

test("Each principal's policies are simulated, and whose denial it is can be told", async (t) => {
  const sandbox = await startTestSandbox(t);
  const input = { ActionNames: ["s3:CreateBucket"] };
  const found = await Promise.all(
    Object.values(arns).map(async (arn) => {
      const { EvalDecision, OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail } = await decisionOf(
        sandbox,
        arn,
        input,
      );
      return [
        EvalDecision,
        OrganizationsDecisionDetail?.AllowedByOrganizations,
        PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
      ];
    }),
  );
  assert.deepEqual(found, [
    ["allowed", true, undefined],
    ["implicitDeny", true, undefined],
    ["implicitDeny", true, false],
    ["explicitDeny", false, undefined],
  ]);
});

test("Several resources give one result for an action, the strictest, and each resource's own within it", async (t) => {
  const sandbox = await startTestSandbox(t);
  const buckets = { Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::aws-supply-chain-*" };
  await sandbox.control.replacePolicies("admin", [{ Version: "2012-10-17", Statement: [buckets] }]);
  const ResourceArns = [bucket, "arn:aws:s3:::other"];
  const result = await decisionOf(sandbox, arns.admin, { ActionNames: ["s3:CreateBucket"], ResourceArns });
  assert.deepEqual(
    [result.EvalDecision, result.EvalResourceName],
    ["implicitDeny", "arn:${Partition}:s3:::${BucketName}"],
  );
  assert.deepEqual(
    result.ResourceSpecificResults?.map(({ EvalResourceName, EvalResourceDecision }) => [
      EvalResourceName,
      EvalResourceDecision,
    ]),
    [
      [bucket, "allowed"],
      ["arn:aws:s3:::other", "implicitDeny"],
    ],
  );
  assert.deepEqual(result.EvalDecisionDetails, {});
  assert.deepEqual(
    [result.MatchedStatements, result.ResourceSpecificResults[0]?.MatchedStatements?.length],
    [[], 1],
    "what allows one of them did not lead to the strictest decision",
  );
  const forAll = await decisionOf(sandbox, arns.admin, { ActionNames: ["s3:CreateBucket"] });
  assert.deepEqual(
    [forAll.EvalDecision, forAll.EvalResourceName, forAll.ResourceSpecificResults, forAll.EvalDecisionDetails],
    ["implicitDeny", "*", undefined, undefined],
    "without a resource only a policy for everything allows",
  );
});

test("The statement that decided is named, with its place in its policy", async (t) => {
  const sandbox = await startTestSandbox(t);
  const allow = '{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}';
  const deny = '{"Effect":"Deny","Action":"s3:Create*","Resource":"*","Condition":{"StringLike":{"a:b":"{\\"}"}}}';
  const PolicyInputList = [`{"Version":"2012-10-17",\n  "Statement": [${allow},\n    ${deny}\n]}`];
  const input = { ActionNames: ["s3:CreateBucket"], PolicyInputList };
  const ContextEntries = [{ ContextKeyName: "aaa:b", ContextKeyType: "string" as const, ContextKeyValues: ["x"] }];
  const allowed = await decisionOf(sandbox, arns.noS3, { ...input, ContextEntries });
  assert.deepEqual(allowed.MatchedStatements, [
    {
      SourcePolicyId: "PolicyInputList.1",
      SourcePolicyType: "IAM Policy",
      StartPosition: { Line: 2, Column: 17 },
      EndPosition: { Line: 2, Column: 17 + allow.length },
    },
  ]);
  const denying = PolicyInputList[0]?.replaceAll("a:b", "aws:username").replace('{\\"}', "?uilder*") ?? "";
  const user = [{ ContextKeyName: "aws:username", ContextKeyType: "string" as const, ContextKeyValues: ["Builder"] }];
  const denied = await decisionOf(sandbox, arns.noS3, { ...input, PolicyInputList: [denying], ContextEntries: user });
  assert.deepEqual(
    [denied.EvalDecision, denied.MatchedStatements?.[0]?.StartPosition],
    ["explicitDeny", { Line: 3, Column: 5 }],
  );
  const own = await decisionOf(sandbox, arns.admin, { ActionNames: ["s3:CreateBucket"] });
  assert.deepEqual(own.MatchedStatements, [
    {
      SourcePolicyId: "user_admin_policy-1",
      SourcePolicyType: "IAM Policy",
      StartPosition: { Line: 4, Column: 9 },
      EndPosition: { Line: 8, Column: 10 },
    },
  ]);
});

test("Keys that the policies ask about and nobody gave are missing; given ones decide", async (t) => {
  const sandbox = await startTestSandbox(t);
  const Condition = {
    StringEquals: { "aws:RequestedRegion": "us-east-1" },
    "ForAllValues:StringEquals": { "aws:TagKeys": ["team", "env"] },
    StringLike: { "aws:PrincipalAccount": "1234*" },
  };
  const Statement = [{ Effect: "Allow", Action: "chime:*", Resource: "*", Condition }];
  await sandbox.control.replacePolicies("admin", [{ Version: "2012-10-17", Statement }]);
  const input = { ActionNames: ["chime:CreateAppInstance"] };
  const unknown = await decisionOf(sandbox, arns.admin, input);
  assert.deepEqual(
    [unknown.EvalDecision, unknown.MissingContextValues],
    ["implicitDeny", ["aws:RequestedRegion", "aws:TagKeys"]],
  );
  const given = (tags: string[]) => [
    { ContextKeyName: "aws:requestedregion", ContextKeyType: "string" as const, ContextKeyValues: ["us-east-1"] },
    { ContextKeyName: "aws:TagKeys", ContextKeyType: "stringList" as const, ContextKeyValues: tags },
  ];
  const known = await decisionOf(sandbox, arns.admin, { ...input, ContextEntries: given(["team"]) });
  assert.deepEqual([known.EvalDecision, known.MissingContextValues], ["allowed", []]);
  const wrong = await decisionOf(sandbox, arns.admin, { ...input, ContextEntries: given(["team", "other"]) });
  assert.equal(wrong.EvalDecision, "implicitDeny");
  const own = { Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::${aws:username}" };
  const PolicyInputList = [JSON.stringify({ Version: "2012-10-17", Statement: own })];
  const missingOf = async (arn: string) =>
    (await decisionOf(sandbox, arn, { ActionNames: ["s3:CreateBucket"], PolicyInputList })).MissingContextValues;
  assert.deepEqual(await missingOf(arns.noS3), ["aws:username"], "a role has none");
  assert.deepEqual(await missingOf(arns.boundary), []);
});

test("A boundary that is given takes the place of the principal's own", async (t) => {
  const sandbox = await startTestSandbox(t);
  const everything = JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "*", Resource: "*" },
  });
  const result = await decisionOf(sandbox, arns.boundary, {
    ActionNames: ["s3:CreateBucket"],
    PermissionsBoundaryPolicyInputList: [everything],
  });
  assert.deepEqual(
    [result.EvalDecision, result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary],
    ["allowed", true],
  );
});

test("Many actions come in pages", async (t) => {
  const sandbox = await startTestSandbox(t);
  const ActionNames = Array.from({ length: 120 }, (_, number) => `s3:Action${number}`);
  const client = sandboxClient(sandbox);
  const sizesOf = async (more: { MaxItems?: number }) => {
    const sizes: number[] = [];
    const input = { PolicySourceArn: arns.admin, ActionNames, ...more };
    for await (const { EvaluationResults = [] } of client.pages(simulatePrincipalPolicy, input))
      sizes.push(EvaluationResults.length);
    return sizes;
  };
  assert.deepEqual(await sizesOf({ MaxItems: 50 }), [50, 50, 20]);
  const first = await client.call(simulatePrincipalPolicy, { PolicySourceArn: arns.admin, ActionNames });
  assert.deepEqual([first.EvaluationResults?.length, first.IsTruncated], [100, true]);
  assert.deepEqual(
    (await simulate(sandbox, { PolicySourceArn: arns.admin, ActionNames: ["s3:A", "scn:B"] })).map(
      ({ EvalActionName }) => EvalActionName,
    ),
    ["s3:A", "scn:B"],
  );
  const Marker = first.Marker ?? "";
  await assert.rejects(client.call(simulatePrincipalPolicy, { PolicySourceArn: arns.noS3, ActionNames, Marker }), {
    name: "InvalidInputException",
  });
});

test("What is no user, group or role cannot be simulated, and what is not there is not found", async (t) => {
  const sandbox = await startTestSandbox(t);
  const refused = (PolicySourceArn: string, ...ActionNames: string[]) =>
    simulate(sandbox, { PolicySourceArn, ActionNames: ActionNames.length > 0 ? ActionNames : ["s3:CreateBucket"] });
  const session = "arn:aws:sts::123456789012:assumed-role/Builder/ana@example.com";
  await assert.rejects(refused(session), {
    name: "InvalidInputException",
    status: 400,
    message: `Invalid Entity Arn: ${session} does not clearly define entity type and name.`,
  });
  await assert.rejects(refused(`${account}:role/Builder`), {
    name: "NoSuchEntityException",
    status: 404,
    message: "The role with name Builder cannot be found.",
  });
  await assert.rejects(refused(`${account}:group/none`), { name: "NoSuchEntityException" });
  await assert.rejects(refused(arns.admin, "s3:*"), { name: "InvalidInputException", message: /s3:\*/ });
  await assert.rejects(
    simulate(sandbox, { PolicySourceArn: arns.admin, ActionNames: ["s3:A"], PolicyInputList: ["{}"] }),
    {
      name: "InvalidInputException",
      message: /PolicyInputList\.1/,
    },
  );
});

test("A role and a user tell their paths, ids and boundaries", async (t) => {
  const sandbox = await startTestSandbox(t);
  const client = sandboxClient(sandbox, { region: "eu-west-1" });
  const { Role } = await client.call(getRole, { RoleName: "Builder" });
  assert.deepEqual(
    [Role.Arn, Role.Path, Role.RoleName, Role.RoleId, Role.MaxSessionDuration],
    [arns.noS3, "/teams/", "Builder", "AROASANDBOXNOS3AAAAAA", 3600],
  );
  assert.match(decodeURIComponent(Role.AssumeRolePolicyDocument ?? ""), /"sts:AssumeRole"/);
  assert.ok(Math.abs((Role.CreateDate ?? 0) - Date.now()) < 60_000);
  const { User } = await client.call(getUser, { UserName: "boundary" });
  assert.deepEqual(
    [User.Arn, User.Path, User.UserName, User.PermissionsBoundary?.PermissionsBoundaryArn],
    [arns.boundary, "/", "boundary", `${account}:policy/boundary`],
  );
  assert.equal((await client.call(getUser, {})).User.UserName, "sandbox");
  await assert.rejects(client.call(getUser, { UserName: "none" }), {
    name: "NoSuchEntityException",
    status: 404,
    message: "The user with name none cannot be found.",
  });
  await assert.rejects(client.call(getRole, { RoleName: "none" }), { name: "NoSuchEntityException", status: 404 });
  const session = sandboxClient(sandbox, { keys: await sandbox.control.principal("no-s3") });
  await assert.rejects(session.call(getUser, {}), { name: "ValidationError", status: 400 });
});

test("Replies and errors have the XML that IAM sends", async (t) => {
  const sandbox = await startTestSandbox(t);
  const headers = { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" };
  const send = (body: string) => signedRequest(sandbox, { service: "iam", method: "POST", path: "/", headers, body });
  const form = "Action=SimulatePrincipalPolicy&Version=2010-05-08&PolicySourceArn=arn:aws:iam::123456789012:user/admin";
  const { text } = await send(
    `${form}&ActionNames.member.2=chime:B&ActionNames.member.1=s3:A&ActionNames.member.10=kms:C`,
  );
  assert.match(text, /^<SimulatePrincipalPolicyResponse xmlns="https:\/\/iam\.amazonaws\.com\/doc\/2010-05-08\/">/);
  assert.match(text, /<EvaluationResults>\s*<member>\s*<EvalActionName>s3:A<\/EvalActionName>/);
  assert.match(text, /<MissingContextValues\/>/);
  assert.deepEqual(
    [...text.matchAll(/<EvalActionName>(\S+)</g)].map(([, name]) => name),
    ["s3:A", "chime:B", "kms:C"],
  );
  const missing = await send("Action=GetRole&Version=2010-05-08&RoleName=none");
  assert.equal(missing.status, 404);
  assert.match(missing.text, /<Type>Sender<\/Type>\s*<Code>NoSuchEntity<\/Code>/);
  const wrong = await send(`${form}&ActionNames.member.1=s3:A&MaxItems=many`);
  assert.equal(wrong.status, 400);
  assert.match(wrong.text, /<Code>MalformedInput<\/Code>/);
  const none = await send(form);
  assert.match(
    none.text,
    /<Code>ValidationError<\/Code>\s*<Message>1 validation error detected: Value null at &#39;actionNames&#39;/,
  );
});
