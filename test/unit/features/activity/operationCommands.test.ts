import assert from "node:assert/strict";
import { test } from "node:test";
import { activityRow } from "../../../../src/features/activity/activityRow";
import {
  cancelOperation,
  copyRequestId,
  discardEach,
  discardOperation,
  forEachInterrupted,
  resumeEach,
  resumeOperation,
  stopFollowing,
} from "../../../../src/features/activity/operationCommands";
import { UserError } from "../../../../src/core/errors";
import type { OperationRecord } from "../../../../src/operations/operationRecord";
import type { Operations } from "../../../../src/operations/operations";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";
import { openTree, record, sandbox } from "../treeWorld";

const { kinds, store } = openTree();
const rowOf = (
  changes: Partial<OperationRecord>,
  { afterMs = 40_000, canCancel = false, isSandboxRunning = false } = {},
) => {
  const one = record(changes);
  return activityRow(one, kinds.get(one.kind), { now: one.createdAt + afterMs, canCancel, isSandboxRunning });
};

test("Row 14: Stop Following is for what only waits for the service, and asks which when no row is meant", async () => {
  assert.match(rowOf({ step: "follow" }).contextValue, /\bcan-stopFollowing\b/);
  assert.doesNotMatch(rowOf({ step: "follow", status: "interrupted" }).contextValue, /can-stopFollowing/);
  const world = operationsWith(
    record({ id: "a", label: "first", step: "create" }),
    record({ id: "b", label: "second", step: "follow" }),
  );
  const prompts = new ScriptedPrompts({ to: "Stop Following", pick: "Create second" });
  await stopFollowing({ ...world, prompts });
  prompts.assertDone();
  assert.doesNotMatch(prompts.shown[0]?.text ?? "", /first/);
  assert.deepEqual(world.done, ["stop b"]);
});

function operationsWith(...records: readonly OperationRecord[]) {
  const done: string[] = [];
  const operations = {
    get: (id: string) => records.find((one) => one.id === id),
    list: () => records,
    resume: (id: string) => Promise.resolve(void done.push(`resume ${id}`)),
    discard: (id: string, options?: { withDraft?: boolean }) =>
      Promise.resolve(void done.push(`discard ${id}${options?.withDraft ? " with its draft" : ""}`)),
    stopFollowing: (id: string) => Promise.resolve(void done.push(`stop ${id}`)),
    canCancel: (id: string) => id === "b",
    cancel: (id: string) => Promise.resolve(void done.push(`cancel ${id}`)),
  } as unknown as Operations;
  const copied: string[] = [];
  const clipboard = { writeText: (text: string) => Promise.resolve(void copied.push(text)) };
  return { operations, kinds, store, clipboard, done, copied };
}

test("Cancel without a row asks which, and says so when it is too late for all", async () => {
  const world = operationsWith(record({ id: "a", label: "first" }), record({ id: "b", label: "second" }));
  const prompts = new ScriptedPrompts({ to: "Cancel", pick: "Create second" });
  await cancelOperation({ ...world, prompts });
  prompts.assertDone();
  assert.doesNotMatch(prompts.shown[0]?.text ?? "", /first/);
  assert.deepEqual(world.done, ["cancel b"]);
  const late = operationsWith(record({ id: "a" }));
  await assert.rejects(cancelOperation({ ...late, prompts: new ScriptedPrompts() }), /no operation to cancel/);
});

test("Resume without a target asks which of the interrupted operations is meant", async () => {
  const world = operationsWith(record({ id: "a", status: "interrupted" }), record({ id: "b", status: "succeeded" }));
  const prompts = new ScriptedPrompts({ to: "Resume", pick: "Create sales-chat" });
  await resumeOperation({ ...world, prompts });
  prompts.assertDone();
  assert.doesNotMatch(prompts.shown[0]?.text ?? "", /succeeded/);
  assert.deepEqual(world.done, ["resume a"]);
});

