import { randomUUID } from "node:crypto";
import type { Clock } from "../core/clock";
import { logTextOf } from "../core/errors";
import type { Log } from "../core/log";
import { hasCode, type Files, type OpenFile } from "./files";
import { liveness, parseOwner, thisProcess, type Life, type LockOwner } from "./lockOwner";

/**
 * A lock between windows: a file that its owner touches again and again.
 *
 * It is abandoned when two things agree: an observer has seen no touch for a while, counted in its own waits and not by
 * comparing clocks (a suspended machine or a clock that was set makes nobody look dead), and the process that wrote it
 * is not known to be alive. A process id alone proves nothing: it counts only together with the machine's boot, the pid
 * namespace and the time at which that process started. With all of them a dead owner is known after one look more.
 *
 * Lock libraries of npm break a lock by its age on the wall clock and patch `process` and `fs` of the shared extension
 * host, which is why this file exists.
 */
export interface Lease {
  /** Unique to this acquisition. */
  readonly nonce: string;
  /** False when another process broke the lock, whatever made it think that it may. */
  isHeld(): Promise<boolean>;
  /** Synchronous, because a closing extension host waits for nothing. Harmless when the lock was lost. */
  release(): void;
}

export interface LockOptions {
  readonly files: Files;
  readonly clock: Clock;
  readonly heartbeatMs: number;
  readonly log: Log;
  /** The lock was found in other hands: stop working at once. */
  onLost(): void;
}

/** Undefined when somebody has the lock, dead or alive. Rejects with the file system's error when it cannot be written. */
export async function acquireLock(path: string, options: LockOptions): Promise<Lease | undefined> {
  const { files } = options;
  const nonce = randomUUID();
  let file: OpenFile;
  try {
    file = await files.open(path, "wx");
  } catch (error) {
    if (hasCode(error, "EEXIST")) return undefined;
    throw error;
  }
  try {
    try {
      await file.writeFile(JSON.stringify({ nonce, ...thisProcess() } satisfies LockOwner));
    } finally {
      await file.close();
    }
  } catch (error) {
    giveBack(path, options, (owner) => owner === undefined || owner.nonce === nonce);
    throw error;
  }
  const stop = new AbortController();
  const isHeld = async () => (await readOwner(path, files))?.nonce === nonce;
  void beat(path, isHeld, stop.signal, options);
  return {
    nonce,
    isHeld,
    release() {
      if (stop.signal.aborted) return;
      stop.abort();
      giveBack(path, options, (owner) => owner?.nonce === nonce);
    },
  };
}

/** Removes a lock of ours, and no other. Where the disk refuses it is tried again: the lock of a living process counts for ever. */
function giveBack(path: string, options: LockOptions, isOurs: (owner: LockOwner | undefined) => boolean): void {
  const { files, clock, heartbeatMs, log } = options;
  let problem: unknown;
  const remove = () => {
    try {
      if (isOurs(parseOwner(files.readFileSync(path)))) files.unlinkSync(path);
      return true;
    } catch (error) {
      if (hasCode(error, "ENOENT", "ENOTDIR")) return true;
      problem = error;
      return false;
    }
  };
  const removeLater = async () => {
    log.warn(`Could not remove the lock ${path}: ${logTextOf(problem)}. Trying again.`);
    do await clock.sleep(heartbeatMs);
    while (!remove());
  };
  if (!remove()) void removeLater();
}

async function beat(path: string, isHeld: () => Promise<boolean>, signal: AbortSignal, options: LockOptions) {
  for (;;) {
    try {
      await options.clock.sleep(options.heartbeatMs, signal);
    } catch {
      return;
    }
    try {
      if (!(await isHeld())) {
        if (!signal.aborted) options.onLost();
        return;
      }
      const now = options.clock.now() / 1000;
      await options.files.utimes(path, now, now);
    } catch (error) {
      // The next beat may succeed; should another window break the lock meanwhile, the nonce will tell.
      options.log.debug(`Could not touch the lock ${path}: ${logTextOf(error)}`);
    }
  }
}

export type LockState =
  | { readonly state: "free" }
  /** `isAlive`: the owner was seen working, or its process is known to run. */
  | { readonly state: "held"; readonly isAlive: boolean }
  | { readonly state: "abandoned"; readonly nonce: string };

/** Looks at one lock again and again. Whoever looks waits between looks: the waits are what silence is measured in. */
export class LockObserver {
  readonly #path: string;
  readonly #silentLooks: number;
  readonly #files: Files;
  #last: { readonly nonce: string; readonly touchedMs: number } | undefined;
  #quiet = 0;

  /** `silentLooks`: after how many looks without a touch the owner counts as silent. */
  constructor(path: string, silentLooks: number, files: Files) {
    this.#path = path;
    this.#silentLooks = silentLooks;
    this.#files = files;
  }

  async look(): Promise<LockState> {
    let touchedMs: number;
    try {
      touchedMs = (await this.#files.stat(this.#path)).mtimeMs;
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
      this.#last = undefined;
      return { state: "free" };
    }
    const owner = await readOwner(this.#path, this.#files);
    const nonce = owner?.nonce ?? "";
    const last = this.#last;
    this.#last = { nonce, touchedMs };
    if (last?.nonce !== nonce) {
      this.#quiet = 0;
      return { state: "held", isAlive: owner !== undefined && liveness(owner) === "alive" };
    }
    if (last.touchedMs !== touchedMs) {
      this.#quiet = 0;
      return { state: "held", isAlive: true };
    }
    this.#quiet += 1;
    const life = owner ? liveness(owner) : "unknown";
    if (this.#quiet < this.#looksNeeded(life)) return { state: "held", isAlive: life === "alive" };
    return { state: "abandoned", nonce };
  }

  #looksNeeded(life: Life): number {
    switch (life) {
      case "dead":
        return 1;
      case "unknown":
        return this.#silentLooks;
      // Where a process cannot be told from a later one with the same id, only a much longer silence is believed.
      case "perhaps":
        return this.#silentLooks * 10;
      case "alive":
        return Number.POSITIVE_INFINITY;
    }
  }
}

/** Removes an abandoned lock, but no other: one that was taken meanwhile is put back. */
export async function breakLock(
  path: string,
  nonce: string,
  { files, log }: { readonly files: Files; readonly log: Log },
): Promise<void> {
  if (((await readOwner(path, files))?.nonce ?? "") !== nonce) return;
  const aside = `${path}.${randomUUID()}`;
  const putBack = async () => {
    try {
      await files.link(aside, path);
    } catch (error) {
      // Its owner finds at its next heartbeat that it has no lock, and stops.
      log.warn(`Could not put back the lock ${path}, which another window took a moment ago: ${logTextOf(error)}`);
    }
  };
  try {
    await files.rename(path, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  try {
    if (((await readOwner(aside, files))?.nonce ?? "") !== nonce) await putBack();
  } catch (error) {
    // Nobody can tell whose it was.
    await putBack();
    throw error;
  } finally {
    await files.unlink(aside).catch(() => undefined);
  }
}

/** Undefined when there is no lock, or nobody's. */
export async function readNonce(path: string, files: Files): Promise<string | undefined> {
  return (await readOwner(path, files))?.nonce;
}

async function readOwner(path: string, files: Files): Promise<LockOwner | undefined> {
  try {
    return parseOwner(await files.readFile(path));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
