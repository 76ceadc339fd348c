import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal, reset } from "../../fakes/cloud";
import { scope, targetOf } from "./world";
import { openWindowWorld } from "./windowWorld";

test("A delete waits until the instance is gone", async (t) => {
  const world = openWindowWorld(t);
  const instance = world.cloud.add("ready", "alpha");
  const window = await world.open();
  const { id } = await window.start(scope, { type: "delete", target: targetOf(instance) });
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.deepEqual(world.cloud.live, []);
});

test("Where a service has no states, a delete is over when it is accepted", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.isInstant = false;
  const window = await world.open({ kinds: { get: () => ({ ...world.cloud.kind, hasStates: false }) } });
  const { id } = await window.start(scope, { type: "delete", target: targetOf(world.cloud.add("present", "chat")) });
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.deepEqual(world.cloud.calls, ["delete i-1"]);
});

test("Deleting what is already gone is no failure", async (t) => {
  const world = openWindowWorld(t);
  const instance = world.cloud.add("ready", "alpha");
  world.cloud.resources.clear();
  const window = await world.open();
  const { id } = await window.start(scope, { type: "delete", target: targetOf(instance) });
  assert.equal((await window.untilIdle(id)).status, "succeeded");
});

test("A deletion that the service gives up fails with the service's message", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.deleteOutcome = { phase: "deleteFailed", errorMessage: "Something holds on to it." };
  const window = await world.open();
  const { id } = await window.start(scope, { type: "delete", target: targetOf(world.cloud.add("ready", "alpha")) });
  const record = await window.untilIdle(id);
  assert.equal(record.status, "failed");
  assert.deepEqual(record.error, { code: "DeleteFailed", message: "Something holds on to it." });
});

test("A refused delete fails and leaves the instance", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.fail("delete", refusal("AccessDeniedException", 403));
  const window = await world.open();
  const { id } = await window.start(scope, { type: "delete", target: targetOf(world.cloud.add("ready", "alpha")) });
  assert.equal((await window.untilIdle(id)).error?.code, "AccessDeniedException");
  assert.equal(world.cloud.live.length, 1);
});

test("An account that changes while a deletion is waited for does not pass for a deletion", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.isInstant = false;
  const window = await world.open();
  const { id } = await window.start(scope, { type: "delete", target: targetOf(world.cloud.add("ready", "alpha")) });
  world.cloud.before = (call) => {
    if (call === "get") world.cloud.accountId = "999999999999";
  };
  const record = await window.untilIdle(id);
  assert.equal(record.status, "interrupted");
  assert.match(record.error?.message ?? "", /999999999999/);
});

test("An edit sets the values, also when its reply is lost", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.fail("update", reset(), { isCommitted: true });
  const window = await world.open();
  const target = targetOf(world.cloud.add("ready", "alpha"));
  const { id } = await window.start(scope, { type: "edit", target, values: { name: "beta" } });
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.live[0]?.values.name, "beta");
});

test("Editing an instance that is gone says so", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  const target = { id: "i-9", arn: "arn:fake:i-9" };
  const { id } = await window.start(scope, { type: "edit", target, values: { name: "beta" } });
  assert.equal((await window.untilIdle(id)).error?.code, "InstanceGone");
});

test("Tags are changed by the smallest change, and only that is sent", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  const instance = world.cloud.add("ready", "alpha", { tags: { keep: "1", change: "1", drop: "1" } });
  const changes = { set: { change: "2" }, remove: ["drop"] };
  const { id } = await window.start(scope, { type: "tags", target: targetOf(instance), changes });
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.deepEqual(world.cloud.live[0]?.tags, { keep: "1", change: "2" });
  const removal = await window.start(scope, {
    type: "tags",
    target: targetOf(instance),
    changes: { set: {}, remove: ["keep"] },
  });
  await window.untilIdle(removal.id);
  assert.deepEqual(world.cloud.calls, ["setTags i-1", "removeTags i-1", "removeTags i-1"]);
});

test("A repeated delete that is refused because the first one was carried out has done its work", async (t) => {
  for (const hasStates of [true, false]) {
    const world = openWindowWorld(t);
    const window = await world.open({ kinds: { get: () => ({ ...world.cloud.kind, hasStates }) } });
    const instance = world.cloud.add("ready", "alpha");
    world.cloud.deleteOutcome = { phase: "deleted" };
    world.cloud.fail("delete", reset(), { isCommitted: true });
    world.cloud.fail("delete", refusal("ForbiddenException", 403));
    world.cloud.before = () => {
      const resource = world.cloud.resources.get(instance.id)!;
      if (!hasStates && resource.phase === "deleting") resource.phase = "deleted";
    };
    const { id } = await window.start(scope, { type: "delete", target: targetOf(instance) });
    const record = await window.untilIdle(id);
    assert.equal(record.status, "succeeded", record.error?.message);
    assert.deepEqual(world.cloud.live, []);
  }
});
