import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { silentLog } from "../../../src/core/log";
import { startTestSandbox } from "../../fixtures/sandbox";
import { sendRaw, signedRequest, type RawRequest } from "../../fixtures/signedRequest";

const list: RawRequest = { service: "scn", path: "/api/instance" };
const create = (body: object | string): RawRequest => ({ service: "scn", method: "POST", path: "/api/instance", body });

test("A Host header that is not this loopback address and port is refused", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { port } = new URL(sandbox.endpoint);
  for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", `127.0.0.1:${Number(port) + 1}`])
    assert.equal((await sendRaw(sandbox, { method: "GET", path: "/api/instance", headers: { host } })).status, 403);
  const control = { host: "evil.example", "x-sandbox-control": sandbox.controlToken };
  assert.equal((await sendRaw(sandbox, { method: "GET", path: "/_sandbox/ledger", headers: control })).status, 403);
});

test("No reply invites other web pages to read it", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { host } = new URL(sandbox.endpoint);
  const headers = { host, origin: "https://evil.example", "access-control-request-method": "POST" };
  for (const method of ["OPTIONS", "GET"]) {
    const reply = await sendRaw(sandbox, { method, path: "/_sandbox/ledger", headers });
    assert.deepEqual(
      Object.keys(reply.headers).filter((name) => name.startsWith("access-control")),
      [],
    );
    assert.equal(reply.status, 403);
  }
});

test("The control endpoints need the token", async (t) => {
  const sandbox = await startTestSandbox(t);
  for (const token of ["", "wrong", `${sandbox.controlToken}x`]) {
    const reply = await fetch(`${sandbox.endpoint}/_sandbox/ledger`, { headers: { "x-sandbox-control": token } });
    assert.equal(reply.status, 403);
  }
});

test("A malformed control request is told what is wrong", async (t) => {
  const sandbox = await startTestSandbox(t);
  const post = (body: string) =>
    fetch(`${sandbox.endpoint}/_sandbox/faults`, {
      method: "POST",
      body,
      headers: { "x-sandbox-control": sandbox.controlToken },
    });
  assert.equal((await post("not json")).status, 400);
  const reply = await post('{"operation":"*","fault":{"kind":"typo"}}');
  assert.equal(reply.status, 400);
  assert.match(await reply.text(), /kind/);
});

test("A body beyond one megabyte is refused", async (t) => {
  const sandbox = await startTestSandbox(t);
  const reply = await signedRequest(sandbox, create({ instanceName: "x".repeat(1024 * 1024) }));
  assert.deepEqual([reply.status, reply.headers["x-amzn-errortype"]], [413, "RequestEntityTooLargeException"]);
});

test("A body that is no JSON object is a SerializationException", async (t) => {
  const sandbox = await startTestSandbox(t);
  for (const body of ["{", "[]", '"text"', '{"instanceName":7}', '{"tags":[]}']) {
    const reply = await signedRequest(sandbox, create(body));
    assert.deepEqual([reply.status, reply.headers["x-amzn-errortype"]], [400, "SerializationException"], body);
  }
});

test("An operation that is not served is unknown", async (t) => {
  const sandbox = await startTestSandbox(t);
  const rest = await signedRequest(sandbox, { service: "scn", path: "/api/nothing" });
  assert.deepEqual([rest.status, rest.headers["x-amzn-errortype"]], [404, "UnknownOperationException"]);
  const headers = { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService.CreateKey" };
  const json = await signedRequest(sandbox, { service: "kms", method: "POST", path: "/", headers, body: "{}" });
  assert.deepEqual([json.status, json.json.__type], [400, "UnknownOperationException"]);
  const form = { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" };
  const body = "Action=GetSessionToken&Version=2011-06-15";
  const query = await signedRequest(sandbox, { service: "sts", method: "POST", path: "/", headers: form, body });
  assert.equal(query.status, 400);
  assert.match(query.text, /<Code>InvalidAction<\/Code>/);
});

test("Every reply of a service carries a request id and the server's date", async (t) => {
  const sandbox = await startTestSandbox(t);
  for (const path of ["/api/instance", "/api/instance/none", "/api/nothing"]) {
    const { headers } = await signedRequest(sandbox, { service: "scn", path });
    assert.match(String(headers["x-amzn-requestid"]), /^[0-9a-f-]{36}$/);
    assert.ok(!Number.isNaN(Date.parse(String(headers.date))));
  }
});

test("A damaged state file is set aside with a message, and the sandbox starts empty", async (t) => {
  const before = await startTestSandbox(t);
  await signedRequest(before, create({}));
  await before.close();
  await writeFile(join(before.stateDir, "state.json"), '{"version":1,"resour');
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => warnings.push(message) };
  const after = await startTestSandbox(t, { stateDir: before.stateDir, log });
  assert.match(warnings.join(), /could not be read and was set aside as .*state\.json\.damaged-/);
  assert.deepEqual((await after.control.ledger()).resources, []);
  const aside = (await readdir(before.stateDir)).find((name) => /^state\.json\.damaged-\d+$/.test(name));
  assert.equal(await readFile(join(before.stateDir, aside ?? ""), "utf8"), '{"version":1,"resour');
});

test("Security 10: what is wrong with a damaged state file is logged without a word of it", async (t) => {
  for (const text of ['zzname","values":{}}', '{"version":1,"resources":[{"tags":{"zzkey":5}}]}']) {
    const before = await startTestSandbox(t);
    await before.close();
    await writeFile(join(before.stateDir, "state.json"), text);
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (message: string) => warnings.push(message) };
    await startTestSandbox(t, { stateDir: before.stateDir, log });
    assert.match(warnings.join(), /could not be read and was set aside.* Cause: \S/);
    assert.doesNotMatch(warnings.join(), /zz/);
  }
});

