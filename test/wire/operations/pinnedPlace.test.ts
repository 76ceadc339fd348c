import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Connection } from "../../../src/instances/connection";
import { supplyChain } from "../../../src/instances/kinds/supplyChain";
import { requireOwner } from "../../../src/operations/pinnedPlace";
import { StoppedError } from "../../../src/operations/step";
import { FakeSessions, reset } from "../../fakes/cloud";
import { openWorld } from "../features/flowWorld";
import { draftOf, gate, scope, setUp, targetOf, until } from "../../unit/operations/world";

/** More than a client tries in one call, and an operation after it. */
const everyTry = 3 * 7;
const frankfurt: Connection = { source: "sandbox", profile: "sandbox", region: "eu-central-1" };
const chat = { kind: "chime", values: { name: "chat" }, tags: {} };

/** Two Chime APIs, and an operation of the one that was interrupted when the setting changes to the other. */
async function interruptedChime(t: TestContext) {
  const world = await openWorld(t);
  const appInstances = async () =>
    (await world.sandbox.control.ledger()).resources.map(({ region, state }) => ({ region, state }));
  return { world, appInstances };
}

void test("Row 1: a Chime create that was confirmed for one API is resumed through it, whatever the setting says by then", async (t) => {
  const { world, appInstances } = await interruptedChime(t);
  await world.sandbox.control.addFault("CreateAppInstance", { kind: "commitThenReset" }, everyTry);
  const { id } = await world.operations.start(await world.scope("chime", frankfurt), { type: "create", draft: chat });
  assert.equal((await world.operations.untilIdle(id)).status, "interrupted");
  assert.deepEqual(await appInstances(), [{ region: "eu-central-1", state: "created" }]);
  await world.sandbox.control.clearFaults();
  world.settings.chimeApi = "legacy";
  await world.operations.resume(id);
  assert.equal((await world.operations.untilIdle(id)).status, "succeeded");
  assert.deepEqual(await appInstances(), [{ region: "eu-central-1", state: "created" }]);
});

void test("Row 1: a Chime delete is not done because another API has never heard of the instance", async (t) => {
  const { world, appInstances } = await interruptedChime(t);
  const instance = await world.create("chime", { values: { name: "chat" } }, frankfurt);
  await world.sandbox.control.addFault("DeleteAppInstance", { kind: "reset" }, everyTry);
  const { id } = await world.operations.start(await world.scope("chime", frankfurt), {
    type: "delete",
    target: { id: instance.id, arn: instance.arn },
  });
  assert.equal((await world.operations.untilIdle(id)).status, "interrupted");
  await world.sandbox.control.clearFaults();
  world.settings.chimeApi = "legacy";
  await world.operations.resume(id);
  assert.equal((await world.operations.untilIdle(id)).status, "succeeded");
  assert.deepEqual(await appInstances(), [{ region: "eu-central-1", state: "gone" }]);
});

void test("Row 2: an endpoint that changed between a lost reply and Resume stops the operation, which names both", async (t) => {
  const world = await setUp(t);
  const window = await world.open();
  world.cloud.fail("create", reset(), { isCommitted: true });
  world.cloud.fail("create", reset(), { times: 7 });
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  assert.equal((await window.untilIdle(id)).status, "interrupted");
  const { endpoint } = world.sessions;
  world.sessions.endpoint = "https://emulator.example:8443/aws";
  const calls = world.cloud.calls.length;
  await window.resume(id);
  const stopped = await window.untilIdle(id);
  assert.equal(stopped.status, "interrupted");
  assert.equal(stopped.error?.code, "EndpointChanged");
  assert.match(
    stopped.error.message,
    /emulator\.example:8443\/aws.*confirmed for https:\/\/scn\.us-east-1\.amazonaws\.com/,
  );
  assert.equal(world.cloud.calls.length, calls, "nothing was sent there");
  world.sessions.endpoint = endpoint;
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
});

void test("Row 2: a window with other endpoints does not carry out what it takes over", async (t) => {
  const world = await setUp(t);
  const sending = gate();
  world.cloud.fail("create", reset(), { isCommitted: true });
  world.cloud.before = (call) => (call === "create" ? sending.open() : undefined);
  const first = await world.open();
  const { id } = await first.start(scope, { type: "create", draft: draftOf("alpha") });
  await sending.opened;
  const elsewhere = new FakeSessions(world.cloud);
  elsewhere.endpoint = "http://127.0.0.1:4566";
  const second = await world.open({ sessions: elsewhere });
  first.dispose();
  await second.untilIdle(id);
  await second.resume(id).catch(() => undefined);
  assert.equal((await second.untilIdle(id)).error?.code, "EndpointChanged");
  assert.equal(world.cloud.tokens.length, 1, "one request, from the first window");
});

