import assert from "node:assert/strict";
import { test } from "node:test";
import { createKinds } from "../../../src/instances/kinds/registry";
import { mitigationFor as adviseOn } from "../../../src/instances/mitigation";
import type { PolicyPlace } from "../../../src/instances/policy";

const kinds = createKinds({ chimeApi: () => "identity" });
const mitigationFor = (kind: string, message: string, place?: PolicyPlace) =>
  adviseOn(kinds.get(kind) ?? { mitigations: { rules: [] } }, message, place);

const statementOf = (kind: string, message: string) => {
  const { statement } = mitigationFor(kind, message, { accountId: "123456789012", region: "eu-west-1" });
  return statement && (JSON.parse(statement.json) as { Statement: { Action: string | string[] }[] }).Statement;
};

test("The documented failure leads to the S3 rights that the caller lacks", () => {
  const message = "Access denied when attempting to create an S3 bucket. Please correct your IAM policy and try again.";
  assert.match(mitigationFor("supplyChain", message).summary, /S3 actions/);
  const [statement] = statementOf("supplyChain", message)!;
  assert.ok(statement?.Action.includes("s3:CreateBucket"));
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
    ["supplyChain", "The maximum number of instances has been reached.", /at most 10 instances/],
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

test("Key policy statements carry account and region, or the documentation's placeholders", () => {
  const message = "The key policy does not allow the KMS action";
  const filled = mitigationFor("supplyChain", message, { accountId: "123456789012", region: "eu-west-1" }).statement!
    .json;
  assert.ok(filled.includes("123456789012") && filled.includes("scn.eu-west-1.amazonaws.com") && !filled.includes("<"));
  assert.ok(mitigationFor("supplyChain", message).statement!.json.includes("<account-id>"));
});

test("A text that nobody has seen before still gets advice, and no policy", () => {
  for (const kind of ["supplyChain", "chime", "plant"]) {
    const mitigation = mitigationFor(kind, "Something new happened");
    assert.match(mitigation.summary, /^Correct what the message names/);
    assert.equal(mitigation.statement, undefined);
  }
});
