import assert from "node:assert/strict";
import { test } from "node:test";
import { usualDuration } from "../../../src/operations/usualDuration";
import { record } from "../features/treeWorld";

const took = (ms: number, changes = {}) => {
  const one = record({ status: "succeeded", ...changes });
  return { ...one, settledAt: one.createdAt + ms };
};

test("Three of a type and kind say what is usual, two do not", () => {
  assert.equal(usualDuration([took(1), took(2)], record()), undefined);
  assert.deepEqual(usualDuration([took(300), took(100), took(200)], record()), { fromMs: 100, toMs: 300 });
});

test("The one that took a weekend does not make a weekend usual", () => {
  const many = Array.from({ length: 20 }, (_, index) => took(100 + index));
  assert.deepEqual(usualDuration([...many, took(1e9)], record()), { fromMs: 102, toMs: 118 });
});

test("What was interrupted, resumed or waited for an answer does not make its time usual", () => {
  const heldUp = took(98_000, { wasHeldUp: true });
  assert.equal(usualDuration([heldUp, took(100), took(200)], record()), undefined);
  assert.deepEqual(usualDuration([heldUp, took(100), took(200), took(300)], record()), { fromMs: 100, toMs: 300 });
});

test("Only what succeeded counts, and the sandbox does not for AWS", () => {
  const sandbox = { ...record().connection, source: "sandbox" as const };
  const others = [
    took(1, { status: "failed" }),
    took(1, { type: "delete" }),
    took(1, { kind: "supplyChain" }),
    took(1, { connection: sandbox }),
  ];
  assert.equal(usualDuration([...others, took(1), took(1)], record()), undefined);
});
