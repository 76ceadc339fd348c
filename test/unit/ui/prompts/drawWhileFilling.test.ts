import assert from "node:assert/strict";
import { test } from "node:test";
import { drawWhileFilling } from "../../../../src/ui/prompts/drawWhileFilling";
import { FakeClock } from "../../../fakes/clock";

function setUp() {
  const clock = new FakeClock();
  const ending = new AbortController();
  const drawn: number[] = [];
  let count = 0;
  const changed = drawWhileFilling(
    () => {
      drawn.push(count);
      return count;
    },
    { clock, signal: ending.signal },
  );
  const grow = (by: number) => {
    count += by;
    changed();
  };
  return { clock, ending, drawn, grow };
}

test("A list that fills is drawn at once, then together with what came within 300 ms, and not again for nothing", async () => {
  const { clock, drawn, grow } = setUp();
  grow(1);
  assert.deepEqual(drawn, [1]);
  for (let page = 0; page < 5; page++) grow(10);
  await clock.advance(299);
  assert.deepEqual(drawn, [1]);
  await clock.advance(1);
  assert.deepEqual(drawn, [1, 51]);
  await clock.advance(10_000);
  assert.deepEqual(drawn, [1, 51]);
  grow(1);
  assert.deepEqual(drawn, [1, 51, 52]);
});

test("However long the list gets, what is drawn in all is a few times its length", async () => {
  const { clock, drawn, grow } = setUp();
  for (let page = 0; page < 2_000; page++) {
    grow(50);
    await clock.advance(50);
  }
  await clock.advance(60_000);
  assert.equal(drawn.at(-1), 100_000);
  const total = drawn.reduce((sum, count) => sum + count, 0);
  assert.ok(total < 500_000, `${total} items in ${drawn.length} drawings`);
});

test("After the end nothing is drawn, and nobody waits", async () => {
  const { clock, ending, drawn, grow } = setUp();
  grow(1);
  grow(1);
  ending.abort();
  await clock.advance(1_000);
  grow(1);
  assert.deepEqual(drawn, [1]);
});
