import assert from "node:assert/strict";
import { test } from "node:test";
import { createKinds } from "../../../src/instances/kinds/registry";
import { mitigationFor as adviseOn } from "../../../src/instances/mitigation";
import type { PolicyPlace } from "../../../src/instances/policy";

const kinds = createKinds({ chimeApi: () => "identity" });
const mitigationFor = (kind: string, message: string, place?: PolicyPlace) =>
  adviseOn(kinds.get(kind) ?? { mitigations: { rules: [] } }, message, place);

const statementsOf = async (kind: string, message: string) => {
  const { statement } = mitigationFor(kind, message, { accountId: "123456789012", region: "eu-west-1" });
  const json = (await statement?.load()) ?? "{}";
  return (JSON.parse(json) as { Statement: { Sid: string; Action: string[]; Resource: string }[] }).Statement;
};

test("The documented failure leads to the S3 rights that the caller lacks", async () => {
  const message = "Access denied when attempting to create an S3 bucket. Please correct your IAM policy and try again.";
  assert.match(mitigationFor("supplyChain", message).summary, /S3 actions/);
  const [statement, ...others] = await statementsOf("supplyChain", message);
  assert.ok(statement?.Action.includes("s3:CreateBucket"));
  assert.deepEqual([statement?.Resource, others], ["arn:aws:s3:::aws-supply-chain-*", []]);
});

test("Messages are matched by their words", () => {
  const cases: readonly (readonly [kind: string, message: string, advice: RegExp])[] = [
    ["supplyChain", "You have reached the limit of S3 buckets.", /too many S3 buckets/],
    ["supplyChain", "The AWS KMS key is disabled. Please enable the key and try again.", /Enable the key/],
    ["supplyChain", "The AWS KMS key is not a symmetric encryption key.", /symmetric, customer managed key/],
    [
      "supplyChain",
      "Access denied when attempting to use the AWS KMS key. Please correct the key policy",
      /add the statements to its policy/,
    ],
    ["supplyChain", "IAM Identity Center is not enabled in this Region.", /Enable IAM Identity Center/],
    ["supplyChain", "Blocked by a service control policy", /policy of your organization/],
    ["supplyChain", "The maximum number of instances has been reached.", /at most 10 active or initializing instances/],
    ["supplyChain", "The web app DNS domain acme is already in use.", /Choose another web app domain/],
    ["supplyChain", "User x is not authorized to perform: scn:CreateInstance", /Allow the caller the actions/],
    [
      "chime",
      'Account Id 1 is not authorized to call deprecated Amazon Chime SDK API on the "chime" endpoint, use one of the "*-chime*" endpoints instead.',
      /to identity/,
    ],
    ["chime", "Not authorized to call Chime SDK with Account Id 123456789012", /AWS Support/],
    ["chime", "Resource ownership mismatch", /belongs to another account/],
    ["chime", "AWS authorization failed", /Chime actions/],
    ["chime", "You have reached the limit of AppInstances", /100 app instances/],
    ["chime", "Rate exceeded", /Wait a minute/],
  ];
  for (const [kind, message, advice] of cases) assert.match(mitigationFor(kind, message).summary, advice, message);
});

test("What could not be deleted is to be deleted again: nothing else is offered for it, whatever it failed of", async () => {
  const messages = [
    "The instance could not be deleted.",
    "The domain acme is in use.",
    "Access denied when attempting to delete the S3 bucket.",
    "The AWS KMS key is disabled.",
    "Access denied when attempting to use the AWS KMS key. Please correct the key policy",
    "You have reached the limit of S3 buckets.",
  ];
  const adviceOf = (message: string) => adviseOn(kinds.get("supplyChain")!, message, undefined, "deleting");
  for (const message of messages) {
    const { summary } = adviceOf(message);
    assert.match(summary, /, then delete it again/, message);
    assert.ok(!/recreate/i.test(summary), summary);
  }
  assert.match((await adviceOf(messages[2]!).statement?.load()) ?? "", /scn:DeleteInstance/);
  assert.match((await adviceOf(messages[4]!).statement?.load()) ?? "", /kms:/);
  assert.match(adviceOf("Blocked by a service control policy").summary, /policy of your organization/);
  assert.match(adviseOn(kinds.get("chime")!, "It is odd.", undefined, "deleting").summary, /, then delete it again/);
});

test("The policy for whatever was denied has what either document asks for, and says which", async () => {
  const statements = await statementsOf("supplyChain", "User x is not authorized to perform: scn:CreateInstance");
  const actions = statements.flatMap(({ Action }) => Action);
  for (const action of ["scn:CreateInstance", "scn:DeleteInstance", "chime:*", "kms:RetireGrant", "sso:StartSSO"])
    assert.ok(actions.includes(action), action);
  assert.equal(new Set(actions).size, actions.length, "each once");
  const sids = statements.map(({ Sid }) => Sid);
  assert.ok(sids.includes("CloudFormationCreateHandler") && sids.includes("ConnectDecisionsGuide"));
  assert.ok(sids.every((sid) => /^[A-Za-z0-9]+$/.test(sid)) && new Set(sids).size === sids.length);
  const ofChime = (await statementsOf("chime", "AWS authorization failed")).flatMap(({ Action }) => Action);
  assert.deepEqual(ofChime.sort(), [
    "chime:CreateAppInstance",
    "chime:DeleteAppInstance",
    "chime:DescribeAppInstance",
    "chime:ListAppInstances",
    "chime:ListTagsForResource",
    "chime:TagResource",
    "chime:UntagResource",
    "chime:UpdateAppInstance",
  ]);
});

test("Key policy statements carry account and region, or the documentation's placeholders", async () => {
  const message = "The key policy does not allow the KMS action";
  const place = { accountId: "123456789012", region: "eu-west-1" };
  const filled = await mitigationFor("supplyChain", message, place).statement!.load();
  assert.ok(filled.includes("123456789012") && filled.includes("scn.eu-west-1.amazonaws.com") && !filled.includes("<"));
  assert.ok((await mitigationFor("supplyChain", message).statement!.load()).includes("<account-id>"));
});

test("A text that nobody has seen before still gets advice, and no policy", () => {
  for (const kind of ["supplyChain", "chime", "plant"]) {
    const mitigation = mitigationFor(kind, "Something new happened");
    assert.match(mitigation.summary, /^Correct what the message names/);
    assert.equal(mitigation.statement, undefined);
  }
});
