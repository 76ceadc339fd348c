import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { silentLog } from "../../../src/core/log";
import type { Connection } from "../../../src/instances/connection";
import { createFollower } from "../../../src/instances/follow";
import type { Draft } from "../../../src/instances/draft";
import type { Instance } from "../../../src/instances/instance";
import { createOperations, type OperationsDeps } from "../../../src/operations/durableOperations";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import type { OperationScope } from "../../../src/operations/operations";
import { hurriedClock } from "../../fakes/clock";
import { FakeCloud, FakeSessions } from "../../fakes/cloud";
import { noStore } from "../../fakes/noStore";

export const connection: Connection = { source: "profile", profile: "dev", region: "us-east-1" };
export const scope: OperationScope = {
  kind: "fake",
  connection,
  accountId: "123456789012",
  place: { service: "supplychain", region: "us-east-1", endpoint: "https://scn.us-east-1.amazonaws.com" },
};

export function draftOf(name: string, more: Partial<Draft> = {}): Draft {
  return { kind: "fake", values: { name }, tags: {}, ...more };
}

export type Window = ReturnType<typeof createOperations>;

/** A cloud, a journal folder, and as many windows over them as a test opens. */
export interface World {
  readonly cloud: FakeCloud;
  readonly sessions: FakeSessions;
  readonly directory: string;
  /** A window that has read the journal. */
  open(deps?: Partial<OperationsDeps>, beforeReading?: (window: Window) => unknown): Promise<Window>;
  records(): Promise<readonly Record<string, unknown>[]>;
  files(): Promise<readonly string[]>;
}

export async function setUp(test: TestContext): Promise<World> {
  const directory = join(await mkdtemp(join(tmpdir(), "operations-")), "operations");
  const cloud = new FakeCloud();
  const sessions = new FakeSessions(cloud);
  const windows: Window[] = [];
  test.after(async () => {
    for (const window of windows) window.dispose();
    await rm(join(directory, ".."), { recursive: true, force: true, maxRetries: 5 });
  });
  const files = () => readdir(directory);
  return {
    cloud,
    sessions,
    directory,
    async open(deps = {}, beforeReading) {
      const follower = createFollower({ sessions, store: noStore, clock: hurriedClock, log: silentLog });
      const window = createOperations({
        directory,
        sessions,
        kinds: { get: (id) => (id === "fake" ? cloud.kind : undefined) },
        follower,
        log: silentLog,
        clock: hurriedClock,
        ...deps,
      });
      windows.push(window);
      beforeReading?.(window);
      await window.open();
      return window;
    },
    files,
    async records() {
      const names = (await files()).filter((name) => name.endsWith(".json"));
      return Promise.all(
        names.map(async (name) => JSON.parse(await readFile(join(directory, name), "utf8")) as Record<string, unknown>),
      );
    },
  };
}

export function targetOf({ id, arn, name }: Instance) {
  return { id, arn, ...(name === undefined ? {} : { name }) };
}

/** A promise that a test settles itself. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** Resolves with the record as soon as it is what the test waits for. */
export function until(
  window: Window,
  id: string,
  isIt: (record: OperationRecord) => boolean,
): Promise<OperationRecord> {
  return new Promise((resolve) => {
    const look = () => {
      const record = window.get(id);
      if (record && isIt(record)) resolve(record);
    };
    window.onDidChange(look);
    look();
  });
}
