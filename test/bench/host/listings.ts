import { monitorEventLoopDelay } from "node:perf_hooks";
import { staticCredentials } from "../../../src/aws/credentials";
import { resolveEndpoint } from "../../../src/aws/endpoint";
import { createClient } from "../../../src/aws/httpClient";
import { silentLog } from "../../../src/core/log";
import { connectionKey, type Connection, type Session } from "../../../src/instances/connection";
import { createKinds } from "../../../src/instances/kinds/registry";
import { ListingRun } from "../../../src/instances/listingRun";
import { createStore } from "../../../src/instances/memoryStore";
import { costOf } from "../measure";

export interface ListingFigures {
  readonly instances: number;
  readonly cpuMs: number;
  readonly longestBlockMs: number;
}

const connection: Connection = { source: "profile", profile: "bench", region: "us-east-1" };
const kindId = "supplyChain";
const accountId = "123456789012";
/** Of the watch over the event loop, and what it counts as a delay anyway. */
const resolutionMs = 2;

/**
 * From the first request to the last instance in the store, page by page, as the product lists. The least of some rounds: the
 * machine may have been late in one, but what takes long or blocks does so in each.
 */
export async function measureListings(origin: string, counts: readonly number[]): Promise<readonly ListingFigures[]> {
  await list(origin, 10_000);
  const runs: ListingFigures[] = [];
  for (let round = 0; round < 3; round++) for (const count of counts) runs.push(await list(origin, count));
  return counts.map((instances) => {
    const same = runs.filter((run) => run.instances === instances);
    const least = (name: "cpuMs" | "longestBlockMs") => Math.min(...same.map((run) => run[name]));
    return { instances, cpuMs: least("cpuMs"), longestBlockMs: least("longestBlockMs") };
  });
}

async function list(origin: string, instances: number): Promise<ListingFigures> {
  const store = createStore();
  const kind = createKinds({ chimeApi: () => "identity" }).get(kindId);
  if (!kind) throw new Error(`There is no kind ${kindId}.`);
  const endpoints = { customUrl: () => `${origin}/${instances}` };
  const client = createClient({
    region: connection.region,
    credentials: staticCredentials({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }),
    endpoints,
    log: silentLog,
  });
  const session: Session = {
    connection,
    accountId,
    generation: 1,
    client,
    endpointOf: (service) => resolveEndpoint(service, connection.region, endpoints),
    isLoopback: true,
  };
  store.setConnections([connection]);
  store.setConnected({ connectionKey: connectionKey(connection), generation: 1 }, { accountId, isLoopback: true });
  const run = new ListingRun(session, {
    store,
    log: silentLog,
    signal: new AbortController().signal,
    isCurrent: () => true,
    isWanted: () => true,
    onPage: () => undefined,
    onRejected: () => undefined,
    onDeclined: () => undefined,
    onFailed: () => undefined,
  });
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  const { cpuMs } = await costOf(() => run.list(kind, Number.POSITIVE_INFINITY));
  delay.disable();
  const listed = store.listing(connectionKey(connection), kindId)?.instances.length ?? 0;
  if (listed !== instances) throw new Error(`${listed} of ${instances} instances are in the store.`);
  return { instances, cpuMs, longestBlockMs: Math.max(0, delay.max / 1e6 - resolutionMs) };
}
