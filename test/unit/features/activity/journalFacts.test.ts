import assert from "node:assert/strict";
import { test } from "node:test";
import { journalFacts } from "../../../../src/features/activity/journalFacts";
import type { OperationRecord } from "../../../../src/operations/operationRecord";
import { record } from "../treeWorld";

const created = { id: "i-1", arn: "arn:aws:scn:us-east-1:123456789012:instance/i-1" };
const trueOf = (...records: readonly Partial<OperationRecord>[]) =>
  journalFacts(records.map((one) => record(one))).flatMap(([key, isTrue]) => (isTrue ? [key] : []));

test("A create, its failure and a recreate are facts once they are over, and not while they are at work", () => {
  assert.deepEqual(trueOf(), []);
  assert.deepEqual(trueOf({ type: "create", status: "running", created }), []);
  assert.deepEqual(trueOf({ type: "create", status: "succeeded", created }), ["hasCreated"]);
  assert.deepEqual(trueOf({ type: "create", status: "failed", created }), ["hasCreateFailed"]);
  assert.deepEqual(trueOf({ type: "recreate", status: "failed", created }), []);
  assert.deepEqual(trueOf({ type: "recreate", status: "succeeded", created }), ["hasRecreated"]);
  assert.deepEqual(trueOf({ type: "delete", status: "succeeded" }, { type: "edit", status: "interrupted" }), [
    "hasInterrupted",
  ]);
});

test("A refused create is no failure that could be recreated: it left no instance", () => {
  assert.deepEqual(trueOf({ type: "create", status: "failed" }), []);
});
