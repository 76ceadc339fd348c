import assert from "node:assert/strict";
import { test } from "node:test";
import type { Phase } from "../../../src/instances/instance";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import type { OperationRequest } from "../../../src/operations/operations";
import { refusal } from "../../fakes/cloud";
import { draftOf, targetOf } from "./world";
import { RunWorld } from "./runWorld";

/** A recreate of an instance in that phase; `left` is what an earlier run of it wrote. */
async function recreate(phase: Phase, options: { left?: Partial<OperationRecord>; errorMessage?: string } = {}) {
  const world = new RunWorld();
  const target = targetOf(world.cloud.add(phase, "alpha"));
  const resource = world.cloud.resources.get(target.id)!;
  if (options.errorMessage !== undefined) resource.errorMessage = options.errorMessage;
  const request: OperationRequest = { type: "recreate", draft: draftOf("alpha"), target };
  const run = await world.begin(request, options.left ? { left: options.left } : {});
  return { world, run, resource };
}

test("A recreate that stops before it deletes says what it found instead of the failed state", async () => {
  for (const [phase, found] of [
    ["ready", "it is ready, not failed"],
    ["deleting", "it is deleting, not failed"],
    ["deleted", "it no longer exists"],
  ] as const) {
    const { world, run } = await recreate(phase);
    await run.work();
    assert.equal(run.record.error?.code, "StateChanged");
    assert.ok(run.record.error.message.includes(`${found}. Nothing was deleted.`), run.record.error.message);
    assert.deepEqual(world.cloud.calls, ["get i-1"]);
  }
});

test("A recreate whose instance changes between the two looks says what it found, and deletes nothing", async () => {
  for (const [phase, found] of [
    ["ready", "it is ready, not failed"],
    ["gone", "it is gone, not failed"],
  ] as const) {
    const { world, run, resource } = await recreate("createFailed");
    let reads = 0;
    world.cloud.before = (call) => {
      if (call !== "get" || ++reads !== 2) return;
      if (phase === "gone") world.cloud.resources.clear();
      else resource.phase = phase;
    };
    await run.work();
    assert.equal(run.record.error?.code, "StateChanged");
    assert.ok(run.record.error.message.includes(`${found}. Nothing was deleted.`), run.record.error.message);
    assert.deepEqual(world.cloud.calls, ["get i-1", "get i-1"]);
  }
});

test("A resumed recreate whose delete had been sent goes on where the service is, and deletes nothing twice", async () => {
  for (const phase of ["deleting", "deleted"] as const) {
    const { world, run } = await recreate(phase, { left: { step: "delete", attempts: 1, sentAt: 0 } });
    await run.work();
    assert.equal(run.record.status, "succeeded", run.record.error?.message);
    assert.ok(!world.cloud.calls.includes("delete i-1"));
    assert.equal(world.cloud.live.length, 1);
  }
});

test("A resumed recreate whose delete had not been sent leaves alone what somebody else is deleting", async () => {
  for (const phase of ["deleting", "deleted"] as const) {
    const { world, run } = await recreate(phase, { left: { step: "delete", attempts: 0 } });
    await run.work();
    assert.equal(run.record.error?.code, "StateChanged");
    assert.deepEqual(world.cloud.tokens, []);
  }
});

test("A resumed recreate whose deletion failed meanwhile ends with the service's reason, or says that there is none", async () => {
  for (const [errorMessage, told] of [
    ["The bucket is not empty.", "The bucket is not empty."],
    [undefined, "The service could not delete the instance."],
  ] as const) {
    const { world, run } = await recreate("deleteFailed", {
      left: { step: "delete", attempts: 1, sentAt: 0 },
      ...(errorMessage === undefined ? {} : { errorMessage }),
    });
    await run.work();
    assert.equal(run.record.status, "failed");
    assert.deepEqual(run.record.error, { code: "DeleteFailed", message: told });
    assert.deepEqual(world.cloud.calls, ["get i-1"]);
  }
});

test("Tags that need no setting, or no removing, cost no request", async () => {
  for (const [changes, sent] of [
    [{ set: { team: "a" }, remove: [] }, ["setTags i-1"]],
    [{ set: {}, remove: ["team"] }, ["removeTags i-1"]],
    [{ set: {}, remove: [] }, []],
  ] as const) {
    const world = new RunWorld();
    const target = targetOf(world.cloud.add("ready", "alpha"));
    const run = await world.begin({
      type: "tags",
      target,
      changes: { set: { ...changes.set }, remove: changes.remove },
    });
    assert.equal(await run.work(), "settled");
    assert.equal(run.record.status, "succeeded");
    assert.deepEqual(world.cloud.calls, sent);
  }
});

test("A refused change of tags fails with the service's reason, and what comes after it is not sent", async () => {
  const world = new RunWorld();
  const target = targetOf(world.cloud.add("ready", "alpha", { tags: { old: "1" } }));
  world.cloud.fail("setTags", refusal("AccessDeniedException", 403, "Not authorized"));
  const changes = { set: { team: "a" }, remove: ["old"] };
  const run = await world.begin({ type: "tags", target, changes });
  await run.work();
  assert.deepEqual(run.record.error, { code: "AccessDeniedException", message: "Not authorized" });
  assert.equal(run.record.status, "failed");
  assert.deepEqual(world.cloud.calls, []);
  assert.deepEqual(world.cloud.live[0]?.tags, { old: "1" });
});

test("A record that lacks what a step needs ends there, names what is missing, and sends nothing", async () => {
  const target = { id: "i-1", arn: "arn:fake:i-1" };
  const draft = draftOf("alpha");
  const requests: Record<OperationRecord["type"], OperationRequest> = {
    create: { type: "create", draft },
    recreate: { type: "recreate", draft, target },
    delete: { type: "delete", target },
    edit: { type: "edit", target, values: { name: "beta" } },
    tags: { type: "tags", target, changes: { set: { a: "1" }, remove: ["b"] } },
  };
  for (const [type, step, lacking, name] of [
    ["create", "create", "draft", "draft"],
    ["create", "create", "token", "token"],
    ["create", "follow", "created", "created instance"],
    ["recreate", "check", "target", "target"],
    ["recreate", "delete", "target", "target"],
    ["recreate", "waitDeleted", "target", "target"],
    ["delete", "delete", "target", "target"],
    ["edit", "edit", "target", "target"],
    ["edit", "edit", "values", "values"],
    ["tags", "setTags", "target", "target"],
    ["tags", "setTags", "tagChanges", "tag changes"],
    ["tags", "removeTags", "target", "target"],
    ["tags", "removeTags", "tagChanges", "tag changes"],
  ] as const) {
    const world = new RunWorld();
    const run = await world.begin(requests[type], { left: { step, [lacking]: undefined } });
    assert.equal(await run.work(), "settled");
    assert.equal(run.record.status, "failed");
    assert.deepEqual(
      run.record.error,
      { code: "IncompleteRecord", message: `The recorded operation lacks its ${name}.` },
      `${type} without ${lacking}`,
    );
    assert.deepEqual(world.cloud.calls, []);
  }
});
