import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../core/errors";
import { silentLog } from "../core/log";
import { maxSeed } from "./seed";
import { startSandbox, type SandboxOptions } from "./server";

const usage =
  "Usage: npm run -s sandbox -- [--port N] [--state-dir DIR] [--create-seconds S] [--delete-seconds S] [--trail-seconds S] [--seed demo|N]";

class UsageError extends Error {}

/** `npm run sandbox`: one JSON line when it accepts requests, then until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  const { options, stateDir } = parse(process.argv.slice(2));
  const directory = stateDir ?? (await mkdtemp(join(tmpdir(), "app-instances-sandbox-")));
  try {
    const sandbox = await startSandbox({
      ...options,
      stateDir: directory,
      log: { ...silentLog, warn: toStandardError, error: toStandardError },
    });
    const { endpoint, region, accountId, accessKeyId, secretAccessKey, restricted, controlToken } = sandbox;
    const line = { endpoint, region, accountId, accessKeyId, secretAccessKey, restricted, controlToken };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    await stopped;
    await sandbox.close();
  } finally {
    if (stateDir === undefined) await rm(directory, { recursive: true, force: true });
  }
}

function parse(args: string[]): { options: Omit<SandboxOptions, "stateDir">; stateDir: string | undefined } {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        port: { type: "string" },
        "state-dir": { type: "string" },
        "create-seconds": { type: "string" },
        "delete-seconds": { type: "string" },
        "trail-seconds": { type: "string" },
        seed: { type: "string" },
      },
    }));
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
  const number = (name: "port" | "create-seconds" | "delete-seconds" | "trail-seconds") => {
    const text = values[name];
    if (text !== undefined && (text === "" || !(Number(text) >= 0))) throw new UsageError(`--${name} takes a number`);
    return text === undefined ? undefined : Number(text);
  };
  const seed = parseSeed(values.seed);
  const port = number("port");
  const createSeconds = number("create-seconds");
  const deleteSeconds = number("delete-seconds");
  const trailSeconds = number("trail-seconds");
  return {
    stateDir: values["state-dir"],
    options: {
      ...(port !== undefined && { port }),
      ...(createSeconds !== undefined && { createSeconds }),
      ...(deleteSeconds !== undefined && { deleteSeconds }),
      ...(trailSeconds !== undefined && { trailSeconds }),
      ...(seed !== undefined && { seed }),
    },
  };
}

function parseSeed(text: string | undefined): SandboxOptions["seed"] {
  if (text === undefined || text === "demo") return text;
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > maxSeed) throw new UsageError(`--seed takes demo, or a number up to ${maxSeed}`);
  return count;
}

function toStandardError(message: string): void {
  process.stderr.write(`${message}\n`);
}

main().catch((error: unknown) => {
  toStandardError(
    error instanceof UsageError ? `${error.message}\n${usage}` : `Could not start the sandbox: ${messageOf(error)}`,
  );
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
