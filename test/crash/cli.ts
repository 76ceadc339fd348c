import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { runCampaign, type CampaignOptions } from "./campaign";
import { describe, listFaults } from "./describe";
import { faults } from "./faults/list";
import { killedName } from "./killed";
import type { RunResult } from "./play";

const usage = "npm run campaign -- [--runs N] [--seed S] [--only FAULT] [--processes P] [--list-faults]";

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    seed: { type: "string" },
    only: { type: "string" },
    processes: { type: "string" },
    "list-faults": { type: "boolean" },
  },
});
const runs = Number(values.runs ?? 1000);
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const processes = Number(values.processes ?? Math.min(availableParallelism(), 8));
const { only } = values;

/** What another process of the same campaign is told. */
const sharedTask = process.env.APP_INSTANCES_CAMPAIGN;

async function main(): Promise<void> {
  if (sharedTask !== undefined) {
    await runCampaign({ ...(JSON.parse(sharedTask) as CampaignOptions), onRun: (result) => process.send?.(result) });
    process.disconnect();
    return;
  }
  if (values["list-faults"]) {
    process.stdout.write(`${listFaults()}\n`);
    return;
  }
  const isKnown = only === undefined || only === killedName || faults.some(({ name }) => name === only);
  const areNumbers = [runs, seed, processes].every((value) => Number.isInteger(value) && value >= 0);
  if (!isKnown || !areNumbers || processes === 0) {
    process.stderr.write(`${usage}\n`);
    process.exitCode = 2;
    return;
  }
  process.stdout.write(`${runs} runs from seed ${seed}\n`);
  const summary = await shared();
  process.stdout.write(`${describe(summary)}\n`);
  process.exitCode = summary.results.some(({ problem }) => problem !== undefined) ? 1 : 0;
}

/** Divides the seeds among processes, one for each core: most of a run is computing. */
async function shared() {
  const started = Date.now();
  const results: RunResult[] = [];
  const onRun = (result: RunResult) => {
    results.push(result);
    if (result.problem !== undefined)
      process.stdout.write(`wrong: seed ${result.seed}, ${result.fault}, ${result.scenario}\n`);
    if (results.length % 500 === 0) process.stdout.write(`${results.length}\n`);
  };
  const workers = Array.from({ length: Math.min(processes, runs) }, async (_, index) => {
    const task: CampaignOptions = {
      runs: Math.ceil((runs - index) / processes),
      seed: seed + index,
      step: processes,
      ...(only === undefined ? {} : { only }),
    };
    const worker = fork(import.meta.filename, [], {
      env: { ...process.env, APP_INSTANCES_CAMPAIGN: JSON.stringify(task) },
    });
    worker.on("message", (result) => onRun(result as RunResult));
    const [code] = (await once(worker, "exit")) as [number | null];
    if (code !== 0) throw new Error(`A process of the campaign ended with ${code}`);
  });
  await Promise.all(workers);
  results.sort((a, b) => a.seed - b.seed);
  return { results, seconds: (Date.now() - started) / 1000 };
}

void main();
