/** Runs in a real extension host, whose http and https VS Code has patched. */
import { writeFileSync } from "node:fs";
import { countConnections } from "./connections";
import { measureListings, type ListingFigures } from "./listings";

export interface HostFigures {
  readonly kept: { readonly requests: number; readonly connections: number };
  readonly listings: readonly ListingFigures[];
}

export async function run(): Promise<void> {
  const { APP_INSTANCES_HOST_RESULTS: path = "", APP_INSTANCES_BENCH: task = "" } = process.env;
  const { origin, counts } = JSON.parse(task) as { readonly origin: string; readonly counts: readonly number[] };
  const figures: HostFigures = {
    kept: await countConnections(),
    listings: await measureListings(origin, counts),
  };
  writeFileSync(path, JSON.stringify(figures));
}
