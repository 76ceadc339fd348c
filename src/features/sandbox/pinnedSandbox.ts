import { join } from "node:path";
import type { ConfigFiles } from "../../aws/profile";
import type { Disposable } from "../../core/disposable";
import { Emitter, type Event } from "../../core/event";
import { once } from "../../core/once";
import type { Connection } from "../../instances/connection";
import type { SandboxAccess } from "../../instances/sessionAccess";
import type { EmbeddedSandbox, EmbeddedSandboxDeps, RunningSandbox } from "./embeddedSandbox";

/** What is kept between sessions of VS Code: `vscode.Memento`. */
export interface Memory {
  get<T>(key: string, fallback: T): T;
  update(key: string, value: unknown): PromiseLike<void>;
}

export interface PinnedSandboxDeps extends Omit<EmbeddedSandboxDeps, "load" | "isHealthy"> {
  readonly memory: Memory;
}

export const sandboxProfiles = ["sandbox", "sandbox-restricted"] as const;
type SandboxProfile = (typeof sandboxProfiles)[number];

const memoryKey = "sandbox.profiles";

/** The sandbox as the user meets it: pinned connections that bring it back after a restart. */
export class PinnedSandbox implements Disposable {
  readonly #memory: Memory;
  readonly #directory: string;
  /** Loaded when it is first started, stopped or reset. */
  #sandbox: EmbeddedSandbox | undefined;
  readonly #load: () => Promise<EmbeddedSandbox>;
  /** How often it was stopped. */
  #stops = 0;
  #isDisposed = false;
  readonly #changed = new Emitter<void>();
  /** The pinned connections or the way to reach them have changed. */
  readonly onDidChange: Event<void> = this.#changed.event;
  readonly #stoppedElsewhere = new Emitter<void>();
  /** Another window has stopped the sandbox that this one used: it is no longer pinned. */
  readonly onDidStopElsewhere: Event<void> = this.#stoppedElsewhere.event;

  constructor(deps: PinnedSandboxDeps) {
    this.#memory = deps.memory;
    this.#directory = deps.directory;
    this.#load = once(async () => {
      const [{ EmbeddedSandbox }, { isSandboxHealthy }] = await Promise.all([
        import("./embeddedSandbox"),
        import("./health"),
      ]);
      const load = () => import("../../sandbox/main");
      const sandbox = new EmbeddedSandbox({ ...deps, load, isHealthy: isSandboxHealthy });
      if (this.#isDisposed) sandbox.dispose();
      sandbox.onDidChange(() => this.#changed.fire());
      sandbox.onDidStopElsewhere(() => {
        void this.#pin([]);
        this.#stoppedElsewhere.fire();
      });
      this.#sandbox = sandbox;
      return sandbox;
    });
  }

  get isRunning(): boolean {
    return this.#sandbox?.access !== undefined;
  }

  get isPinned(): boolean {
    return this.#profiles().length > 0;
  }

  /** The connections to show while it is pinned. */
  connections(): readonly Connection[] {
    return this.#profiles().map(connectionOf);
  }

  access(): SandboxAccess | undefined {
    const access = this.#sandbox?.access;
    return access && toAccess(access);
  }

  /** AWS files with its profiles, and where it is; undefined while it is stopped. */
  async cliAccess(): Promise<{ readonly endpoint: string; readonly files: ConfigFiles } | undefined> {
    const access = this.access();
    if (!access) return undefined;
    const { writeCliFiles } = await import("./cliFiles");
    return { endpoint: access.endpoint, files: await writeCliFiles(join(this.#directory, "cli"), access) };
  }

  /** Pins a profile and starts the sandbox. Also brings back one that another window ran. Resolves with what it pinned. */
  async start(profile: SandboxProfile = "sandbox"): Promise<Connection> {
    const stops = this.#stops;
    await (await this.#load()).start();
    // Stopped again before it ran: that came last.
    if (stops === this.#stops && !this.#profiles().includes(profile)) await this.#pin([...this.#profiles(), profile]);
    return connectionOf(profile);
  }

  /** Starts it again when it is pinned: when the view is first shown, and on Refresh. */
  async restore(): Promise<void> {
    if (this.isPinned) await (await this.#load()).start();
  }

  async stop(): Promise<void> {
    this.#stops++;
    await this.#pin([]);
    await (await this.#load()).stop();
  }

  async unpin(connection: Connection): Promise<void> {
    const left = this.#profiles().filter((profile) => profile !== connection.profile);
    if (left.length === 0) await this.stop();
    else await this.#pin(left);
  }

  async reset(): Promise<void> {
    await (await this.#load()).reset();
    this.#changed.fire();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#sandbox?.dispose();
    this.#changed.dispose();
    this.#stoppedElsewhere.dispose();
  }

  #profiles(): readonly SandboxProfile[] {
    const pinned = this.#memory.get<readonly unknown[]>(memoryKey, []);
    return sandboxProfiles.filter((profile) => pinned.includes(profile));
  }

  async #pin(profiles: readonly SandboxProfile[]): Promise<void> {
    await this.#memory.update(memoryKey, profiles);
    this.#changed.fire();
  }
}

const sandboxRegion = "us-east-1";

function connectionOf(profile: SandboxProfile): Connection {
  return { source: "sandbox", profile, region: sandboxRegion };
}

function toAccess(access: RunningSandbox): SandboxAccess {
  const { endpoint, region, accessKeyId, secretAccessKey, restricted } = access;
  return { endpoint, region, keys: { sandbox: { accessKeyId, secretAccessKey }, "sandbox-restricted": restricted } };
}
