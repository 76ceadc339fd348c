import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../src/core/errors";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, gate, scope, targetOf } from "./world";
import { openWindowWorld, type WindowWorld } from "./windowWorld";

async function recreate(
  world: WindowWorld,
  phase: "createFailed" | "ready" = "createFailed",
): Promise<OperationRecord> {
  const failed = world.cloud.add(phase, "alpha");
  const window = await world.open();
  const draft = draftOf("alpha", { tags: { team: "logistics" } });
  const { id } = await window.start(scope, { type: "recreate", draft, target: targetOf(failed) });
  return window.untilIdle(id);
}

test("A failed instance is deleted and made again with its tags", async (t) => {
  const world = openWindowWorld(t);
  const record = await recreate(world);
  assert.equal(record.status, "succeeded");
  assert.deepEqual(
    world.cloud.live.map(({ id, tags }) => ({ id, tags })),
    [{ id: "i-2", tags: { team: "logistics" } }],
  );
  assert.equal(record.target?.id, "i-1");
  assert.equal(record.created?.id, "i-2");
});

test("Anything but the failed state stops a recreate before it deletes", async (t) => {
  const world = openWindowWorld(t);
  const record = await recreate(world, "ready");
  assert.equal(record.status, "failed");
  assert.equal(record.error?.code, "StateChanged");
  assert.match(record.error.message, /Nothing was deleted/);
  assert.deepEqual(world.cloud.calls, ["get i-1"]);
  assert.equal(record.draft?.values.name, "alpha");
});

test("The state is read again right before the delete", async (t) => {
  const world = openWindowWorld(t);
  let reads = 0;
  world.cloud.before = (call) => {
    if (call === "get" && ++reads === 2) world.cloud.resources.get("i-1")!.phase = "ready";
  };
  const record = await recreate(world);
  assert.equal(record.error?.code, "StateChanged");
  assert.equal(world.cloud.live[0]?.phase, "ready");
});

test("An instance that somebody else deleted is not made again", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.before = () => {
    world.cloud.resources.clear();
  };
  const record = await recreate(world);
  assert.equal(record.error?.code, "StateChanged");
  assert.deepEqual(world.cloud.tokens, []);
});

test("A failed deletion stops with the draft kept", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.deleteOutcome = { phase: "deleteFailed", errorMessage: "The bucket is not empty." };
  const record = await recreate(world);
  assert.equal(record.status, "failed");
  assert.deepEqual(record.error, { code: "DeleteFailed", message: "The bucket is not empty." });
  assert.deepEqual(record.draft?.tags, { team: "logistics" });
  assert.deepEqual(world.cloud.tokens, []);
});

test("A create that fails again keeps the draft and carries the new error", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.createOutcome = { phase: "createFailed", errorMessage: "Still no S3 rights." };
  const record = await recreate(world);
  assert.equal(record.status, "failed");
  assert.deepEqual(record.error, { code: "CreateFailed", message: "Still no S3 rights." });
  assert.equal(record.created?.id, "i-2");
  assert.equal(record.draft?.values.name, "alpha");
});

test("A domain that is still taken right after the deletion is waited for", async (t) => {
  const world = openWindowWorld(t);
  const failed = world.cloud.add("createFailed", "alpha");
  world.cloud.fail("create", refusal("ConflictException", 409, "The domain is in use"), { times: 2 });
  const window = await world.open();
  const draft = { kind: "fake", values: { name: "alpha", domain: "returns" }, tags: {} };
  const { id } = await window.start(scope, { type: "recreate", draft, target: targetOf(failed) });
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
});

test("A conflict without a domain is an answer, not something to wait for", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.fail("create", refusal("ConflictException", 409));
  const record = await recreate(world);
  assert.equal(record.status, "failed");
  assert.equal(record.error?.code, "ConflictException");
});

test("Lost replies at every request of a recreate leave exactly one instance", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.fail("get");
  world.cloud.fail("delete", reset(), { isCommitted: true });
  world.cloud.fail("create", reset(), { isCommitted: true });
  const record = await recreate(world);
  assert.equal(record.status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
});

test("A kind without states cannot be recreated", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open({ kinds: { get: () => ({ ...world.cloud.kind, hasStates: false }) } });
  const target = targetOf(world.cloud.add("present", "chat"));
  await assert.rejects(window.start(scope, { type: "recreate", draft: draftOf("chat"), target }), UserError);
});

test("A second operation on the same instance is refused while the first one works", async (t) => {
  const world = openWindowWorld(t);
  const failed = world.cloud.add("createFailed", "alpha");
  const reading = gate();
  world.cloud.before = () => reading.opened;
  const first = await world.open();
  const second = await world.open();
  const request = { type: "recreate", draft: draftOf("alpha"), target: targetOf(failed) } as const;
  const { id } = await first.start(scope, request);
  await assert.rejects(first.start(scope, request), /worked on already/);
  await assert.rejects(second.start(scope, { type: "delete", target: targetOf(failed) }), /worked on already/);
  reading.open();
  assert.equal((await first.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
});

test("Two windows that recreate the same instance at the same moment make one", async (t) => {
  const world = openWindowWorld(t);
  const failed = world.cloud.add("createFailed", "alpha");
  const windows = await Promise.all([world.open(), world.open(), world.open()]);
  const request = { type: "recreate", draft: draftOf("alpha"), target: targetOf(failed) } as const;
  const started = await Promise.allSettled(windows.map((window) => window.start(scope, request)));
  const ids = started.flatMap((result) => (result.status === "fulfilled" ? [result.value.id] : []));
  assert.equal(ids.length, 1);
  for (const result of started) if (result.status === "rejected") assert.ok(result.reason instanceof UserError);
  const settled = await Promise.all(windows.map((window) => window.untilIdle(ids[0]!)));
  assert.deepEqual(
    settled.map(({ status }) => status),
    ["succeeded", "succeeded", "succeeded"],
  );
  assert.equal(world.cloud.live.length, 1);
});

test("An instance that somebody else deletes right before our request is not made again", async (t) => {
  const world = openWindowWorld(t);
  let reads = 0;
  world.cloud.before = (call) => {
    if (call === "get" && ++reads === 2) world.cloud.resources.get("i-1")!.phase = "deleting";
  };
  const record = await recreate(world);
  assert.equal(record.error?.code, "StateChanged");
  assert.deepEqual(world.cloud.tokens, []);
});

test("Two profiles of one account do not both recreate the same instance", async (t) => {
  const world = openWindowWorld(t);
  const failed = world.cloud.add("createFailed", "alpha");
  const windows = [await world.open(), await world.open()];
  const request = { type: "recreate", draft: draftOf("alpha"), target: targetOf(failed) } as const;
  const admin = { ...scope, connection: { ...scope.connection, profile: "admin" } };
  const started = await Promise.allSettled([windows[0]!.start(scope, request), windows[1]!.start(admin, request)]);
  const ids = started.flatMap((result) => (result.status === "fulfilled" ? [result.value.id] : []));
  assert.equal(ids.length, 1);
  await Promise.all(windows.map((window) => window.untilIdle(ids[0]!)));
  assert.equal(world.cloud.live.length, 1);
});
