import { messageOf } from "../../src/core/errors";
import type { Fault } from "./faults/fault";
import type { Lane } from "./lane";
import { Random } from "./random";
import { scenarios } from "./scenarios";
import { Trial } from "./trial";
import { strangerOf } from "./hosts";

export interface RunResult {
  readonly seed: number;
  readonly fault: string;
  readonly scenario: string;
  /** Labels of the points at which a process was killed. */
  readonly kills: readonly string[];
  readonly wasTakenOver: boolean;
  /** How it ended wrong. */
  readonly problem?: string;
}

const longestMessage = 700;

/** One run in this process. Never rejects. */
export async function playFault(fault: Fault, lane: Lane, seed: number, path: string): Promise<RunResult> {
  const random = new Random(seed);
  const scenario = random.pick(scenarios.filter((candidate) => fault.fits?.(candidate) ?? true));
  const trial = new Trial(lane, scenario, { seed, random, path });
  let problem: string | undefined;
  try {
    await trial.setUp();
    await fault.play(trial);
    if (trial.violation) throw trial.violation;
    const keys = [trial.ours, trial.theirs].flatMap(({ keys: pairs }) => Object.values(pairs));
    const stranger = strangerOf(keys.map(({ accessKeyId }) => accessKeyId));
    if (stranger !== undefined) throw new Error(`a signed request was on its way to ${stranger}`);
  } catch (error) {
    const notes = [...trial.notes, ...trial.interruptions.map((code) => `interrupted: ${code}`)];
    problem = [messageOf(error).slice(0, longestMessage), ...notes.slice(-12)].join("\n          ");
  } finally {
    await trial.cleanUp();
  }
  return {
    seed,
    fault: fault.name,
    scenario: scenario.name,
    kills: [],
    wasTakenOver: false,
    ...(problem === undefined ? {} : { problem }),
  };
}
