import { silentLog } from "../../../src/core/log";
import type { Connection, Session, Sessions } from "../../../src/instances/connection";
import { connectionKey } from "../../../src/instances/connection";
import { createFollower, type InstanceFollower } from "../../../src/instances/follow";
import { createKinds, type Kinds } from "../../../src/instances/kinds/registry";
import { createSessions } from "../../../src/instances/sessions";
import type { SandboxOptions } from "../../../src/sandbox/server";
import type { SandboxAccess } from "../../../src/instances/sessionAccess";
import type { StoreChange, WritableStore } from "../../../src/instances/store";
import { createStore } from "../../../src/instances/memoryStore";
import { createSync, type Sync } from "../../../src/instances/sync";
import { FakeClock } from "../../fakes/clock";
import { startTestSandbox, type CleansUp, type TestSandbox } from "../../fixtures/sandbox";

export const sandboxConnection: Connection = { source: "sandbox", profile: "sandbox", region: "us-east-1" };
export const sandboxKey = connectionKey(sandboxConnection);

export interface World {
  readonly sandbox: TestSandbox;
  readonly access: { current: SandboxAccess };
  readonly sessions: Sessions;
  readonly kinds: Kinds;
  readonly store: WritableStore;
  readonly follower: InstanceFollower;
  readonly sync: Sync;
  /** Time of store, follower and sync; the client and the sandbox have the real one. */
  readonly clock: FakeClock;
  readonly settings: { refreshIntervalSeconds: number };
  readonly changes: StoreChange[];
  readonly open: () => Promise<Session>;
  /** Resolves as soon as the condition holds; it is asked after every change of the store. */
  readonly until: (condition: () => boolean) => Promise<void>;
  /** How many requests of this operation the sandbox has answered, throttled and refused ones included. */
  readonly count: (operation: string) => Promise<number>;
}

export function accessOf(sandbox: TestSandbox): SandboxAccess {
  const { endpoint, region, accessKeyId, secretAccessKey, restricted } = sandbox;
  return { endpoint, region, keys: { sandbox: { accessKeyId, secretAccessKey }, "sandbox-restricted": restricted } };
}

/** The real store, sync, follower, sessions and client, over a socket to a real sandbox. */
export async function createWorld(
  t: CleansUp,
  options: {
    readonly kinds?: Kinds;
    readonly pageBudget?: number;
    readonly maxFollowed?: number;
    readonly createSeconds?: number;
    readonly services?: NonNullable<SandboxOptions["services"]>;
    readonly now?: () => number;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Promise<World> {
  const { pageBudget, maxFollowed, env = {}, ...rest } = options;
  const { kinds = createKinds({ chimeApi: () => "identity" }), ...sandboxOptions } = rest;
  const sandbox = await startTestSandbox(t, sandboxOptions);
  const access = { current: accessOf(sandbox) };
  const sessions = createSessions({
    log: silentLog,
    env,
    promptMfa: () => Promise.reject(new Error("nobody asks for MFA here")),
    sandboxAccess: () => access.current,
    endpointUrls: () => ({}),
  });
  const clock = new FakeClock();
  const store = createStore(clock);
  const follower = createFollower({ sessions, store, clock, log: silentLog, random: () => 1 });
  const settings = { refreshIntervalSeconds: 60 };
  const sync = createSync({
    sessions,
    kinds,
    store,
    follower,
    clock,
    log: silentLog,
    random: () => 1,
    refreshIntervalSeconds: () => settings.refreshIntervalSeconds,
    ...(pageBudget === undefined ? {} : { pageBudget }),
    ...(maxFollowed === undefined ? {} : { maxFollowed }),
  });
  const changes: StoreChange[] = [];
  store.onDidChange((change) => changes.push(change));
  t.after(() => {
    sync.dispose();
    store.dispose();
    sessions.dispose();
  });
  return {
    sandbox,
    access,
    sessions,
    kinds,
    store,
    follower,
    sync,
    clock,
    settings,
    changes,
    open: () => sessions.open(sandboxConnection),
    until: (condition) =>
      new Promise((resolve) => {
        const subscription = store.onDidChange(() => check());
        const check = () => {
          if (!condition()) return;
          subscription.dispose();
          resolve();
        };
        check();
      }),
    async count(operation) {
      const { requests } = await sandbox.control.ledger();
      return requests.filter((request) => request.operation === operation).length;
    },
  };
}
