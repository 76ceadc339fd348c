import { rmSync, watch, type FSWatcher } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import type { Clock } from "../../core/clock";
import { logTextOf, messageOf, UserError } from "../../core/errors";
import { Emitter } from "../../core/event";
import type { Log } from "../../core/log";
import { nodeFiles } from "../../operations/files";
import { acquireLock, breakLock, LockObserver, type Lease } from "../../operations/lock";
import type { Sandbox, SandboxOptions } from "../../sandbox/main";

const keys = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() });
const running = z.extend(keys, {
  endpoint: z.string(),
  region: z.string(),
  accountId: z.string(),
  restricted: keys,
  controlToken: z.string(),
});

/** What stands there once somebody has stopped it, for those who use it. When its window is only closed, nothing does. */
const stopped = z.object({ isStopped: z.literal(true) });

/** How to reach the sandbox of this machine, whichever window runs it. */
export type RunningSandbox = z.output<typeof running>;

export interface EmbeddedSandboxDeps {
  /** The sandbox's own directory in the extension's global storage. */
  readonly directory: string;
  readonly createSeconds: () => number;
  /** Loads the server, which nobody pays for who does not use it. */
  readonly load: () => Promise<{ readonly startSandbox: (options: SandboxOptions) => Promise<Sandbox> }>;
  readonly isHealthy: (access: RunningSandbox) => Promise<boolean>;
  readonly log: Log;
  readonly clock: Clock;
}

type State =
  | { readonly type: "stopped" }
  | { readonly type: "own"; readonly access: RunningSandbox; readonly sandbox: Sandbox; readonly lease: Lease }
  | { readonly type: "other"; readonly access: RunningSandbox };

const runningFile = "running.json";
const lookMs = 500;
const maxLooks = 40;

/**
 * The sandbox of this machine: at most one runs over the state directory. The window that has the lock runs it and
 * writes down how to reach it; the others use that one, and take over when its window is gone.
 */
export class EmbeddedSandbox {
  readonly #deps: EmbeddedSandboxDeps;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #stoppedElsewhere = new Emitter<void>();
  /** The window that ran it has stopped it, while this one used it. */
  readonly onDidStopElsewhere = this.#stoppedElsewhere.event;
  #state: State = { type: "stopped" };
  /** Starting, stopping and resetting wait for each other. */
  #queue: Promise<unknown> = Promise.resolve();
  /** While another window runs it: hears when that window stops it, or somebody else starts it. */
  #watcher: FSWatcher | undefined;
  #isDisposed = false;

  constructor(deps: EmbeddedSandboxDeps) {
    this.#deps = deps;
  }

  get access(): RunningSandbox | undefined {
    return this.#state.type === "stopped" ? undefined : this.#state.access;
  }

  /** Starts it, or finds the one that another window runs. Harmless when it runs. */
  start(): Promise<void> {
    return this.#inTurn(() => this.#start());
  }

