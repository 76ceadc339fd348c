import { runInHost } from "../vscode/runHost";
import type { Contest } from "./contest";
import { growth, growthRow } from "./growth";
import type { HostFigures } from "./host/index";
import { round } from "./measure";
import type { Row } from "./rows";

/** In a real extension host: what the client makes of connections, and how listings grow. */
export async function measureInHost({ origin }: Contest): Promise<readonly Row[]> {
  const task = { origin, counts: growth };
  const { results, failure } = await runInHost("test/bench/host", { APP_INSTANCES_BENCH: JSON.stringify(task) });
  if (failure) throw failure;
  const { kept, listings } = results as HostFigures;
  const last = listings.at(-1);
  return [
    {
      name: `connections made for ${kept.requests} requests over TLS in the extension host`,
      value: kept.connections,
      unit: "connections",
      beside: "one, of a client that asks one after the other; this one has six at a time",
      goal: 6,
    },
    growthRow(
      "listing into the store in the extension host, CPU",
      listings.map(({ instances, cpuMs }) => ({ instances, ms: cpuMs })),
    ),
    {
      name: "longest block of the extension host while 100,000 instances are listed",
      value: last?.longestBlockMs,
      unit: "ms",
      beside: `the whole listing takes ${round(last?.cpuMs ?? Number.NaN)} ms of CPU`,
      goal: 50,
    },
  ];
}
