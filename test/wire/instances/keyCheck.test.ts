import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createKinds } from "../../../src/instances/kinds/registry";
import { keyPolicyStatements } from "../../../src/instances/kinds/supplyChainKeyPolicy";
import { keyUse } from "../../../src/instances/kinds/supplyChainKeyUse";
import { checkKey, listUsableKeys } from "../../../src/instances/keyCheck";
import { judgeKeyPolicy } from "../../../src/instances/keyPolicy";
import { policyJson } from "../../../src/instances/policy";
import { UserError } from "../../../src/core/errors";
import { keysOf } from "../../../src/sandbox/kmsKeys";
import { services } from "../../../src/sandbox/services/registry";
import { createWorld } from "./world";

const accountId = "123456789012";
const region = "us-east-1";
const keyArn = `arn:aws:kms:${region}:${accountId}:key/11111111-2222-4333-8444-555555555555`;
const all = [...keyUse.actions];
const asker = { use: keyUse, place: { accountId, region } };

function judge(...statements: object[]) {
  return judgeKeyPolicy(JSON.stringify({ Version: "2012-10-17", Statement: statements }), keyArn, asker);
}

const service = { Effect: "Allow", Principal: { Service: "scn.amazonaws.com" }, Action: "kms:*", Resource: "*" };
const clear = { denied: [], missing: [], unclear: [] };
const missing = { denied: [], missing: all, unclear: [] };
const unclear = { denied: [], missing: [], unclear: all };

test("A policy lets the service in by any of the ways to say so", () => {
  const forms: object[] = [
    service,
    { ...service, Principal: { Service: ["s3.amazonaws.com", "scn.us-east-1.amazonaws.com"] } },
    { ...service, Principal: "*" },
    { ...service, Principal: { AWS: "*" } },
    { ...service, Action: "*" },
    { ...service, Action: ["KMS:describekey", "kms:Create*", "kms:*crypt", "kms:GenerateDataKe?"] },
    { ...service, Resource: keyArn },
    { ...service, Condition: { StringEquals: { "aws:SourceAccount": [accountId, "1"] } } },
    { ...service, Condition: { StringLike: { "AWS:sourceaccount": "1234*" } } },
    { ...service, Condition: { ArnLike: { "aws:SourceArn": `arn:aws:scn:${region}:${accountId}:instance/*` } } },
    { ...service, Condition: { Bool: { "kms:GrantIsForAWSResource": true } } },
  ];
  for (const form of forms) assert.deepEqual(judge(form), clear, JSON.stringify(form));
  assert.deepEqual(judgeKeyPolicy(JSON.stringify({ Statement: service }), keyArn, asker), clear);
});

test("Delegation to the account, other services, other accounts and other keys do not let it in", () => {
  const forms: object[] = [
    { ...service, Principal: { AWS: `arn:aws:iam::${accountId}:root` } },
    { ...service, Principal: { AWS: accountId } },
    { ...service, Principal: { Service: "scn.eu-west-1.amazonaws.com" } },
    { ...service, Principal: { Service: "s3.amazonaws.com" } },
    { ...service, Principal: undefined },
    { ...service, Action: "s3:*" },
    { ...service, Resource: `${keyArn}x` },
    { ...service, Condition: { StringEquals: { "aws:SourceAccount": "210987654321" } } },
    {
      ...service,
      Condition: { ArnEquals: { "aws:SourceArn": `arn:aws:scn:${region}:${accountId}:instance/${randomUUID()}` } },
    },
    {
      ...service,
      Principal: { AWS: "*" },
      Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
    },
    { ...service, Principal: { AWS: "*" }, Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/x" } } },
  ];
  for (const form of forms) assert.deepEqual(judge(form), missing, JSON.stringify(form));
});

test("What depends on something unknown is called unclear, never allowed or missing", () => {
  const forms: object[] = [
    { Effect: "Allow", NotPrincipal: { AWS: "x" }, Action: "kms:*", Resource: "*" },
    { Effect: "Allow", Principal: "*", NotAction: "kms:Delete*", Resource: "*" },
    { ...service, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } },
    { ...service, Condition: { StringEquals: { "aws:SourceOrgID": "o-1" } } },
    { ...service, Condition: { StringNotEquals: { "aws:SourceAccount": "1" } } },
  ];
  for (const form of forms) assert.deepEqual(judge(form), unclear, JSON.stringify(form));
});

test("A Deny beats every Allow, and a conditional one makes it unclear", () => {
  const deny = { ...service, Effect: "Deny", Action: ["kms:Decrypt"] };
  assert.deepEqual(judge(service, deny), { ...clear, denied: ["kms:Decrypt"] });
  const conditional = { ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } };
  assert.deepEqual(judge(service, conditional), { ...clear, unclear: ["kms:Decrypt"] });
  assert.deepEqual(judge(service, { ...deny, Condition: { StringEquals: { "aws:SourceAccount": "1" } } }), clear);
});

