import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startTestSandbox } from "../../fixtures/sandbox";
import { signedRequest, type RawRequest } from "../../fixtures/signedRequest";

const create = (): RawRequest => ({
  service: "scn",
  method: "POST",
  path: "/api/instance",
  body: { clientToken: randomUUID() },
});

test("a fault meets the operations that it names, as often as it says, and no others", async (t) => {
  const sandbox = await startTestSandbox(t);
  const fault = { kind: "status", status: 503 } as const;
  await sandbox.control.addFault("supplychain.ListInstances", fault, 2);
  const list: RawRequest = { service: "scn", path: "/api/instance" };
  assert.equal((await signedRequest(sandbox, create())).status, 200);
  assert.equal((await signedRequest(sandbox, list)).status, 503);
  assert.equal((await signedRequest(sandbox, list)).status, 503);
  assert.equal((await signedRequest(sandbox, list)).status, 200);
  await sandbox.control.addFault("ListAppInstances", fault);
  await sandbox.control.addFault("*", fault);
  assert.equal((await signedRequest(sandbox, list)).status, 503);
  assert.equal((await signedRequest(sandbox, { service: "chime", path: "/app-instances" })).status, 503);
  await sandbox.control.addFault("*", fault);
  await sandbox.control.clearFaults();
  assert.equal((await signedRequest(sandbox, list)).status, 200);
});

test("a status fault has the service's own error shape, and the headers asked for", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addFault("CreateInstance", {
    kind: "status",
    status: 429,
    headers: { "x-amz-retry-after": "5" },
  });
  const throttled = await signedRequest(sandbox, create());
  assert.equal(throttled.status, 429);
  assert.equal(throttled.headers["x-amzn-errortype"], "ThrottlingException");
  assert.equal(throttled.headers["x-amz-retry-after"], "5");
  await sandbox.control.addFault("*", { kind: "status", code: "ForbiddenException" });
  const forbidden = await signedRequest(sandbox, { service: "chime", path: "/app-instances" });
  assert.equal(forbidden.status, 403);
  assert.deepEqual(forbidden.json, { Code: "Forbidden", Message: "Injected fault" });
  assert.equal((await sandbox.control.ledger()).resources.length, 0);
});

for (const [kind, isCarriedOut] of [
  ["reset", false],
  ["truncate", true],
  ["commitThenReset", true],
] as const)
  test(`${kind} breaks the connection, ${isCarriedOut ? "after" : "before"} the request is carried out`, async (t) => {
    const sandbox = await startTestSandbox(t);
    await sandbox.control.addFault("CreateInstance", { kind });
    await assert.rejects(signedRequest(sandbox, create()), { code: "ECONNRESET" });
    const { requests, resources } = await sandbox.control.ledger();
    assert.equal(resources.length, isCarriedOut ? 1 : 0);
    assert.deepEqual(
      requests.map(({ fault, status }) => ({ fault, status })),
      [{ fault: kind, status: kind === "truncate" ? 200 : null }],
    );
  });

test("garbage answers with something that is no JSON", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addFault("*", { kind: "garbage", status: 502 });
  const reply = await signedRequest(sandbox, create());
  assert.equal(reply.status, 502);
  assert.equal(reply.headers["content-type"], "text/html");
  assert.throws(() => JSON.parse(reply.text) as unknown);
});

test("latency delays a reply that is otherwise good", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addFault("*", { kind: "latency", ms: 60 });
  const begunMs = performance.now();
  assert.equal((await signedRequest(sandbox, create())).status, 200);
  assert.ok(performance.now() - begunMs >= 55);
});

test("a hanging request does not keep the sandbox from closing", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addFault("*", { kind: "hang" });
  const hanging = assert.rejects(signedRequest(sandbox, create()));
  while ((await sandbox.control.ledger()).requests.length === 0);
  await sandbox.close();
  await hanging;
});

test("a delayed request is not carried out after the sandbox stopped", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addFault("*", { kind: "latency", ms: 400 });
  const delayed = assert.rejects(signedRequest(sandbox, create()));
  await sleep(150);
  await sandbox.close();
  await delayed;
  await sleep(450);
  const again = await startTestSandbox(t, { stateDir: sandbox.stateDir });
  assert.equal((await again.control.ledger()).resources.length, 0);
});
