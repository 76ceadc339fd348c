import assert from "node:assert/strict";
import { test } from "node:test";
import type { TimelineModel } from "../../../../src/ui/page/protocol/pieces";
import { stretchesOf, timelineText, usualMark, usualText } from "../../../../src/ui/page/timeline";

const minute = 60_000;
const start = Date.UTC(2026, 10, 21, 12, 0, 0);
const model: TimelineModel = {
  segments: [
    { text: "Initializing", tone: "progress", from: start, to: start + 3 * minute },
    { text: "Active", tone: "success", from: start + 3 * minute, isLasting: true },
  ],
};

test("Each segment of the bar is as wide as it took long, and together they fill it", () => {
  const stretches = stretchesOf(model, start + 4 * minute);
  assert.deepEqual(
    stretches.map(({ x, width }) => [x, width]),
    [
      [0, 75],
      [75, 25],
    ],
  );
});

test("What took no time beside days can be seen, and the bar is still full", () => {
  const stretches = stretchesOf(model, start + 9 * 24 * 60 * minute);
  const [first, last] = stretches;
  assert.ok(first!.width > 1.9, `${first!.width}`);
  assert.ok(Math.abs(last!.x + last!.width - 100) < 1e-9);
  assert.ok(stretchesOf({ segments: [model.segments[1]!] }, start).every(({ width }) => width === 100));
});

test("The text says what the picture shows: what is over, what lasts, what goes on, and where nobody looked", () => {
  assert.match(
    timelineText(model, start + 4 * minute),
    /^Initializing 3 min 0 s · Active since 2026-11-2\d \d\d:\d\d:00 /,
  );
  const others: TimelineModel = {
    segments: [
      { text: "Not seen", tone: "neutral", from: start, to: start + minute, isUnseen: true },
      { text: "Deleting", tone: "progress", from: start + minute },
    ],
  };
  const found: TimelineModel = { segments: [{ ...model.segments[1]!, isFirstSeen: true }] };
  assert.match(timelineText(found, start + 4 * minute), /^Active, first seen 2026-11-2\d \d\d:\d\d:00 /);
  assert.equal(timelineText(others, start + 2 * minute), "Not watched for 1 min 0 s · Deleting for 1 min 0 s so far");
});

test("The usual duration is a mark on the bar once the bar is that long", () => {
  const usual = { fromMs: 2 * minute, toMs: 3 * minute };
  const running: TimelineModel = { segments: [{ text: "creating", tone: "progress", from: start }], usual };
  assert.equal(usualMark(running, start + minute), undefined);
  assert.deepEqual(usualMark(running, start + 4 * minute), { x: 50, width: 25 });
  assert.equal(usualText({ fromMs: 5.2 * minute, toMs: 8.9 * minute }), "usually 5 to 9 min");
  assert.equal(usualText({ fromMs: 8_000, toMs: 8_000 }), "usually 8 s");
});
