/** Starts and stops the server of a real VS Code: the workbench's pages and the Node extension host behind them. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ensureVsCode } from "./install";

export interface ServerOptions {
  /** Holds user data, extensions and home; a temporary one, removed at the end, when absent. */
  readonly directory?: string;
  readonly extensionsDirectory?: string;
  /** Folders of extensions to have installed, as they are. */
  readonly extensions?: readonly string[];
  /** For a page that names the extension under development and its tests; it silences toasts and skips dialogs. */
  readonly testDriver?: boolean;
  /** Added to the environment that reaches the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  /** User settings, over those that keep the workbench calm. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** False: every workspace is trusted. True: VS Code asks, and starts in Restricted Mode. */
  readonly workspaceTrust?: boolean;
  readonly report?: (line: string) => void;
}

export interface VsCodeServer {
  readonly authority: string;
  /** A page of it. Carries the token without which the server answers nobody. */
  pageUrl(query: Readonly<Record<string, string>>): string;
  readonly directory: string;
  readonly home: string;
  /** Where VS Code's own settings and those of extensions lie: a server keeps what is of the machine apart. */
  readonly settingsFiles: SettingsFiles;
  /** The folder that `context.globalStorageUri` lies in. */
  readonly globalStorage: string;
  readonly extensionsDirectory: string;
  /** Process ids of the extension hosts that are alive, oldest first. */
  extensionHosts(): readonly number[];
  /** What the server printed so far. */
  output(): string;
  /** Ends the server with everything that it started. Never rejects. */
  stop(): Promise<void>;
}

export interface SettingsFiles {
  readonly user: string;
  readonly machine: string;
}

/** Nothing that moves, asks or phones home while somebody looks at the workbench. */
export const calmSettings: Readonly<Record<string, unknown>> = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "window.commandCenter": false,
  "workbench.enableExperiments": false,
  "workbench.layoutControl.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

const startTimeoutMs = 60_000;
const stopTimeoutMs = 3_000;
const running = new Set<ChildProcess>();

// A test run that dies must not leave servers behind.
process.on("exit", () => {
  for (const child of running) killTree(child);
});

