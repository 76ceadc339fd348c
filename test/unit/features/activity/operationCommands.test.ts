import assert from "node:assert/strict";
import { test } from "node:test";
import { activityRow, activityTooltip } from "../../../../src/features/activity/activityRow";
import {
  cancelOperation,
  copyRequestId,
  discardOperation,
  forEachInterrupted,
  resumeOperation,
  stopFollowing,
} from "../../../../src/features/activity/operationCommands";
import { noticeOf } from "../../../../src/features/status/settledNotice";
import { statusOf } from "../../../../src/features/status/status";
import type { OperationRecord } from "../../../../src/operations/operation";
import type { Operations } from "../../../../src/operations/operations";
import { createTicking } from "../../../../src/ui/tree/ticking";
import { FakeClock } from "../../../fakes/clock";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";
import { chime, openTree, prod, record, scope, supplyChain } from "../treeWorld";

const { kinds } = openTree();
const rowOf = (changes: Partial<OperationRecord>, { afterMs = 40_000, canCancel = false } = {}) => {
  const one = record(changes);
  return activityRow(one, kinds.get(one.kind), one.createdAt + afterMs, canCancel);
};
const target = { id: "1", arn: "arn:aws:scn:eu-west-1:210987654321:instance/1" };

test("a running operation says its step in words, how many there are, and for how long it runs", () => {
  const row = rowOf({ type: "recreate", kind: "supplyChain", label: "returns-emea", step: "waitDeleted", target });
  assert.equal(row.label, "Recreate returns-emea");
  assert.match(row.description ?? "", /^\d of \d: .+ · 40 s {2}prod · eu-west-1$/);
  assert.equal(row.icon?.id, "sync~spin");
  assert.deepEqual(row.contextValue.match(/can-\w+/g), ["can-stopFollowing"]);
  assert.doesNotMatch(rowOf({ type: "recreate", step: "create", target }).contextValue, /can-/);
});

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

test("Cancel is offered for what is running and has changed nothing yet", () => {
  assert.match(rowOf({}, { canCancel: true }).contextValue, /\bcan-cancel\b/);
  assert.doesNotMatch(rowOf({ status: "interrupted" }, { canCancel: true }).contextValue, /can-cancel/);
});

test("an interrupted operation can be resumed or discarded, a settled one cannot", () => {
  const interrupted = rowOf({ status: "interrupted" });
  assert.match(interrupted.description ?? "", /^interrupted before an answer/);
  assert.match(interrupted.contextValue, /\bcan-resume\b.*\bcan-discard\b/);
  const done = rowOf({ status: "succeeded", settledAt: record().createdAt + 3_000, requestIds: ["r-1"] });
  assert.match(done.description ?? "", /^3 s · \d\d:\d\d:\d\d/);
  assert.doesNotMatch(done.contextValue, /can-(resume|discard|recreate)/);
  assert.match(done.contextValue, /\bcan-copyRequestId\b/);
});

test("a refused create says the service's code and text, and can be recreated; a failed delete cannot", () => {
  const error = { code: "ForbiddenException", message: "Not authorized" };
  const create = rowOf({ status: "failed", error });
  assert.match(create.description ?? "", /^ForbiddenException: Not authorized/);
  assert.match(create.contextValue, /\bcan-recreate\b/);
  const ours = { code: "UserError", message: "The connection was replaced." };
  assert.match(rowOf({ status: "failed", error: ours }).description ?? "", /^The connection was replaced\./);
  assert.doesNotMatch(rowOf({ status: "failed", error, type: "delete", target }).contextValue, /can-recreate/);
});

test("the tooltip of an operation has its account, its request ids and its history", () => {
  const one = record({ requestIds: ["r-1", "r-2"], history: [{ at: 0, text: "Started" }] });
  const text = activityTooltip(one, kinds.get("chime")).replace(/&#(\d+);/g, (_, code: string) =>
    String.fromCodePoint(Number(code)),
  );
  for (const part of ["Create sales-chat", one.accountId, "r-1, r-2", "Started"]) assert.ok(text.includes(part), part);
});

