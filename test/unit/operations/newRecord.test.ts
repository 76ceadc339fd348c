import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../src/core/errors";
import type { Kind } from "../../../src/instances/kind";
import { newRecord } from "../../../src/operations/newRecord";
import { operationSchema } from "../../../src/operations/operationRecord";
import { progressOf, stepNamesOf } from "../../../src/operations/progress";
import { FakeCloud } from "../../fakes/cloud";
import { draftOf, scope } from "./world";

const { kind } = new FakeCloud();
const withoutStates: Kind = { ...kind, hasStates: false };
const target = { id: "i-1", arn: "arn:fake:i-1", name: "alpha" };

test("Each operation begins at its first step, running, with nothing sent, and its record can be read again", () => {
  const changes = { set: { team: "logistics" }, remove: ["old"] };
  const draft = draftOf("alpha", { tags: { team: "logistics" } });
  for (const [request, step, subject] of [
    [{ type: "create", draft }, "create", { draft }],
    [{ type: "recreate", draft, target }, "check", { draft, target }],
    [{ type: "delete", target }, "delete", { target }],
    [{ type: "edit", target, values: { name: "beta" } }, "edit", { target, values: { name: "beta" } }],
    [{ type: "tags", target, changes }, "setTags", { target, tagChanges: changes }],
  ] as const) {
    const record = newRecord(scope, request, kind, 1234);
    const { type, status, attempts, requestIds, createdAt, updatedAt, revision, history, connection, accountId } =
      record;
    assert.deepEqual(
      { type, step: record.step, status, attempts, requestIds, createdAt, updatedAt, revision, accountId },
      {
        type: request.type,
        step,
        status: "running",
        attempts: 0,
        requestIds: [],
        createdAt: 1234,
        updatedAt: 1234,
        revision: 0,
        accountId: scope.accountId,
      },
    );
    assert.deepEqual(history, [{ at: 1234, text: "Started" }]);
    assert.deepEqual(connection, scope.connection);
    const { draft: itsDraft, target: itsTarget, values, tagChanges } = record;
    const itsSubject = { draft: itsDraft, target: itsTarget, values, tagChanges };
    assert.deepEqual(JSON.parse(JSON.stringify(itsSubject)), subject);
    assert.equal(record.token !== undefined, request.type === "create" || request.type === "recreate");
    assert.deepEqual(operationSchema.parse(JSON.parse(JSON.stringify(record))), record);
  }
});

test("No two operations share an id or a token", () => {
  const request = { type: "create", draft: draftOf("alpha") } as const;
  const [first, second] = [newRecord(scope, request, kind, 0), newRecord(scope, request, kind, 0)];
  assert.equal(new Set([first.id, second.id, first.token, second.token]).size, 4);
});

test("Of an instance or a draft only what the operation needs is kept, and what happens to them later changes nothing", () => {
  const draft = { kind: "fake", values: { name: "alpha" }, tags: { team: "a" }, secret: "x" };
  const instance = { ...target, raw: { secret: "x" } };
  const values = { name: "beta" };
  const changes = { set: { team: "b" }, remove: ["old"] };
  const records = [
    newRecord(scope, { type: "recreate", draft, target: instance }, kind, 0),
    newRecord(scope, { type: "create", draft }, kind, 0),
    newRecord(scope, { type: "edit", target: instance, values }, kind, 0),
    newRecord(scope, { type: "tags", target: instance, changes }, kind, 0),
  ];
  const before = JSON.stringify(records);
  assert.doesNotMatch(before, /secret/);
  draft.values.name = draft.tags.team = instance.name = values.name = changes.set.team = "later";
  changes.remove.push("later");
  assert.equal(JSON.stringify(records), before);
});

test("An operation is called by the name of its instance, by its id where it has none, and by its kind before there is one", () => {
  const labelOf = (...[request]: [Parameters<typeof newRecord>[1]]) => newRecord(scope, request, kind, 0).label;
  const nameless = { id: "i-1", arn: "arn:fake:i-1" };
  assert.equal(labelOf({ type: "create", draft: draftOf("alpha") }), "alpha");
  assert.equal(labelOf({ type: "create", draft: { kind: "fake", values: {}, tags: {} } }), "unnamed fake instance");
  assert.equal(labelOf({ type: "delete", target }), "alpha");
  assert.equal(labelOf({ type: "delete", target: nameless }), "i-1");
  assert.equal("name" in (newRecord(scope, { type: "delete", target: nameless }, kind, 0).target ?? {}), false);
});

test("Where a kind has no states there is nothing to wait for, and no failed state to recreate from", () => {
  assert.throws(
    () => newRecord(scope, { type: "recreate", draft: draftOf("alpha"), target }, withoutStates, 0),
    (error) =>
      error instanceof UserError && /fake instance has no failed state.*Create another one/.test(error.message),
  );
  assert.equal(newRecord(scope, { type: "create", draft: draftOf("alpha") }, withoutStates, 0).step, "create");
  for (const type of ["create", "delete"] as const) {
    assert.equal(progressOf({ type, step: type }, withoutStates).count, 1);
    assert.equal(progressOf({ type, step: type }, kind).count, 2);
  }
});

test("Progress tells people which step of how many is on and what it does, counted as the page lists them", () => {
  const labels = (["check", "delete", "waitDeleted", "create", "follow"] as const).map((step) =>
    progressOf({ type: "recreate", step }, kind),
  );
  assert.deepEqual(labels, [
    { number: 1, count: 5, label: "checking the state" },
    { number: 2, count: 5, label: "deleting" },
    { number: 3, count: 5, label: "waiting for deletion" },
    { number: 4, count: 5, label: "creating" },
    { number: 5, count: 5, label: "waiting until it is active" },
  ]);
  assert.equal(stepNamesOf("recreate", kind).length, 5);
  assert.deepEqual(progressOf({ type: "edit", step: "edit" }, kind), { number: 1, count: 1, label: "changing" });
  const tagging = (["setTags", "removeTags"] as const).map((step) => progressOf({ type: "tags", step }, kind));
  assert.deepEqual(tagging, [
    { number: 1, count: 2, label: "setting tags" },
    { number: 2, count: 2, label: "removing tags" },
  ]);
  const unknown = progressOf({ type: "delete", step: "ofTheFuture" }, kind);
  assert.deepEqual(unknown, { number: 1, count: 2, label: "ofTheFuture" });
});