test("What a reply promised is on disk before the reply", async (t) => {
  const sandbox = await startTestSandbox(t);
  const replies = await Promise.all(
    Array.from({ length: 5 }, (_, index) => signedRequest(sandbox, create({ instanceName: `n${index}` }))),
  );
  const stored = await readFile(join(sandbox.stateDir, "resources.jsonl"), "utf8");
  for (const { json } of replies) assert.ok(stored.includes((json.instance as { instanceId: string }).instanceId));
});

test("A second sandbox cannot take the same port", async (t) => {
  const sandbox = await startTestSandbox(t);
  await assert.rejects(startTestSandbox(t, { port: Number(new URL(sandbox.endpoint).port) }), { code: "EADDRINUSE" });
});

test("One state folder serves one sandbox at a time, and is free again after a crash", async (t) => {
  const first = await startTestSandbox(t);
  await assert.rejects(startTestSandbox(t, { stateDir: first.stateDir }), {
    message: `The sandbox at ${first.endpoint} is using ${first.stateDir}; stop it first, or choose another folder`,
  });
  await first.close();
  // What a killed sandbox leaves behind.
  await writeFile(join(first.stateDir, "endpoint"), first.endpoint);
  await startTestSandbox(t, { stateDir: first.stateDir });
});

test("Ten thousand instances are listed page by page in good time", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addResources({ kind: "chime", count: 10_000 });
  let token: string | undefined;
  let count = 0;
  do {
    const query = token === undefined ? "" : `&next-token=${encodeURIComponent(token)}`;
    const { json } = await signedRequest(sandbox, { service: "chime", path: `/app-instances?max-results=50${query}` });
    count += (json.AppInstances as unknown[]).length;
    token = json.NextToken as string | undefined;
  } while (token !== undefined);
  assert.equal(count, 10_000);
});

test("The demonstration has each state once, and one of them changes", async (t) => {
  const sandbox = await startTestSandbox(t, { seed: "demo" });
  const { json } = await signedRequest(sandbox, list);
  const states = (json.instances as { instanceName: string; state: string }[]).map(({ instanceName, state }) => [
    instanceName,
    state,
  ]);
  assert.deepEqual(states, [
    ["demand-planning", "Active"],
    ["inbound-eu", "Initializing"],
    ["returns-emea", "CreateFailed"],
    ["old-pilot", "Deleting"],
  ]);
  assert.ok((await sandbox.control.ledger()).resources.every(({ seeded }) => seeded));
});

test("A state of before resources had a file of their own is taken over", async (t) => {
  const before = await startTestSandbox(t, { seed: "demo" });
  const { resources } = await before.control.ledger();
  await before.close();
  const [state, lines] = [join(before.stateDir, "state.json"), join(before.stateDir, "resources.jsonl")];
  const stored = (await readFile(lines, "utf8")).split("\n").filter((line) => line !== "");
  const whole = { ...(JSON.parse(await readFile(state, "utf8")) as object), resources: stored.map(toJson) };
  await writeFile(state, JSON.stringify(whole));
  await rm(lines);
  for (let start = 0; start < 2; start++) {
    const after = await startTestSandbox(t, { stateDir: before.stateDir });
    const ids = (await after.control.ledger()).resources.map(({ id }) => id);
    assert.deepEqual(
      ids,
      resources.map(({ id }) => id),
    );
    await after.close();
  }
});

function toJson(text: string): unknown {
  return JSON.parse(text);
}
