import { dirname } from "node:path";
import { hasCode } from "../../src/operations/files";
import type { Disk } from "./memoryFiles";

/**
 * What a power loss does to what was not flushed. `dropped`: names and bytes are as they were flushed last. `torn`: all names
 * have reached the disk, but of bytes that were not flushed only half.
 */
export type Loss = "dropped" | "torn";

/** A file apart from its names. */
interface FileBody {
  text: string;
  /** What has reached the disk; undefined: nothing yet. */
  durable: string | undefined;
}

interface Name {
  now: FileBody | undefined;
  durable: FileBody | undefined;
}

/** Keeps account of what one process has changed on a disk and not flushed. What it finds there counts as flushed. */
export class Unsynced {
  readonly #disk: Disk;
  readonly #names = new Map<string, Name>();
  /** Folders whose own names were not flushed. */
  readonly #newFolders = new Set<string>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  madeFolders(first: string, last: string): void {
    for (let folder = last; ; folder = dirname(folder)) {
      this.#newFolders.add(folder);
      if (folder === first) return;
    }
  }

  /** These are asked before the disk carries the change out, and called when it did. */
  opening(path: string): () => void {
    const name = this.#name(path);
    return () => {
      if (name.now) name.now.text = "";
      else name.now = { text: "", durable: undefined };
    };
  }

  moving(from: string, to: string): () => void {
    const [source, target] = [this.#name(from), this.#name(to)];
    return () => {
      target.now = source.now;
      source.now = undefined;
    };
  }

  linking(from: string, to: string): () => void {
    const [source, target] = [this.#name(from), this.#name(to)];
    return () => (target.now = source.now);
  }

  removing(path: string): () => void {
    const name = this.#name(path);
    return () => (name.now = undefined);
  }

  fileAt(path: string): FileBody | undefined {
    return this.#name(path).now;
  }

  syncedFolder(path: string): void {
    for (const [name, entry] of this.#names) if (dirname(name) === path) entry.durable = entry.now;
    for (const folder of this.#newFolders) if (dirname(folder) === path) this.#newFolders.delete(folder);
  }

  lose(loss: Loss): void {
    for (const [path, name] of this.#names) {
      const text =
        loss === "torn" ? tornText(name.now) : this.#isInNewFolder(path) ? undefined : keptText(name.durable);
      if (text !== undefined) this.#disk.writeFileSync(path, text);
      else if (this.#read(path) !== undefined) this.#disk.unlinkSync(path);
    }
  }

  #isInNewFolder(path: string): boolean {
    for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
      if (this.#newFolders.has(folder)) return true;
    return false;
  }

  #name(path: string): Name {
    const known = this.#names.get(path);
    // Another process may have removed or replaced what is not ours to lose.
    if (known && (known.now !== known.durable || known.now?.text !== known.now?.durable)) return known;
    const text = this.#read(path);
    const body = text === undefined ? undefined : { text, durable: text };
    const name = { now: body, durable: body };
    this.#names.set(path, name);
    return name;
  }

  #read(path: string): string | undefined {
    try {
      return this.#disk.readFileSync(path);
    } catch (error) {
      if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
      throw error;
    }
  }
}

function keptText(body: FileBody | undefined): string | undefined {
  return body && (body.durable ?? "");
}

function tornText(body: FileBody | undefined): string | undefined {
  if (!body || body.text === body.durable) return body?.text;
  return body.text.slice(0, body.text.length / 2);
}
