import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { call } from "../../../src/aws/callCommand";
import type { Environment } from "../../../src/core/environment";
import { startTestSandbox, type TestSandbox } from "../../fixtures/sandbox";
import vectors from "../../unit/aws/wireVectors.data.json";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const nowhere = { HOME: path.join(tmpdir(), "there-is-no-such-home") };
const { accessKeyId, secretAccessKey, sessionToken } = vectors.credentials;
const vectorKeys = {
  ...nowhere,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
};
const instanceId = "9e193580-7cc5-45f7-9609-c43ba0ada793";

interface Failure {
  readonly name: string;
  readonly message: string;
  readonly status: number | null;
  readonly requestId: string | null;
  readonly retryable: boolean;
  readonly attempts: number;
}

async function succeed(args: readonly string[], env: Environment): Promise<unknown> {
  const { stdout, stderr, exitCode } = await call(args, env);
  assert.deepEqual([stderr, exitCode], [undefined, 0]);
  return JSON.parse(stdout ?? "");
}

async function fail(args: readonly string[], env: Environment): Promise<Failure> {
  const { stdout, stderr, exitCode } = await call(args, env);
  assert.deepEqual([stdout, exitCode], [undefined, 1]);
  const failure = JSON.parse(stderr ?? "") as Failure;
  assert.deepEqual(Object.keys(failure), ["name", "message", "status", "requestId", "retryable", "attempts"]);
  return failure;
}

const sandboxEnv = (sandbox: Pick<TestSandbox, "accessKeyId" | "secretAccessKey" | "endpoint">): Environment => ({
  ...nowhere,
  AWS_ACCESS_KEY_ID: sandbox.accessKeyId,
  AWS_SECRET_ACCESS_KEY: sandbox.secretAccessKey,
  AWS_ENDPOINT_URL: sandbox.endpoint,
  AWS_REGION: "us-east-1",
});

for (const [index, vector] of vectors.vectors.entries()) {
  test(`--dry-run prints vector ${index}, ${vector.service} ${vector.operation}, and sends nothing`, async () => {
    const { service, operation, region, request } = vector;
    const args = [
      service,
      operation,
      JSON.stringify(vector.input),
      "--region",
      region,
      "--date",
      vector.amzDate,
      "--dry-run",
    ];
    const printed = (await succeed(args, vectorKeys)) as {
      method: string;
      url: string;
      headers: Record<string, string>;
      body: string | null;
    };
    assert.deepEqual([printed.method, printed.url, printed.body], [request.method, request.url, request.body]);
    assert.equal(printed.headers.authorization, vector.authorization);
    assert.equal(printed.headers["content-type"] ?? null, request.contentType);
  });
}

test("One operation is sent and its output printed", async (t) => {
  const env = sandboxEnv(await startTestSandbox(t));
  const created = (await succeed(["supplychain", "CreateInstance", '{"instanceName":"a"}'], env)) as {
    instance: { instanceId: string; state: string };
  };
  assert.equal(created.instance.state, "Initializing");
  const input = JSON.stringify({ instanceId: created.instance.instanceId });
  const read = (await succeed(["supplychain", "GetInstance", input], env)) as typeof created;
  assert.equal(read.instance.instanceId, created.instance.instanceId);
  const identity = (await succeed(["sts", "GetCallerIdentity"], env)) as { Account: string };
  assert.equal(identity.Account, "123456789012");
});

test("Timestamps are printed in ISO 8601, as the AWS CLI prints them, at any depth", async (t) => {
  const env = sandboxEnv(await startTestSandbox(t));
  const isNow = (text: unknown) => {
    assert.ok(typeof text === "string");
    assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(Math.abs(Date.parse(text) - Date.now()) < 60_000, text);
  };
  await succeed(["supplychain", "CreateInstance", '{"instanceName":"a","clientToken":null}'], env);
  const { instances } = (await succeed(["supplychain", "ListInstances"], env)) as {
    instances: { createdTime: unknown; versionNumber: unknown }[];
  };
  isNow(instances[0]?.createdTime);
  assert.equal(typeof instances[0]?.versionNumber, "number");
  const { Aliases } = (await succeed(["kms", "ListAliases"], env)) as { Aliases: { CreationDate: unknown }[] };
  isNow(Aliases[0]?.CreationDate);
  const input = '{"KeyId":"alias/supply-chain"}';
  const { KeyMetadata } = (await succeed(["kms", "DescribeKey", input], env)) as {
    KeyMetadata: { CreationDate: unknown };
  };
  isNow(KeyMetadata.CreationDate);
});

test("Failures are JSON with the service's name for them", async (t) => {
  const sandbox = await startTestSandbox(t);
  const env = sandboxEnv(sandbox);
  const badName = await fail(["supplychain", "CreateInstance", '{"instanceName":"-a"}'], env);
  assert.deepEqual([badName.name, badName.status, badName.attempts], ["ValidationException", 400, 1]);
  assert.match(badName.message, /instanceName/);
  const unknown = await fail(["supplychain", "GetInstance", JSON.stringify({ instanceId })], env);
  assert.deepEqual([unknown.name, unknown.status, unknown.retryable], ["ResourceNotFoundException", 404, false]);
  assert.ok(unknown.requestId);
  const wrongKey = await fail(["supplychain", "ListInstances"], { ...env, AWS_SECRET_ACCESS_KEY: "wrong" });
  assert.equal(wrongKey.status, 403);
  await sandbox.control.addFault("ListInstances", { kind: "status", status: 503 }, 3);
  const down = await fail(["supplychain", "ListInstances"], env);
  assert.deepEqual([down.status, down.retryable, down.attempts], [503, true, 3]);
});