export async function startVsCodeServer(options: ServerOptions = {}): Promise<VsCodeServer> {
  const installation = await ensureVsCode(options.report);
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), "app-instances-vscode-")));
  const extensionsDirectory = options.extensionsDirectory ?? join(directory, "extensions");
  const home = join(directory, "home");
  const data = join(directory, "server/data");
  const settingsFiles = { user: join(data, "User/settings.json"), machine: join(data, "Machine/settings.json") };
  const folders = [home, extensionsDirectory, ...Object.values(settingsFiles).map((path) => dirname(path))];
  await Promise.all(folders.map((path) => mkdir(path, { recursive: true })));
  await writeSettings(settingsFiles, { ...calmSettings, ...options.settings });
  for (const path of options.extensions ?? []) await linkExtension(path, extensionsDirectory);
  const token = randomBytes(24).toString("hex");
  const tokenFile = join(directory, "token");
  await writeFile(tokenFile, token, { mode: 0o600 });
  const args = [
    installation.serverMain,
    "--host=127.0.0.1",
    "--port=0",
    // In a file: arguments are everybody's to read.
    `--connection-token-file=${tokenFile}`,
    "--accept-server-license-terms",
    "--telemetry-level=off",
    // An extension host that lost its window ends after these seconds, not after three hours.
    "--reconnection-grace-time=3",
    `--server-data-dir=${join(directory, "server")}`,
    `--extensions-dir=${extensionsDirectory}`,
    ...(options.testDriver ? ["--enable-smoke-test-driver"] : []),
    ...(options.workspaceTrust ? [] : ["--disable-workspace-trust"]),
  ];
  const child = spawn(installation.node, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...inheritedEnvironment(), HOME: home, USERPROFILE: home, ...options.env },
  });
  running.add(child);
  let output = "";
  const collect = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const stop = async () => {
    await stopChild(child);
    if (!options.directory) rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const port = await listeningPort(child, () => output);
    return {
      authority: `127.0.0.1:${port}`,
      pageUrl: (query) => `http://127.0.0.1:${port}/?${new URLSearchParams({ tkn: token, ...query }).toString()}`,
      directory,
      home,
      settingsFiles,
      globalStorage: join(data, "User/globalStorage"),
      extensionsDirectory,
      extensionHosts: () => extensionHostsOf(child.pid),
      output: () => output,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Installs a packaged extension, as `code --install-extension` does. */
export async function installExtension(vsix: string, extensionsDirectory: string): Promise<void> {
  const installation = await ensureVsCode();
  const data = await mkdtemp(join(tmpdir(), "app-instances-install-"));
  const args = [
    installation.serverMain,
    `--install-extension=${vsix}`,
    `--extensions-dir=${extensionsDirectory}`,
    `--server-data-dir=${data}`,
    "--accept-server-license-terms",
    "--telemetry-level=off",
  ];
  try {
    const { stdout, stderr } = await promisify(execFile)(installation.node, args, {
      env: inheritedEnvironment(),
      timeout: startTimeoutMs,
    });
    if (!stdout.includes("successfully installed"))
      throw new Error(`VS Code did not install ${vsix}:\n${stdout}${stderr}`);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

/** Adds settings to what the files have: ours to the machine's, all others to the user's. */
export async function writeSettings(files: SettingsFiles, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const isOurs = (name: string) => name.startsWith("appInstances.");
  for (const [file, wanted] of [
    [files.user, (name: string) => !isOurs(name)],
    [files.machine, isOurs],
  ] as const) {
    const added = Object.fromEntries(Object.entries(settings).filter(([name]) => wanted(name)));
    await writeFile(file, JSON.stringify({ ...(await readSettings(file)), ...added }, undefined, 2));
  }
}

async function readSettings(file: string): Promise<Record<string, unknown>> {
  return existsSync(file) ? (JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>) : {};
}

/** The server takes what it finds in an extensions folder that has no list of its own yet. */
async function linkExtension(path: string, extensionsDirectory: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(path, "package.json"), "utf8")) as {
    publisher: string;
    name: string;
    version: string;
  };
  const link = join(extensionsDirectory, `${manifest.publisher}.${manifest.name}-${manifest.version}`);
  await rm(link, { force: true });
  await symlink(path, link, "dir");
}

/** The machine's AWS settings, and an editor that the run was started from, must not leak into a test. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(AWS_|VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_TEST_CONTEXT$|npm_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

function listeningPort(child: ChildProcess, output: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`VS Code's server ${why}:\n${output()}`));
    const timer = setTimeout(() => fail(`did not start within ${startTimeoutMs / 1000} s`), startTimeoutMs);
    const look = () => {
      const port = /Extension host agent listening on (\d+)/.exec(output())?.[1];
      if (!port) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout?.on("data", look);
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      fail(`ended with ${String(signal ?? code)}`);
    });
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  // Collected first: what outlives its parent can no longer be found.
  const all = descendants(child.pid);
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
    await ended;
    clearTimeout(timer);
  }
  for (const { pid } of all) kill(pid);
  running.delete(child);
}

function killTree(child: ChildProcess): void {
  const all = descendants(child.pid);
  if (child.pid !== undefined) kill(child.pid);
  for (const { pid } of all) kill(pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
}

/** Everything that a process started, as far as it is still alive. */
function descendants(pid: number | undefined): readonly ProcessEntry[] {
  const all = liveProcesses();
  const children = (parent: number): readonly ProcessEntry[] =>
    all.filter((entry) => entry.parent === parent).flatMap((entry) => [entry, ...children(entry.pid)]);
  return pid === undefined ? [] : children(pid);
}

function extensionHostsOf(serverPid: number | undefined): readonly number[] {
  return liveProcesses()
    .filter(({ pid, parent }) => parent === serverPid && commandLine(pid).includes("--type=extensionHost"))
    .map(({ pid }) => pid)
    .sort((a, b) => a - b);
}

/** Read from /proc: the server offers no list of what it started. Elsewhere than on Linux nothing is known. */
function liveProcesses(): readonly ProcessEntry[] {
  if (!existsSync("/proc/self/stat")) return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((name) => {
    const [state, parent] = /^\d+ \(.*\) (\S) (\d+)/s.exec(readProcessFile(Number(name), "stat"))?.slice(1) ?? [];
    return state === undefined || state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent) }];
  });
}

function commandLine(pid: number): string {
  return readProcessFile(pid, "cmdline");
}

function readProcessFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return ""; // It ended while we looked.
  }
}
