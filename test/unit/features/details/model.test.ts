import assert from "node:assert/strict";
import { test } from "node:test";
import { toDetails, type DetailsSource } from "../../../../src/features/details/model";
import type { Instance } from "../../../../src/instances/instance";
import { openTree, prod, supplyChain } from "../treeWorld";

const { kinds } = openTree();
const second = 1_000;
const created = Date.UTC(2026, 10, 28, 20, 22, 41);
const failedAt = created + 6 * second;

function timelineOf(instance: Partial<Instance>, seen: DetailsSource["seen"], goneAt?: number) {
  const { model } = toDetails({
    connection: prod,
    isPinned: false,
    accountId: undefined,
    isLoopback: false,
    kind: kinds.get("supplyChain")!,
    id: "1",
    instance: supplyChain({ createdAt: created, ...instance }),
    isBusy: false,
    error: undefined,
    tags: { status: "loading" },
    seen,
    goneAt,
  });
  return model.timeline?.segments;
}

function segmentsOf(instance: Partial<Instance>, seen: DetailsSource["seen"]) {
  return timelineOf(instance, seen)?.map(({ text, from, isFirstSeen = false }) => [text, from, isFirstSeen]);
}

const unknown = { state: "CreateFailed", phase: "createFailed" } as const;
const failed = { ...unknown, changedAt: failedAt };

test("A state that lasts is there since the service changed the instance, whenever a window looked first", () => {
  for (const at of [failedAt - 2 * second, failedAt + 2 * second, failedAt + 25 * second])
    assert.deepEqual(segmentsOf(failed, [{ state: "CreateFailed", at }]), [["CreateFailed", failedAt, false]]);
  const seen = [
    { state: "Initializing", at: created },
    { state: "CreateFailed", at: failedAt + 2 * second },
  ];
  assert.deepEqual(segmentsOf(failed, seen), [
    ["Initializing", created, false],
    ["CreateFailed", failedAt, false],
  ]);
});

test("Where the service does not say when, a state is first seen, or since it was seen to come", () => {
  const at = created + 20 * second;
  assert.deepEqual(segmentsOf(unknown, [{ state: "CreateFailed", at }]), [["CreateFailed", at, true]]);
  const seen = [
    { state: "Initializing", at: created },
    { state: "CreateFailed", at },
  ];
  assert.deepEqual(segmentsOf(unknown, seen)?.at(-1), ["CreateFailed", at, false]);
});

test("What was changed long after it was seen, or before another state, did not come into its state then", () => {
  const at = created + 20 * second;
  const edited = { changedAt: at + 3_600 * second };
  assert.deepEqual(segmentsOf(edited, [{ state: "Active", at }]), [["Active", at, true]]);
  const seen = [
    { state: "Initializing", at: created + second },
    { state: "Active", at },
  ];
  assert.deepEqual(segmentsOf({ changedAt: created }, seen)?.at(-1), ["Active", at, false]);
});

test("What goes on is counted from when it was seen", () => {
  const at = created + 20 * second;
  const deleting = { state: "Deleting", phase: "deleting", changedAt: created } as const;
  assert.deepEqual(segmentsOf(deleting, [{ state: "Deleting", at }]), [["Deleting", at, false]]);
});

test("Of what is gone nothing goes on or lasts: its last state ended when that was found", () => {
  const at = created + 20 * second;
  const gone = at + 5 * second;
  const deleting = { state: "Deleting", phase: "deleting", changedAt: at } as const;
  assert.deepEqual(timelineOf(deleting, [{ state: "Deleting", at }], gone), [
    { text: "Deleting", tone: "progress", from: at, to: gone },
  ]);
  const [present] = timelineOf({ changedAt: at }, [{ state: "Active", at }], gone) ?? [];
  assert.deepEqual([present?.to, present?.isLasting, present?.isFirstSeen], [gone, undefined, undefined]);
});
