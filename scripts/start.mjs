// `npm start`: a real VS Code with the extension and a seeded sandbox, until Ctrl-C.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import "tsx";

const root = join(import.meta.dirname, "..");
const { calmSettings, startVsCodeServer } = createRequire(import.meta.url)("../test/vscode/server.ts");
/** Long enough for a person to see an instance come up. */
const createSeconds = 25;

const directory = mkdtempSync(join(tmpdir(), "app-instances-start-"));
const cleanUps = [() => rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })];
let isStopping = false;

async function stop(code) {
  if (isStopping) return;
  isStopping = true;
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
  process.exit(code);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void stop(0));
stopWithParent(process.ppid);

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await stop(1);
}

async function main() {
  execFileSync(process.execPath, ["esbuild.js"], { cwd: root, stdio: "inherit" });
  const sandbox = await startSandbox();
  const env = writeAwsFiles(sandbox);
  const folder = join(directory, "workspace");
  mkdirSync(folder);
  const settings = {
    "appInstances.connections": [
      { profile: "sandbox", region: sandbox.region },
      { profile: "sandbox-restricted", region: sandbox.region },
    ],
  };
  const extensions = [root, join(root, "test/vscode/openView")];
  const desktop = findOnPath("code");
  if (desktop) await openDesktop(desktop, { env, folder, settings, extensions });
  else {
    const server = await startVsCodeServer({
      directory: join(directory, "vscode"),
      env,
      settings,
      extensions,
      report: console.log,
    });
    cleanUps.push(() => server.stop());
    console.log(`Open ${server.pageUrl({ folder })}`);
  }
}

/** Resolves with the JSON line that the sandbox prints when it accepts requests. */
function startSandbox() {
  const args = [
    "scripts/sandbox.mjs",
    "--seed",
    "demo",
    "--create-seconds",
    String(createSeconds),
    "--state-dir",
    join(directory, "sandbox"),
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  cleanUps.push(() => end(child));
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (output.includes("\n")) resolve(JSON.parse(output.slice(0, output.indexOf("\n"))));
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      reject(new Error(`The sandbox ended with ${code}.`));
      if (!isStopping) void stop(1);
    });
  });
}

/** Two profiles that reach the sandbox as any AWS tool would. */
function writeAwsFiles({ endpoint, region, accessKeyId, secretAccessKey, restricted }) {
  const config = join(directory, "config");
  const credentials = join(directory, "credentials");
  const profiles = { sandbox: { accessKeyId, secretAccessKey }, "sandbox-restricted": restricted };
  const names = Object.keys(profiles);
  writeFileSync(
    config,
    names.map((name) => `[profile ${name}]\nregion = ${region}\nendpoint_url = ${endpoint}\n`).join("\n"),
  );
  const keys = ([name, { accessKeyId: id, secretAccessKey: secret }]) =>
    `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
  writeFileSync(credentials, Object.entries(profiles).map(keys).join("\n"), { mode: 0o600 });
  return { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials, AWS_EC2_METADATA_DISABLED: "true" };
}

async function openDesktop(command, { env, folder, settings, extensions }) {
  const userData = join(directory, "desktop");
  mkdirSync(join(userData, "User"), { recursive: true });
  writeFileSync(join(userData, "User/settings.json"), JSON.stringify({ ...calmSettings, ...settings }));
  const args = [
    "--wait",
    "--new-window",
    "--disable-workspace-trust",
    `--user-data-dir=${userData}`,
    `--extensions-dir=${join(directory, "extensions")}`,
    ...extensions.map((path) => `--extensionDevelopmentPath=${path}`),
    folder,
  ];
  const child = spawn(command, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
    shell: process.platform === "win32",
  });
  cleanUps.push(() => end(child));
  console.log("Opened VS Code Desktop. Close its window or press Ctrl-C to end.");
  child.on("exit", () => void stop(0));
}

function findOnPath(name) {
  const file = process.platform === "win32" ? `${name}.cmd` : name;
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((path) => join(path, file))
    .find((path) => existsSync(path));
}

function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 3000);
  return ended.then(() => clearTimeout(timer));
}

/** npm hands a SIGTERM to the shell between itself and us, and many shells die of it without passing it on. */
function stopWithParent(parent) {
  if (process.ppid !== parent) void stop(0);
  else setTimeout(stopWithParent, 500, parent).unref();
}
