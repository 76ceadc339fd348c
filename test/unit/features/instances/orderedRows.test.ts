import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { atOnce } from "../../../../src/core/slices";
import { OrderedRows } from "../../../../src/features/instances/orderedRows";
import { comparisons, sortOrders } from "../../../../src/features/instances/treeOrder";
import type { Instance } from "../../../../src/instances/instance";
import { supplyChain } from "../treeWorld";

const phase = fc.constantFrom("ready" as const, "createFailed" as const, "creating" as const);
const overrides = { name: fc.string({ maxLength: 2 }), phase, createdAt: fc.nat(5) };
const ids = Array.from({ length: 3_000 }, (_, index) => String(index).padStart(4, "0"));
const change = fc.record({ id: fc.constantFrom(...ids), ...overrides, isGone: fc.boolean() });
/** Many of them: enough that some are cut off while they are put in order, and later too. */
const seed = fc.record({ count: fc.constantFrom(0, 3, 499, 1_501, 3_000), factor: fc.integer({ min: 1, max: 999 }) });

function listed({ count, factor }: { readonly count: number; readonly factor: number }): readonly Instance[] {
  return ids.slice(0, count).map((id, index) => {
    const number = (index * factor) % 1_009;
    return supplyChain({ id, name: `n${number}`, phase: number === 7 ? "createFailed" : "ready", createdAt: number });
  });
}

test("The first rows are the first of the sorted list, and stay so as instances come, go and change", () => {
  let askedAnew = 0;
  let updated = 0;
  const run = fc.property(
    seed,
    fc.constantFrom(1, 2, 500, Infinity),
    fc.constantFrom(...sortOrders),
    fc.array(fc.array(change, { maxLength: 20 }), { maxLength: 5 }),
    (start, limit, sortBy, rounds) => {
      const compare = comparisons[sortBy];
      const all = new Map(listed(start).map((instance) => [instance.id, instance]));
      const rows = atOnce(OrderedRows.of(all.values(), limit, compare));
      const expected = () => [...all.values()].sort(compare).slice(0, limit);
      assert.deepEqual(rows.rows, expected());
      for (const changes of rounds) {
        for (const { id, isGone, ...values } of changes) {
          if (isGone) all.delete(id);
          else all.set(id, supplyChain({ id, ...values }));
        }
        if (!rows.update(changes.map(({ id }) => [id, all.get(id)]))) {
          askedAnew++;
          return;
        }
        assert.deepEqual(rows.rows, expected());
        updated++;
      }
    },
  );
  fc.assert(run, { numRuns: 60 });
  assert.ok(updated > 50, `${updated} updates, ${askedAnew} asked anew`);
});

test("When more have gone than are spare, all must be put in order anew, and whoever came meanwhile is not lost", () => {
  const all = listed({ count: 3_000, factor: 1 });
  const rows = atOnce(OrderedRows.of(all, 10, comparisons.date));
  const first = all.toSorted(comparisons.date);
  const gone = (from: number, to: number) => first.slice(from, to).map(({ id }) => [id, undefined] as const);
  assert.equal(rows.update(gone(0, 500)), true);
  assert.deepEqual(rows.rows, first.slice(500, 510));
  assert.equal(rows.update(gone(500, 501)), false);
});

test("A list that grows from below is cut again, and what was cut off does not come back out of order", () => {
  const rows = atOnce(OrderedRows.of([], 1, comparisons.date));
  const newest = Array.from({ length: 3_000 }, (_, index) =>
    supplyChain({ id: ids[index] ?? "", createdAt: index, name: "n" }),
  );
  for (const instance of newest) assert.ok(rows.update([[instance.id, instance]]));
  assert.equal(rows.update(newest.slice(2_000).map(({ id }) => [id, undefined])), true);
  assert.deepEqual(rows.rows, newest.slice(1_999, 2_000));
  assert.equal(rows.update([[ids[1_999] ?? "", undefined]]), false);
});
