import { join } from "node:path";
import { staticCredentials } from "../../src/aws/credentials";
import { createClient } from "../../src/aws/httpClient";
import { Traffic } from "../../src/aws/traffic";
import { systemClock as clock } from "../../src/core/clock";
import { silentLog } from "../../src/core/log";
import { connectionKey, type Connection, type Session, type Sessions } from "../../src/instances/connection";
import { createFollower } from "../../src/instances/follow";
import { kindsOf } from "../../src/instances/kinds/registry";
import { supplyChain } from "../../src/instances/kinds/supplyChain";
import { createStore } from "../../src/instances/memoryStore";
import { createSync } from "../../src/instances/sync";
import { LineProcess } from "./lineProcess";
import { alternate, costOf, median, ratio, round, type Cost } from "./measure";

const latencyMs = 50;
const connectionCount = 100;
const instanceCount = 250;
const rounds = 5;
/** The one whose pages are shorter: 250 instances take 13 requests, one after the other. */
const kinds = kindsOf([supplyChain]);

/**
 * A hundred connections, each of an account of its own, with 250 instances, beside one of them alone: sockets,
 * signatures, pages and the store are the real ones, the answers were made beforehand and take 50 ms.
 */
export async function measureConnections() {
  const server = new LineProcess(process.execPath, [
    "--import",
    "tsx",
    join(__dirname, "cannedServer.ts"),
    `${latencyMs}`,
  ]);
  try {
    const endpoint = `http://127.0.0.1:${await server.nextLine()}/${instanceCount}`;
    const listing = (count: number) => () => listAll(endpoint, count);
    await alternate(1, { all: listing(connectionCount), one: listing(1) });
    const { all, one } = await alternate(rounds, { all: listing(connectionCount), one: listing(1) });
    return {
      connections: connectionCount,
      instancesOfEach: instanceCount,
      latencyMs,
      allMs: round(median(wallMs(all))),
      oneAloneMs: round(median(wallMs(one))),
      allToOne: ratio(wallMs(all), wallMs(one)),
      /** Of this process, which does all of it on one thread: no list of all can be shorter. */
      cpuOfAllMs: round(median(all.map(({ cpuMs }) => cpuMs))),
    };
  } finally {
    await server.stop();
  }
}

const wallMs = (costs: readonly Cost[]) => costs.map((cost) => cost.wallMs);

/** Until the last list is there. */
async function listAll(endpoint: string, count: number): Promise<Cost> {
  const connections = Array.from({ length: count }, (_, index): Connection => {
    return { source: "profile", profile: `account-${index}`, region: "us-east-1" };
  });
  const sessions = sessionsAt(endpoint);
  const store = createStore(clock);
  const log = silentLog;
  const follower = createFollower({ sessions, store, clock, log });
  const sync = createSync({ sessions, kinds, store, follower, clock, log, refreshIntervalSeconds: () => 0 });
  try {
    const cost = await costOf(async () => {
      sync.setConnections(connections);
      await sync.refresh();
    });
    for (const connection of connections) {
      for (const kind of kinds.all) {
        const listing = store.listing(connectionKey(connection), kind.id);
        if (listing?.instances.length !== instanceCount) throw new Error(`A list is not whole: ${listing?.status}`);
      }
    }
    return cost;
  } finally {
    sync.dispose();
    store.dispose();
  }
}

/** Open at once: what a sign-in takes is not measured. */
function sessionsAt(endpoint: string): Sessions {
  const traffic = new Traffic(clock);
  const opened = new Map<string, Session>();
  const open = (connection: Connection): Session => {
    const accountId = connection.profile;
    const client = createClient({
      region: connection.region,
      credentials: staticCredentials({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }),
      endpoints: { customUrl: () => endpoint },
      log: silentLog,
      traffic,
      accountId,
    });
    return { connection, accountId, generation: 1, client, isLoopback: true } as Partial<Session> as Session;
  };
  const of = (connection: Connection) => {
    const key = connectionKey(connection);
    const session = opened.get(key) ?? open(connection);
    opened.set(key, session);
    return session;
  };
  return {
    open: (connection) => Promise.resolve(of(connection)),
    current: of,
    invalidate: () => undefined,
    reread: () => Promise.resolve(),
    onDidChange: () => ({ dispose: () => undefined }),
  };
}
