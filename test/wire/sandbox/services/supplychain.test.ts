import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { heldTime, startTestSandbox } from "../../../fixtures/sandbox";
import { signedRequest, type RawReply } from "../../../fixtures/signedRequest";
import type { Sandbox } from "../../../../src/sandbox/server";

const instanceOf = (reply: RawReply) => reply.json.instance as Record<string, string>;
const create = (sandbox: Sandbox, body: object = {}, keys?: Sandbox["restricted"]) =>
  signedRequest(sandbox, { service: "scn", method: "POST", path: "/api/instance", body, ...(keys && { keys }) });
const get = (sandbox: Sandbox, id: string) => signedRequest(sandbox, { service: "scn", path: `/api/instance/${id}` });
const remove = (sandbox: Sandbox, id: string) =>
  signedRequest(sandbox, { service: "scn", method: "DELETE", path: `/api/instance/${id}` });

test("An instance is Initializing, then Active, then Deleting, then gone", async (t) => {
  const time = heldTime();
  const sandbox = await startTestSandbox(t, { createSeconds: 8, deleteSeconds: 4, now: time.now });
  const created = await create(sandbox, {
    instanceName: "one",
    instanceDescription: "First, of all.",
    webAppDnsDomain: "one-1",
  });
  assert.equal(created.status, 200);
  const { instanceId = "", ...rest } = instanceOf(created);
  assert.deepEqual(rest, {
    awsAccountId: sandbox.accountId,
    state: "Initializing",
    createdTime: time.now() / 1000,
    lastModifiedTime: time.now() / 1000,
    instanceName: "one",
    instanceDescription: "First, of all.",
    webAppDnsDomain: "one-1",
    versionNumber: 2,
  });
  time.advance(7.9);
  assert.equal(instanceOf(await get(sandbox, instanceId)).state, "Initializing");
  time.advance(0.1);
  assert.equal(instanceOf(await get(sandbox, instanceId)).state, "Active");
  assert.equal(instanceOf(await remove(sandbox, instanceId)).state, "Deleting");
  time.advance(3.9);
  assert.equal(instanceOf(await get(sandbox, instanceId)).state, "Deleting");
  time.advance(0.1);
  const gone = await get(sandbox, instanceId);
  assert.equal(gone.status, 404);
  assert.equal(gone.headers["x-amzn-errortype"], "ResourceNotFoundException");
});

test("A token makes one instance, however often it comes, also at once and after deletion", async (t) => {
  const sandbox = await startTestSandbox(t);
  const body = { instanceName: "once", clientToken: randomUUID() };
  const replies = await Promise.all(Array.from({ length: 8 }, () => create(sandbox, body)));
  const ids = new Set(replies.map((reply) => instanceOf(reply).instanceId));
  assert.equal(ids.size, 1);
  const [id = ""] = ids as Set<string>;
  await remove(sandbox, id);
  assert.equal(instanceOf(await create(sandbox, body)).instanceId, id);
  const { resources, requests } = await sandbox.control.ledger();
  assert.equal(resources.filter(({ token }) => token === body.clientToken).length, 1);
  assert.equal(requests.filter(({ operation, isReplay }) => operation === "CreateInstance" && !isReplay).length, 1);
});

test("A token with other input is a conflict", async (t) => {
  const sandbox = await startTestSandbox(t);
  const clientToken = randomUUID();
  await create(sandbox, { instanceName: "a", clientToken });
  const reply = await create(sandbox, { instanceName: "b", clientToken });
  assert.equal(reply.status, 409);
  assert.equal(reply.headers["x-amzn-errortype"], "ConflictException");
  const reordered = await create(sandbox, { clientToken, instanceName: "a" });
  assert.equal(reordered.status, 200);
});

test("A domain is taken in every region until its instance is really gone", async (t) => {
  const time = heldTime();
  const sandbox = await startTestSandbox(t, { deleteSeconds: 4, now: time.now });
  const first = await create(sandbox, { webAppDnsDomain: "acme" });
  const elsewhere = () =>
    signedRequest(sandbox, {
      service: "scn",
      region: "eu-west-1",
      method: "POST",
      path: "/api/instance",
      body: { webAppDnsDomain: "acme" },
    });
  assert.equal((await elsewhere()).status, 409);
  await remove(sandbox, instanceOf(first).instanceId ?? "");
  assert.equal((await elsewhere()).status, 409);
  time.advance(4);
  assert.equal((await elsewhere()).status, 200);
});

