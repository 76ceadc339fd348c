import type { AwsClient } from "../../src/aws/awsClient";
import type { Environment } from "../../src/core/environment";
import type { Clock } from "../../src/core/clock";
import { silentLog } from "../../src/core/log";
import type { Connection, Sessions } from "../../src/instances/connection";
import { createFollower } from "../../src/instances/follow";
import type { ChimeApi } from "../../src/instances/kinds/chime";
import { createKinds, type Kinds } from "../../src/instances/kinds/registry";
import { createSessions } from "../../src/instances/sessions";
import { createStore } from "../../src/instances/memoryStore";
import { createOperations } from "../../src/operations/durableOperations";
import { hurriedBy } from "../fakes/clock";
import { FaultyFiles } from "../fakes/faultyFiles";
import type { Disk } from "../fakes/memoryFiles";
import { GatedFiles, never, type Gate } from "./gatedFiles";
import { decoratedSessions } from "./decoratedSessions";

/** The product's own intervals are so many times shorter. */
export const haste = 200;

const hurried = hurriedBy(haste);

/** Sessions and clients wait for other programs too, which know no haste: a command that gives keys, a slow machine. */
const hurriedSessions = hurriedBy(20);

export interface Settings {
  chimeApi: ChimeApi;
  endpointUrls: Readonly<Record<string, string>>;
}

export interface WindowOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly env: Environment;
  readonly settings: Settings;
  /** How far time has moved on for everybody, in milliseconds: a machine that slept. */
  readonly shiftMs: () => number;
}

/**
 * A window without VS Code, in this process: the real journal, locks, runner, sessions, client and kinds. It may die between
 * any two calls to the disk and the services, and then does nothing more, as a killed process does; its clock may be wrong.
 */
export class CampaignWindow implements Gate {
  readonly operations: ReturnType<typeof createOperations>;
  readonly sessions: Sessions & { dispose(): void };
  readonly kinds: Kinds;
  readonly files: FaultyFiles;
  /** How wrong the wall clock of this process is. */
  clockErrorMs = 0;
  readonly #options: WindowOptions;
  readonly #gated: GatedFiles;
  readonly #watchers = new Set<(label: string) => void | Promise<void>>();
  #isDead = false;
  #isClosed = false;

  constructor(options: WindowOptions) {
    this.#options = options;
    const { disk, directory, env, settings } = options;
    this.files = new FaultyFiles(disk);
    this.#gated = new GatedFiles(this.files, this);
    const clock = this.#clock(hurried);
    this.sessions = createSessions({
      log: silentLog,
      clock: this.#clock(hurriedSessions, "wait: before another attempt"),
      env,
      promptMfa: () => Promise.reject(new Error("Nobody asks for a code")),
      sandboxAccess: () => undefined,
      endpointUrls: () => settings.endpointUrls,
    });
    const sessions = decoratedSessions(this.sessions, (client) => this.#instrumentClient(client));
    this.kinds = createKinds({ chimeApi: () => settings.chimeApi });
    const follower = createFollower({ sessions, store: createStore(clock), clock, log: silentLog });
    this.operations = createOperations({
      directory,
      sessions,
      kinds: this.kinds,
      follower,
      log: silentLog,
      clock,
      files: this.#gated,
    });
  }

  get isShut(): boolean {
    return this.#isDead || this.files.isOff;
  }

  /** The user's Refresh. */
  async refresh(connection: Connection): Promise<void> {
    // As the tree does: what is no longer good is forgotten, and the files are read in any case.
    await this.sessions.reread(connection);
  }

  /** A moment at which anything may happen. */
  async pass(label: string): Promise<void> {
    for (const watcher of [...this.#watchers]) if (!this.isShut) await watcher(label);
    if (this.isShut) await never();
  }

  /** Carries out `action` at the n-th moment whose label fits, and never again. */
  at(number: number, pattern: RegExp, action: () => void | Promise<void>): void {
    let left = number;
    const watcher = (label: string) => {
      if (!pattern.test(label) || --left > 0) return;
      this.#watchers.delete(watcher);
      return action();
    };
    this.#watchers.add(watcher);
  }

  /** As SIGKILL: nothing is flushed, no lock is given back, no request is sent any more. */
  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#gated.leaveAsDead(this.#options.disk);
  }

  /** As a power failure: what was not flushed is lost, and the machine starts anew. */
  losePower(loss: "dropped" | "torn"): void {
    if (this.#isDead) return;
    this.files.losePower(loss);
    this.die();
  }

  /** In an orderly way; its process ends with it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.operations.dispose();
    this.sessions.dispose();
    this.die();
  }

  #clock(base: Clock, label?: string): Clock {
    return {
      now: () => Date.now() + this.#options.shiftMs() + this.clockErrorMs,
      monotonic: () => base.monotonic(),
      sleep: async (ms, signal) => {
        if (label !== undefined) await this.pass(label);
        await base.sleep(ms, signal);
        if (this.isShut) await never();
      },
    };
  }

  #instrumentClient(client: AwsClient): AwsClient {
    return {
      region: client.region,
      get clockOffsetMs() {
        return client.clockOffsetMs;
      },
      call: async (operation, input, options) => {
        await this.pass(`request: ${operation.name}`);
        const output = await client.call(operation, input, options);
        await this.pass(`reply: ${operation.name}`);
        return output;
      },
      pages: (operation, input, options) => client.pages(operation, input, options),
    };
  }
}
