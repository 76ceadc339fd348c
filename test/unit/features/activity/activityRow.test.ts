import assert from "node:assert/strict";
import { test } from "node:test";
import { activityRow, activityTooltip } from "../../../../src/features/activity/activityRow";
import type { OperationRecord } from "../../../../src/operations/operationRecord";
import { openTree, record } from "../treeWorld";

const { kinds } = openTree();
const rowOf = (
  changes: Partial<OperationRecord>,
  { afterMs = 40_000, canCancel = false, isSandboxRunning = false } = {},
) => {
  const one = record(changes);
  return activityRow(one, kinds.get(one.kind), { now: one.createdAt + afterMs, canCancel, isSandboxRunning });
};
const target = { id: "1", arn: "arn:aws:scn:eu-west-1:210987654321:instance/1" };

test("A running operation says its step in words, how many there are, and for how long it runs", () => {
  const row = rowOf({ type: "recreate", kind: "supplyChain", label: "returns-emea", step: "waitDeleted", target });
  assert.equal(row.label, "Recreate returns-emea");
  assert.match(row.description ?? "", /^40 s · \d of \d: .+ {2}prod · eu-west-1$/);
  assert.equal(row.icon?.id, "sync~spin");
  assert.deepEqual(row.contextValue.match(/can-\w+/g), ["can-stopFollowing", "can-showInInstances"]);
  assert.doesNotMatch(rowOf({ type: "recreate", step: "create", target }).contextValue, /can-stopFollowing/);
});

test("Cancel is offered for what is running and has changed nothing yet", () => {
  assert.match(rowOf({}, { canCancel: true }).contextValue, /\bcan-cancel\b/);
  assert.doesNotMatch(rowOf({ status: "interrupted" }, { canCancel: true }).contextValue, /can-cancel/);
});

test("An interrupted operation can be resumed or discarded, a settled one cannot", () => {
  const interrupted = rowOf({ status: "interrupted" });
  assert.match(interrupted.description ?? "", /^interrupted before an answer/);
  assert.match(interrupted.contextValue, /\bcan-resume\b.*\bcan-discard\b/);
  const done = rowOf({ status: "succeeded", settledAt: record().createdAt + 3_000, requestIds: ["r-1"] });
  assert.match(done.description ?? "", /^3 s · \d\d:\d\d:\d\d/);
  assert.doesNotMatch(done.contextValue, /can-(resume|discard|recreate)/);
  assert.match(done.contextValue, /\bcan-copyRequestId\b/);
});

test("A refused create says the service's code and text, and can be recreated; a failed delete cannot", () => {
  const error = { code: "ForbiddenException", message: "Not authorized" };
  const create = rowOf({ status: "failed", error });
  assert.match(create.description ?? "", /^ForbiddenException: Not authorized/);
  assert.match(create.contextValue, /\bcan-recreate\b/);
  const ours = { code: "UserError", message: "The connection was replaced." };
  assert.match(rowOf({ status: "failed", error: ours }).description ?? "", /^The connection was replaced\./);
  assert.doesNotMatch(rowOf({ status: "failed", error, type: "delete", target }).contextValue, /can-recreate/);
});

test("A discarded operation says when it was, and when it had failed", () => {
  const at = record().createdAt;
  assert.match(rowOf({ status: "discarded", settledAt: at }).description ?? "", /^discarded \d\d:\d\d:\d\d /);
  const givenUp = { at: at + 60_000, was: "failed", since: at } as const;
  assert.match(
    rowOf({ status: "discarded", settledAt: at, givenUp }).description ?? "",
    /^failed \d\d:04:05 · discarded \d\d:05:05 /,
  );
});

test("The tooltip of an operation has its account, its request ids and its history", () => {
  const one = record({ requestIds: ["r-1", "r-2"], history: [{ at: 0, text: "Started" }] });
  const text = activityTooltip(one, kinds.get("chime"), false).replace(/&#(\d+);/g, (_, code: string) =>
    String.fromCodePoint(Number(code)),
  );
  for (const part of ["Create sales-chat", one.accountId, "r-1, r-2", "Started"]) assert.ok(text.includes(part), part);
});
