import assert from "node:assert/strict";
import { test } from "node:test";
import { runCampaign } from "../../crash/campaign";
import { describe } from "../../crash/describe";
import { faults } from "../../crash/faults/list";
import { killedName } from "../../crash/killed";

test("Whatever goes wrong, every operation comes to the right end with the right instances", async (t) => {
  const summary = await runCampaign({ runs: 135, seed: 0 });
  const text = describe(summary);
  t.diagnostic(text);
  const { results } = summary;
  assert.deepEqual(
    results.filter(({ problem }) => problem !== undefined),
    [],
    text,
  );
  for (const name of [killedName, ...faults.map((fault) => fault.name)])
    assert.ok(
      results.some(({ fault }) => fault === name),
      `no run had the fault ${name}`,
    );
  const kills = results.flatMap((result) => result.kills);
  assert.ok(kills.length >= 50, "too few processes were killed to prove anything");
  for (const pattern of [
    /^journal: before the write/,
    /^journal: before the rename/,
    /^journal: after the rename/,
    /^(CreateInstance|CreateAppInstance|DeleteInstance|DeleteAppInstance): (before|after)/,
    /^(POST|DELETE|PUT|PATCH): committed/,
  ])
    assert.ok(
      kills.some((label) => pattern.test(label)),
      `no process was killed at ${pattern.source}`,
    );
  assert.ok(
    results.some(({ wasTakenOver }) => wasTakenOver),
    "no second window took over",
  );
});
