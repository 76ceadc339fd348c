import { setTimeout as wait } from "node:timers/promises";
import { join } from "node:path";
import { messageOf } from "../../src/core/errors";
import { silentLog } from "../../src/core/log";
import type { Connection } from "../../src/instances/connection";
import { isInProgress } from "../../src/instances/instance";
import { createKinds } from "../../src/instances/kinds/registry";
import { createSessions } from "../../src/instances/sessions";
import { operationSchema, type OperationRecord } from "../../src/operations/operationRecord";
import type { OperationRequest, OperationScope, Target } from "../../src/operations/operations";
import type { FaultRule } from "../../src/sandbox/faults";
import { MemoryFiles } from "../fakes/memoryFiles";
import { AwsFolder, type ProfileLines } from "./awsFolder";
import { CredentialProcess } from "./credentialProcess";
import type { Account, Lane } from "./lane";
import type { Random } from "./random";
import type { Prepared, Scenario, Stage } from "./scenarios";
import { CampaignWindow, type Settings } from "./window";

/** Nothing takes this long, hurried as it is: what does has no end. */
const patienceMs = 20_000;

const maxResumptions = 12;

export interface FinishOptions {
  /** What the user does about an interruption before choosing Resume. */
  readonly mend?: (record: OperationRecord) => unknown;
}

export interface OpenOptions {
  readonly directory?: string;
  /** Before it reads the journal. */
  readonly before?: (window: CampaignWindow) => void;
}

/** One run: a scenario in the midst of a fault. What the parts of a fault have in common. */
export class Trial {
  readonly random: Random;
  readonly lane: Lane;
  readonly scenario: Scenario;
  readonly region: string;
  readonly settings: Settings = { chimeApi: "identity", endpointUrls: {} };
  readonly windows: CampaignWindow[] = [];
  /** Codes with which operations were interrupted, in order. */
  readonly interruptions: string[] = [];
  /** Found at a moment at which the product would have caught it. */
  violation: Error | undefined;
  /** By a user, beside those of `finish`. */
  resumptions = 0;
  /** What happened, for the report of a wrong end. */
  readonly notes: string[] = [];
  readonly directory = "/journal";
  disk = new MemoryFiles();
  ours!: Account;
  theirs!: Account;
  folder!: AwsFolder;
  stage!: Stage;
  prepared!: Prepared;
  readonly #seed: number;
  readonly #path: string;
  readonly #cleanUps: (() => unknown)[] = [];

  constructor(lane: Lane, scenario: Scenario, options: { seed: number; random: Random; path: string }) {
    this.lane = lane;
    this.scenario = scenario;
    this.random = options.random;
    this.#seed = options.seed;
    this.#path = options.path;
    this.region = this.random.pick(["us-east-1", "eu-central-1"]);
  }

  get connection(): Connection {
    return { source: "profile", profile: this.scenario.profile, region: this.region };
  }

