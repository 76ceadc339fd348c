import assert from "node:assert/strict";
import { test } from "node:test";
import { newRecord } from "../../../src/operations/newRecord";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { isOutlived, isTimeCertain, withoutValues } from "../../../src/operations/retention";
import type { OperationRequest } from "../../../src/operations/operations";
import { FakeCloud } from "../../fakes/cloud";
import { draftOf, scope } from "./world";

const minuteMs = 60_000;
const target = { id: "i-1", arn: "arn:fake:i-1" };
const requests: readonly OperationRequest[] = [
  { type: "create", draft: draftOf("alpha") },
  { type: "recreate", draft: draftOf("alpha"), target },
  { type: "delete", target },
  { type: "edit", target, values: { name: "beta" } },
  { type: "tags", target, changes: { set: { team: "a" }, remove: [] } },
];

function recordOf(request: OperationRequest, status: OperationRecord["status"]): OperationRecord {
  return { ...newRecord(scope, request, new FakeCloud().kind, 1_000), status, updatedAt: 5_000, settledAt: 4_000 };
}

test("Our clock is believed while the service has said that it is at most five minutes off", () => {
  for (const offsetMs of [0, 5 * minuteMs, -5 * minuteMs]) assert.equal(isTimeCertain(offsetMs), true);
  for (const offsetMs of [undefined, 5 * minuteMs + 1, -5 * minuteMs - 1]) assert.equal(isTimeCertain(offsetMs), false);
});

test("What is settled is kept from its end for as long as was asked, and what is not settled for ever", () => {
  for (const request of requests)
    for (const status of ["succeeded", "discarded"] as const) {
      const record = recordOf(request, status);
      assert.equal(isOutlived(record, 4_000 + 99, 100), false);
      assert.equal(isOutlived(record, 4_000 + 100, 100), true);
      assert.equal(isOutlived({ ...record, settledAt: undefined }, 5_000 + 99, 100), false);
      assert.equal(isOutlived({ ...record, settledAt: undefined }, 5_000 + 100, 100), true);
    }
  for (const request of requests) {
    const record = { ...recordOf(request, "discarded"), givenUp: { at: 9_000, was: "failed", since: 4_000 } } as const;
    assert.equal(isOutlived(record, 9_000 + 99, 100), false, "from when it was discarded");
    assert.equal(isOutlived(record, 9_000 + 100, 100), true);
  }
  for (const request of requests)
    for (const status of ["running", "interrupted"] as const)
      assert.equal(isOutlived(recordOf(request, status), Number.MAX_SAFE_INTEGER, 100), false);
});

test("A failed create or recreate is kept until it is discarded, because its draft is nowhere else", () => {
  for (const request of requests) {
    const isKept = request.type === "create" || request.type === "recreate";
    assert.equal(isOutlived(recordOf(request, "failed"), Number.MAX_SAFE_INTEGER, 100), !isKept, request.type);
  }
});

test("A recreate that was discarded after it may have deleted is kept with its draft, until its instance is there", () => {
  for (const request of requests) {
    const discarded = { ...recordOf(request, "discarded"), attempts: 1 };
    const isKept = request.type === "recreate";
    assert.equal(isOutlived(discarded, Number.MAX_SAFE_INTEGER, 100), !isKept, request.type);
    assert.equal(isOutlived({ ...discarded, created: target }, Number.MAX_SAFE_INTEGER, 100), true);
    assert.equal(isOutlived({ ...discarded, draft: undefined }, Number.MAX_SAFE_INTEGER, 100), true);
  }
});

test("Once settled, an operation keeps no values, tags or drafts but the draft of a create that failed", () => {
  for (const request of requests)
    for (const status of ["running", "interrupted", "succeeded", "failed", "discarded"] as const) {
      const before = recordOf(request, status);
      const after = withoutValues(before);
      const isUnsettled = status === "running" || status === "interrupted";
      assert.deepEqual(after.values, isUnsettled ? before.values : undefined);
      assert.deepEqual(after.tagChanges, isUnsettled ? before.tagChanges : undefined);
      assert.deepEqual(after.draft, isUnsettled || status === "failed" ? before.draft : undefined);
      const sent = withoutValues({ ...before, attempts: 1 });
      const isWanted = isUnsettled || status === "failed" || (status === "discarded" && request.type === "recreate");
      assert.deepEqual(sent.draft, isWanted ? before.draft : undefined, "what was deleted can still be created");
      const { values, tagChanges, draft } = before;
      assert.deepEqual({ ...after, values, tagChanges, draft }, { ...before, values, tagChanges, draft });
    }
});
