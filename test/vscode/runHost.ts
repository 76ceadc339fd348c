/**
 * Runs test/host in the extension host of a real VS Code, through @vscode/test-electron.
 *
 * APP_INSTANCES_VSCODE=desktop downloads VS Code Desktop, =server takes the one from the npm registry. Without it, Desktop is
 * taken where it could show a window and its download answers quickly. Which version: versions.ts.
 */
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import type { HostResults } from "../host/index";
import { cacheDirectory } from "./install";
import { desktopVersion, productOf } from "./versions";

const projectRoot = resolve(__dirname, "../..");

/** Rejects when the run itself broke; test failures are in the results. */
export async function runHostTests(filter: string): Promise<HostResults> {
  const run = await runInHost("test/host", { APP_INSTANCES_TEST_FILTER: filter });
  const results = run.results as HostResults;
  const { failure } = run;
  if (failure && results.failed === 0 && results.passed > 0) throw failure;
  return results;
}

/**
 * Runs the `run` of a folder's index.ts in an extension host that has this extension. What it writes, as JSON, to the file
 * that APP_INSTANCES_HOST_RESULTS names are its results.
 */
export async function runInHost(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly results: unknown; readonly failure: Error | undefined }> {
  const directory = await mkdtemp(join(tmpdir(), "app-instances-host-"));
  try {
    const suite = join(projectRoot, ".artifacts/host");
    await bundleSuite(folder, suite);
    for (const name of ["home", "workspace"]) await mkdir(join(directory, name));
    const resultsFile = join(directory, "results.json");
    const failure = await runTests({
      vscodeExecutablePath: await findVsCode(),
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath: join(suite, "index.js"),
      launchArgs: [
        join(directory, "workspace"),
        `--user-data-dir=${join(directory, "user")}`,
        `--extensions-dir=${join(directory, "extensions")}`,
      ],
      extensionTestsEnv: {
        ...withoutAwsSettings(),
        AWS_CONFIG_FILE: join(directory, "home/config"),
        AWS_SHARED_CREDENTIALS_FILE: join(directory, "home/credentials"),
        AWS_EC2_METADATA_DISABLED: "true",
        APP_INSTANCES_HOST_RESULTS: resultsFile,
        ...env,
      },
    }).then(
      (code) => (code === 0 ? undefined : new Error(`VS Code ended with ${code}.`)),
      (error: unknown) => (error instanceof Error ? error : new Error("VS Code failed.")),
    );
    const results = readResults(resultsFile);
    if (!results) throw failure ?? new Error("The extension host ended without results.");
    return { results, failure };
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function bundleSuite(suiteFolder: string, outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  const folder = join(projectRoot, suiteFolder);
  const names = (await readdir(folder)).filter((name) => name === "index.ts" || name.endsWith(".test.ts"));
  await build({
    entryPoints: names.map((name) => join(folder, name)),
    outdir,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "inline",
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
}

async function findVsCode(): Promise<string> {
  const choice = productOf() ?? process.env.APP_INSTANCES_VSCODE;
  if (choice === "desktop" || (choice !== "server" && canShowWindow() && (await desktopIsReachable()))) {
    return downloadAndUnzipVSCode({ version: desktopVersion(), cachePath: cacheDirectory() });
  }
  return join(__dirname, "code.mjs");
}

function canShowWindow(): boolean {
  return process.platform !== "linux" || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
}

async function desktopIsReachable(): Promise<boolean> {
  const releases = "https://update.code.visualstudio.com/api/releases/stable";
  return fetch(releases, { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );
}

/** The machine's own profiles must not take part; test-electron lays these over the environment. */
function withoutAwsSettings(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.keys(process.env).flatMap((name) => (name.startsWith("AWS_") ? [[name, undefined]] : [])),
  );
}

function readResults(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
