import assert from "node:assert/strict";
import { test } from "node:test";
import { createTicking } from "../../../../src/ui/tree/ticking";
import { FakeClock } from "../../../fakes/clock";

test("Time is drawn every five seconds while something counts it, and never while nobody looks", async () => {
  const clock = new FakeClock();
  let [isVisible, ticks, count] = [false, 0, 1];
  const ticking = createTicking({ clock, isVisible: () => isVisible, count: () => count, tick: () => ticks++ });
  ticking.arm();
  assert.deepEqual(clock.pending, []);
  isVisible = true;
  ticking.arm();
  ticking.arm();
  await clock.advance(60_000);
  assert.equal(ticks, 12);
  count = 0;
  await clock.advance(60_000);
  assert.deepEqual(clock.pending, []);
  ticking.dispose();
});
