import { parseArgs } from "node:util";
import { describe } from "./describe";
import { runCampaign } from "./campaign";

const usage = "npm run campaign -- [--runs N] [--seed S] [--parallel P]";

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    seed: { type: "string" },
    parallel: { type: "string" },
  },
});
const runs = Number(values.runs ?? 1000);
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const parallel = Number(values.parallel ?? 4);
if (![runs, seed, parallel].every((value) => Number.isInteger(value) && value >= 0)) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

async function main(): Promise<void> {
  process.stdout.write(`${runs} runs from seed ${seed}\n`);
  const summary = await runCampaign({
    runs,
    seed,
    parallel,
    onRun: (done) => {
      if (done % 100 === 0) process.stdout.write(`${done}\n`);
    },
  });
  process.stdout.write(`${describe(summary)}\n`);
  process.exitCode = summary.failures.length > 0 ? 1 : 0;
}

void main();
