import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { describeKey } from "../../../../src/aws/services/kms";
import { createInstance, getInstance, deleteInstance } from "../../../../src/aws/services/supplychain";
import type { PrincipalName } from "../../../../src/sandbox/principals";
import { startTestSandbox, type TestSandbox } from "../../../fixtures/sandbox";
import { sandboxClient } from "../../../fixtures/sandboxClient";

async function created(sandbox: TestSandbox, name: PrincipalName, input: { readonly kmsKeyArn?: string } = {}) {
  const client = sandboxClient(sandbox, { keys: await sandbox.control.principal(name) });
  const { instance } = await client.call(createInstance, { clientToken: randomUUID(), ...input });
  const { state, errorMessage } = (await client.call(getInstance, { instanceId: instance.instanceId })).instance;
  return { state, errorMessage };
}

const deniedS3 = {
  state: "CreateFailed",
  errorMessage: "Access denied when attempting to create an S3 bucket. Please correct your IAM policy and try again.",
};

test("The same policies decide what becomes of an instance: whoever may not create a bucket gets the documented failure", async (t) => {
  const sandbox = await startTestSandbox(t);
  for (const name of ["sandbox-restricted", "no-s3", "boundary", "scp"] as const)
    assert.deepEqual(await created(sandbox, name), deniedS3, name);
  for (const name of ["sandbox", "admin", "no-simulate", "no-cloudtrail"] as const)
    assert.deepEqual(await created(sandbox, name), { state: "Active", errorMessage: undefined }, name);
});

test("With the policy added, the next instance comes up", async (t) => {
  const sandbox = await startTestSandbox(t);
  assert.equal((await created(sandbox, "no-s3")).state, "CreateFailed");
  const { policies } = await sandbox.control.principal("no-s3");
  const buckets = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::aws-supply-chain-*" }],
  };
  await sandbox.control.replacePolicies("no-s3", [...policies, buckets]);
  assert.equal((await created(sandbox, "no-s3")).state, "Active");
});

test("Rights can be for the service only: what it does on its caller's behalf is told apart", async (t) => {
  const sandbox = await startTestSandbox(t);
  const through = {
    Effect: "Allow",
    NotAction: "scn:CreateInstance",
    Resource: "*",
    Condition: {
      Bool: { "aws:ViaAWSService": "true" },
      "ForAnyValue:StringEquals": { "aws:CalledVia": "scn.amazonaws.com" },
      Null: { "aws:SourceIp": "true" },
    },
  };
  const Statement = [{ Effect: "Allow", Action: ["scn:CreateInstance", "scn:GetInstance"], Resource: "*" }, through];
  await sandbox.control.replacePolicies("admin", [{ Version: "2012-10-17", Statement }]);
  assert.equal((await created(sandbox, "admin")).state, "Active");
  const client = sandboxClient(sandbox, { keys: await sandbox.control.principal("admin") });
  await assert.rejects(client.call(describeKey, { KeyId: "alias/supply-chain" }), { name: "AccessDeniedException" });
});

/** The policy of the service's documentation, and what CloudFormation's handler has besides. */
const documented = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "scn:*", Resource: "*" },
    {
      Effect: "Allow",
      Action: [
        ...["GetObject", "PutObject", "ListBucket", "CreateBucket", "PutBucketVersioning"],
        ...["PutBucketObjectLockConfiguration", "PutEncryptionConfiguration", "PutBucketPolicy"],
        ...["PutLifecycleConfiguration", "PutBucketPublicAccessBlock", "DeleteObject", "ListAllMyBuckets"],
        ...["PutBucketOwnershipControls", "PutBucketNotification", "PutAccountPublicAccessBlock"],
        ...["PutBucketLogging", "PutBucketTagging"],
      ].map((name) => `s3:${name}`),
      Resource: "arn:aws:s3:::aws-supply-chain-*",
    },
    {
      Effect: "Allow",
      Action: [
        ...["cloudtrail:CreateTrail", "cloudtrail:PutEventSelectors", "cloudtrail:GetEventSelectors"],
        ...["cloudtrail:StartLogging", "events:DescribeRule", "events:PutRule", "events:PutTargets"],
        ...["organizations:CreateOrganization", "organizations:DescribeAccount", "organizations:DescribeOrganization"],
        ...["organizations:EnableAWSServiceAccess", "organizations:ListDelegatedAdministrators", "kms:ListAliases"],
        ...["iam:CreateRole", "iam:CreatePolicy", "iam:GetRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"],
        ...["iam:CreateServiceLinkedRole", "sso:CreateManagedApplicationInstance", "sso:DescribeRegisteredRegions"],
      ],
      Resource: "*",
    },
  ],
};
const ofCloudFormation = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["chime:*", "kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"], Resource: "*" },
  ],
};