test("Single actions are told apart", () => {
  const partial = { ...service, Action: ["kms:DescribeKey", "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"] };
  assert.deepEqual(judge(partial), { ...clear, missing: ["kms:CreateGrant"] });
});

test("The documented statements satisfy the check, and no policy at all can be read from nonsense", () => {
  const place = { accountId, region };
  assert.deepEqual(judgeKeyPolicy(policyJson(keyPolicyStatements(place)), keyArn, asker), clear);
  for (const nonsense of ["", "{", "null", '{"Statement":[{"Effect":1}]}', '{"Version":"x"}'])
    assert.equal(judgeKeyPolicy(nonsense, keyArn, asker), undefined, nonsense);
});

test("The picker offers the account's usable keys by alias", async (t) => {
  const world = await createWorld(t);
  const keys = await listUsableKeys(await world.open());
  assert.deepEqual(
    keys.map(({ alias }) => alias),
    ["supply-chain", "supply-chain-multi-region", "supply-chain-no-access"],
  );
  assert.match(keys[0]!.arn, /^arn:aws:kms:us-east-1:\d{12}:key\//);
  assert.equal(keys[0]!.description, "Supply Chain data");
});

test("A key that may not be described is left out; an account that may not list keys is told so", async (t) => {
  const world = await createWorld(t);
  const session = await world.open();
  const denied = { kind: "status", status: 400, code: "AccessDeniedException" } as const;
  await world.sandbox.control.addFault("DescribeKey", denied, 1);
  assert.equal((await listUsableKeys(session)).length < 3, true);
  await world.sandbox.control.clearFaults();
  await world.sandbox.control.addFault("ListAliases", denied, 1);
  await assert.rejects(
    listUsableKeys(session),
    (error) => error instanceof UserError && error.message.includes("kms:ListAliases"),
  );
});

test("A check agrees with what the service does with each key", async (t) => {
  const world = await createWorld(t);
  const session = await world.open();
  const supplyChain = createKinds({ chimeApi: () => "identity" }).get("supplyChain")!;
  for (const key of keysOf(services, region, world.sandbox.accountId)) {
    const check = await checkKey(session, keyUse, key.arn);
    const draft = { kind: "supplyChain", values: { kmsKeyArn: key.arn }, tags: {} };
    const { id } = await supplyChain.create(session, draft, randomUUID());
    const instance = await supplyChain.get(session, id);
    assert.equal(check.isReady, instance?.phase === "ready", `${key.alias}: ${check.problems.join(" ")}`);
    assert.equal(
      check.findings.some(({ severity }) => severity === "problem"),
      !check.isReady,
    );
    await supplyChain.delete(session, id);
  }
});

test("A check says what is wrong, and offers the statements that are missing", async (t) => {
  const world = await createWorld(t);
  const session = await world.open();
  const keys = keysOf(services, region, world.sandbox.accountId);
  const check = async (alias: string) =>
    checkKey(session, keyUse, keys.find((key) => key.alias === `alias/${alias}`)!.arn);
  assert.deepEqual(await check("supply-chain"), { isReady: true, findings: [], problems: [] });
  assert.match((await check("supply-chain-disabled")).problems[0]!, /its state is Disabled/);
  assert.match((await check("document-signing")).problems[0]!, /its usage is SIGN_VERIFY/);
  assert.match((await check("aws/s3")).problems[0]!, /managed by AWS/);
  const lacking = await check("supply-chain-no-access");
  assert.match(lacking.problems[0]!, /does not allow AWS Supply Chain kms:DescribeKey, kms:CreateGrant/);
  const { Statement: statements } = JSON.parse(lacking.statement!.json) as { Statement: { Sid: string }[] };
  assert.equal(lacking.statement!.title, `${statements.length} statements for the key policy`);
  assert.ok(statements.some(({ Sid }) => Sid === "AllowScnRetrievalOfKeyMetadata"));
  assert.ok(
    lacking.statement!.json.includes(world.sandbox.accountId) &&
      lacking.statement!.json.includes(`scn.${region}.amazonaws.com`),
  );
});

test("What cannot be found out is a warning, not a problem", async (t) => {
  const world = await createWorld(t);
  const session = await world.open();
  const [key] = keysOf(services, region, world.sandbox.accountId);
  const arn = key!.arn;
  const denied = { kind: "status", status: 400, code: "AccessDeniedException" } as const;
  await world.sandbox.control.addFault("GetKeyPolicy", denied, 1);
  const unreadable = await checkKey(session, keyUse, arn);
  assert.deepEqual(
    unreadable.findings.map(({ severity }) => severity),
    ["warning"],
  );
  assert.match(unreadable.problems[0]!, /kms:GetKeyPolicy/);
  assert.match(
    (await checkKey(session, keyUse, arn.replace(region, "eu-west-1"))).problems[0]!,
    /is in eu-west-1, and the instance would be in us-east-1/,
  );
  assert.equal((await checkKey(session, keyUse, `${arn}0`)).findings[0]?.severity, "problem");
  assert.equal((await checkKey(session, keyUse, "alias/data")).findings[0]?.severity, "problem");
});
