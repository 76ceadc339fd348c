import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faults } from "./faults/list";
import { watchHosts } from "./hosts";
import { buildChild, killedName, playKilled } from "./killed";
import { Lane } from "./lane";
import { playFault, type RunResult } from "./play";

export interface CampaignOptions {
  readonly runs: number;
  /** Of the first run; each further one has the next. */
  readonly seed: number;
  /** The name of a fault: no others. */
  readonly only?: string;
  /** Every so many seeds only, from `seed` on: for processes that share a campaign. */
  readonly step?: number;
  /** Runs at the same time in this process. */
  readonly parallel?: number;
  readonly onRun?: (result: RunResult) => void;
}

export interface CampaignSummary {
  readonly results: readonly RunResult[];
  readonly seconds: number;
}

/** Every third run kills real processes; the others go round all faults. */
const killedEvery = 3;

const wheel = faults.flatMap((fault) => Array.from({ length: fault.weight ?? 1 }, () => fault));

/** In memory where the system has such a place: the sandboxes write and flush a lot. */
const temporaryRoot = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Lets everything go wrong, run after run, and looks whether each comes to the right end. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignSummary> {
  const { runs, seed: firstSeed, step = 1, parallel = 4 } = options;
  const started = Date.now();
  watchHosts();
  const path = await mkdtemp(join(temporaryRoot, "campaign-"));
  const results: RunResult[] = [];
  let next = 0;
  try {
    const bundle = await buildChild(path);
    const work = async (number: number) => {
      const lane = new Lane(join(path, `lane-${number}`));
      while (next < runs) {
        const result = await play(firstSeed + step * next++, { bundle, lane, path, only: options.only });
        results.push(result);
        options.onRun?.(result);
      }
      await lane.close();
    };
    await Promise.all(Array.from({ length: Math.min(parallel, runs) }, (_, number) => work(number)));
  } finally {
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
  }
  return { results, seconds: (Date.now() - started) / 1000 };
}

interface Place {
  readonly bundle: string;
  readonly lane: Lane;
  readonly path: string;
  readonly only: string | undefined;
}

function play(seed: number, { bundle, lane, path, only }: Place): Promise<RunResult> {
  const kills = Math.floor(seed / killedEvery);
  if (only === undefined ? seed % killedEvery === 0 : only === killedName)
    return playKilled(bundle, lane, { seed, number: only === undefined ? kills : seed, path });
  const fault = faults.find(({ name }) => name === only) ?? wheel[(seed - kills - 1) % wheel.length]!;
  return playFault(fault, lane, seed, path);
}