function operationsWith(...records: readonly OperationRecord[]) {
  const done: string[] = [];
  const operations = {
    get: (id: string) => records.find((one) => one.id === id),
    list: () => records,
    resume: (id: string) => Promise.resolve(void done.push(`resume ${id}`)),
    discard: (id: string) => Promise.resolve(void done.push(`discard ${id}`)),
    stopFollowing: (id: string) => Promise.resolve(void done.push(`stop ${id}`)),
    canCancel: (id: string) => id === "b",
    cancel: (id: string) => Promise.resolve(void done.push(`cancel ${id}`)),
  } as unknown as Operations;
  const copied: string[] = [];
  const clipboard = { writeText: (text: string) => Promise.resolve(void copied.push(text)) };
  return { operations, kinds, clipboard, done, copied };
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

test("discarding an interrupted operation is asked about, a failed attempt goes at once", async () => {
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

test("an offer that stood there for long does not discard what is at work by now", async () => {
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

test("an operation of ours that settles says so once, with the way on", () => {
  const { connect, list, store } = openTree();
  connect();
  const active = supplyChain({ values: { webAppDnsDomain: "plan" } });
  list("supplyChain", [active, supplyChain({ id: "f", phase: "createFailed" })]);
  const created = { id: active.id, arn: active.arn };
  const supply = { kind: "supplyChain", label: "demand-planning" };

  const done = noticeOf(record({ ...supply, status: "succeeded", created }), store, kinds);
  assert.equal(done?.message, "demand-planning is active.");
  assert.deepEqual(
    done.actions.map(({ title, node }) => [title, node.type]),
    [["Open Web App", "instance"]],
  );

  const error = { code: "CreateFailed", message: "Access denied.\nMore" };
  const failed = noticeOf(
    record({ ...supply, status: "failed", error, created: { ...created, id: "f" } }),
    store,
    kinds,
  );
  assert.equal(failed?.message, "demand-planning failed: Access denied.");
  assert.deepEqual(
    failed.actions.map(({ title, node }) => [title, node.type]),
    [
      ["Recreate…", "instance"],
      ["Show Failure and Mitigation", "instance"],
    ],
  );

  const refused = noticeOf(record({ status: "failed", error }), store, kinds);
  assert.deepEqual(
    refused?.actions.map(({ node }) => node.type),
    ["pendingCreate", "pendingCreate"],
  );
  assert.equal(noticeOf(record({ status: "discarded" }), store, kinds), undefined);
  assert.equal(noticeOf(record({ status: "succeeded", created }), store, kinds)?.message, "sales-chat was created.");
});

test("the status item counts each change once, and says first what needs the user", () => {
  const { connect, list, store } = openTree();
  assert.equal(statusOf(store, kinds, []), undefined);
  connect();
  const busy = supplyChain({ phase: "creating", state: "Initializing" });
  list("supplyChain", [busy, supplyChain({ id: "2" })]);
  list("chime", [chime("support-chat")]);
  const ours = record({ kind: "supplyChain", created: { id: busy.id, arn: busy.arn } });
  assert.equal(statusOf(store, kinds, [ours])?.text, "1");
  assert.equal(statusOf(store, kinds, [ours, record({ id: "another" })])?.tooltip, "2 changes in progress");
  store.setConnectionState(scope.connectionKey, { status: "signedOut", error: new Error("expired") });
  assert.equal(statusOf(store, kinds, [ours])?.text, "Not signed in");
  assert.match(statusOf(store, kinds, [])?.tooltip ?? "", new RegExp(`${prod.profile} · ${prod.region}`));
});

test("time is drawn every five seconds while something counts it, and never while nobody looks", async () => {
  const clock = new FakeClock();
  let [isVisible, ticks, count] = [false, 0, 1];
  const ticking = createTicking({ clock, isVisible: () => isVisible, count: () => count, tick: () => ticks++ });
  ticking.arm();
  assert.deepEqual(clock.pending, []);
  isVisible = true;
  ticking.arm();
  ticking.arm();
  await clock.advance(60_000);
  assert.equal(ticks, 12);
  count = 0;
  await clock.advance(60_000);
  assert.deepEqual(clock.pending, []);
  ticking.dispose();
});
