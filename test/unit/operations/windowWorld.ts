import type { TestContext } from "node:test";
import { silentLog } from "../../../src/core/log";
import { createFollower } from "../../../src/instances/follow";
import { createOperations, type OperationsDeps } from "../../../src/operations/durableOperations";
import type { Files } from "../../../src/operations/files";
import { Journal } from "../../../src/operations/journal";
import { acquireLock, type Lease } from "../../../src/operations/lock";
import { operationSchema, type OperationRecord } from "../../../src/operations/operationRecord";
import { FakeCloud, FakeSessions } from "../../fakes/cloud";
import { FaultyFiles } from "../../fakes/faultyFiles";
import { MemoryFiles } from "../../fakes/memoryFiles";
import { SkippingClock } from "../../fakes/skippingClock";
import type { Window } from "./world";
import { noStore } from "../../fakes/noStore";

export const directory = "/journal";

/** Closed when the test is over. */
export function openWindowWorld(test: TestContext): WindowWorld {
  const world = new WindowWorld();
  test.after(() => world.close());
  return world;
}

/** Windows that share a disk in memory, in time that skips every wait: exact, and the same each time. */
export class WindowWorld {
  readonly cloud = new FakeCloud();
  readonly sessions = new FakeSessions(this.cloud);
  readonly clock = new SkippingClock({ endMs: 2 * 60 * 60 * 1000 });
  readonly disk = new MemoryFiles();
  readonly #windows: Window[] = [];

  constructor() {
    this.cloud.now = () => this.clock.now();
  }

  /** A window that has read the journal. */
  async open(deps: Partial<OperationsDeps> = {}, beforeReading?: (window: Window) => void): Promise<Window> {
    const { sessions, clock, cloud } = this;
    const window = createOperations({
      directory,
      sessions,
      kinds: { get: (id) => (id === "fake" ? cloud.kind : undefined) },
      follower: createFollower({ sessions, store: noStore, clock, log: silentLog, random: () => 1 }),
      log: silentLog,
      clock,
      files: this.disk,
      ...deps,
    });
    this.#windows.push(window);
    beforeReading?.(window);
    await window.open();
    return window;
  }

  /** A view of the disk for one window, with faults of its own. */
  faultyFiles(): FaultyFiles {
    return new FaultyFiles(this.disk);
  }

  /** What tells one window nothing about the others. */
  deafFiles(): Files {
    const files = new FaultyFiles(this.disk);
    files.watch = () => ({ close: () => undefined });
    return files;
  }

  /** The lock of an operation without a target, held as another window holds it. */
  async hold(id: string, onLost: () => void = () => undefined): Promise<Lease> {
    const { disk, clock } = this;
    const options = { files: disk, clock, heartbeatMs: 1_000, log: silentLog, onLost };
    const lease = await acquireLock(`${directory}/${id}.lock`, options);
    if (!lease) throw new Error(`The lock of ${id} is held already`);
    return lease;
  }

  async onDisk(id: string): Promise<OperationRecord> {
    return operationSchema.parse(JSON.parse(await this.disk.readFile(`${directory}/${id}.json`)));
  }

  /** As another window writes it, with the lock in its hands. */
  async write(record: OperationRecord, lease: Lease): Promise<OperationRecord> {
    return new Journal(directory, { files: this.disk, clock: this.clock, log: silentLog }).write(record, lease);
  }

  /** All that the journal has, as it is on disk. */
  async records(): Promise<readonly OperationRecord[]> {
    const names = (await this.disk.readdir(directory)).filter((name) => name.endsWith(".json"));
    return Promise.all(names.map((name) => this.onDisk(name.slice(0, -".json".length))));
  }

  /** Names in the journal's folder that are no entries. */
  async leftovers(): Promise<readonly string[]> {
    return (await this.disk.readdir(directory)).filter((name) => !name.endsWith(".json"));
  }

  close(): void {
    for (const window of this.#windows) window.dispose();
    this.clock.stop();
  }
}
