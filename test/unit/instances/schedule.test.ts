import assert from "node:assert/strict";
import { test } from "node:test";
import { ListingSchedule } from "../../../src/instances/schedule";
import { FakeClock } from "../../fakes/clock";

function createSchedule(random: () => number = () => 1) {
  const clock = new FakeClock();
  const settings = { intervalMs: 60_000 };
  const schedule = new ListingSchedule({ clock, random, intervalMs: () => settings.intervalMs });
  return { clock, schedule, settings };
}

test("What was never listed is due at once, and what takes few requests an interval after its listing", async () => {
  const { clock, schedule } = createSchedule();
  assert.equal(schedule.dueInMs("k"), 0);
  schedule.listed("k", 1, true);
  assert.equal(schedule.dueInMs("k"), 60_000);
  schedule.listed("k", 60, true);
  assert.equal(schedule.dueInMs("k"), 60_000);
  await clock.advance(59_999);
  assert.equal(schedule.dueInMs("k"), 1);
  await clock.advance(1);
  assert.equal(schedule.dueInMs("k"), 0);
});

test("What is due in a part of a millisecond is slept for a whole one: it comes to its end", async () => {
  const { clock, schedule } = createSchedule(() => 0.123_456_789);
  schedule.listed("k", 1, false);
  await clock.advance(33_703);
  const last = schedule.dueInMs("k")!;
  assert.equal(last, 1);
  await clock.advance(last);
  assert.equal(schedule.dueInMs("k"), 0);
});

test("A list of any length costs no more than a request a second, and a short one does not wait for a long one", () => {
  const { schedule } = createSchedule();
  schedule.listed("long", 500, true);
  schedule.listed("short", 1, true);
  assert.deepEqual([schedule.dueInMs("long"), schedule.dueInMs("short")], [500_000, 60_000]);
});

test("Listings that began together part, and none of them waits longer than the interval", () => {
  const pauses = Array.from({ length: 100 }, (_, index) => {
    const { schedule } = createSchedule(() => index / 100);
    schedule.listed("k", 1, false);
    return schedule.dueInMs("k")!;
  });
  assert.deepEqual([Math.min(...pauses), Math.max(...pauses), new Set(pauses).size], [30_000, 59_700, 100]);
  const { schedule } = createSchedule(() => 0);
  schedule.listed("k", 1, true);
  assert.equal(schedule.dueInMs("k"), 60_000);
});

test("A failure that may pass is tried again after five seconds, then ever later, up to the interval", () => {
  const { schedule } = createSchedule();
  const pauses = Array.from({ length: 6 }, () => schedule.failed("k", 1, true));
  assert.deepEqual(pauses, [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  schedule.listed("k", 1, true);
  assert.equal(schedule.failed("k", 1, true), 5_000);
  assert.equal(schedule.failed("k", 1, false), 60_000);
  assert.equal(schedule.failed("k", 1, true), 5_000);
});

test("A long listing that fails near its end is not begun again sooner than it may be", () => {
  const { schedule } = createSchedule();
  assert.equal(schedule.failed("k", 30, true), 30_000);
  assert.equal(schedule.failed("k", 300, true), 300_000);
});

test("What the service refuses to list is not due until somebody asks", () => {
  const { schedule } = createSchedule();
  schedule.refused("k");
  assert.equal(schedule.failed("k", 1, false), undefined);
  schedule.forget();
  assert.equal(schedule.dueInMs("k"), 0);
});

test("Another interval counts from the last listing, and an interval of 0 ends them all", () => {
  const { schedule, settings } = createSchedule();
  schedule.listed("k", 1, true);
  settings.intervalMs = 10_000;
  assert.equal(schedule.dueInMs("k"), 10_000);
  settings.intervalMs = 0;
  assert.deepEqual(
    [schedule.dueInMs("k"), schedule.failed("k", 1, true), schedule.dueInMs("new")],
    [undefined, undefined, 0],
  );
});