test("The documented policy and CloudFormation's rights together are enough, with a key too", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { KeyMetadata } = await sandboxClient(sandbox).call(describeKey, { KeyId: "alias/supply-chain" });
  const kmsKeyArn = KeyMetadata?.Arn ?? "";
  await sandbox.control.replacePolicies("admin", [documented]);
  assert.deepEqual(await created(sandbox, "admin", { kmsKeyArn }), {
    state: "CreateFailed",
    errorMessage: "Access denied when attempting to use the AWS KMS key. Please correct your IAM policy and try again.",
  });
  assert.match((await created(sandbox, "admin")).errorMessage ?? "", /^Access denied .* Amazon Chime SDK app instance/);
  await sandbox.control.replacePolicies("admin", [documented, ofCloudFormation]);
  assert.equal((await created(sandbox, "admin", { kmsKeyArn })).state, "Active");
});

test("A failure names the first thing that was denied, without the right to it", async (t) => {
  const sandbox = await startTestSandbox(t);
  const without = async (...actions: string[]) => {
    const Statement = [{ Effect: "Allow", NotAction: actions, Resource: "*" }];
    await sandbox.control.replacePolicies("admin", [{ Version: "2012-10-17", Statement }]);
    return (await created(sandbox, "admin")).errorMessage;
  };
  const sentence = (what: string) =>
    `Access denied when attempting to ${what}. Please correct your IAM policy and try again.`;
  assert.equal(await without("s3:PutBucketPolicy", "events:*"), sentence("set up the S3 bucket"));
  assert.equal(await without("iam:CreateRole"), sentence("create an IAM role"));
  assert.equal(await without("iam:CreateServiceLinkedRole"), sentence("create a service-linked role"));
  assert.equal(await without("organizations:*"), sentence("use AWS Organizations"));
  assert.equal(
    await without("scn:CreateSSOApplication"),
    sentence("register the application with IAM Identity Center"),
  );
  assert.equal(await without("cloudtrail:*", "chime:*"), sentence("create a CloudTrail trail"));
  assert.equal(await without("events:PutTargets"), sentence("create an EventBridge rule"));
  assert.equal(await without("chime:TagResource"), sentence("create an Amazon Chime SDK app instance"));
});

test("Ten may be there or on the way; those that failed or are being deleted are not counted", async (t) => {
  const sandbox = await startTestSandbox(t, { deleteSeconds: 600 });
  const client = sandboxClient(sandbox);
  for (let number = 0; number < 3; number++) await created(sandbox, "no-s3");
  const create = async () => (await client.call(createInstance, { clientToken: randomUUID() })).instance.instanceId;
  const first = await create();
  for (let number = 1; number < 10; number++) await create();
  await assert.rejects(create(), { name: "ServiceQuotaExceededException", status: 402 });
  await client.call(deleteInstance, { instanceId: first });
  assert.equal((await client.call(getInstance, { instanceId: first })).instance.state, "Deleting");
  await create();
  await assert.rejects(create(), { name: "ServiceQuotaExceededException" });
});