test("The eleventh instance of a region exceeds the quota with status 402", async (t) => {
  const sandbox = await startTestSandbox(t);
  for (let number = 0; number < 10; number++) assert.equal((await create(sandbox)).status, 200);
  const eleventh = await create(sandbox);
  assert.equal(eleventh.status, 402);
  assert.equal(eleventh.headers["x-amzn-errortype"], "ServiceQuotaExceededException");
});

test("What was put there in bulk beyond the quota leaves room for ten, also after a restart", async (t) => {
  const first = await startTestSandbox(t, { seed: 25 });
  await first.control.addResources({ kind: "supplyChain", count: 5, beyondQuota: true });
  await first.close();
  const sandbox = await startTestSandbox(t, { stateDir: first.stateDir });
  for (let number = 0; number < 10; number++) assert.equal((await create(sandbox)).status, 200);
  assert.equal((await create(sandbox)).status, 402);
});

test("The restricted principal's instance fails with the documented text", async (t) => {
  const sandbox = await startTestSandbox(t);
  const created = await create(sandbox, { instanceName: "r" }, sandbox.restricted);
  const failed = instanceOf(await get(sandbox, instanceOf(created).instanceId ?? ""));
  assert.equal(failed.state, "CreateFailed");
  assert.equal(
    failed.errorMessage,
    "Access denied when attempting to create an S3 bucket. Please correct your IAM policy and try again.",
  );
});

test("Tags force a failed creation and a failed deletion", async (t) => {
  const sandbox = await startTestSandbox(t);
  const failing = instanceOf(await create(sandbox, { tags: { "sandbox:fail-create": "No room left" } }));
  assert.equal(instanceOf(await get(sandbox, failing.instanceId ?? "")).errorMessage, "No room left");
  const sticky = instanceOf(await create(sandbox, { tags: { "sandbox:fail-delete": "" } }));
  await remove(sandbox, sticky.instanceId ?? "");
  assert.equal(instanceOf(await get(sandbox, sticky.instanceId ?? "")).state, "DeleteFailed");
});

test("Each unusable key of the sandbox fails the creation, and each good one does not", async (t) => {
  const sandbox = await startTestSandbox(t);
  const call = (operation: string, body: object) =>
    signedRequest(sandbox, {
      service: "kms",
      method: "POST",
      path: "/",
      body,
      headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `TrentService.${operation}` },
    });
  const aliases = (await call("ListAliases", {})).json.Aliases as { AliasName: string; TargetKeyId: string }[];
  const outcome: Record<string, string | undefined> = {};
  for (const { AliasName, TargetKeyId } of aliases) {
    const { Arn } = (await call("DescribeKey", { KeyId: TargetKeyId })).json.KeyMetadata as { Arn: string };
    const { instanceId = "" } = instanceOf(await create(sandbox, { kmsKeyArn: Arn }));
    outcome[AliasName] = instanceOf(await get(sandbox, instanceId)).state;
  }
  assert.deepEqual(outcome, {
    "alias/supply-chain": "Active",
    "alias/supply-chain-disabled": "CreateFailed",
    "alias/supply-chain-no-access": "CreateFailed",
    "alias/document-signing": "CreateFailed",
    "alias/supply-chain-multi-region": "Active",
    "alias/aws/s3": "CreateFailed",
  });
});

test("Pages stay stable while instances come and go", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addResources({ kind: "supplyChain", count: 45 });
  const list = (query = "") => signedRequest(sandbox, { service: "scn", path: `/api/instance${query}` });
  const first = await list();
  const ids = (reply: RawReply) =>
    (reply.json.instances as { instanceId: string }[]).map(({ instanceId }) => instanceId);
  assert.equal(ids(first).length, 20);
  await remove(sandbox, ids(first)[3] ?? "");
  await sandbox.control.addResources({ kind: "supplyChain", count: 1, namePrefix: "late" });
  const second = await list(`?nextToken=${encodeURIComponent(first.json.nextToken as string)}`);
  const third = await list(`?nextToken=${encodeURIComponent(second.json.nextToken as string)}`);
  assert.equal(third.json.nextToken, undefined);
  const all = [first, second, third].flatMap(ids);
  assert.equal(new Set(all).size, all.length);
  assert.equal(all.length, 46);
  const foreign = await list(
    `?instanceStateFilter=Active&nextToken=${encodeURIComponent(first.json.nextToken as string)}`,
  );
  assert.equal(foreign.status, 400);
});

