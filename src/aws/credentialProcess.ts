import { AsyncLocalStorage } from "node:async_hooks";
import { spawn, type ChildProcess } from "node:child_process";
import { homedir } from "node:os";
import { promisify } from "node:util";
import type { externalDataInterceptor } from "@smithy/shared-ini-file-loader";
import { CancelledError } from "../core/errors";

/** Ends what was started for one resolution, though it is the SDK that starts it. */
const current = new AsyncLocalStorage<AbortSignal>();

/** As `exec` allows, which the provider would use. */
const maxOutputBytes = 1024 * 1024;

/**
 * The provider runs a `credential_process` without a time limit, and nobody else has its child process in hand. But it asks
 * the interceptor for the `exec` to run it with.
 */
const killable = Object.assign(() => {}, { [promisify.custom]: run });

/** Does work in which a `credential_process` may be run. Aborting kills the process, with all that it has started. */
export function withKillableProcess<T>(
  interceptor: typeof externalDataInterceptor,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  interceptor.interceptToken("exec", killable);
  return current.run(signal, work);
}

function run(command: string): Promise<{ readonly stdout: string }> {
  const signal = current.getStore();
  return new Promise((resolve, reject) => {
    // A shell waits for what it runs: killing the shell alone would leave that behind. A process that may ask in the
    // terminal must stay in the terminal's session.
    const isGroup = process.platform !== "win32" && !process.stdin.isTTY;
    // Windows looks for programs where one is, and that may be a workspace.
    const child = spawn(command, { shell: true, detached: isGroup, cwd: homedir() });
    const stdout = collect(child.stdout, () => fail(new Error(`The output of ${command} is too long`)));
    const stderr = collect(child.stderr, () => fail(new Error(`The output of ${command} is too long`)));
    const onAbort = () => fail(new CancelledError());
    const fail = (error: Error) => {
      signal?.removeEventListener("abort", onAbort);
      kill(child, isGroup);
      reject(error);
    };
    if (signal?.aborted) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    child.on("error", fail);
    child.on("close", (code) => {
      signal?.removeEventListener("abort", onAbort);
      if (code === 0) resolve({ stdout: stdout.text() });
      else reject(new Error(`Command failed: ${command}\n${stderr.text()}`));
    });
  });
}

function collect(stream: NodeJS.ReadableStream, onTooLong: () => void): { text(): string } {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > maxOutputBytes) onTooLong();
    else chunks.push(chunk);
  });
  return { text: () => Buffer.concat(chunks).toString("utf8") };
}

function kill(child: ChildProcess, isGroup: boolean): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    if (isGroup) process.kill(-child.pid, "SIGTERM");
    else child.kill();
  } catch {
    // It has just ended by itself.
  }
}
