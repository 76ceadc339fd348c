import assert from "node:assert/strict";
import { test } from "node:test";
import { createRedraws } from "../../../../src/ui/tree/redraws";
import { FakeClock } from "../../../fakes/clock";

function world(t: { after(cleanUp: () => unknown): void }, rowsOf: (changes: readonly string[]) => number = () => 1) {
  const clock = new FakeClock();
  const drawn: string[] = [];
  let rows = 0;
  const redraws = createRedraws<string>({
    clock,
    keyOf: (change) => change,
    draw: (changes) => {
      rows += rowsOf(changes);
      drawn.push(`${clock.monotonic()} ${changes.join("+")}`);
    },
    drawnRows: () => rows,
  });
  t.after(() => redraws.dispose());
  return { clock, drawn, redraws };
}

test("The first change is drawn at once, and those that follow closely together, every 300 ms", async (t) => {
  const { clock, drawn, redraws } = world(t);
  for (let page = 1; page <= 10; page++) {
    redraws.add(`page ${page}`);
    await clock.advance(100);
  }
  assert.deepEqual(drawn, ["0 page 1", "300 page 2+page 3", "600 page 4+page 5+page 6", "900 page 7+page 8+page 9"]);
  await clock.advance(1_000);
  assert.deepEqual(drawn.at(-1), "1200 page 10");
  assert.deepEqual(clock.pending, []);
});

test("Quiet is not paid for: a change that comes later is drawn at once, and the same thing twice is one", async (t) => {
  const { clock, drawn, redraws } = world(t);
  redraws.add("a");
  await clock.advance(300);
  redraws.add("b");
  redraws.add("c");
  redraws.add("c");
  redraws.add("b");
  await clock.advance(300);
  assert.deepEqual(drawn, ["0 a", "300 b", "600 c+b"]);
});

test("Whoever needs a row now has what is pending drawn, and that is no reason for another pause", async (t) => {
  const { clock, drawn, redraws } = world(t);
  redraws.add("a");
  await clock.advance(100);
  redraws.add("b");
  redraws.flush();
  redraws.flush();
  assert.deepEqual(drawn, ["0 a", "100 b"]);
  redraws.add("c");
  await clock.advance(200);
  assert.deepEqual(drawn.at(-1), "300 c");
});

test("After ten thousand rows the pause is longer, but never long", async (t) => {
  const { clock, drawn, redraws } = world(t, ([change]) =>
    change === "all" ? 10_000 : change === "more" ? 1_000_000 : 1,
  );
  redraws.add("all");
  redraws.add("more");
  await clock.advance(2_000);
  redraws.add("row");
  await clock.advance(3_000);
  assert.deepEqual(drawn, ["0 all", "2000 more", "5000 row"]);
});

test("Nothing is drawn once it is disposed, and no timer is left", async (t) => {
  const { clock, drawn, redraws } = world(t);
  redraws.add("a");
  redraws.add("b");
  await clock.advance(10);
  redraws.dispose();
  await clock.advance(1_000);
  assert.deepEqual([drawn, clock.pending], [["0 a"], []]);
});
