import assert from "node:assert/strict";
import { test } from "node:test";
import { comesFirst, findUnsettled } from "../../../src/operations/conflicts";
import { newRecord } from "../../../src/operations/newRecord";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import type { OperationRequest, OperationScope } from "../../../src/operations/operations";
import { FakeCloud } from "../../fakes/cloud";
import { draftOf, scope } from "./world";

const { kind } = new FakeCloud();
const alpha = { id: "i-1", arn: "arn:fake:i-1", name: "alpha" };
const beta = { id: "i-2", arn: "arn:fake:i-2", name: "beta" };
const tagging: OperationRequest = { type: "tags", target: alpha, changes: { set: {}, remove: [] } };

function recordOf(
  request: OperationRequest,
  status: OperationRecord["status"] = "running",
  where: OperationScope = scope,
): OperationRecord {
  return { ...newRecord(where, request, kind, 0), status };
}

test("An operation on an instance that is worked on is refused, and told what is going on there", () => {
  const wanted = recordOf({ type: "delete", target: alpha });
  assert.equal(
    comesFirst(recordOf({ type: "recreate", target: alpha, draft: draftOf("alpha") }), wanted.label).message,
    "alpha is being worked on already (recreate). Wait until that is done.",
  );
  assert.match(comesFirst(recordOf(tagging), wanted.label).message, /\(edit tags of\)/);
  assert.deepEqual(comesFirst(recordOf(tagging), wanted.label).remedies, [
    { title: "Show Activity", command: "appInstances.activity.focus" },
  ]);
});

test("An interrupted operation that comes first is offered to be resumed or discarded, that one and no other", () => {
  const first = recordOf({ type: "delete", target: alpha }, "interrupted");
  const refusal = comesFirst(first, recordOf(tagging).label);
  assert.equal(refusal.message, "An interrupted operation (delete alpha) comes first: resume or discard it.");
  const args = [{ type: "operation", operationId: first.id }];
  assert.deepEqual(refusal.remedies, [
    { title: "Resume", command: "appInstances.resumeOperation", args },
    { title: "Discard", command: "appInstances.discardOperation", args },
  ]);
});

test("Only an unsettled operation on the same instance of the same account and region stands in the way", () => {
  const wanted = recordOf({ type: "delete", target: alpha });
  for (const status of ["running", "interrupted"] as const) {
    const other = recordOf(tagging, status);
    assert.equal(findUnsettled([recordOf(tagging, "failed"), other], wanted), other);
  }
  const elsewhere = { ...scope, place: { ...scope.place, region: "eu-west-1" } };
  for (const harmless of [
    recordOf(tagging, "succeeded"),
    recordOf(tagging, "failed"),
    recordOf(tagging, "discarded"),
    recordOf({ type: "delete", target: beta }),
    recordOf(tagging, "running", { ...scope, accountId: "999999999999" }),
    recordOf(tagging, "running", elsewhere),
  ])
    assert.equal(findUnsettled([harmless], wanted), undefined);
});

test("Another profile of the account does not hide an operation on the same instance", () => {
  const admin = { ...scope, connection: { ...scope.connection, profile: "admin" } };
  const other = recordOf(tagging, "running", admin);
  assert.equal(findUnsettled([other], recordOf({ type: "delete", target: alpha })), other);
});

test("It is the API's Region that tells instances apart, whatever the connections' are", () => {
  const there = { ...scope, connection: { ...scope.connection, region: "eu-west-1" } };
  const other = recordOf(tagging, "running", there);
  assert.equal(findUnsettled([other], recordOf({ type: "delete", target: alpha })), other);
  const old = { ...other, place: undefined };
  assert.equal(findUnsettled([old], recordOf({ type: "delete", target: alpha })), undefined);
  assert.equal(
    findUnsettled([old], { ...recordOf({ type: "delete", target: alpha }, "running", there), place: undefined }),
    old,
  );
});

test("Creates do not stand in each other's way: neither has an instance yet", () => {
  const first = recordOf({ type: "create", draft: draftOf("alpha") });
  assert.equal(findUnsettled([first], recordOf({ type: "create", draft: draftOf("alpha") })), undefined);
  assert.equal(findUnsettled([first], first), first);
});

test("Where only operations at work are asked for, interrupted ones do not count", () => {
  const wanted = recordOf({ type: "delete", target: alpha });
  const interrupted = recordOf(tagging, "interrupted");
  const running = recordOf(tagging);
  assert.equal(findUnsettled([interrupted], wanted, "running"), undefined);
  assert.equal(findUnsettled([interrupted, running], wanted, "running"), running);
});
