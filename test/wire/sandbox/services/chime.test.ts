import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { Sandbox } from "../../../../src/sandbox/server";
import { startTestSandbox } from "../../../fixtures/sandbox";
import { signedRequest, type RawRequest } from "../../../fixtures/signedRequest";

const legacy = { "User-Agent": "aws-sdk-js/3.699.0 api/chime#3.699.0" };
const arnPath = (arn: string) => `/app-instances/${encodeURIComponent(arn)}`;

const call = (sandbox: Sandbox, request: Omit<RawRequest, "service">) =>
  signedRequest(sandbox, { service: "chime", ...request });
const create = (sandbox: Sandbox, body: object) =>
  call(sandbox, { method: "POST", path: "/app-instances", body: { ClientRequestToken: randomUUID(), ...body } });

async function createdArn(sandbox: Sandbox, body: object): Promise<string> {
  const { status, json } = await create(sandbox, body);
  assert.equal(status, 201);
  assert.deepEqual(Object.keys(json), ["AppInstanceArn"]);
  return json.AppInstanceArn as string;
}

test("An app instance is created, described, replaced and deleted with the documented statuses", async (t) => {
  const sandbox = await startTestSandbox(t);
  const arn = await createdArn(sandbox, { Name: "Support 💬", Metadata: "{}" });
  assert.match(arn, /^arn:aws:chime:us-east-1:123456789012:app-instance\/[0-9a-f-]{36}$/);
  const put = await call(sandbox, { method: "PUT", path: arnPath(arn), body: { Name: "Help", Metadata: "" } });
  assert.deepEqual([put.status, put.json], [200, { AppInstanceArn: arn }]);
  const { AppInstance } = (await call(sandbox, { path: arnPath(arn) })).json as {
    AppInstance: Record<string, unknown>;
  };
  const { CreatedTimestamp, LastUpdatedTimestamp, ...rest } = AppInstance;
  assert.deepEqual(rest, { AppInstanceArn: arn, Name: "Help", Metadata: "" });
  assert.ok((LastUpdatedTimestamp as number) >= (CreatedTimestamp as number));
  const deleted = await call(sandbox, { method: "DELETE", path: arnPath(arn) });
  assert.deepEqual([deleted.status, deleted.text], [204, ""]);
  const gone = await call(sandbox, { path: arnPath(arn) });
  assert.deepEqual(
    [gone.status, gone.headers["x-amzn-errortype"], gone.json.Code],
    [404, "NotFoundException", "NotFound"],
  );
});

test("Metadata may be left out of an update by legacy clients only", async (t) => {
  const sandbox = await startTestSandbox(t);
  const arn = await createdArn(sandbox, { Name: "a", Metadata: "kept" });
  const update = { method: "PUT", path: arnPath(arn), body: { Name: "b" } };
  const refused = await call(sandbox, update);
  assert.deepEqual([refused.status, refused.headers["x-amzn-errortype"]], [400, "BadRequestException"]);
  assert.match(refused.json.Message as string, /at 'metadata' failed to satisfy constraint: Member must not be null/);
  assert.equal((await call(sandbox, { ...update, headers: legacy })).status, 200);
  const { requests } = await sandbox.control.ledger();
  assert.deepEqual(
    requests.map(({ service }) => service),
    ["chime-sdk-identity", "chime-sdk-identity", "chime"],
  );
});

test("Legacy Chime is one global service, whatever region its client signs for", async (t) => {
  const sandbox = await startTestSandbox(t);
  const arn = await createdArn(sandbox, { Name: "a" });
  const list = async (headers?: Record<string, string>) => {
    const request = { path: "/app-instances", region: "eu-central-1", ...(headers && { headers }) };
    return ((await call(sandbox, request)).json.AppInstances as { AppInstanceArn: string }[]).map(
      ({ AppInstanceArn }) => AppInstanceArn,
    );
  };
  assert.deepEqual(await list(), []);
  assert.deepEqual(await list(legacy), [arn]);
});

test("A refusal names the member and never repeats a sensitive value", async (t) => {
  const sandbox = await startTestSandbox(t);
  for (const [body, member] of [
    [{ Name: "secret\u0000" }, "name"],
    [{ Name: "a", Metadata: "secret".repeat(200) }, "metadata"],
    [{ Name: "a", Metadata: "é".repeat(600) }, "metadata"],
    [{ Name: "a", Tags: [{ Key: "secret", Value: "" }] }, "tags.1.member.value"],
    [{ Name: "a", Tags: [] }, "tags"],
  ] as const) {
    const { status, json } = await create(sandbox, body);
    assert.deepEqual([status, json.Code], [400, "BadRequest"]);
    assert.match(json.Message as string, new RegExp(`at '${member}'`));
    assert.doesNotMatch(json.Message as string, /secret/);
  }
});

test("Tags are a list, set and removed by constant queries", async (t) => {
  const sandbox = await startTestSandbox(t);
  const ResourceARN = await createdArn(sandbox, { Name: "a", Tags: [{ Key: "k", Value: "1" }] });
  const tag = (operation: string, body: object) =>
    call(sandbox, { method: "POST", path: `/tags?operation=${operation}`, body: { ResourceARN, ...body } });
  assert.equal((await tag("tag-resource", { Tags: [{ Key: "l", Value: "2" }] })).status, 204);
  assert.equal((await tag("untag-resource", { TagKeys: ["k"] })).status, 204);
  const listed = await call(sandbox, { path: `/tags?arn=${encodeURIComponent(ResourceARN)}` });
  assert.deepEqual(listed.json, { Tags: [{ Key: "l", Value: "2" }] });
  const many = Array.from({ length: 50 }, (_, index) => ({ Key: `t${index}`, Value: "v" }));
  const over = await tag("tag-resource", { Tags: many });
  assert.deepEqual([over.status, over.json.Code], [400, "ResourceLimitExceeded"]);
});

test("The hundred and first app instance exceeds the limit with status 400", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addResources({ kind: "chime", count: 100 });
  const { status, headers } = await create(sandbox, { Name: "one more" });
  assert.deepEqual([status, headers["x-amzn-errortype"]], [400, "ResourceLimitExceededException"]);
});

test("A token is honoured: same input the same ARN, other input a conflict", async (t) => {
  const sandbox = await startTestSandbox(t);
  const body = { Name: "a", ClientRequestToken: "t-1", Tags: [{ Key: "k", Value: "v" }] };
  const arns = await Promise.all([createdArn(sandbox, body), createdArn(sandbox, body)]);
  assert.equal(arns[0], arns[1]);
  assert.equal((await create(sandbox, { ...body, Name: "b" })).status, 409);
});

test("A tag forces a refusal, as a new account is refused", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { status, json } = await create(sandbox, { Name: "a", Tags: [{ Key: "sandbox:fail-create", Value: "true" }] });
  assert.deepEqual(
    [status, json],
    [403, { Code: "Forbidden", Message: "Not authorized to call Chime SDK with Account Id 123456789012" }],
  );
});
