import { join } from "node:path";
import type { Clock } from "../core/clock";
import { messageOf, UserError } from "../core/errors";
import type { Log } from "../core/log";
import { hasCode, nodeFiles, type Files } from "./files";
import type { Lease } from "./lock";
import { currentVersion, operationSchema, type OperationRecord } from "./operation";

export type JournalEntry =
  | { readonly type: "record"; readonly record: OperationRecord }
  | { readonly type: "missing" }
  /** Written by a newer build: left as it is. */
  | { readonly type: "newer"; readonly message: string }
  | { readonly type: "damaged"; readonly message: string };

/** Somebody else owns the entry by now: what this writer knows is out of date. */
export class OutdatedWriterError extends Error {
  override readonly name = "OutdatedWriterError";
}

/** The errors of a rename that Windows gives while another process has the file open. */
const transientRename = ["EPERM", "EACCES", "EBUSY"];

/**
 * One file per operation, `<id>.json`, and beside it the lock of its owner. A write is a temporary file, flushed, renamed
 * over the entry, and the folder flushed: an entry is the old one or the new one, whatever dies in between.
 */
export class Journal {
  readonly #directory: string;
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #log: Log;

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
      await this.#files.mkdir(this.#directory);
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
      });
    }
  }

  /** A damaged entry is moved to the folder `damaged` before this resolves. */
  async read(id: string): Promise<JournalEntry> {
    const path = this.#path(id);
    let text: string;
    try {
      text = await this.#files.readFile(path);
    } catch (error) {
      if (hasCode(error, "ENOENT")) return { type: "missing" };
      return { type: "newer", message: `Could not read ${path}: ${messageOf(error)}. It was left as it is.` };
    }
    const entry = parseEntry(id, text);
    if (entry.type !== "damaged")
      return entry.type === "newer" ? { ...entry, message: `${path} ${entry.message}` } : entry;
    return { type: "damaged", message: await this.#setAside(id, entry.message) };
  }

  /**
   * Writes the entry with the next revision and resolves with it. Rejects with OutdatedWriterError when the lease was lost
   * or somebody else wrote meanwhile, and with UserError when the disk refuses.
   */
  async write(record: OperationRecord, lease: Lease): Promise<OperationRecord> {
    const path = this.#path(record.id);
    const next = { ...record, revision: record.revision + 1 };
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
      await this.#rename(temporary, path);
      await this.#flushDirectory();
    } catch (error) {
      await this.#files.unlink(temporary).catch(() => undefined);
      throw error instanceof OutdatedWriterError ? error : writeError(path, error);
    }
    return next;
  }

  async remove(id: string): Promise<void> {
    try {
      await this.#files.unlink(this.#path(id));
    } catch (error) {
      if (!hasCode(error, "ENOENT")) this.#log.warn(`Could not remove ${this.#path(id)}: ${messageOf(error)}`);
    }
  }

  /** Removes what a writer left when it was killed. Only the owner of the entry may call it. */
  async removeLeftovers(id: string): Promise<void> {
    const prefix = `${id}.json.`;
    for (const name of await this.#files.readdir(this.#directory))
      if (name.startsWith(prefix) && name.endsWith(".tmp"))
        await this.#files.unlink(join(this.#directory, name)).catch(() => undefined);
  }

  async #expectRevision(record: OperationRecord, lease: Lease): Promise<void> {
    const entry = await this.read(record.id);
    const revision = entry.type === "record" ? entry.record.revision : entry.type === "missing" ? 0 : undefined;
    if (revision !== record.revision || !(await lease.isHeld()))
      throw new OutdatedWriterError(`Another window owns operation ${record.id}`);
  }

  async #rename(from: string, to: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#files.rename(from, to);
        return;
      } catch (error) {
        if (process.platform !== "win32" || attempt === 10 || !hasCode(error, ...transientRename)) throw error;
        await this.#clock.sleep(10 * attempt);
      }
    }
  }

  async #flushDirectory(): Promise<void> {
    // Windows has no handle on a folder, and flushes the rename by itself.
    if (process.platform === "win32") return;
    const directory = await this.#files.open(this.#directory, "r");
    try {
      await directory.sync();
    } catch (error) {
      if (!hasCode(error, "EINVAL", "ENOTSUP")) throw error;
    } finally {
      await directory.close();
    }
  }

  async #setAside(id: string, reason: string): Promise<string> {
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
    return { type: "damaged", message: messageOf(error) };
  }
  const version = typeof value === "object" && value !== null && "version" in value ? value.version : undefined;
  if (typeof version === "number" && version > currentVersion)
    return {
      type: "newer",
      message: "was written by a newer version of this extension and was left as it is. Update to see it.",
    };
  const parsed = operationSchema.safeParse(value);
  if (!parsed.success) return { type: "damaged", message: parsed.error.message };
  if (parsed.data.id !== id) return { type: "damaged", message: `it describes operation ${parsed.data.id}` };
  return { type: "record", record: parsed.data };
}

export function writeError(path: string, error: unknown): UserError {
  if (hasCode(error, "ENOSPC", "EDQUOT"))
    return new UserError(`Could not write ${path}: the disk is full. Free some space and try again.`, { cause: error });
  if (hasCode(error, "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"))
    return new UserError(
      `Could not write ${path}: the folder cannot be written. Check its permissions and try again.`,
      {
        cause: error,
      },
    );
  return new UserError(`Could not write ${path}: ${messageOf(error)}. Try again when it can be written.`, {
    cause: error,
  });
}
