import { join } from "node:path";
import type { Clock } from "../core/clock";
import { isCancelled, logTextOf } from "../core/errors";
import type { Log } from "../core/log";
import type { Files } from "./files";
import { breakLock, LockObserver, readNonce } from "./lock";
import type { OwnershipTiming } from "./ownership";

export interface SweepDeps {
  readonly files: Files;
  readonly timing: OwnershipTiming;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Removes what killed windows left in the journal's folder: locks, and entries that they had not finished writing. Never rejects. */
export async function sweep(directory: string, deps: SweepDeps): Promise<void> {
  try {
    const names = await deps.files.readdir(directory);
    await Promise.all(
      names.filter((name) => /\.lock(\.|$)/.test(name)).map((name) => removeIfAbandoned(join(directory, name), deps)),
    );
    for (const name of names) if (name.endsWith(".tmp")) await removeIfUnowned(directory, name, deps.files);
  } catch (error) {
    if (!isCancelled(error)) deps.log.debug(`Could not tidy up ${directory}: ${logTextOf(error)}`);
  }
}

async function removeIfAbandoned(path: string, { files, timing, clock, log, signal }: SweepDeps): Promise<void> {
  const observer = new LockObserver(path, timing.silentLooks, files);
  for (;;) {
    const seen = await observer.look();
    if (seen.state === "abandoned") await breakLock(path, seen.nonce, { files, log });
    if (seen.state !== "held" || seen.isAlive) return;
    await clock.sleep(timing.lookMs, signal);
  }
}

/** A writer holds its lock for as long as its temporary file exists, and names the file after it. */
async function removeIfUnowned(directory: string, name: string, files: Files): Promise<void> {
  for (const other of await files.readdir(directory)) {
    if (!other.endsWith(".lock")) continue;
    const nonce = await readNonce(join(directory, other), files);
    if (nonce !== undefined && name.includes(nonce)) return;
  }
  await files.unlink(join(directory, name)).catch(() => undefined);
}
