// Numbers, never a test: npm run bench -- [--json FILE]. What counts are the ratios, taken within one run.
import { statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { measureLoading } from "./load";
import { measureStore } from "./store";
import { measureWire } from "./wire";
import { measureWorkbench } from "./workbench";

const dist = join(resolve(__dirname, "../.."), "dist");
/** KiB of the production bundles; the package as a whole has a budget of its own. */
const budgetsKiB = {
  "extension.js": 330,
  "aws.js": 410,
  "sandbox.js": 330,
  "webview/form.js": 48,
  "webview/details.js": 40,
};

function bundleSizes() {
  const sizes = Object.entries(budgetsKiB).map(([name, budgetKiB]) => [
    name,
    { kib: Math.ceil(statSync(join(dist, name)).size / 1024), budgetKiB },
  ]);
  return Object.fromEntries(sizes) as Record<string, { kib: number; budgetKiB: number }>;
}

async function main(): Promise<void> {
  const results = {
    node: process.version,
    bundles: bundleSizes(),
    loading: await measureLoading(dist),
    store: await measureStore(),
    wire: await measureWire(),
    workbench: await measureWorkbench(),
  };
  const text = JSON.stringify(results, undefined, 2);
  process.stdout.write(`${text}\n`);
  const file = process.argv[process.argv.indexOf("--json") + 1];
  if (process.argv.includes("--json") && file) writeFileSync(file, `${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
