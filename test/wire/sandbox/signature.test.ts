import assert from "node:assert/strict";
import { test } from "node:test";
import { startTestSandbox } from "../../fixtures/sandbox";
import { sendRaw, signedRequest, type RawRequest } from "../../fixtures/signedRequest";

const list: RawRequest = { service: "scn", path: "/api/instance" };
const kmsHeaders = { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService.ListKeys" };
const kms: RawRequest = { service: "kms", method: "POST", path: "/", headers: kmsHeaders, body: "{}" };
const sts: RawRequest = {
  service: "sts",
  method: "POST",
  path: "/",
  headers: { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" },
  body: "Action=GetCallerIdentity&Version=2011-06-15",
};

const wrongSecret = { secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };

test("A wrong secret is refused by each protocol in its own shape", async (t) => {
  const sandbox = await startTestSandbox(t);
  const keys = { accessKeyId: sandbox.accessKeyId, ...wrongSecret };
  const rest = await signedRequest(sandbox, { ...list, keys });
  assert.equal(rest.status, 403);
  assert.equal(rest.headers["x-amzn-errortype"], "InvalidSignatureException");
  assert.match(rest.json.message as string, /^The request signature we calculated does not match/);
  const json = await signedRequest(sandbox, { ...kms, keys });
  assert.equal(json.status, 400);
  assert.equal(json.json.__type, "InvalidSignatureException");
  const query = await signedRequest(sandbox, { ...sts, keys });
  assert.equal(query.status, 403);
  assert.match(query.text, /<Type>Sender<\/Type>\s*<Code>SignatureDoesNotMatch<\/Code>/);
  assert.equal((await sandbox.control.ledger()).requests.length, 0);
});

test("An unknown access key is refused by each protocol in its own shape", async (t) => {
  const sandbox = await startTestSandbox(t);
  const keys = { accessKeyId: "AKIDEXAMPLE", ...wrongSecret };
  const rest = await signedRequest(sandbox, { ...list, keys });
  assert.deepEqual([rest.status, rest.headers["x-amzn-errortype"]], [403, "UnrecognizedClientException"]);
  const query = await signedRequest(sandbox, { ...sts, keys });
  assert.equal(query.status, 403);
  assert.match(
    query.text,
    /<Code>InvalidClientTokenId<\/Code>\s*<Message>The security token included in the request is invalid\.</,
  );
});

test("A request without a signature is refused", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { host } = new URL(sandbox.endpoint);
  const reply = await sendRaw(sandbox, { method: "GET", path: "/api/instance", headers: { host } });
  assert.deepEqual([reply.status, reply.headers["x-amzn-errortype"]], [403, "MissingAuthenticationTokenException"]);
  const query = await sendRaw(sandbox, {
    method: "POST",
    path: "/",
    headers: { host, "content-type": "application/x-www-form-urlencoded" },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  });
  assert.equal(query.status, 403);
  assert.match(query.text, /<Code>MissingAuthenticationToken<\/Code>/);
});

test("Half an Authorization header is refused as incomplete", async (t) => {
  const sandbox = await startTestSandbox(t);
  for (const authorization of [
    "Bearer abc",
    "AWS4-HMAC-SHA256 Credential=a/20260102/us-east-1/scn/aws4_request",
    "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=00",
  ]) {
    const reply = await signedRequest(sandbox, {
      ...list,
      tamper: ({ headers }) => (headers.Authorization = authorization),
    });
    assert.deepEqual([reply.status, reply.headers["x-amzn-errortype"]], [403, "IncompleteSignatureException"]);
  }
});

for (const [what, tamper] of [
  ["the path", (request) => (request.path = "/api/instance?maxResults=1")],
  ["a signed header", (request) => (request.headers["x-extra"] = "b")],
  ["the date", (request) => (request.headers["X-Amz-Date"] = "20200101T000000Z")],
  ["an unsigned x-amz header", (request) => (request.headers["x-amz-added"] = "1")],
] as [string, NonNullable<RawRequest["tamper"]>][])
  test(`A request is refused when ${what} changes after signing`, async (t) => {
    const sandbox = await startTestSandbox(t);
    const signed = { ...list, headers: { "x-extra": "a" } };
    assert.equal((await signedRequest(sandbox, signed)).status, 200);
    const reply = await signedRequest(sandbox, { ...signed, tamper });
    assert.deepEqual([reply.status, reply.headers["x-amzn-errortype"]], [403, "InvalidSignatureException"]);
  });

test("A body that is not the one signed is refused", async (t) => {
  const sandbox = await startTestSandbox(t);
  const create: RawRequest = { service: "scn", method: "POST", path: "/api/instance", body: { instanceName: "aa" } };
  const reply = await signedRequest(sandbox, {
    ...create,
    tamper: (request) => (request.body = '{"instanceName":"bb"}'),
  });
  assert.equal(reply.headers["x-amzn-errortype"], "InvalidSignatureException");
  assert.equal((await sandbox.control.ledger()).resources.length, 0);
});

test("A signature for another service or no region is refused", async (t) => {
  const sandbox = await startTestSandbox(t);
  const foreign = await signedRequest(sandbox, { ...list, service: "chime" });
  assert.equal(foreign.status, 404);
  const nowhere = await signedRequest(sandbox, { ...list, region: "nowhere" });
  assert.match(nowhere.json.message as string, /Credential should be scoped to a valid region/);
});

test("Odd characters in path and query are signed as AWS signs them", async (t) => {
  const sandbox = await startTestSandbox(t);
  const query = `instanceNameFilter=${encodeURIComponent("Bob's 50% plant_1").replace(/'/g, "%27")}&instanceNameFilter=a%20b`;
  assert.equal((await signedRequest(sandbox, { ...list, path: `/api/instance?${query}` })).status, 200);
  // The signer of the test drops this key: that is a wrong signature, and no more than that.
  const odd = await signedRequest(sandbox, { ...list, path: "/api/instance?__proto__=a" });
  assert.equal(odd.headers["x-amzn-errortype"], "InvalidSignatureException");
  const arn = encodeURIComponent(
    `arn:aws:scn:us-east-1:${sandbox.accountId}:instance/${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}`,
  );
  assert.equal((await signedRequest(sandbox, { service: "scn", path: `/api/tags/${arn}` })).status, 404);
});

test("A clock that is more than fifteen minutes off is refused, and the Date header tells", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.setClock(3600);
  const late = await signedRequest(sandbox, list);
  assert.equal(late.status, 403);
  assert.match(
    late.json.message as string,
    /^Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z \(\d{8}T\d{6}Z - 15 min\.\)$/,
  );
  assert.ok(Math.abs(Date.parse(String(late.headers.date)) - Date.now() - 3_600_000) < 60_000);
  await sandbox.control.setClock(-3600);
  const early = await signedRequest(sandbox, sts);
  assert.match(early.text, /<Code>SignatureDoesNotMatch<\/Code>\s*<Message>Signature not yet current: /);
  await sandbox.control.setClock(14 * 60);
  assert.equal((await signedRequest(sandbox, list)).status, 200);
});

test("Temporary keys need their token and end with their time", async (t) => {
  const sandbox = await startTestSandbox(t);
  const good = await sandbox.control.createSession(900);
  assert.equal((await signedRequest(sandbox, { ...list, keys: good })).status, 200);
  const bare = { accessKeyId: good.accessKeyId, secretAccessKey: good.secretAccessKey };
  assert.equal(
    (await signedRequest(sandbox, { ...list, keys: bare })).headers["x-amzn-errortype"],
    "UnrecognizedClientException",
  );
  const stale = await sandbox.control.createSession(-1);
  const reply = await signedRequest(sandbox, { ...list, keys: stale });
  assert.deepEqual([reply.status, reply.headers["x-amzn-errortype"]], [403, "ExpiredTokenException"]);
  assert.match((await signedRequest(sandbox, { ...sts, keys: stale })).text, /<Code>ExpiredToken<\/Code>/);
});
