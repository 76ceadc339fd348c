import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError } from "../../src/core/errors";
import { FakeClock } from "./clock";

test("Sleepers wake in order, at their own time, and a loop re-arms within one advance", async () => {
  const clock = new FakeClock(0);
  const log: string[] = [];
  const loop = async (name: string, ms: number) => {
    for (;;) {
      await clock.sleep(ms);
      log.push(`${name}@${clock.now()}`);
    }
  };
  void loop("a", 30);
  void loop("b", 20);
  await clock.advance(65);
  assert.deepEqual(log, ["b@20", "a@30", "b@40", "a@60", "b@60"]);
  assert.deepEqual([clock.now(), clock.pending], [65, [15, 25]]);
});

test("An aborted sleep rejects and is pending no more", async () => {
  const clock = new FakeClock();
  const abort = new AbortController();
  const sleep = clock.sleep(10, abort.signal);
  abort.abort();
  await assert.rejects(sleep, CancelledError);
  await assert.rejects(clock.sleep(10, abort.signal), CancelledError);
  assert.deepEqual(clock.pending, []);
});