  async setUp(): Promise<void> {
    await this.lane.beginRun();
    const number = String(this.#seed % 1_000_000_000).padStart(9, "0");
    this.ours = await this.lane.account(`111${number}`);
    this.theirs = await this.lane.account(`222${number}`);
    this.folder = await AwsFolder.make(join(this.#path, `aws-${this.#seed}`));
    this.#cleanUps.push(() => this.folder.remove());
    await this.configure();
    this.stage = this.stageIn(this.ours);
    this.prepared = await this.scenario.prepare(this.stage);
  }

  async cleanUp(): Promise<void> {
    for (const window of this.windows) window.close();
    for (const cleanUp of this.#cleanUps.reverse()) await cleanUp();
  }

  /** The profiles as they should be, but for what is given. */
  async configure(lines: Partial<ProfileLines> = {}): Promise<void> {
    const good: ProfileLines = { account: this.ours, endpointUrl: this.lane.here.url };
    await this.folder.write({ ...good, ...lines });
  }

  /** A window that has read the journal. */
  async open(options: OpenOptions = {}): Promise<CampaignWindow> {
    const window = new CampaignWindow({
      disk: this.disk,
      directory: options.directory ?? this.directory,
      env: this.folder.env,
      settings: this.settings,
      shiftMs: () => this.lane.shiftMs,
    });
    this.windows.push(window);
    options.before?.(window);
    await this.within(Promise.race([window.operations.open(), this.untilDead(window)]), "opening a window");
    return window;
  }

  /** What the user confirms. */
  get scope(): OperationScope {
    const { kind } = this.scenario;
    const service = kind === "chime" ? "chime-sdk-identity" : "supplychain";
    const place = { service, region: this.region, endpoint: this.lane.here.url } as const;
    return { kind, connection: this.connection, accountId: this.ours.id, place };
  }

  /** Undefined when it was refused, or the window died over it. */
  async start(
    window: CampaignWindow,
    request: OperationRequest = this.prepared.request,
  ): Promise<OperationRecord | undefined> {
    try {
      const started = window.operations.start(this.scope, request);
      return await this.within(Promise.race([started, this.untilDead(window)]), "starting");
    } catch (error) {
      if (error instanceof NeverEnds) throw error;
      this.notes.push(`refused: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** What a user does who wants it done: waits, and chooses Resume whenever that is offered. */
  async finish(window: CampaignWindow, id: string, options: FinishOptions = {}): Promise<OperationRecord> {
    for (let resumptions = 0; ; resumptions++) {
      const record = await this.idle(window, id);
      if (record.status !== "interrupted") return record;
      this.interruptions.push(record.error?.code ?? "");
      if (resumptions === maxResumptions) return record;
      await options.mend?.(record);
      await this.try(`resume`, window.operations.resume(id));
    }
  }

  /** Until the window has died, or has nothing left to do. */
  async deadOrIdle(window: CampaignWindow, id: string): Promise<void> {
    await this.within(
      Promise.race([this.idle(window, id).catch(() => undefined), this.untilDead(window)]),
      "the operation",
    );
  }

  async untilDead(window: CampaignWindow): Promise<undefined> {
    while (!window.isShut) await wait(2);
    return undefined;
  }

  async someTurns(): Promise<void> {
    await wait(10);
  }

  /** As long as a user looks on who does not know whether it ever ends. */
  async forAWhile(work: Promise<unknown>): Promise<void> {
    await Promise.race([work.catch(() => undefined), wait(1500, undefined, { ref: false })]);
  }

  /** Long enough for another window to look several times and to take over what it finds. */
  async someLooks(): Promise<void> {
    await wait(60);
  }

  /** A moment later, when what goes on has got a bit further. */
  async soon<T>(work: () => Promise<T>): Promise<T> {
    await wait(5);
    return work();
  }

  /** From now on the profiles get their keys from a command. */
  async credentialProcess(behaviour: "good" | "hang" | "fail", expiresInSeconds?: number): Promise<CredentialProcess> {
    const answers: Record<string, object> = {};
    for (const profile of ["sandbox", "sandbox-restricted"] as const) {
      const keys = this.ours.keys[profile];
      answers[profile] = { AccessKeyId: keys.accessKeyId, SecretAccessKey: keys.secretAccessKey };
      if (expiresInSeconds === undefined) continue;
      const { control } = this.lane.here;
      const session = await control.createSession(expiresInSeconds, profile, this.ours.id);
      answers[profile] = {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: session.expiration,
      };
    }
    const source = await CredentialProcess.make(this.folder.home, behaviour, answers);
    this.#cleanUps.push(() => source.dispose());
    await this.configure({ credentialProcess: source.command });
    return source;
  }

  /** An operation that gave up before anything was carried out. */
  async startAndInterrupt(window: CampaignWindow): Promise<OperationRecord> {
    await this.fault("*", { kind: "status", status: 500 }, 1000);
    const started = await this.start(window);
    if (!started) throw new Error("starting was refused");
    const record = await this.idle(window, started.id);
    if (record.status !== "interrupted") throw new Error(`it is ${record.status}`);
    await this.lane.here.control.clearFaults();
    return record;
  }

  async untilStep(window: CampaignWindow, id: string, step: string): Promise<void> {
    const reached = async () => {
      while (window.operations.get(id)?.step !== step) await wait(2);
    };
    await this.within(reached(), `step ${step}`);
  }

  /** The instance that the scenario is about. */
  get target(): Target {
    const { request } = this.prepared;
    if (!("target" in request)) throw new Error("This scenario has no target");
    return request.target;
  }

  idle(window: CampaignWindow, id: string): Promise<OperationRecord> {
    return this.within(window.operations.untilIdle(id), "waiting for the operation");
  }

  /** Carries on whatever is left on disk, in a new window. */
  async finishAll(options: FinishOptions & OpenOptions = {}): Promise<readonly OperationRecord[]> {
    const window = await this.open(options);
    const ids = this.records(options.directory).map(({ id }) => id);
    const records: OperationRecord[] = [];
    for (const id of ids) {
      try {
        records.push(await this.finish(window, id, options));
      } catch (error) {
        if (error instanceof NeverEnds) throw error;
        this.notes.push(`could not finish: ${messageOf(error)}`);
      }
    }
    return records;
  }

  /** True when it resolved. What does not end is an error. */
  async try(what: string, work: Promise<unknown>): Promise<boolean> {
    try {
      await this.within(work, what);
      return true;
    } catch (error) {
      if (error instanceof NeverEnds) throw error;
      this.notes.push(`${what} was refused: ${messageOf(error)}`);
      return false;
    }
  }

  /** What is on disk. */
  records(directory = this.directory): readonly OperationRecord[] {
    const paths = this.disk.paths.filter((path) => path.startsWith(`${directory}/`) && path.endsWith(".json"));
    return paths.flatMap((path) => {
      if (path.slice(directory.length + 1).includes("/")) return [];
      try {
        return [operationSchema.parse(JSON.parse(this.disk.readFileSync(path)))];
      } catch {
        this.notes.push(`cannot be read: ${path}`);
        return [];
      }
    });
  }

  /** The names that the services have for what the scenario sends, and for what it reads. */
  get changes(): readonly string[] {
    const noun = this.scenario.kind === "chime" ? "AppInstance" : "Instance";
    const verbs = {
      create: ["Create"],
      recreate: ["Delete", "Create"],
      delete: ["Delete"],
      edit: ["Update"],
      tags: [],
    };
    if (this.scenario.type === "tags") return ["TagResource", "UntagResource"];
    return verbs[this.scenario.type].map((verb) => `${verb}${noun}`);
  }

  get readings(): readonly string[] {
    return this.scenario.kind === "chime"
      ? ["DescribeAppInstance", "ListAppInstances", "ListTagsForResource"]
      : ["GetInstance", "ListInstances", "ListTagsForResource"];
  }

  async fault(operation: string, fault: FaultRule["fault"], times = 1): Promise<void> {
    this.notes.push(`${operation}: ${JSON.stringify(fault)} × ${times}`);
    await this.lane.here.control.addFault(operation, fault, times);
  }

  /** The next requests that change something are carried out, and nobody hears of it. */
  async loseReplies(times: number): Promise<void> {
    const kind = this.random.pick(["commitThenReset", "truncate"] as const);
    for (const operation of this.changes) await this.fault(operation, { kind }, times);
  }

  /** An outcome that nobody knows, in one of the ways that this comes about. */
  async losesSight(window?: CampaignWindow): Promise<void> {
    const create = this.changes.find((name) => name.startsWith("Create"));
    const ways = ["replies", "replies", "nothing", ...(create ? (["inProgress", "forgotten", "proxy"] as const) : [])];
    const way = this.random.pick(ways);
    if (way === "replies") await this.loseReplies(this.random.upTo(5));
    if (create === undefined) return;
    if (way === "inProgress") await this.fault(create, { kind: "inProgress", ms: this.random.upTo(60) });
    if (way === "proxy") await this.fault(create, { kind: "garbage", status: this.random.pick([403, 413]) });
    if (way !== "forgotten") return;
    await this.fault(create, { kind: "commitThenReset" });
    // Services forget a token after hours, and not before.
    window?.at(1, new RegExp(`^request: ${create}`), () =>
      window.at(1, /^wait: before another attempt/, async () => {
        this.sleep(2 + this.random.upTo(30));
        await this.fault(create, { kind: "forgetTokens" });
      }),
    );
  }

  /** All windows are on one machine. */
  losePower(): void {
    const loss = this.random.pick(["dropped", "torn"] as const);
    this.notes.push(`power lost: ${loss}`);
    for (const window of this.windows) window.losePower(loss);
  }

  /** The machine, for hours. */
  sleep(hours: number): void {
    this.notes.push(`slept for ${hours} h`);
    this.lane.shiftMs += hours * 3_600_000;
  }

  async within<T>(work: Promise<T>, what: string): Promise<T> {
    const timer = new AbortController();
    const late = wait(patienceMs, undefined, { signal: timer.signal }).then(
      () => {
        throw new NeverEnds(`${what} never ended`);
      },
      () => new Promise<never>(() => undefined),
    );
    try {
      return await Promise.race([work, late]);
    } finally {
      timer.abort();
    }
  }

  /** Access of its own, that no fault of the run's settings reaches. */
  stageIn(account: Account, where: "here" | "there" = "here"): Stage {
    const kinds = createKinds({ chimeApi: () => "identity" });
    const sessions = createSessions({
      log: silentLog,
      env: {},
      promptMfa: () => Promise.reject(new Error("Nobody asks for a code")),
      sandboxAccess: () => ({ endpoint: this.lane[where].url, region: this.region, keys: account.keys }),
      endpointUrls: () => ({}),
    });
    this.#cleanUps.push(() => sessions.dispose());
    const session = (profile: string) => sessions.open({ source: "sandbox", profile, region: this.region });
    return {
      kinds,
      session,
      domain: `returns-${this.#seed}`,
      async settle(kind, id) {
        for (;;) {
          const instance = await kind.get(await session("sandbox"), id);
          if (!instance) throw new Error(`${id} is gone`);
          if (!isInProgress(instance.phase)) return instance;
          await wait(5);
        }
      },
    };
  }
}

/** Something that a user waits for has no end. */
export class NeverEnds extends Error {}
