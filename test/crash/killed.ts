import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import type { SandboxAccess } from "../../src/instances/sessionAccess";
import type { OperationRecord } from "../../src/operations/operationRecord";
import type { ChildReport, ChildTask } from "./child";
import { judgeAlways, judgeEnd, judgeInstances } from "./judge";
import type { Lane } from "./lane";
import { Random } from "./random";
import type { RunResult } from "./play";
import { scenarios } from "./scenarios";
import { messageOf } from "../../src/core/errors";
import { Trial } from "./trial";

export const killedName = "killedProcess";
export const killedAbout =
  "SIGKILL for a real process at any point of every operation, with an unsteady service, and for those that carry on";

const childTimeoutMs = 60_000;

/** Points that each scenario has when nothing goes wrong, give or take one or two. A higher number kills nobody. */
const pointsOf: Readonly<Record<string, number>> = { create: 22, recreate: 42, delete: 19, edit: 15, tags: 23 };

const targets = scenarios.flatMap((scenario) =>
  Array.from({ length: pointsOf[scenario.type]! }, (_, index) => ({ scenario, killAt: index + 1 })),
);

/** Few runs in a row should differ much, and as many as there are targets should meet each of them. */
const stride = 37;

/** A child starts in a tenth of a second when it is one file. */
export async function buildChild(directory: string): Promise<string> {
  const outfile = join(directory, "child.cjs");
  await build({
    entryPoints: [join(import.meta.dirname, "child.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    outfile,
    // Only profiles need them, and the sandbox's keys are no profile's.
    external: ["@aws-sdk/credential-providers"],
    logLevel: "error",
  });
  return outfile;
}

/** One run with killed processes. Never rejects. `number`: which of all runs of this kind it is. */
export async function playKilled(
  bundle: string,
  lane: Lane,
  run: { readonly seed: number; readonly number: number; readonly path: string },
): Promise<RunResult> {
  const { scenario, killAt } = targets[(run.number * stride) % targets.length]!;
  const random = new Random(run.seed);
  const trial = new Trial(lane, scenario, { seed: run.seed, random, path: run.path });
  const killed = new KilledRun(bundle, trial, killAt, run.path);
  let problem: string | undefined;
  try {
    await trial.setUp();
    await killed.play();
  } catch (error) {
    problem = `${messageOf(error)} (killed at: ${killed.kills.join("; ")})`;
  } finally {
    await killed.cleanUp();
    await trial.cleanUp();
  }
  return {
    seed: run.seed,
    fault: killedName,
    scenario: scenario.name,
    kills: killed.kills,
    wasTakenOver: killed.wasTakenOver,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** One operation, killed at least once where its number falls on a point, and carried on until it is over. */
class KilledRun {
  readonly kills: string[] = [];
  wasTakenOver = false;
  readonly #bundle: string;
  readonly #trial: Trial;
  readonly #firstKillAt: number;
  readonly #path: string;
  readonly #cleanUps: (() => unknown)[] = [];

  constructor(bundle: string, trial: Trial, killAt: number, path: string) {
    this.#bundle = bundle;
    this.#trial = trial;
    this.#firstKillAt = killAt;
    this.#path = path;
  }

  async play(): Promise<void> {
    const { scenario, ours, lane, region, random, prepared } = this.#trial;
    const directory = await mkdtemp(join(this.#path, "killed-"));
    this.#cleanUps.push(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
    const access: SandboxAccess = { endpoint: lane.here.url, region, keys: ours.keys };
    if (random.chance(0.4)) await this.#addFaults();
    const task: Omit<ChildTask, "mode"> = {
      directory: join(directory, "operations"),
      access,
      scope: {
        kind: scenario.kind,
        connection: { source: "sandbox", profile: scenario.profile, region },
        accountId: ours.id,
        place: {
          service: scenario.kind === "chime" ? "chime-sdk-identity" : "supplychain",
          region,
          endpoint: `sandbox ${ours.keys[scenario.profile].accessKeyId}`,
        },
      },
      request: prepared.request,
    };
    const record = random.chance(0.2) ? await this.#inTwoWindows(task) : await this.#inOneWindow(task);
    await judgeAlways(this.#trial, record ? [record] : []);
    if (record) await judgeEnd(this.#trial, record);
    else await judgeInstances(this.#trial, prepared.untouched);
    const left = (await readdir(task.directory).catch(() => [])).filter((name) => !name.endsWith(".json"));
    assert.deepEqual(left, [], "something was left in the journal's folder");
  }

  async cleanUp(): Promise<void> {
    for (const cleanUp of this.#cleanUps.reverse()) await cleanUp();
  }

  /** Killed, started again, perhaps killed again, and at last left alone. */
  async #inOneWindow(task: Omit<ChildTask, "mode">): Promise<OperationRecord | undefined> {
    const { random } = this.#trial;
    let report = await this.#child({ ...task, mode: "start", killAt: this.#firstKillAt });
    for (let again = 0; report === "killed"; again++) {
      const killAt = again < 3 && random.chance(0.5) ? { killAt: this.#somePoint() } : {};
      report = await this.#child({ ...task, mode: "resume", ...killAt });
    }
    assert.equal(report.refusal, undefined);
    return report.record;
  }

  /** The second one looks on, and has to take over when the first one is killed. */
  async #inTwoWindows(task: Omit<ChildTask, "mode">): Promise<OperationRecord | undefined> {
    const watching = this.#spawn({ ...task, mode: "watch" });
    await once(watching.stdout!, "data");
    const first = await this.#child({ ...task, mode: "start", killAt: this.#firstKillAt });
    watching.stdin!.end();
    const report = await this.#reportOf(watching);
    if (report === "killed") throw new Error("The second window died");
    if (first !== "killed") assert.deepEqual(report.record, first.record, "the windows do not agree");
    else if (report.record) this.wasTakenOver = true;
    if (first !== "killed") return report.record;
    // The next window that starts clears a lock away that has nothing to take over. It also finishes what got on record in
    // the moment before the second window was closed, which that one may not have heard of.
    const later = await this.#child({ ...task, mode: "resume" });
    if (later === "killed") throw new Error("The third window died");
    return report.record ?? later.record;
  }

  #somePoint(): number {
    return this.#trial.random.upTo(pointsOf[this.#trial.scenario.type]!);
  }

  async #addFaults(): Promise<void> {
    const { random, changes, readings } = this.#trial;
    const faults = [
      { kind: "reset" },
      { kind: "commitThenReset" },
      { kind: "truncate" },
      { kind: "garbage" },
      { kind: "garbage", status: random.pick([403, 404, 408, 413, 502]) },
      { kind: "status", status: 500 },
      { kind: "status", status: 503 },
      { kind: "status", status: 429, code: "ThrottlingException" },
      { kind: "latency", ms: 30 },
      { kind: "lag", ms: 100 },
      { kind: "inProgress", ms: 50 },
    ] as const;
    for (let count = random.upTo(3); count > 0; count--)
      await this.#trial.fault(random.pick(["*", ...changes, ...readings]), random.pick(faults), random.upTo(4));
  }

  #child(task: ChildTask): Promise<ChildReport | "killed"> {
    const child = this.#spawn(task);
    child.stdin!.end();
    return this.#reportOf(child);
  }

  #spawn(task: ChildTask): ChildProcess {
    const child = spawn(process.execPath, [this.#bundle, JSON.stringify(task)], { stdio: ["pipe", "pipe", "pipe"] });
    this.#cleanUps.push(() => child.kill("SIGKILL"));
    return child;
  }

  async #reportOf(child: ChildProcess): Promise<ChildReport | "killed"> {
    const timer = setTimeout(() => child.kill("SIGTERM"), childTimeoutMs);
    const exit = once(child, "exit") as Promise<[number | null, string | null]>;
    const [output, complaint, [code, signal]] = await Promise.all([text(child.stdout!), text(child.stderr!), exit]);
    clearTimeout(timer);
    if (signal === "SIGKILL") {
      this.kills.push(complaint);
      return "killed";
    }
    if (code !== 0) throw new Error(signal === "SIGTERM" ? "It hung" : `It ended with ${code ?? signal}: ${complaint}`);
    return JSON.parse(output.slice(output.indexOf("{"))) as ChildReport;
  }
}
