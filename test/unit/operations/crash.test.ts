import assert from "node:assert/strict";
import { test } from "node:test";
import { pointCount, runCampaign } from "../../crash/campaign";
import { describe } from "../../crash/describe";

void test("Wherever the process is killed, the operation comes to the right end with the right instances", async (t) => {
  const summary = await runCampaign({ runs: pointCount, seed: 0 });
  const text = describe(summary);
  t.diagnostic(text);
  assert.deepEqual(summary.failures, [], text);
  assert.ok(summary.runs >= 200);
  const killed = (pattern: RegExp) =>
    [...summary.kills].reduce((sum, [label, times]) => (pattern.test(label) ? sum + times : sum), 0);
  assert.ok(killed(/./) >= 200, "too few processes were killed to prove anything");
  for (const pattern of [
    /^journal: before the write/,
    /^journal: before the rename/,
    /^journal: after the rename/,
    /^(CreateInstance|CreateAppInstance): before/,
    /^(CreateInstance|CreateAppInstance): after/,
    /^(DeleteInstance|DeleteAppInstance): before/,
    /^(POST|DELETE|PUT|PATCH): committed/,
  ])
    assert.ok(killed(pattern) > 0, `no process was killed at ${pattern.source}`);
  assert.ok(summary.takenOver > 0, "no second window took over");
});
