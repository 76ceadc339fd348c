import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { systemClock } from "../../src/core/clock";
import { messageOf } from "../../src/core/errors";
import { silentLog } from "../../src/core/log";
import type { Connection } from "../../src/instances/connection";
import { isInProgress } from "../../src/instances/instance";
import { createKinds } from "../../src/instances/kinds/registry";
import { createSessions, type SandboxAccess } from "../../src/instances/sessions";
import type { OperationRecord } from "../../src/operations/operation";
import { startSandbox } from "../../src/sandbox/server";
import { SandboxControl } from "../fixtures/sandbox";
import type { ChildReport, ChildTask } from "./child";
import { scenarios, type Expected, type Scenario, type Seen, type Stage } from "./scenarios";

export interface CampaignOptions {
  readonly runs: number;
  /** Of the first run; each further one has the next. As many runs as `pointCount` kill at every point of every scenario. */
  readonly seed: number;
  /** Runs at the same time. */
  readonly parallel?: number;
  /** Hears of each run that is over. */
  readonly onRun?: (done: number) => void;
}

export interface Failure {
  /** `--runs 1 --seed <seed>` repeats it. */
  readonly seed: number;
  readonly scenario: string;
  readonly problem: string;
}

export interface CampaignSummary {
  readonly runs: number;
  readonly failures: readonly Failure[];
  /** How often a process was killed, by the point at which it was. */
  readonly kills: ReadonlyMap<string, number>;
  /** Runs in which another process took over while it looked on. */
  readonly takenOver: number;
  readonly withFaults: number;
  readonly seconds: number;
}

const childTimeoutMs = 60_000;

/** Points that each scenario has when nothing goes wrong, give or take one or two. A higher number kills nobody. */
const pointsOf: Readonly<Record<string, number>> = { create: 22, recreate: 42, delete: 19, edit: 15, tags: 23 };

const targets = scenarios.flatMap((scenario) =>
  Array.from({ length: pointsIn(scenario) }, (_, index) => ({ scenario, killAt: index + 1 })),
);

export const pointCount = targets.length;

/** Kills processes at seeded points and looks whether what they left behind comes to the right end. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignSummary> {
  const started = Date.now();
  const directory = await mkdtemp(join(tmpdir(), "campaign-"));
  const bundle = await buildChild(directory);
  const failures: Failure[] = [];
  const kills = new Map<string, number>();
  let [next, done, takenOver, withFaults] = [0, 0, 0, 0];
  const work = async () => {
    while (next < options.runs) {
      const seed = options.seed + next++;
      const result = await new Run(bundle, seed).carryOut();
      for (const label of result.kills) kills.set(label, (kills.get(label) ?? 0) + 1);
      if (result.wasTakenOver) takenOver += 1;
      if (result.hadFaults) withFaults += 1;
      const { scenario, problem } = result;
      if (problem !== undefined) failures.push({ seed, scenario, problem });
      done += 1;
      options.onRun?.(done);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.parallel ?? 4 }, work));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  return { runs: done, failures, kills, takenOver, withFaults, seconds };
}

function pointsIn(scenario: Scenario): number {
  return pointsOf[scenario.name.split(" ")[0]!]!;
}

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

interface RunResult {
  readonly scenario: string;
  readonly kills: readonly string[];
  readonly wasTakenOver: boolean;
  readonly hadFaults: boolean;
  readonly problem?: string;
}

/** One operation, killed at least once where its seed falls on a point, and carried on until it is over. */
class Run {
  readonly #bundle: string;
  readonly #random: () => number;
  readonly #scenario: Scenario;
  readonly #firstKillAt: number;
  readonly #kills: string[] = [];
  readonly #cleanUps: (() => unknown)[] = [];
  #wasTakenOver = false;
  #hadFaults = false;

