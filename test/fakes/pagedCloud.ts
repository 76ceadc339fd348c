import { supplychain } from "../../src/aws/services/supplychain";
import { silentLog } from "../../src/core/log";
import { connectionKey, type Connection, type Session, type Sessions } from "../../src/instances/connection";
import { createFollower } from "../../src/instances/follow";
import type { Instance, Phase } from "../../src/instances/instance";
import type { Kind } from "../../src/instances/kind";
import { kindsOf } from "../../src/instances/kinds/registry";
import { createStore } from "../../src/instances/memoryStore";
import { createSync } from "../../src/instances/sync";
import type { FakeClock } from "./clock";

export interface CloudRequest {
  /** On the clock that never jumps. */
  readonly at: number;
  readonly connection: string;
  /** `list`, or `get` and the id. */
  readonly what: string;
}

export interface PagedCloudOptions {
  readonly connections?: number;
  readonly count?: number;
  readonly pageSize?: number;
  readonly random?: () => number;
  readonly intervalSeconds?: number;
  readonly pageBudget?: number;
  readonly maxFollowed?: number;
}

/**
 * Services in memory that answer at once, and all that looks at them: many accounts of one kind, in pages. For what is
 * asked when, on a clock that a test moves.
 */
export function createPagedCloud(clock: FakeClock, options: PagedCloudOptions = {}) {
  const {
    connections: connectionCount = 1,
    count = 200,
    pageSize = 20,
    random = () => 1,
    intervalSeconds = 60,
  } = options;
  const connections = Array.from({ length: connectionCount }, (_, index): Connection => {
    return { source: "profile", profile: `account-${index}`, region: "us-east-1" };
  });
  const resources = new Map(
    connections.map((connection) => [
      connectionKey(connection),
      Array.from({ length: count }, (_, index) => instance(`i-${index}`, "ready")),
    ]),
  );
  const requests: CloudRequest[] = [];
  /** Asked before each answer: what it throws, or waits for, comes first. */
  const service: { before: (request: CloudRequest) => void | Promise<void> } = { before: () => undefined };
  const request = async ({ connection }: Session, what: string) => {
    const made = { at: clock.monotonic(), connection: connectionKey(connection), what };
    requests.push(made);
    await service.before(made);
    return resources.get(made.connection) ?? [];
  };
  const kind = {
    id: "fake",
    title: "fake instance",
    groupTitle: "Fake",
    service: supplychain,
    list: async function* (session: Session) {
      for (let start = 0; ; start += pageSize) {
        const all = await request(session, "list");
        yield all.slice(start, start + pageSize);
        if (start + pageSize >= all.length) return;
      }
    },
    get: async (session: Session, id: string) =>
      (await request(session, `get ${id}`)).find((candidate) => candidate.id === id),
  } as Partial<Kind> as Kind;
  const session = (connection: Connection) =>
    ({ connection, accountId: connection.profile, generation: 1, isLoopback: false }) as Session;
  const sessions: Sessions = {
    open: (connection) => Promise.resolve(session(connection)),
    current: session,
    invalidate: () => undefined,
    reread: () => Promise.resolve(),
    onDidChange: () => ({ dispose: () => undefined }),
  };
  const store = createStore(clock);
  const follower = createFollower({ sessions, store, clock, log: silentLog, random });
  const { pageBudget, maxFollowed } = options;
  const sync = createSync({
    sessions,
    store,
    follower,
    clock,
    random,
    kinds: kindsOf([kind]),
    log: silentLog,
    refreshIntervalSeconds: () => intervalSeconds,
    ...(pageBudget === undefined ? {} : { pageBudget }),
    ...(maxFollowed === undefined ? {} : { maxFollowed }),
  });
  sync.setConnections(connections);
  return {
    connections,
    key: connectionKey(connections[0]!),
    kind,
    store,
    sync,
    requests,
    service,
    listing: () => store.listing(connectionKey(connections[0]!), kind.id),
    /** What the service says of an instance of the first connection from now on. */
    change: (id: string, phase: Phase) => {
      const all = resources.get(connectionKey(connections[0]!))!;
      all[all.findIndex((candidate) => candidate.id === id)] = instance(id, phase);
    },
    dispose: () => {
      sync.dispose();
      store.dispose();
    },
  };
}

function instance(id: string, phase: Phase): Instance {
  return { kind: "fake", id, arn: `arn:${id}`, name: id, state: phase, phase, values: {}, raw: {} };
}