void test("Row 2: what an earlier version recorded without its endpoint is not carried out on a guess", async (t) => {
  const world = await setUp(t);
  const before = await world.open();
  world.cloud.fail("create", reset(), { times: 7 });
  const { id } = await before.start(scope, { type: "create", draft: draftOf("alpha") });
  await before.untilIdle(id);
  before.dispose();
  const [name = ""] = (await readdir(world.directory)).filter((file) => file.endsWith(".json"));
  const path = join(world.directory, name);
  const { place, ...old } = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  assert.deepEqual(place, scope.place);
  await writeFile(path, JSON.stringify({ ...old, version: 1 }));
  const window = await world.open();
  await window.resume(id);
  const record = await window.untilIdle(id);
  assert.equal(record.error?.code, "PlaceUnknown");
  assert.deepEqual(world.cloud.calls, []);
  await window.discard(id);
  assert.equal(window.get(id)?.status, "discarded");
});

void test("Row 2: the draft of an earlier version's operation is kept where no create was sent, and can be used again", async (t) => {
  const world = await setUp(t);
  const before = await world.open();
  const failed = world.cloud.add("createFailed", "alpha");
  world.cloud.isInstant = false;
  const { id } = await before.start(scope, { type: "recreate", draft: draftOf("alpha"), target: targetOf(failed) });
  await until(before, id, ({ step }) => step === "waitDeleted");
  before.dispose();
  const path = join(world.directory, `${id}.json`);
  const { place, ...old } = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  assert.deepEqual(place, scope.place);
  await writeFile(path, JSON.stringify({ ...old, version: 1, status: "interrupted" }));
  const window = await world.open();
  await window.resume(id);
  const record = await window.untilIdle(id);
  assert.deepEqual([record.status, record.error?.code], ["failed", "PlaceUnknown"]);
  assert.deepEqual(record.draft, draftOf("alpha"));
  assert.deepEqual(world.cloud.tokens, []);
});

void test("Row 2: a sandbox that was reset is another one", async (t) => {
  const world = await openWorld(t);
  const confirmed = await world.scope("chime");
  const another = { ...confirmed, place: { ...confirmed.place, endpoint: "sandbox AKIAOFANOTHERSANDBOX" } };
  const { id } = await world.operations.start(another, { type: "create", draft: chat });
  const record = await world.operations.untilIdle(id);
  assert.equal(record.error?.code, "EndpointChanged");
  assert.match(record.error.message, /sandbox was reset/);
  assert.deepEqual(await world.changes(), []);
});

void test("Row 3: an answer for another account stops the operation, and says where to look", async (t) => {
  const world = await setUp(t);
  const get = world.cloud.kind.get.bind(world.cloud.kind);
  const arn = "arn:aws:scn:us-east-1:999999999999:instance/i-1";
  const foreign = {
    ...world.cloud.kind,
    get: async (...args: Parameters<typeof get>) => {
      const instance = await get(...args);
      return instance && { ...instance, arn };
    },
  };
  const window = await world.open({ kinds: { get: () => foreign } });
  const instance = world.cloud.add("ready", "alpha");
  const { id } = await window.start(scope, { type: "edit", target: targetOf(instance), values: { name: "beta" } });
  const record = await window.untilIdle(id);
  assert.equal(record.status, "interrupted");
  assert.equal(record.error?.code, "AccountChanged");
  assert.match(record.error.message, /999999999999.*123456789012/);
  assert.equal(world.cloud.calls.includes("update i-1"), false);
});

void test("Row 3: what was answered for another account is not done when it is resumed", async (t) => {
  const world = await setUp(t);
  const create = world.cloud.kind.create.bind(world.cloud.kind);
  const arn = "arn:aws:chime:us-east-1:999999999999:app-instance/i-1";
  // Without states nothing is read after the create.
  const foreign = {
    ...world.cloud.kind,
    hasStates: false,
    create: async (...args: Parameters<typeof create>) => {
      const { id, instance } = await create(...args);
      return { id, ...(instance && { instance: { ...instance, arn } }) };
    },
  };
  const window = await world.open({ kinds: { get: () => foreign } });
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  assert.equal((await window.untilIdle(id)).error?.code, "AccountChanged");
  await window.resume(id);
  const resumed = await window.untilIdle(id);
  assert.deepEqual([resumed.status, resumed.error?.code], ["interrupted", "AccountChanged"]);
  assert.equal(world.cloud.tokens.length, 1);
});

void test("Row 3: account and Region of an ARN are compared, where it names them", () => {
  const record = { accountId: "123456789012", place: scope.place } as Parameters<typeof requireOwner>[0];
  const check = (arn: string) => () => requireOwner(record, { id: "i-1", arn });
  assert.doesNotThrow(check("arn:aws:scn:us-east-1:123456789012:instance/i-1"));
  assert.doesNotThrow(check("i-1"));
  assert.throws(check("arn:aws:scn:us-east-1:999999999999:instance/i-1"), StoppedError);
  assert.throws(check("arn:aws:chime:eu-central-1:123456789012:app-instance/i-1"), /eu-central-1.*us-east-1/);
});

void test("An API that a kind does not have is no place to carry anything out", async (t) => {
  const world = await setUp(t);
  const window = await world.open();
  const place = { ...scope.place, service: "kms" } as const;
  await assert.rejects(window.start({ ...scope, place }, { type: "create", draft: draftOf("alpha") }), /or its API/);
  assert.equal(supplyChain.forService("chime"), undefined);
  assert.equal(supplyChain.forService("supplychain"), supplyChain);
});