test("Discarding an interrupted operation is asked about, a failed attempt goes at once", async () => {
  const world = operationsWith(record({ id: "a", status: "interrupted" }), record({ id: "b", status: "failed" }));
  const refusing = new ScriptedPrompts({ to: "Discard", confirm: false });
  await assert.rejects(discardOperation({ ...world, prompts: refusing }, { type: "operation", operationId: "a" }));
  assert.deepEqual(world.done, []);
  await discardOperation({ ...world, prompts: new ScriptedPrompts() }, { type: "pendingCreate", operationId: "b" });
  assert.deepEqual(world.done, ["discard b"]);
});

test("Row 15: what was resumed behind the open dialog is not discarded", async () => {
  const records = [record({ id: "a", status: "interrupted" })];
  const world = operationsWith(...records);
  const { operations } = world;
  const resumed = {
    ...operations,
    get: () => record({ id: "a", status: prompts.shown.length > 0 ? "running" : "interrupted" }),
  };
  const prompts = new ScriptedPrompts({ to: "Discard", confirm: true });
  await assert.rejects(
    discardOperation({ ...world, operations: resumed, prompts }, { type: "operation", operationId: "a" }),
    /is running/,
  );
  prompts.assertDone();
  assert.deepEqual(world.done, []);
});

test("Discard in the toast asks as it does in the tree, once and by name, and only for what is still interrupted", async () => {
  const world = operationsWith(
    record({ id: "a", label: "first", status: "interrupted" }),
    record({ id: "b", label: "second", status: "interrupted" }),
    record({ id: "c", label: "third", status: "running" }),
  );
  const refusing = new ScriptedPrompts({ to: "Discard", confirm: false });
  await assert.rejects(discardEach({ ...world, prompts: refusing }, ["a", "b", "c"]));
  assert.match(refusing.shown[0]?.text ?? "", /^Create first: The create of first was sent.*\nCreate second: /m);
  assert.deepEqual(world.done, []);
  await discardEach({ ...world, prompts: new ScriptedPrompts({ to: "Discard", confirm: true }) }, ["a", "b", "c"]);
  assert.deepEqual(world.done, ["discard a", "discard b"]);
  await discardEach({ ...world, prompts: new ScriptedPrompts() }, ["c"]);
});

test("Discarding a recreate that has deleted says so and where its draft is kept, and giving that up is asked", async () => {
  const recreate = { type: "recreate", step: "waitDeleted", label: "returns-emea" } as const;
  const world = operationsWith(
    record({ ...recreate, id: "a", status: "interrupted" }),
    record({ ...recreate, id: "b", status: "discarded" }),
    record({ ...recreate, id: "c", status: "discarded", draft: undefined }),
  );
  const prompts = new ScriptedPrompts(
    { to: "Discard", confirm: true },
    { to: "Give up the draft of returns-emea?", confirm: true },
  );
  await discardOperation({ ...world, prompts }, { type: "operation", operationId: "a" });
  await discardOperation({ ...world, prompts }, { type: "operation", operationId: "b" });
  prompts.assertDone();
  assert.match(
    prompts.shown[0]?.text ?? "",
    /returns-emea will be gone, and nothing is created.*draft is kept.*Activity/,
  );
  assert.deepEqual(world.done, ["discard a", "discard b with its draft"]);
  await assert.rejects(
    discardOperation({ ...world, prompts: new ScriptedPrompts() }, { type: "operation", operationId: "c" }),
    /is discarded/,
  );
  const kept = rowOf({ ...recreate, status: "discarded" });
  assert.match(kept.description ?? "", /· draft kept /);
  assert.match(kept.contextValue, /\bcan-discard\b.*\bcan-recreate\b/);
  assert.doesNotMatch(rowOf({ ...recreate, status: "discarded", attempts: 0 }).contextValue, /can-(discard|recreate)/);
});