test("An endpoint that cannot be reached has no status, and was tried three times", async () => {
  const env = { ...vectorKeys, AWS_REGION: "us-east-1" };
  const failure = await fail(["kms", "ListKeys", "{}", "--endpoint-url", "http://127.0.0.1:9"], env);
  assert.deepEqual(failure, {
    name: "TransportError",
    message: "127.0.0.1:9 refused the connection (ECONNREFUSED)",
    status: null,
    requestId: null,
    retryable: true,
    attempts: 3,
  });
});

test("--date is the date that is sent, and is not corrected", async (t) => {
  const env = sandboxEnv(await startTestSandbox(t));
  const failure = await fail(["supplychain", "ListInstances", "{}", "--date", "20200102T030405Z"], env);
  assert.deepEqual([failure.status, failure.attempts], [403, 1]);
});

test("A clock that is wrong is corrected", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.setClock(3600);
  await succeed(["supplychain", "ListInstances"], sandboxEnv(sandbox));
});

const refusals: readonly (readonly [what: string, args: readonly string[], message: RegExp])[] = [
  ["no arguments", [], /^Usage/],
  ["an unknown service", ["s3", "ListBuckets"], /no service "s3"\. Known are supplychain/],
  ["an unknown operation", ["kms", "Encrypt"], /no operation "Encrypt".*ListKeys/],
  ["input that is not JSON", ["kms", "ListKeys", "{"], /not JSON/],
  ["input that is no object", ["kms", "ListKeys", "[]"], /JSON object/],
  ["an unknown flag", ["kms", "ListKeys", "--nonsense"], /nonsense.*Usage/],
  ["a bad date", ["kms", "ListKeys", "--date", "2026-01-02"], /--date 2026-01-02 is not a time/],
  ["an impossible date", ["kms", "ListKeys", "--date", "20261302T030405Z"], /is not a time/],
  ["no Region", ["kms", "ListKeys"], /^Invalid Configuration: Missing Region$/],
  ["an unknown profile", ["kms", "ListKeys", "--profile", "nobody"], /no profile "nobody"/],
  [
    "FIPS with a custom endpoint",
    ["kms", "ListKeys", "--region", "us-east-1", "--endpoint-url", "https://a", "--use-fips-endpoint"],
    /^Invalid Configuration: FIPS and custom endpoint are not supported$/,
  ],
  [
    "dual stack with a custom endpoint",
    ["kms", "ListKeys", "--region", "us-east-1", "--endpoint-url", "https://a", "--use-dualstack-endpoint"],
    /^Invalid Configuration: Dualstack and custom endpoint are not supported$/,
  ],
  [
    "plain http to another machine",
    ["kms", "ListKeys", "--region", "us-east-1", "--endpoint-url", "http://example.com"],
    /must use https/,
  ],
];
for (const [what, args, message] of refusals) {
  test(`${what} is refused with a message`, async () => {
    assert.match((await fail(args, vectorKeys)).message, message);
  });
}

test("Flags choose FIPS and dual stack hosts", async () => {
  const args = ["chime-sdk-identity", "ListAppInstances", "{}", "--region", "us-east-1", "--dry-run"];
  const both = await succeed([...args, "--use-fips-endpoint", "--use-dualstack-endpoint"], vectorKeys);
  assert.equal((both as { url: string }).url, "https://identity-chime-fips.us-east-1.api.aws/app-instances");
});

test("A profile brings its keys, Region and endpoint; one that is asked for wins over keys of the environment", async (t) => {
  const sandbox = await startTestSandbox(t);
  const home = mkdtempSync(path.join(tmpdir(), "call-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(path.join(home, ".aws"));
  writeFileSync(
    path.join(home, ".aws", "config"),
    `[profile box]\nregion = us-east-1\nendpoint_url = ${sandbox.endpoint}\naws_access_key_id = ${sandbox.accessKeyId}\naws_secret_access_key = ${sandbox.secretAccessKey}\n`,
  );
  const env = { HOME: home, AWS_ACCESS_KEY_ID: "AKIDOTHER", AWS_SECRET_ACCESS_KEY: "other" };
  const identity = (await succeed(["sts", "GetCallerIdentity", "{}", "--profile", "box"], env)) as { Account: string };
  assert.equal(identity.Account, "123456789012");
});

test("The script prints JSON and nothing else", async (t) => {
  const sandbox = await startTestSandbox(t);
  const run = promisify(execFile);
  const env = { ...process.env, ...sandboxEnv(sandbox) };
  const script = path.join(root, "scripts", "call.mjs");
  const good = await run(process.execPath, [script, "sts", "GetCallerIdentity"], { env });
  assert.equal((JSON.parse(good.stdout) as { Account: string }).Account, "123456789012");
  assert.equal(good.stderr, "");
  const bad = await run(process.execPath, [script, "kms", "DescribeKey", '{"KeyId":"none"}'], { env }).then(
    () => assert.fail("it succeeded"),
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
  assert.deepEqual([bad.code, bad.stdout], [1, ""]);
  assert.equal((JSON.parse(bad.stderr) as Failure).name, "NotFoundException");
});
