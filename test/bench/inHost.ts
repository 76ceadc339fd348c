import { runInHost } from "../vscode/runHost";
import type { HostFigures } from "./host/index";
import type { Row } from "./rows";

/** In a real extension host, over TLS, as many requests at a time as the product makes. */
export async function measureKeptConnections(): Promise<readonly Row[]> {
  const { results, failure } = await runInHost("test/bench/host");
  if (failure) throw failure;
  const { requests, connections } = results as HostFigures;
  return [
    {
      name: `connections made for ${requests} requests over TLS in the extension host`,
      value: connections,
      unit: "connections",
      beside: "one; a client that keeps none makes one for each request",
      goal: 6,
    },
  ];
}
