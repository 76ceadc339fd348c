/**
 * Installs what a real VS Code needs where Desktop cannot be downloaded: its server, a Node for it, and a Chromium, all
 * from the npm registry, into an ignored cache. Done on first use; pinned in versions.json.
 */
import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { access, chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import { chromium as playwrightChromium } from "playwright-core";
import { lock } from "proper-lockfile";
import { putStandIns, standInSources } from "./standIns";
import { serverVersions, type ServerVersions } from "./versions";

/** Paths of an installed host. */
export interface VsCodeInstallation {
  /** The Node that runs the server. */
  readonly node: string;
  readonly serverMain: string;
  readonly browser: BrowserInstallation;
}

export interface BrowserInstallation {
  readonly executable: string;
  /** What the browser needs in its environment on machines without its libraries or fonts. */
  readonly env: Readonly<Record<string, string>>;
}

const projectRoot = resolve(__dirname, "../..");
const installTimeoutMs = 10 * 60_000;

/** The same cache for every checkout where APP_INSTANCES_VSCODE_CACHE is set, else one inside the project. */
export function cacheDirectory(): string {
  return process.env.APP_INSTANCES_VSCODE_CACHE ?? join(projectRoot, ".vscode-test");
}

/** Installs on first use; safe when several processes ask at once, and after an installation that was interrupted. */
export async function ensureVsCode(report: (line: string) => void = () => {}): Promise<VsCodeInstallation> {
  const target = join(cacheDirectory(), `server-${fingerprint()}`);
  if (!existsSync(join(target, "complete"))) await installLocked(target, report);
  const modules = join(target, "node_modules");
  return {
    node: join(modules, nodePackage(), "bin", process.platform === "win32" ? "node.exe" : "node"),
    serverMain: join(modules, "code-server/lib/vscode/out/server-main.js"),
    browser: await findBrowser(join(target, "browser")),
  };
}

function fingerprint(): string {
  const hash = createHash("sha256").update(JSON.stringify([serverVersions(), process.platform, process.arch]));
  for (const source of standInSources()) hash.update(source);
  return hash.digest("hex").slice(0, 12);
}

/** npm's `node` fetches this package in an install script; asking for it by name needs no script. */
function nodePackage(): string {
  return `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
}

async function installLocked(target: string, report: (line: string) => void): Promise<void> {
  const cache = cacheDirectory();
  await mkdir(cache, { recursive: true });
  const release = await lock(cache, { stale: 30_000, retries: { retries: 600, minTimeout: 1000, maxTimeout: 1000 } });
  try {
    if (existsSync(join(target, "complete"))) return;
    await removeLeftovers(cache);
    const folder = join(cache, `installing-${randomUUID()}`);
    await mkdir(folder);
    await installInto(folder, report);
    await rm(target, { recursive: true, force: true });
    await rename(folder, target);
  } finally {
    await release();
  }
}

async function removeLeftovers(cache: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => name.startsWith("installing-"));
  await Promise.all(names.map((name) => rm(join(cache, name), { recursive: true, force: true })));
}

async function installInto(folder: string, report: (line: string) => void): Promise<void> {
  const started = Date.now();
  const versions = serverVersions();
  report(`Installing VS Code's server (code-server ${versions["code-server"]}) into ${cacheDirectory()}, once.`);
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
  const packages = [`code-server@${versions["code-server"]}`, `${nodePackage()}@${versions.node}`];
  if (chromiumIsPackaged()) packages.push(`@sparticuz/chromium@${versions["@sparticuz/chromium"]}`);
  await npmInstall(folder, packages);
  const server = join(folder, "node_modules/code-server/lib/vscode");
  await npmInstall(server, []);
  await putStandIns(join(server, "node_modules"));
  if (chromiumIsPackaged()) await unpackChromium(folder);
  await verify(folder, versions);
  await writeFile(join(folder, "complete"), JSON.stringify(versions));
  report(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** Scripts stay off: the server runs without its native modules, and nothing has to be compiled or downloaded. */
async function npmInstall(cwd: string, packages: readonly string[]): Promise<void> {
  const flags = [
    "--omit=dev",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-save",
    "--no-package-lock",
    "--loglevel=error",
  ];
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  // The project's own npm settings must not reach into the cache.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^npm_(config|package|lifecycle)_/i.test(name) || isRegistrySetting(name),
    ),
  );
  await run(npm, ["install", ...flags, ...packages], { cwd, env, shell: process.platform === "win32" });
}

function isRegistrySetting(name: string): boolean {
  return /^npm_config_(registry|cache|userconfig|globalconfig|proxy|https_proxy|noproxy|cafile|strict_ssl)$/i.test(
    name,
  );
}

async function verify(folder: string, versions: ServerVersions): Promise<void> {
  const manifest = await readFile(join(folder, "node_modules/code-server/package.json"), "utf8");
  const found = (JSON.parse(manifest) as { version?: unknown }).version;
  if (found !== versions["code-server"])
    throw new Error(`Expected code-server ${versions["code-server"]}, npm installed ${String(found)}.`);
  const printed = await run(join(folder, "node_modules", nodePackage(), "bin/node"), ["--version"], { cwd: folder });
  if (printed.trim() !== `v${versions.node}`)
    throw new Error(`Expected Node v${versions.node}, npm installed ${printed.trim()}.`);
}

function chromiumIsPackaged(): boolean {
  return process.platform === "linux" && process.arch === "x64";
}

const decompress = promisify(brotliDecompress);

/** The package's own unpacking goes to one place in the temporary folder that two users or two versions would share. */
async function unpackChromium(folder: string): Promise<void> {
  const packed = join(folder, "node_modules/@sparticuz/chromium/bin");
  const browser = join(folder, "browser");
  await mkdir(browser);
  const executable = join(browser, "chromium");
  await writeFile(executable, await decompress(await readFile(join(packed, "chromium.br"))));
  await chmod(executable, 0o755);
  for (const name of ["swiftshader", "fonts", "al2023"]) {
    const archive = join(browser, `${name}.tar`);
    await writeFile(archive, await decompress(await readFile(join(packed, `${name}.tar.br`))));
    await run("tar", ["--no-same-owner", "-xf", archive], { cwd: browser });
    await rm(archive);
  }
  await rm(join(folder, "node_modules/@sparticuz"), { recursive: true });
}

/** The pinned Chromium, else one that is already on the machine. */
async function findBrowser(folder: string): Promise<BrowserInstallation> {
  const chosen = process.env.APP_INSTANCES_CHROMIUM;
  if (chosen) return { executable: chosen, env: {} };
  const pinned = join(folder, "chromium");
  if (existsSync(pinned)) return { executable: pinned, env: await browserEnvironment(folder, pinned) };
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((path) => names.map((name) => join(path, name)));
  const candidates = [
    playwrightChromium.executablePath(),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ...onPath,
  ];
  for (const executable of candidates) if (await isReadable(executable)) return { executable, env: {} };
  throw new Error(
    "No Chromium found. Install one (npx playwright-core install chromium), or name it in APP_INSTANCES_CHROMIUM.",
  );
}

async function isReadable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Fonts travel with the browser, so that pictures look alike everywhere; its libraries are lent only where they are missing. */
async function browserEnvironment(folder: string, executable: string): Promise<Record<string, string>> {
  const config = join(folder, "fontconfig.xml");
  if (!existsSync(config)) await writeFile(config, fontConfiguration(join(folder, "fonts")));
  const env: Record<string, string> = { FONTCONFIG_FILE: config };
  const libraries = await run("ldd", [executable], { cwd: folder }).catch(() => "");
  if (libraries.includes("not found")) env.LD_LIBRARY_PATH = join(folder, "lib");
  return env;
}

function fontConfiguration(directory: string): string {
  const preferred = ["system-ui", "sans-serif"].map(
    (family) => `<alias binding="same"><family>${family}</family><prefer><family>Open Sans</family></prefer></alias>`,
  );
  return [
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>`,
    `<dir>${directory}</dir><cachedir prefix="xdg">fontconfig</cachedir>`,
    ...preferred,
    `<include ignore_missing="yes">/etc/fonts/fonts.conf</include></fontconfig>`,
  ].join("\n");
}

interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly shell?: boolean;
}

/** Resolves with what the command printed; rejects with all of it when the command fails. */
async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"], timeout: installTimeoutMs });
    let output = "";
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => fail(new Error(`Could not run ${command}: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (code === 0) done(printed);
      else fail(new Error(`${command} ${args.join(" ")} ended with ${String(signal ?? code)}:\n${printed}${output}`));
    });
  });
}