  constructor(bundle: string, seed: number) {
    this.#bundle = bundle;
    this.#random = seededRandom(seed);
    ({ scenario: this.#scenario, killAt: this.#firstKillAt } = targets[seed % targets.length]!);
  }

  async carryOut(): Promise<RunResult> {
    let problem: string | undefined;
    try {
      await this.#play();
    } catch (error) {
      const where = this.#kills.length > 0 ? ` (killed at: ${this.#kills.join("; ")})` : "";
      problem = `${messageOf(error)}${where}`;
    } finally {
      for (const cleanUp of this.#cleanUps.reverse()) await cleanUp();
    }
    return {
      scenario: this.#scenario.name,
      kills: this.#kills,
      wasTakenOver: this.#wasTakenOver,
      hadFaults: this.#hadFaults,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  async #play(): Promise<void> {
    const directory = await mkdtemp(join(tmpdir(), "campaign-run-"));
    this.#cleanUps.push(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
    const sandbox = await startSandbox({
      stateDir: join(directory, "sandbox"),
      createSeconds: 0.05,
      deleteSeconds: 0.05,
    });
    this.#cleanUps.push(() => sandbox.close());
    const { endpoint, region, accessKeyId, secretAccessKey, restricted, accountId } = sandbox;
    const access: SandboxAccess = {
      endpoint,
      region,
      keys: { sandbox: { accessKeyId, secretAccessKey }, "sandbox-restricted": restricted },
    };
    const control = new SandboxControl(sandbox);
    const stage = this.#stage(access);
    const prepared = await this.#scenario.prepare(stage);
    if (this.#random() < 0.3) await this.#addFaults(control);
    const connection: Connection = { source: "sandbox", profile: this.#scenario.profile, region };
    const task: Omit<ChildTask, "mode"> = {
      directory: join(directory, "operations"),
      access,
      scope: {
        kind: this.#scenario.kind,
        connection,
        accountId,
        place: {
          service: stage.kinds.get(this.#scenario.kind)!.serviceId,
          region,
          endpoint: `sandbox ${access.keys[this.#scenario.profile]!.accessKeyId}`,
        },
      },
      request: prepared.request,
    };
    const record = this.#random() < 0.2 ? await this.#inTwoWindows(task) : await this.#inOneWindow(task);
    await control.clearFaults();
    await this.#judge(record, record ? prepared.done : prepared.untouched, prepared.status, stage, control);
    const left = (await readdir(task.directory).catch(() => [])).filter((name) => !name.endsWith(".json"));
    assert.deepEqual(left, [], "something was left in the journal's folder");
  }

  /** Killed, started again, perhaps killed again, and at last left alone. */
  async #inOneWindow(task: Omit<ChildTask, "mode">): Promise<OperationRecord | undefined> {
    let report = await this.#child({ ...task, mode: "start", killAt: this.#firstKillAt });
    for (let again = 0; report === "killed"; again++) {
      const killAt = again < 3 && this.#random() < 0.5 ? { killAt: this.#somePoint() } : {};
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
    else if (report.record) this.#wasTakenOver = true;
    if (first !== "killed") return report.record;
    // The next window that starts clears a lock away that has nothing to take over. It also finishes what got on record in
    // the moment before the second window was closed, which that one may not have heard of.
    const later = await this.#child({ ...task, mode: "resume" });
    if (later === "killed") throw new Error("The third window died");
    return report.record ?? later.record;
  }

  #somePoint(): number {
    return 1 + Math.floor(this.#random() * pointsIn(this.#scenario));
  }

  async #addFaults(control: SandboxControl): Promise<void> {
    this.#hadFaults = true;
    const faults = [
      { kind: "reset" },
      { kind: "commitThenReset" },
      { kind: "truncate" },
      { kind: "garbage" },
      { kind: "status", status: 500 },
      { kind: "status", status: 503 },
      { kind: "status", status: 429, code: "ThrottlingException" },
      { kind: "latency", ms: 30 },
    ] as const;
    const operations = [
      "*",
      "CreateInstance",
      "DeleteInstance",
      "GetInstance",
      "CreateAppInstance",
      "DeleteAppInstance",
    ];
    for (let count = Math.ceil(this.#random() * 3); count > 0; count--) {
      const operation = operations[Math.floor(this.#random() * operations.length)]!;
      const fault = faults[Math.floor(this.#random() * faults.length)]!;
      await control.addFault(operation, fault, Math.ceil(this.#random() * 4));
    }
  }

  async #judge(
    record: OperationRecord | undefined,
    expected: Expected,
    status: string,
    stage: Stage,
    control: SandboxControl,
  ): Promise<void> {
    if (record) assert.equal(record.status, status, `${record.error?.code}: ${record.error?.message}`);
    const kind = stage.kinds.get(this.#scenario.kind)!;
    const session = await stage.session("sandbox");
    const live: Seen[] = [];
    for await (const page of kind.list(session))
      for (const { id } of page) {
        const instance = await kind.get(session, id);
        if (!instance) continue;
        const tags = await kind.listTags(session, instance);
        live.push({ phase: instance.phase, values: kind.capture(instance, tags).values, tags });
      }
    const { resources } = await control.ledger();
    assert.deepEqual({ live, ever: resources.length }, expected);
  }

  #stage(access: SandboxAccess): Stage {
    const kinds = createKinds({ chimeApi: () => "identity" });
    const sessions = createSessions({
      log: silentLog,
      env: {},
      promptMfa: () => Promise.reject(new Error("The sandbox asks for no code")),
      sandboxAccess: () => access,
      endpointUrls: () => ({}),
    });
    this.#cleanUps.push(() => {
      sessions.dispose();
    });
    const session = (profile: string) => sessions.open({ source: "sandbox", profile, region: access.region });
    return {
      kinds,
      session,
      async settle(kind, id) {
        for (;;) {
          const instance = await kind.get(await session("sandbox"), id);
          if (!instance) throw new Error(`${id} is gone`);
          if (!isInProgress(instance.phase)) return instance;
          await systemClock.sleep(10);
        }
      },
    };
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
      this.#kills.push(complaint);
      return "killed";
    }
    if (code !== 0) throw new Error(signal === "SIGTERM" ? "It hung" : `It ended with ${code ?? signal}: ${complaint}`);
    return JSON.parse(output.slice(output.indexOf("{"))) as ChildReport;
  }
}

/** Mulberry32: the same sequence for the same seed, everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
