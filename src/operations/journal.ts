import { dirname, join } from "node:path";
import type { Clock } from "../core/clock";
import { damageOf } from "../core/damage";
import { logTextOf, messageOf, UserError } from "../core/errors";
import type { Log } from "../core/log";
import { hasCode, nodeFiles, type Files } from "./files";
import type { Lease } from "./lock";
import { currentVersion, operationSchema, type OperationRecord } from "./operationRecord";
import { withoutValues } from "./retention";
import { hintOf, type Hint } from "./unreadRecord";

export type JournalEntry =
  | { readonly type: "record"; readonly record: OperationRecord }
  | { readonly type: "missing" }
  /** Written by a newer build: left as it is. */
  | { readonly type: "newer"; readonly message: string; readonly about: Hint }
  /** The disk did not give it out. That says nothing about what is in it, and may pass. */
  | { readonly type: "unreadable"; readonly message: string; readonly cause: unknown }
  /** `text` is what was read, to see whether it changes. */
  | { readonly type: "damaged"; readonly message: string; readonly text: string; readonly about: Hint };

/** Somebody else owns the entry by now: what this writer knows is out of date. */
export class OutdatedWriterError extends Error {
  override readonly name = "OutdatedWriterError";
}

/** The errors of a rename that Windows gives while another process has the file open. */
const transientRename = ["EPERM", "EACCES", "EBUSY"];

/**
 * One file per operation, `<id>.json`, and beside it the lock of its owner. A write is a temporary file, flushed, renamed
 * over the entry, and the folder flushed: an entry is the old one or the new one, whatever dies in between. The rename is
 * the write: from then on other windows see it, so that trouble with the flush after it is no reason to say that nothing was
 * written. Taking the entry back would need the same disk, and a reader may have it already. The next write flushes it too.
 */
export class Journal {
  readonly #directory: string;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #log: Log;
  /** The last revision that was written under a lease. */
  readonly #written = new WeakMap<Lease, number>();

  constructor(directory: string, deps: { readonly files?: Files; readonly clock: Clock; readonly log: Log }) {
    this.#directory = directory;
    this.#files = deps.files ?? nodeFiles;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  get directory(): string {
    return this.#directory;
  }

