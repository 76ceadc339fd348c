import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { test, type TestContext } from "node:test";
import { heldTime, startTestSandbox } from "../../fixtures/sandbox";
import { signedRequest, type RawRequest } from "../../fixtures/signedRequest";

const create = (): RawRequest => ({
  service: "scn",
  method: "POST",
  path: "/api/instance",
  body: { clientToken: randomUUID() },
});

test("A fault meets the operations that it names, as often as it says, and no others", async (t) => {
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

test("A status fault has the service's own error shape, and the headers asked for", async (t) => {
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

test("Garbage answers with something that is no JSON", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addFault("*", { kind: "garbage", status: 502 });
  const reply = await signedRequest(sandbox, create());
  assert.equal(reply.status, 502);
  assert.equal(reply.headers["content-type"], "text/html");
  assert.throws(() => JSON.parse(reply.text) as unknown);
});

const delayMs = 60_000;

/** The sandbox's delay lasts until the test lets so much time pass. */
function holdDelay(t: TestContext): { readonly begun: Promise<void>; pass(ms: number): void } {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { setTimeout } = globalThis;
  const begun = new Promise<void>((resolve) => {
    t.mock.method(globalThis, "setTimeout", (...args: Parameters<typeof setTimeout>) => {
      if (args[1] === delayMs) resolve();
      return setTimeout(...args);
    });
  });
  return { begun, pass: (ms) => t.mock.timers.tick(ms) };
}

test("Latency delays a reply that is otherwise good", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addFault("*", { kind: "latency", ms: delayMs });
  const delay = holdDelay(t);
  let isAnswered = false;
  const reply = signedRequest(sandbox, create()).finally(() => (isAnswered = true));
  await delay.begun;
  delay.pass(delayMs - 1);
  assert.equal((await sandbox.control.ledger()).requests.length, 0);
  assert.equal(isAnswered, false);
  delay.pass(1);
  assert.equal((await reply).status, 200);
});

test("A hanging request does not keep the sandbox from closing", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addFault("*", { kind: "hang" });
  const hanging = assert.rejects(signedRequest(sandbox, create()));
  while ((await sandbox.control.ledger()).requests.length === 0);
  await sandbox.close();
  await hanging;
});

test("A delayed request is not carried out after the sandbox stopped", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addFault("*", { kind: "latency", ms: delayMs });
  const delay = holdDelay(t);
  const delayed = assert.rejects(signedRequest(sandbox, create()));
  await delay.begun;
  await sandbox.close();
  await delayed;
  delay.pass(delayMs);
  // Turns in which it could still be carried out, and come to the disk.
  for (let turn = 0; turn < 100; turn++) await readdir(sandbox.stateDir);
  const again = await startTestSandbox(t, { stateDir: sandbox.stateDir });
  assert.equal((await again.control.ledger()).resources.length, 0);
});

for (const status of [403, 404, 408, 413, 502])
  test(`Garbage with status ${status} is what a proxy says after the service carried it out`, async (t) => {
    const sandbox = await startTestSandbox(t);
    await sandbox.control.addFault("CreateInstance", { kind: "garbage", status });
    const reply = await signedRequest(sandbox, create());
    assert.equal(reply.status, status);
    assert.equal(reply.headers["content-type"], "text/html");
    assert.deepEqual(
      Object.keys(reply.headers).filter((name) => name.startsWith("x-am")),
      [],
      "only AWS sends such headers",
    );
    const { requests, resources } = await sandbox.control.ledger();
    assert.equal(resources.length, 1);
    assert.equal(requests[0]?.status, 200, "what the service itself answered");
  });

test("Lag shows an instance later, a deletion later and an edit later, in reads and in listings", async (t) => {
  const time = heldTime();
  const sandbox = await startTestSandbox(t, { now: time.now });
  const created = (await signedRequest(sandbox, create())).json.instance as { instanceId: string };
  const path = `/api/instance/${created.instanceId}`;
  const read = async () => {
    await sandbox.control.clearFaults();
    await sandbox.control.addFault("*", { kind: "lag", ms: 5000 }, 2);
    const one = await signedRequest(sandbox, { service: "scn", path });
    const all = await signedRequest(sandbox, { service: "scn", path: "/api/instance" });
    const instance = one.json.instance as { instanceDescription?: string } | undefined;
    return [one.status, instance?.instanceDescription, (all.json.instances as unknown[]).length];
  };
  assert.deepEqual(await read(), [404, undefined, 0]);
  time.advance(6);
  assert.deepEqual(await read(), [200, undefined, 1]);
  await signedRequest(sandbox, { service: "scn", method: "PATCH", path, body: { instanceDescription: "new" } });
  assert.deepEqual(await read(), [200, undefined, 1]);
  time.advance(6);
  assert.deepEqual(await read(), [200, "new", 1]);
  await signedRequest(sandbox, { service: "scn", method: "DELETE", path });
  assert.deepEqual(await read(), [200, "new", 1]);
  const { status } = await signedRequest(sandbox, { service: "scn", path });
  assert.equal(status, 404, "only as often as the rule says");
  time.advance(6);
  assert.deepEqual(await read(), [404, undefined, 0]);
});

