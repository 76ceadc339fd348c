/** Runs in a real extension host: loads and activates our extension and an empty one in turn, each time anew. */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import * as vscode from "vscode";

export interface ActivationFigures {
  /** Milliseconds of each round, load and `activate()` together. */
  readonly empty: readonly number[];
  /** Compiled before: V8 has its code. */
  readonly warm: readonly number[];
  readonly cold: readonly number[];
}

interface Extension {
  activate(context: object): void;
}

const load = createRequire(__filename);
const rounds = 25;

export function run(): Promise<void> {
  const { APP_INSTANCES_HOST_RESULTS: path = "", APP_INSTANCES_BENCH: emptyExtension = "" } = process.env;
  const extension = vscode.extensions.getExtension("app-instances.app-instances-for-aws");
  if (!extension) throw new Error("The extension is not in this host.");
  const main = join(extension.extensionPath, "dist/extension.js");
  const figures = { empty: [] as number[], warm: [] as number[], cold: [] as number[] };
  for (let round = -3; round < rounds; round++) {
    const empty = activationMs(emptyExtension, extension);
    const warm = activationMs(main, extension);
    setFlagsFromString("--no-compilation-cache");
    const cold = activationMs(main, extension);
    setFlagsFromString("--compilation-cache");
    // Fills the cache again for the next round.
    activationMs(main, extension);
    if (round < 0) continue;
    figures.empty.push(empty);
    figures.warm.push(warm);
    figures.cold.push(cold);
  }
  writeFileSync(path, JSON.stringify(figures));
  return Promise.resolve();
}

function activationMs(path: string, extension: vscode.Extension<unknown>): number {
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- how Node forgets a module
  delete load.cache[path];
  const memory = { get: (_key: string, fallback: unknown) => fallback, update: () => Promise.resolve() };
  const context = {
    subscriptions: [] as vscode.Disposable[],
    globalStorageUri: vscode.Uri.file(join(extension.extensionPath, ".artifacts/bench-storage")),
    globalState: memory,
    extensionUri: extension.extensionUri,
    extension,
  };
  const started = performance.now();
  (load(path) as Extension).activate(context);
  const ms = performance.now() - started;
  for (const part of context.subscriptions) part.dispose();
  return ms;
}