  async #start(): Promise<void> {
    if (this.#isDisposed || this.#state.type === "own") return;
    if (this.#state.type === "other" && (await this.#deps.isHealthy(this.#state.access))) return;
    this.#set(await this.#open());
  }

  /** Stops it, for all windows, when this one runs it; else only stops using it. */
  stop(): Promise<void> {
    return this.#inTurn(() => this.#close());
  }

  /** Forgets everything that was made in it, and runs it again if it ran. */
  reset(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state.type === "other" || (this.#state.type === "stopped" && (await this.#healthyElsewhere()))) {
        throw new UserError("Another window runs the sandbox. Reset it there.", { isLoggable: true });
      }
      const state = this.#state;
      if (state.type !== "own") return this.#forget();
      // The lock stays taken: another window that sees this one go would run a sandbox over what is being removed.
      await this.#halt(state);
      try {
        await this.#forget();
      } catch (error) {
        state.lease.release();
        throw error;
      }
      this.#set(await this.#run(state.lease));
    });
  }

  dispose(): void {
    this.#isDisposed = true;
    const state = this.#state;
    this.#state = { type: "stopped" };
    this.#changed.dispose();
    this.#stoppedElsewhere.dispose();
    this.#watcher?.close();
    if (state.type !== "own") return;
    // The host does not wait: other windows must learn of it at once, the rest may finish or not.
    rmSync(this.#accessPath, { force: true });
    void state.sandbox.close();
    state.lease.release();
  }

  get #statePath(): string {
    return join(this.#deps.directory, "state");
  }

  get #accessPath(): string {
    return join(this.#deps.directory, runningFile);
  }

  async #open(): Promise<State> {
    const { directory, clock, log } = this.#deps;
    await mkdir(directory, { recursive: true });
    const lockPath = join(directory, "lock");
    const observer = new LockObserver(lockPath, 4, nodeFiles);
    for (let looks = 0; looks < maxLooks; looks++) {
      const access = await this.#healthyElsewhere();
      if (access) return { type: "other", access };
      const onLost = () => log.warn("Another window took the sandbox over.");
      const lease = await acquireLock(lockPath, { files: nodeFiles, clock, heartbeatMs: 1_000, log, onLost });
      if (lease) return this.#run(lease);
      const lock = await observer.look();
      if (lock.state === "abandoned") await breakLock(lockPath, lock.nonce, { files: nodeFiles, log });
      else if (lock.state === "held") await clock.sleep(lookMs);
    }
    throw new UserError("Could not start the sandbox: another window holds it and does not answer.", {
      isLoggable: true,
    });
  }

  async #run(lease: Lease): Promise<State> {
    try {
      const { startSandbox } = await this.#deps.load();
      const isFirst = !(await exists(this.#statePath));
      const sandbox = await startSandbox({
        stateDir: this.#statePath,
        createSeconds: this.#deps.createSeconds(),
        log: this.#deps.log,
        ...(isFirst && { seed: "demo" as const }),
      });
      const access = running.parse(sandbox);
      await this.#publish(access, lease);
      this.#deps.log.info(`The sandbox listens on ${access.endpoint}`);
      return { type: "own", access, sandbox, lease };
    } catch (error) {
      lease.release();
      throw new UserError(`Could not start the sandbox: ${messageOf(error)}`, { cause: error, isLoggable: true });
    }
  }

  async #close(): Promise<void> {
    const state = this.#state;
    if (state.type === "own") {
      await this.#publish({ isStopped: true }, state.lease);
      await this.#end(state);
      state.lease.release();
    } else this.#set({ type: "stopped" });
  }

  async #halt(state: Extract<State, { type: "own" }>): Promise<void> {
    await rm(this.#accessPath, { force: true });
    await this.#end(state);
  }

  async #publish(what: RunningSandbox | z.output<typeof stopped>, lease: Lease): Promise<void> {
    const temporary = `${this.#accessPath}.${lease.nonce}`;
    await writeFile(temporary, JSON.stringify(what), { mode: 0o600 });
    await rename(temporary, this.#accessPath);
  }

  async #end(state: Extract<State, { type: "own" }>): Promise<void> {
    await state.sandbox.close();
    this.#deps.log.info("The sandbox has stopped");
    this.#set({ type: "stopped" });
  }

  #forget(): Promise<void> {
    return rm(this.#statePath, { recursive: true, force: true });
  }

  async #healthyElsewhere(): Promise<RunningSandbox | undefined> {
    try {
      const access = running.parse(await this.#published());
      return (await this.#deps.isHealthy(access)) ? access : undefined;
    } catch {
      return undefined;
    }
  }

  async #published(): Promise<unknown> {
    return JSON.parse(await readFile(this.#accessPath, "utf8"));
  }

  /** The window that runs what this one uses has stopped it, gone, or begun anew. */
  async #follow(): Promise<void> {
    if (this.#state.type !== "other") return;
    const published = await this.#published().catch(() => undefined);
    if (!stopped.safeParse(published).success) return this.#start();
    this.#set({ type: "stopped" });
    this.#stoppedElsewhere.fire();
  }

  #set(state: State): void {
    if (this.#isDisposed && state.type === "own") {
      void state.sandbox.close();
      state.lease.release();
      return;
    }
    const before = this.access?.endpoint;
    this.#state = state;
    this.#watcher?.close();
    this.#watcher = state.type === "other" && !this.#isDisposed ? this.#watch() : undefined;
    if (before !== this.access?.endpoint) this.#changed.fire();
  }

  #watch(): FSWatcher {
    const onChange = (_event: string, name: string | null) => {
      if (name !== runningFile) return;
      this.#inTurn(() => this.#follow()).catch((error: unknown) => this.#deps.log.warn(logTextOf(error)));
    };
    return watch(this.#deps.directory, { persistent: false }, onChange);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