  /** Rejects with UserError when the folder cannot be made. */
  async prepare(): Promise<void> {
    try {
      const first = await this.#files.mkdir(this.#directory);
      if (first === undefined) return;
      for (let folder = this.#directory; folder !== dirname(first); folder = dirname(folder))
        await this.#flush(dirname(folder));
    } catch (error) {
      throw writeError(this.#directory, error);
    }
  }

  /** Ids of all entries, readable or not. */
  async ids(): Promise<readonly string[]> {
    try {
      const names = await this.#files.readdir(this.#directory);
      return names.flatMap((name) => idOfFile(name) ?? []);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return [];
      throw new UserError(`Could not read ${this.#directory}: ${messageOf(error)}. Check the folder's permissions.`, {
        cause: error,
        isLoggable: true,
      });
    }
  }

  /** Never rejects. */
  async read(id: string): Promise<JournalEntry> {
    const path = this.#path(id);
    let text: string;
    try {
      text = await this.#files.readFile(path);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return { type: "missing" };
      return {
        type: "unreadable",
        message: `Could not read ${path}: ${messageOf(error)}. It was left as it is.`,
        cause: error,
      };
    }
    const entry = parseEntry(id, text);
    return entry.type === "newer" ? { ...entry, message: `${path} ${entry.message}` } : entry;
  }

  /**
   * Writes the entry with the next revision, and when it is settled without what need not be kept, and resolves with it. Rejects with OutdatedWriterError when the lease was lost
   * or somebody else wrote meanwhile, and with UserError when the disk refuses.
   */
  async write(record: OperationRecord, lease: Lease): Promise<OperationRecord> {
    const path = this.#path(record.id);
    const next = withoutValues({ ...record, revision: record.revision + 1 });
    const temporary = `${path}.${lease.nonce}.tmp`;
    try {
      await this.prepare();
      const file = await this.#files.open(temporary, "w");
      try {
        await file.writeFile(`${JSON.stringify(next)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await this.#expectRevision(record, lease);
      await this.#rename(temporary, path).catch(async (error: unknown) => {
        // On a network's disk the reply may get lost as well.
        const entry = await this.read(record.id);
        if (entry.type !== "record" || entry.record.revision !== next.revision) throw error;
      });
    } catch (error) {
      await this.#files.unlink(temporary).catch(() => undefined);
      if (error instanceof OutdatedWriterError || error instanceof UserError) throw error;
      throw writeError(path, error);
    }
    this.#written.set(lease, next.revision);
    await this.#flush(this.#directory);
    return next;
  }

  async remove(id: string): Promise<void> {
    try {
      await this.#files.unlink(this.#path(id));
    } catch (error) {
      if (!hasCode(error, "ENOENT")) this.#log.warn(`Could not remove ${this.#path(id)}: ${logTextOf(error)}`);
    }
  }

  /** Removes what a writer left when it was killed. Only the owner of the entry may call it. Never rejects. */
  async removeLeftovers(id: string): Promise<void> {
    const prefix = `${id}.json.`;
    try {
      for (const name of await this.#files.readdir(this.#directory))
        if (name.startsWith(prefix) && name.endsWith(".tmp"))
          await this.#files.unlink(join(this.#directory, name)).catch(() => undefined);
    } catch (error) {
      this.#log.debug(`Could not tidy up after operation ${id}: ${logTextOf(error)}`);
    }
  }

  /** Nobody owns anything here. Rejects when the folder does not tell. */
  async isAtRest(): Promise<boolean> {
    return (await this.#files.readdir(this.#directory)).every((name) => !name.endsWith(".lock"));
  }

  async #expectRevision(record: OperationRecord, lease: Lease): Promise<void> {
    const entry = await this.read(record.id);
    if (entry.type === "unreadable") throw new UserError(entry.message, { cause: entry.cause });
    const revision = entry.type === "record" ? entry.record.revision : entry.type === "missing" ? 0 : undefined;
    // Of a damaged entry, the window that wrote it, and has had the lock since, has the better copy.
    const isOurs = entry.type === "damaged" && this.#written.get(lease) === record.revision;
    if (entry.type === "damaged" && !isOurs) {
      const cause = new Error(entry.message);
      throw new UserError(
        `The recorded operation ${this.#path(record.id)} is damaged. Look at your instances, then discard it.`,
        { cause },
      );
    }
    if ((revision !== record.revision && !isOurs) || !(await lease.isHeld()))
      throw new OutdatedWriterError(`Another window owns operation ${record.id}`);
  }

  async #rename(from: string, to: string): Promise<void> {
    for (let round = 1; ; round++) {
      try {
        await this.#files.rename(from, to);
        return;
      } catch (error) {
        if (process.platform !== "win32" || round === 10 || !hasCode(error, ...transientRename)) throw error;
        await this.#clock.sleep(10 * round);
      }
    }
  }

  /** The names in a folder. Never rejects: they are there, though a power loss may still take them. */
  async #flush(path: string): Promise<void> {
    // Windows has no handle on a folder, and flushes the rename by itself.
    if (process.platform === "win32") return;
    try {
      const folder = await this.#files.open(path, "r");
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    } catch (error) {
      if (!hasCode(error, "EINVAL", "ENOTSUP")) this.#log.warn(`Could not flush ${path}: ${logTextOf(error)}`);
    }
  }

  /** Moves a damaged entry to the folder `damaged` and resolves with what is to be said about it. */
  async setAside(id: string, reason: string): Promise<string> {
    const path = this.#path(id);
    const folder = join(this.#directory, "damaged");
    const target = join(folder, `${id}-${this.#clock.now()}.json`);
    this.#log.warn(`Journal entry ${path} is damaged: ${reason}`);
    try {
      await this.#files.mkdir(folder);
      await this.#files.rename(path, target);
      return `A recorded operation could not be read and was set aside as ${target}. Whatever it was doing may be unfinished: check your instances.`;
    } catch (error) {
      if (hasCode(error, "ENOENT")) return `A recorded operation could not be read; another window has set it aside.`;
      return `A recorded operation, ${path}, could not be read, nor set aside: ${messageOf(error)}. Whatever it was doing may be unfinished: check your instances.`;
    }
  }

  #path(id: string): string {
    return join(this.#directory, `${id}.json`);
  }
}

/** The operation that a file of the journal's folder belongs to; undefined for locks and temporary files. */
export function idOfFile(name: string): string | undefined {
  return name.endsWith(".json") ? name.slice(0, -".json".length) : undefined;
}

function parseEntry(id: string, text: string): JournalEntry {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { type: "damaged", message: damageOf(error), text, about: {} };
  }
  const version = typeof value === "object" && value !== null && "version" in value ? value.version : undefined;
  if (typeof version === "number" && version > currentVersion)
    return {
      type: "newer",
      message: "was written by a newer version of this extension and was left as it is. Update to see it.",
      about: hintOf(value),
    };
  const parsed = operationSchema.safeParse(value);
  const damaged = (message: string) => ({ type: "damaged", message, text, about: hintOf(value) }) as const;
  if (!parsed.success) return damaged(damageOf(parsed.error));
  if (parsed.data.id !== id) return damaged(`it describes operation ${parsed.data.id}`);
  return { type: "record", record: parsed.data };
}

export function writeError(path: string, error: unknown): UserError {
  if (hasCode(error, "ENOSPC", "EDQUOT"))
    return new UserError(`Could not write ${path}: the disk is full. Free some space and try again.`, {
      cause: error,
      isLoggable: true,
    });
  if (hasCode(error, "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"))
    return new UserError(
      `Could not write ${path}: the folder cannot be written. Check its permissions and try again.`,
      {
        cause: error,
        isLoggable: true,
      },
    );
  return new UserError(`Could not write ${path}: ${messageOf(error)}. Try again when it can be written.`, {
    cause: error,
    isLoggable: true,
  });
}
