import type { Log } from "../../../src/core/log";
import { createFollower } from "../../../src/instances/follow";
import type { Kind } from "../../../src/instances/kind";
import { Journal } from "../../../src/operations/journal";
import { newRecord } from "../../../src/operations/newRecord";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { OperationRun, type RunDeps } from "../../../src/operations/operationRun";
import type { OperationRequest } from "../../../src/operations/operations";
import { FakeCloud, FakeSessions } from "../../fakes/cloud";
import { FaultyFiles } from "../../fakes/faultyFiles";
import { MemoryFiles } from "../../fakes/memoryFiles";
import { SkippingClock } from "../../fakes/skippingClock";
import { scope } from "./world";
import { noStore } from "../../fakes/noStore";

interface RunOptions {
  readonly deps?: Partial<RunDeps>;
  readonly kind?: Partial<Kind>;
  /** What an earlier run left on disk; makes this one a resumed run. */
  readonly left?: Partial<OperationRecord>;
}

/** One run of one operation over a disk in memory, in time that skips every wait: exact, and the same each time. */
export class RunWorld {
  readonly cloud = new FakeCloud();
  readonly sessions = new FakeSessions(this.cloud);
  readonly clock = new SkippingClock({ endMs: 24 * 60 * 60 * 1000 });
  readonly files = new FaultyFiles(new MemoryFiles());
  /** Every state of the record that the windows were shown. */
  readonly published: OperationRecord[] = [];
  readonly logged: { readonly level: keyof Log; readonly message: string }[] = [];
  /** Waits before the second and the third try of a call, the last ones. */
  readonly retryDelaysMs: readonly number[] = [1_000, 2_000];
  /** False: another window has broken the lock. */
  isHeld = true;
  readonly #log = this.#makeLog();
  readonly #journal = new Journal("/journal", { files: this.files, clock: this.clock, log: this.#log });

  async begin(request: OperationRequest, options: RunOptions = {}): Promise<OperationRun> {
    const kind = { ...this.cloud.kind, ...options.kind };
    const lease = { nonce: "mine", isHeld: () => Promise.resolve(this.isHeld), release: () => undefined };
    const started = { ...newRecord(scope, request, kind, this.clock.now()), ...options.left };
    const record = await this.#journal.write(started, lease);
    const { clock, sessions } = this;
    const deps: RunDeps = {
      journal: this.#journal,
      sessions,
      follower: createFollower({ sessions, store: noStore, clock, log: this.#log, random: () => 1 }),
      clock,
      log: this.#log,
      retryDelaysMs: this.retryDelaysMs,
      publish: (next) => this.published.push(next),
      others: () => Promise.resolve([]),
      unread: () => [],
      ...options.deps,
    };
    return new OperationRun(deps, kind, lease, record, { isResumed: options.left !== undefined });
  }

  /** As another window would read it. */
  async onDisk({ record: { id } }: OperationRun): Promise<OperationRecord> {
    const entry = await this.#journal.read(id);
    if (entry.type !== "record") throw new Error(`There is no readable entry of ${id}`);
    return entry.record;
  }

  /** How long all waits took so far. */
  get waitedMs(): number {
    return this.clock.monotonic();
  }

  #makeLog(): Log {
    const keep = (level: keyof Log) => (message: string) => void this.logged.push({ level, message });
    return { trace: keep("trace"), debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") };
  }
}
