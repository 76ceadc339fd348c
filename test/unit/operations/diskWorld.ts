import assert from "node:assert/strict";
import { isCancelled, messageOf } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import { createFollower } from "../../../src/instances/follow";
import { createOperations, type OperationsDeps } from "../../../src/operations/durableOperations";
import type { Files } from "../../../src/operations/files";
import { isSettled, type OperationRecord } from "../../../src/operations/operationRecord";
import { FakeCloud, FakeSessions } from "../../fakes/cloud";
import { MemoryFiles } from "../../fakes/memoryFiles";
import { SkippingClock } from "../../fakes/skippingClock";
import type { Window } from "./world";
import { noStore } from "../../fakes/noStore";

export const directory = "/storage/operations";

/** Longer than anything here may take, in the time of the world. */
const limitMs = 10 * 60 * 1000;

/** Windows over a disk in memory and a cloud in memory, in a time that passes by itself: a run takes a millisecond. */
export class DiskWorld {
  readonly clock = new SkippingClock();
  readonly cloud = new FakeCloud();
  readonly sessions = new FakeSessions(this.cloud);
  readonly disk = new MemoryFiles();
  readonly #windows: Window[] = [];

  constructor() {
    this.cloud.now = () => this.clock.now();
  }

  async open(files: Files = this.disk, deps: Partial<OperationsDeps> = {}): Promise<Window> {
    const { clock, cloud, sessions } = this;
    const window = createOperations({
      directory,
      sessions,
      kinds: { get: () => cloud.kind },
      follower: createFollower({ sessions, store: noStore, clock, log: silentLog }),
      log: silentLog,
      clock,
      files,
      ...deps,
    });
    this.#windows.push(window);
    await this.within(window.open());
    return window;
  }

  /** Fails when it takes for ever. */
  async within<T>(work: Promise<T>): Promise<T> {
    const isOver = new AbortController();
    const expiry = this.clock.sleep(limitMs, isOver.signal).then(
      () => assert.fail("it hangs"),
      () => assert.fail("never"),
    );
    try {
      return await Promise.race([work, expiry]);
    } finally {
      expiry.catch(() => undefined);
      isOver.abort();
    }
  }

  /** What a user does who wants everything done: waits, and resumes whatever is offered, in whichever of the windows. */
  async settleAll(...windows: readonly Window[]): Promise<readonly OperationRecord[]> {
    for (let round = 0; round < 20; round++) {
      const unsettled = windows.flatMap((window) =>
        window.list().flatMap((record) => (isSettled(record) ? [] : [{ window, record }])),
      );
      const [first] = unsettled;
      if (!first) return windows[0]!.list();
      const { window, record } = first;
      if (record.status === "running") await this.within(window.untilIdle(record.id));
      else await this.within(window.resume(record.id)).catch(() => this.clock.sleep(1_000));
    }
    return assert.fail("operations do not settle");
  }

  /** Long enough for everything that is done by itself. */
  async pause(): Promise<void> {
    await this.clock.sleep(15_000);
  }

  changes(): readonly string[] {
    return this.cloud.calls.filter((call) => !/^(get|list|find)/.test(call));
  }

  /** Locks, temporary files and whatever else should be gone. */
  litter(): readonly string[] {
    return this.disk.paths.filter((path) => !path.endsWith(".json"));
  }

  end(): void {
    for (const window of this.#windows) window.dispose();
    this.clock.stop();
  }
}

/** What came of something that may fail. */
export async function outcomeOf<T>(work: Promise<T>): Promise<{ readonly value: T } | { readonly refusal: string }> {
  try {
    return { value: await work };
  } catch (error) {
    return { refusal: isCancelled(error) ? "cancelled" : messageOf(error) };
  }
}
