import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { comparisons, compareTexts, orderRevision, sortOrders } from "../../../../src/features/instances/treeOrder";
import { supplyChain } from "../treeWorld";

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
/** Of what names are made, so that equal beginnings and numbers come up often. */
const character = fc.constantFrom(...Array.from("aAbBzZ0019 _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$éß漢"));
const name = fc.string({ unit: character, maxLength: 6 });

test("Names are ordered as the collator orders them", () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      assert.equal(Math.sign(compareTexts(one, other)), Math.sign(collator.compare(one, other)), `${one} | ${other}`);
    }),
    { numRuns: 20_000 },
  );
});

test("What failed comes first in each order, and then what was asked for decides", () => {
  const listed = [
    supplyChain({ id: "1", name: "a", state: "Initializing", createdAt: 1 }),
    supplyChain({ id: "2", name: "b", state: "Active", createdAt: 3 }),
    supplyChain({ id: "3", name: "c", state: "Active", createdAt: 2 }),
    supplyChain({ id: "4", name: "z", state: "CreateFailed", phase: "createFailed", createdAt: 0 }),
  ];
  const orders = sortOrders.map((sortBy) =>
    listed
      .toSorted(comparisons[sortBy])
      .map((each) => each.name)
      .join(""),
  );
  assert.deepEqual(orders, ["zabc", "zbca", "zbca"]);
});

test("An order is another one only when something that it goes by has changed", () => {
  const before = { members: 1, states: 1, dates: 1 };
  const changed = (now: typeof before) =>
    sortOrders.filter((sortBy) => orderRevision(sortBy, now) !== orderRevision(sortBy, before));
  assert.deepEqual(changed({ ...before, states: 2 }), ["state"]);
  assert.deepEqual(changed({ ...before, dates: 2 }), ["date"]);
  assert.deepEqual(changed({ ...before, members: 2 }), ["name", "state", "date"]);
});
