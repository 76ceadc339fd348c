import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { round } from "./measure";

const run = promisify(execFile);
const runs = 15;

/** How long a fresh process takes to load each bundle, against one that only has zod and against an empty module. */
export async function measureLoading(dist: string) {
  const directory = await mkdtemp(join(tmpdir(), "app-instances-bench-"));
  try {
    const empty = join(directory, "empty.js");
    const zod = join(directory, "zod.js");
    await writeFile(empty, "");
    const contents = `import * as z from "zod"; module.exports = z.object({ name: z.string() });`;
    await build({ stdin: { contents, resolveDir: dist }, bundle: true, minify: true, platform: "node", outfile: zod });
    const emptyMs = await loadMs(empty);
    const zodMs = await loadMs(zod);
    const extensionMs = await loadMs(join(dist, "extension.js"));
    return {
      emptyMs,
      zodMs,
      extensionMs,
      awsMs: await loadMs(join(dist, "aws.js")),
      sandboxMs: await loadMs(join(dist, "sandbox.js")),
      extensionToZod: round(extensionMs / zodMs),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** `vscode` answers everything with itself: loading asks it for classes and namespaces only. */
const vscodeStandIn = `
  const anything = new Proxy(function () {}, { get: (_, name) => (name === Symbol.toPrimitive ? () => "" : anything), apply: () => anything, construct: () => anything });
  const Module = require("node:module");
  const load = Module._load;
  // As a prototype: bundles copy the own properties of what they import, and look up the rest.
  const vscode = Object.create(anything);
  Module._load = (request, ...rest) => (request === "vscode" ? vscode : load(request, ...rest));
`;

async function loadMs(path: string): Promise<number> {
  const script = `${vscodeStandIn}; const started = performance.now(); require(${JSON.stringify(path)}); process.stdout.write(String(performance.now() - started)); process.exit(0)`;
  const times: number[] = [];
  for (let index = 0; index < runs; index++) times.push(Number((await run(process.execPath, ["-e", script])).stdout));
  return round(times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN);
}
