import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Instance } from "../../../src/instances/instance";
import type { Kind } from "../../../src/instances/kind";
import { supplyChain } from "../../../src/instances/kinds/supplyChain";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { pinnedKind, requireOwner } from "../../../src/operations/pinnedPlace";
import { StoppedError } from "../../../src/operations/step";
import { FakeSessions, reset } from "../../fakes/cloud";
import { RunWorld } from "./runWorld";
import { draftOf, gate, scope, setUp, targetOf, until } from "./world";

/** A delete of a ready instance, begun where it was confirmed and carried out as `change` leaves the world. */
async function deleteAfter(
  change: (world: RunWorld) => void,
  options: { readonly left?: Partial<OperationRecord>; readonly kind?: Partial<Kind> } = {},
) {
  const world = new RunWorld();
  const target = targetOf(world.cloud.add("ready", "alpha"));
  const run = await world.begin({ type: "delete", target }, options);
  change(world);
  const end = await run.work();
  return { end, error: run.record.error, isUntouched: !world.cloud.calls.includes("delete i-1") };
}

/** A kind whose service answers for somebody else. */
function answeringAs(arn: string): Partial<Kind> {
  const instance: Instance = { kind: "fake", id: "i-1", arn, phase: "deleted", values: {}, raw: {} };
  return { get: () => Promise.resolve(instance) };
}

test("Requests go to the endpoint that was confirmed, or nowhere, and both endpoints are named", async () => {
  const { end, error, isUntouched } = await deleteAfter(({ sessions }) => {
    sessions.endpoint = "https://emulator.example:8443";
  });
  assert.equal(end, "interrupted");
  assert.deepEqual(error, {
    code: "EndpointChanged",
    message:
      "Requests to supplychain now go to https://emulator.example:8443 (us-east-1); this was confirmed for https://scn.us-east-1.amazonaws.com (us-east-1). Resume when the profile and the settings are as they were.",
  });
  assert.ok(isUntouched);
});

test("Where account and endpoint have changed, it is the account that is named", async () => {
  const { error, isUntouched } = await deleteAfter(({ sessions, cloud }) => {
    sessions.endpoint = "https://emulator.example:8443";
    cloud.accountId = "999999999999";
  });
  assert.equal(error?.code, "AccountChanged");
  assert.match(error.message, /999999999999.*123456789012.*Resume when/);
  assert.ok(isUntouched);
});

test("An operation on a sandbox that was reset can only be discarded, and says so", async () => {
  const { connection, place } = scope;
  const { error, isUntouched } = await deleteAfter(() => undefined, {
    left: { connection: { ...connection, source: "sandbox" }, place: { ...place, endpoint: "sandbox of yesterday" } },
  });
  assert.deepEqual(error, {
    code: "EndpointChanged",
    message: "The sandbox was reset since this was confirmed. Discard it.",
  });
  assert.ok(isUntouched);
});

test("A record of an earlier version, which names no endpoint, is not carried out on a guess", async () => {
  const { end, error, isUntouched } = await deleteAfter(() => undefined, { left: { place: undefined } });
  assert.equal(end, "interrupted");
  assert.equal(error?.code, "PlaceUnknown");
  assert.match(error.message, /earlier version.*Look at your instances, then discard it/);
  assert.ok(isUntouched);
});

test("An answer for another account or Region proves nothing: it stops the operation, and names the owner", async () => {
  for (const [arn, owner] of [
    ["arn:aws:scn:us-east-1:999999999999:instance/i-1", "account 999999999999, us-east-1;"],
    ["arn:aws:scn:eu-west-1:123456789012:instance/i-1", "account 123456789012, eu-west-1;"],
  ] as const) {
    const { end, error } = await deleteAfter(() => undefined, { kind: answeringAs(arn) });
    assert.equal(end, "interrupted");
    assert.equal(error?.code, "AccountChanged");
    assert.ok(error.message.includes(owner), error.message);
    assert.ok(
      error.message.includes("confirmed for account 123456789012, us-east-1. Look at i-1 there."),
      error.message,
    );
  }
});

test("An answer whose ARN names the confirmed account and Region, or none, is believed", async () => {
  for (const arn of [
    "arn:aws:scn:us-east-1:123456789012:instance/i-1",
    "arn:aws:scn::123456789012:i-1",
    "i-1",
    "a:b:c:d:e",
  ]) {
    const { end, error } = await deleteAfter(() => undefined, { kind: answeringAs(arn) });
    assert.equal(end, "settled", arn);
    assert.equal(error, undefined);
  }
});

test("The API that the record names is asked, and an operation of an API that this version lacks has no kind", () => {
  const { kind } = new RunWorld().cloud;
  const asked: string[] = [];
  const chosen: Kind = {
    ...kind,
    forService: (service) => {
      asked.push(service);
      return service === "chime" ? kind : undefined;
    },
  };
  const place = (service: string) => ({ place: { ...scope.place, service } });
  assert.equal(pinnedKind(place("chime"), chosen), kind);
  assert.equal(pinnedKind(place("ofTheFuture"), chosen), undefined);
  assert.deepEqual(asked, ["chime", "ofTheFuture"]);
  assert.equal(pinnedKind({ place: undefined }, chosen), chosen);
});

test("Row 2: an endpoint that changed between a lost reply and Resume stops the operation, which names both", async (t) => {
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

test("Row 2: a window with other endpoints does not carry out what it takes over", async (t) => {
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

test("Row 2: what an earlier version recorded without its endpoint is not carried out on a guess", async (t) => {
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

test("Row 2: the draft of an earlier version's operation is kept where no create was sent, and can be used again", async (t) => {
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

test("Row 3: an answer for another account stops the operation, and says where to look", async (t) => {
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

test("Row 3: what was answered for another account is not done when it is resumed", async (t) => {
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

test("Row 3: account and Region of an ARN are compared, where it names them", () => {
  const record = { accountId: "123456789012", place: scope.place } as Parameters<typeof requireOwner>[0];
  const check = (arn: string) => () => requireOwner(record, { id: "i-1", arn });
  assert.doesNotThrow(check("arn:aws:scn:us-east-1:123456789012:instance/i-1"));
  assert.doesNotThrow(check("i-1"));
  assert.throws(check("arn:aws:scn:us-east-1:999999999999:instance/i-1"), StoppedError);
  assert.throws(check("arn:aws:chime:eu-central-1:123456789012:app-instance/i-1"), /eu-central-1.*us-east-1/);
});

test("An API that a kind does not have is no place to carry anything out", async (t) => {
  const world = await setUp(t);
  const window = await world.open();
  const place = { ...scope.place, service: "kms" } as const;
  await assert.rejects(window.start({ ...scope, place }, { type: "create", draft: draftOf("alpha") }), /or its API/);
  assert.equal(supplyChain.forService("chime"), undefined);
  assert.equal(supplyChain.forService("supplychain"), supplyChain);
});