test("Filters select by exact name and by state, and repeat", async (t) => {
  const sandbox = await startTestSandbox(t, { createSeconds: 60 });
  for (const instanceName of ["a", "b", "ab"]) await create(sandbox, { instanceName });
  await create(sandbox, { instanceName: "failed", tags: { "sandbox:fail-create": "", "sandbox:create-seconds": "0" } });
  const names = async (query: string) => {
    const reply = await signedRequest(sandbox, { service: "scn", path: `/api/instance?${query}` });
    return (reply.json.instances as { instanceName: string }[]).map(({ instanceName }) => instanceName);
  };
  assert.deepEqual(await names("instanceNameFilter=a&instanceNameFilter=ab"), ["a", "ab"]);
  assert.deepEqual(await names("instanceStateFilter=CreateFailed"), ["failed"]);
  assert.deepEqual(await names("maxResults=0"), ["a", "b", "ab", "failed"]);
});

test("Regions have instances of their own", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { instanceId = "" } = instanceOf(await create(sandbox));
  assert.equal(
    (await signedRequest(sandbox, { service: "scn", region: "eu-west-1", path: `/api/instance/${instanceId}` })).status,
    404,
  );
});

test("Tags are set, merged and removed by ARN", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { instanceId = "" } = instanceOf(await create(sandbox, { tags: { a: "1", "x y": "" } }));
  const path = `/api/tags/${encodeURIComponent(`arn:aws:scn:us-east-1:${sandbox.accountId}:instance/${instanceId}`)}`;
  await signedRequest(sandbox, { service: "scn", method: "POST", path, body: { tags: { a: "2", b: "3" } } });
  await signedRequest(sandbox, { service: "scn", method: "DELETE", path: `${path}?tagKeys=x%20y&tagKeys=b` });
  assert.deepEqual((await signedRequest(sandbox, { service: "scn", path })).json, { tags: { a: "2" } });
});

for (const [what, body, expected] of [
  [
    "a bad name",
    { instanceName: "Prod.1" },
    /^1 validation error detected: Value 'Prod\.1' at 'instanceName' failed to satisfy constraint: Member must satisfy regular expression pattern: \(\?!.*\[a-zA-Z0-9\]$/,
  ],
  ["a short token", { clientToken: "short" }, /at 'clientToken'.*Member must have length greater than or equal to 33/],
  [
    "an empty tag key",
    { tags: { "": "v" } },
    /at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: \[/,
  ],
  [
    "a long tag value",
    { tags: { k: "v".repeat(257) } },
    /at 'tags' failed to satisfy constraint: Map value must satisfy constraint: \[/,
  ],
  ["a reserved tag key", { tags: { "aws:x": "v" } }, /'tags'/],
  [
    "two bad members",
    { instanceName: "-", webAppDnsDomain: "a.b" },
    /^2 validation errors detected: .*instanceName.*; .*webAppDnsDomain/,
  ],
] as const)
  test(`${what} is refused in AWS's words, with the member's name`, async (t) => {
    const sandbox = await startTestSandbox(t);
    const reply = await create(sandbox, body);
    assert.equal(reply.status, 400);
    assert.equal(reply.headers["x-amzn-errortype"], "ValidationException");
    assert.match(reply.json.message as string, expected);
  });

test("The state, the tokens and the ledger survive a restart", async (t) => {
  const time = heldTime();
  const before = await startTestSandbox(t, { createSeconds: 8, now: time.now });
  const body = { instanceName: "kept", clientToken: randomUUID() };
  const { instanceId = "" } = instanceOf(await create(before, body));
  await before.close();
  time.advance(8);
  const after = await startTestSandbox(t, { createSeconds: 8, now: time.now, stateDir: before.stateDir });
  assert.equal(after.accessKeyId, before.accessKeyId);
  assert.equal(instanceOf(await get(after, instanceId)).state, "Active");
  assert.equal(instanceOf(await create(after, body)).instanceId, instanceId);
  const { requests, resources } = await after.control.ledger();
  assert.deepEqual(
    requests.map(({ operation }) => operation),
    ["CreateInstance", "GetInstance", "CreateInstance"],
  );
  assert.equal(resources.length, 1);
});

test("A tag says how long a deletion takes", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { instanceId = "" } = instanceOf(await create(sandbox, { tags: { "sandbox:delete-seconds": "3600" } }));
  const request = { service: "scn", path: `/api/instance/${instanceId}` } as const;
  await signedRequest(sandbox, { ...request, method: "DELETE" });
  assert.equal(instanceOf(await signedRequest(sandbox, request)).state, "Deleting");
});
