import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kind } from "../../../src/instances/kind";
import { refusal, reset } from "../../fakes/cloud";
import { targetOf } from "./world";
import { RunBench } from "./runWorld";

/** A service whose update replaces everything, so that what stays has to be sent along. */
function replacing(bench: RunBench): Partial<Kind> {
  const { kind } = bench.cloud;
  return {
    update: (session, instance, values, options) =>
      kind.update(session, instance, { ...instance.values, ...values }, options),
  };
}

void test("Row 10: an edit that is repeated after a wait sends along what a colleague has set meanwhile", async () => {
  for (const isRetried of [false, true]) {
    const bench = new RunBench();
    const instance = bench.cloud.add("present", "chat");
    Object.assign(bench.cloud.resources.get(instance.id)!.values, { domain: "old" });
    bench.cloud.fail("update", reset(), { isRetried });
    bench.cloud.before = bench.cloud.between = (call) => {
      if (call === "update") Object.assign(bench.cloud.resources.get(instance.id)!.values, { domain: "colleague" });
    };
    const request = { type: "edit", target: targetOf(instance), values: { name: "support" } } as const;
    const run = await bench.begin(request, { kind: replacing(bench) });
    assert.equal(await run.work(), "settled");
    assert.deepEqual(bench.cloud.live[0]?.values, { name: "support", domain: "colleague" });
  }
});

void test("Row 17: an instance that a read does not show yet can be edited", async () => {
  const bench = new RunBench();
  const { kind } = bench.cloud;
  const instance = bench.cloud.add("present", "chat");
  const get: Kind["get"] = (...call) =>
    bench.clock.monotonic() < 10_000 ? Promise.resolve(undefined) : kind.get(...call);
  const request = { type: "edit", target: targetOf(instance), values: { name: "support" } } as const;
  const run = await bench.begin(request, { kind: { get } });
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.status, "succeeded");
});

void test("Row 17: reads that do not know of a deletion for two minutes are waited out", async () => {
  const bench = new RunBench();
  const { kind } = bench.cloud;
  const instance = bench.cloud.add("ready", "alpha");
  const get: Kind["get"] = (...call) =>
    bench.clock.monotonic() < 120_000 ? Promise.resolve(instance) : kind.get(...call);
  const run = await bench.begin({ type: "delete", target: targetOf(instance) }, { kind: { get } });
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.status, "succeeded", run.record.error?.message);
});

void test("Row 17: an instance that is not being deleted for minutes interrupts the wait", async () => {
  const bench = new RunBench();
  const instance = bench.cloud.add("ready", "alpha");
  const get = () => Promise.resolve(instance);
  const run = await bench.begin({ type: "delete", target: targetOf(instance) }, { kind: { get } });
  assert.equal(await run.work(), "interrupted");
  assert.equal(run.record.error?.code, "NotDeleted");
  assert.ok(bench.waitedMs >= 5 * 60_000, `${bench.waitedMs} ms`);
});

/** A delete whose first request is lost and whose second is refused, where listings show what `isListed` says. */
async function refusedAfterLoss(isListed: (ms: number) => boolean) {
  const bench = new RunBench();
  const instance = bench.cloud.add("present", "chat");
  async function* list() {
    yield await Promise.resolve(isListed(bench.clock.monotonic()) ? [instance] : []);
  }
  bench.cloud.fail("delete", reset());
  bench.cloud.fail("delete", refusal("ForbiddenException", 403));
  const run = await bench.begin({ type: "delete", target: targetOf(instance) }, { kind: { hasStates: false, list } });
  await run.work();
  return run.record;
}

void test("Row 17: a listing without the instance proves a deletion only when it stays without it", async () => {
  assert.equal((await refusedAfterLoss(() => false)).status, "succeeded");
  assert.equal((await refusedAfterLoss((ms) => ms < 20_000)).status, "succeeded");
  const lagging = await refusedAfterLoss((ms) => ms > 10_000);
  assert.deepEqual([lagging.status, lagging.error?.code], ["failed", "ForbiddenException"]);
});

void test("Row 17: a refusal after a lost delete is looked into for as long as reads may lag", async () => {
  const bench = new RunBench();
  const { kind } = bench.cloud;
  const instance = bench.cloud.add("ready", "alpha");
  const get: Kind["get"] = (...call) =>
    bench.clock.monotonic() < 20_000 ? Promise.resolve(instance) : kind.get(...call);
  bench.cloud.fail("delete", reset(), { isCommitted: true });
  bench.cloud.fail("delete", refusal("ForbiddenException", 403));
  const run = await bench.begin({ type: "delete", target: targetOf(instance) }, { kind: { get } });
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.status, "succeeded", run.record.error?.message);
});
