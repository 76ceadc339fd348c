import { runInHost } from "../vscode/runHost";
import type { HostFigures } from "./host/index";
import type { Row } from "./rows";

/** In a real extension host, over TLS, as many requests at a time as the product makes. */
export async function measureKeptConnections(): Promise<readonly Row[]> {
  const { results, failure } = await runInHost<HostFigures>("test/bench/host");
  if (failure) throw failure;
  return [
    {
      name: `connections made for ${results.requests} requests over TLS in the extension host`,
      value: results.connections,
      unit: "connections",
      beside: "one; a client that keeps none makes one for each request",
      goal: 6,
    },
  ];
}
