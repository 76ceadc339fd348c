import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "../../src/core/errors";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");

/** Pinned, so that the same run has the same outcome. */
export const boto3Version = "1.43.67";

/** A Python that has boto3, or why there is none. */
export type Python = { readonly path: string } | { readonly missing: string };

/** Makes a virtual environment on first use, in a folder that git ignores, and takes it from there afterwards. */
export async function findBoto3(): Promise<Python> {
  const directory = join(root, ".vscode-test", "python", `boto3-${boto3Version}`);
  const path = join(directory, "bin", "python");
  const complete = join(directory, "complete");
  if (existsSync(complete)) return { path };
  try {
    await rm(directory, { recursive: true, force: true });
    await mkdir(dirname(directory), { recursive: true });
    await runToEnd("python3", ["-m", "venv", directory]);
    const packages = [`boto3==${boto3Version}`, `botocore==${boto3Version}`];
    await runToEnd(path, [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "--retries",
      "1",
      ...packages,
    ]);
    await writeFile(complete, "");
    return { path };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    return {
      missing: `boto3 ${boto3Version} cannot be had here: ${messageOf(error).split("\n").slice(0, 3).join(" ")}`,
    };
  }
}

/** Runs boto3_client.py with the document on its standard input; resolves with its standard output. */
export function runBoto3(path: string, document: object): Promise<string> {
  return runToEnd(path, [join(here, "boto3_client.py")], JSON.stringify(document));
}

function runToEnd(command: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      timeout: 180_000,
      env: { ...process.env, AWS_EC2_METADATA_DISABLED: "true" },
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString("utf8")));
    child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString("utf8")));
    child.on("error", reject);
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("close", (code) => {
      if (code === 0) resolve(output.stdout);
      else reject(new Error(`${command} ended with ${code ?? "a signal"}: ${output.stderr.trim()}`));
    });
  });
}
