import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kind } from "../../../src/instances/kind";
import { refusal, reset } from "../../fakes/cloud";
import { targetOf } from "./world";
import { RunWorld } from "./runWorld";

/** A service whose update replaces everything, so that what stays has to be sent along. */
function replacing(world: RunWorld): Partial<Kind> {
  const { kind } = world.cloud;
  return {
    update: (session, instance, values, options) =>
      kind.update(session, instance, { ...instance.values, ...values }, options),
  };
}

test("Row 10: an edit that is repeated after a wait sends along what a colleague has set meanwhile", async () => {
  for (const isRetried of [false, true]) {
    const world = new RunWorld();
    const instance = world.cloud.add("present", "chat");
    Object.assign(world.cloud.resources.get(instance.id)!.values, { domain: "old" });
    world.cloud.fail("update", reset(), { isRetried });
    world.cloud.before = world.cloud.between = (call) => {
      if (call === "update") Object.assign(world.cloud.resources.get(instance.id)!.values, { domain: "colleague" });
    };
    const request = { type: "edit", target: targetOf(instance), values: { name: "support" } } as const;
    const run = await world.begin(request, { kind: replacing(world) });
    assert.equal(await run.work(), "settled");
    assert.deepEqual(world.cloud.live[0]?.values, { name: "support", domain: "colleague" });
  }
});

test("Row 17: an instance that a read does not show yet can be edited", async () => {
  const world = new RunWorld();
  const { kind } = world.cloud;
  const instance = world.cloud.add("present", "chat");
  const get: Kind["get"] = (...call) =>
    world.clock.monotonic() < 10_000 ? Promise.resolve(undefined) : kind.get(...call);
  const request = { type: "edit", target: targetOf(instance), values: { name: "support" } } as const;
  const run = await world.begin(request, { kind: { get } });
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.status, "succeeded");
});

test("Row 17: reads that do not know of a deletion for two minutes are waited out", async () => {
  const world = new RunWorld();
  const { kind } = world.cloud;
  const instance = world.cloud.add("ready", "alpha");
  const get: Kind["get"] = (...call) =>
    world.clock.monotonic() < 120_000 ? Promise.resolve(instance) : kind.get(...call);
  const run = await world.begin({ type: "delete", target: targetOf(instance) }, { kind: { get } });
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.status, "succeeded", run.record.error?.message);
});

test("Row 17: an instance that is not being deleted for minutes interrupts the wait", async () => {
  const world = new RunWorld();
  const instance = world.cloud.add("ready", "alpha");
  const get = () => Promise.resolve(instance);
  const run = await world.begin({ type: "delete", target: targetOf(instance) }, { kind: { get } });
  assert.equal(await run.work(), "interrupted");
  assert.equal(run.record.error?.code, "NotDeleted");
  assert.ok(world.waitedMs >= 5 * 60_000, `${world.waitedMs} ms`);
});

/** A delete whose first request is lost and whose second is refused, where listings show what `isListed` says. */
async function refusedAfterLoss(isListed: (ms: number) => boolean) {
  const world = new RunWorld();
  const instance = world.cloud.add("present", "chat");
  async function* list() {
    yield await Promise.resolve(isListed(world.clock.monotonic()) ? [instance] : []);
  }
  world.cloud.fail("delete", reset());
  world.cloud.fail("delete", refusal("ForbiddenException", 403));
  const run = await world.begin({ type: "delete", target: targetOf(instance) }, { kind: { hasStates: false, list } });
  await run.work();
  return run.record;
}

test("Row 17: a listing without the instance proves a deletion only when it stays without it", async () => {
  assert.equal((await refusedAfterLoss(() => false)).status, "succeeded");
  assert.equal((await refusedAfterLoss((ms) => ms < 20_000)).status, "succeeded");
  const lagging = await refusedAfterLoss((ms) => ms > 10_000);
  assert.deepEqual([lagging.status, lagging.error?.code], ["failed", "ForbiddenException"]);
});

test("Row 17: a refusal after a lost delete is looked into for as long as reads may lag", async () => {
  const world = new RunWorld();
  const { kind } = world.cloud;
  const instance = world.cloud.add("ready", "alpha");
  const get: Kind["get"] = (...call) =>
    world.clock.monotonic() < 20_000 ? Promise.resolve(instance) : kind.get(...call);
  world.cloud.fail("delete", reset(), { isCommitted: true });
  world.cloud.fail("delete", refusal("ForbiddenException", 403));
  const run = await world.begin({ type: "delete", target: targetOf(instance) }, { kind: { get } });
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.status, "succeeded", run.record.error?.message);
});