test("Lag waits for a reading and lets a change pass", async (t) => {
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addFault("*", { kind: "lag", ms: 5000 });
  assert.equal((await signedRequest(sandbox, create())).status, 200);
  const instances = async () =>
    ((await signedRequest(sandbox, { service: "scn", path: "/api/instance" })).json.instances as unknown[]).length;
  assert.equal(await instances(), 0);
  assert.equal(await instances(), 1);
});

test("A forgotten token makes a second instance, also after a restart", async (t) => {
  const sandbox = await startTestSandbox(t);
  const request = create();
  const idOf = async (from: typeof sandbox) =>
    ((await signedRequest(from, request)).json.instance as { instanceId: string }).instanceId;
  const first = await idOf(sandbox);
  assert.equal(await idOf(sandbox), first);
  await sandbox.control.addFault("CreateInstance", { kind: "forgetTokens" });
  const second = await idOf(sandbox);
  assert.notEqual(second, first);
  assert.equal(await idOf(sandbox), second, "and then it is known again");
  await sandbox.control.addFault("CreateInstance", { kind: "forgetTokens" });
  const third = await idOf(sandbox);
  await sandbox.close();
  const again = await startTestSandbox(t, { stateDir: sandbox.stateDir });
  const keys = { accessKeyId: again.accessKeyId, secretAccessKey: again.secretAccessKey };
  assert.equal(keys.accessKeyId, sandbox.accessKeyId);
  assert.equal(await idOf(again), third);
});

test("A token whose request is in progress is a conflict until it is over, and then a replay", async (t) => {
  const time = heldTime();
  const sandbox = await startTestSandbox(t, { now: time.now });
  for (const [operation, request] of [
    ["CreateInstance", create()],
    [
      "CreateAppInstance",
      {
        service: "chime",
        method: "POST",
        path: "/app-instances",
        body: { Name: "chat", ClientRequestToken: randomUUID() },
      },
    ],
  ] as const) {
    await sandbox.control.addFault(operation, { kind: "inProgress", ms: 5000 });
    await assert.rejects(signedRequest(sandbox, request), { code: "ECONNRESET" });
    const conflict = await signedRequest(sandbox, request);
    assert.deepEqual([conflict.status, conflict.headers["x-amzn-errortype"]], [409, "ConflictException"]);
    time.advance(6);
    assert.ok((await signedRequest(sandbox, request)).status < 300);
  }
  assert.equal((await sandbox.control.ledger()).resources.length, 2);
});

test("Another account has keys, an identity and instances of its own, on the same address", async (t) => {
  const sandbox = await startTestSandbox(t);
  const keys = await sandbox.control.createKeys("210987654321");
  const request = create();
  assert.equal((await signedRequest(sandbox, request)).status, 200);
  const theirs = await signedRequest(sandbox, { ...request, keys });
  const instance = theirs.json.instance as { instanceId: string; awsAccountId: string };
  assert.equal(instance.awsAccountId, "210987654321");
  const read = { service: "scn", path: `/api/instance/${instance.instanceId}` } as const;
  assert.equal((await signedRequest(sandbox, read)).status, 404);
  assert.equal((await signedRequest(sandbox, { ...read, keys })).status, 200);
  const identity = await signedRequest(sandbox, {
    service: "sts",
    method: "POST",
    path: "/",
    headers: { "Content-Type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
    keys,
  });
  assert.match(identity.text, /<Account>210987654321<\/Account>/);
  const { requests, resources } = await sandbox.control.ledger();
  assert.deepEqual(
    resources.map(({ accountId }) => accountId),
    ["123456789012", "210987654321"],
  );
  assert.equal(requests.at(-1)?.accountId, "210987654321");
  const elsewhere = await startTestSandbox(t);
  assert.deepEqual(await elsewhere.control.createKeys("210987654321", "sandbox", keys), keys);
  assert.equal((await signedRequest(elsewhere, { ...request, keys })).status, 200);
});