test("What cannot be resumed says why and offers to discard it, and has no Resume on its row", async () => {
  const error = { code: "PlaceUnknown", message: "It was recorded by an earlier version." };
  const stuck = record({ id: "a", label: "first", status: "interrupted", error });
  const world = operationsWith(stuck);
  await assert.rejects(
    resumeOperation({ ...world, prompts: new ScriptedPrompts() }, { type: "operation", operationId: "a" }),
    (thrown) => {
      assert.ok(thrown instanceof UserError);
      assert.match(thrown.message, /^first: It cannot be resumed\./);
      assert.deepEqual(
        thrown.remedies.map(({ command }) => command),
        ["appInstances.discardOperation"],
      );
      return true;
    },
  );
  assert.deepEqual(world.done, []);
  assert.doesNotMatch(rowOf(stuck).contextValue, /can-resume/);
  assert.match(rowOf({ status: "interrupted" }).contextValue, /can-resume/);
});

test("With the sandbox stopped Resume leads to Start Sandbox and records nothing, and works once it runs", async () => {
  const error = { code: "SandboxStopped", message: "The sandbox is not running." };
  const stopped = record({ id: "a", status: "interrupted", connection: sandbox, error });
  const world = operationsWith(stopped);
  const target = { type: "operation", operationId: "a" };
  const leadsToStart = (thrown: unknown) => {
    assert.ok(thrown instanceof UserError);
    const [start, discard] = thrown.remedies;
    assert.deepEqual(start, {
      title: "Start Sandbox",
      command: "appInstances.startSandbox",
      args: [{ type: "connection", connection: sandbox }],
    });
    assert.equal(discard?.title, "Discard…");
    return true;
  };
  await assert.rejects(resumeOperation({ ...world, prompts: new ScriptedPrompts() }, target), leadsToStart);
  await assert.rejects(resumeEach(world, ["a"]), leadsToStart);
  assert.deepEqual(world.done, []);
  const row = rowOf(stopped);
  assert.match(row.description ?? "", /^interrupted: The sandbox is not running\./);
  assert.match(row.contextValue, /\bcan-startSandbox\b/);
  assert.doesNotMatch(row.contextValue, /can-resume/);

  const running = { ...world, store: openTree([sandbox]).store };
  await resumeOperation({ ...running, prompts: new ScriptedPrompts() }, target);
  await resumeEach(running, ["a"]);
  assert.deepEqual(world.done, ["resume a", "resume a"]);
  const later = rowOf(stopped, { isSandboxRunning: true });
  assert.match(later.description ?? "", /^interrupted: The sandbox was stopped\. It runs again\./);
  assert.match(later.contextValue, /\bcan-resume\b/);
  assert.doesNotMatch(later.contextValue, /can-startSandbox/);
});

test("An offer that stood there for long does not discard what is at work by now", async () => {
  const world = operationsWith(
    record({ id: "a", status: "running" }),
    record({ id: "b", status: "interrupted" }),
    record({ id: "c", status: "interrupted" }),
  );
  const discard = async (id: string) => {
    await world.operations.discard(id);
    if (id === "b") throw new Error("another window has it");
  };
  await assert.rejects(forEachInterrupted(world.operations, ["a", "b", "c"], discard), /another window/);
  assert.deepEqual(world.done, ["discard b", "discard c"]);
  const prompts = new ScriptedPrompts();
  await assert.rejects(discardOperation({ ...world, prompts }, { type: "operation", operationId: "a" }), /running/);
  assert.deepEqual(world.done, ["discard b", "discard c"]);
});

test("Copy Request ID copies the last one", async () => {
  const world = operationsWith(record({ requestIds: ["r-1", "r-2"] }));
  const prompts = new ScriptedPrompts();
  await copyRequestId({ ...world, prompts }, { type: "operation", operationId: "operation-1" });
  assert.deepEqual(world.copied, ["r-2"]);
  await assert.rejects(copyRequestId({ ...world, prompts }, { type: "operation", operationId: "gone" }), /no longer/);
});
