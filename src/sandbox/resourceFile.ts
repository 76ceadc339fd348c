import { open, rename, type FileHandle } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { Log } from "../core/log";
import { storedResource, type StoredResource } from "./resource";

/** Written, or read, between two turns of the event loop: what else this process does goes on meanwhile. */
const perTurn = 200;
/**
 * Every resource as a line, and another one at each change: the last one counts. So a change costs the same however many
 * there are. A line that a crash cut short was promised to nobody.
 */
export class ResourceFile {
  readonly resources: StoredResource[];
  readonly #path: string;
  readonly #changed = new Set<StoredResource>();
  /** Lines beyond those that count, before the file is written anew. */
  readonly #slack: number;
  #lines: number;

  private constructor(path: string, resources: StoredResource[], lines: number, slack: number) {
    this.#path = path;
    this.#slack = slack;
    this.resources = resources;
    this.#lines = lines;
  }

  static async open(path: string, log: Log, slack = 10_000): Promise<ResourceFile> {
    const byId = new Map<string, StoredResource>();
    let lines = 0;
    let unread = 0;
    for await (const line of linesOf(path)) {
      lines += 1;
      const resource = parseLine(line);
      if (resource) byId.set(resource.id, resource);
      else unread += 1;
      if (lines % perTurn === 0) await setImmediate();
    }
    if (unread > 0) log.warn(`The sandbox could not read ${unread} of ${lines} lines in ${path} and goes on without.`);
    return new ResourceFile(path, [...byId.values()], lines, slack);
  }

  /** It is to be written with the next `write`, as it is then. */
  touch(resource: StoredResource): void {
    this.#changed.add(resource);
  }

  /** One at a time. What could not be written is written with the next one. */
  async write(): Promise<void> {
    const changed = [...this.#changed];
    if (changed.length === 0) return;
    this.#changed.clear();
    try {
      if (this.#lines + changed.length <= 2 * this.resources.length + this.#slack) {
        this.#lines += changed.length;
        await writeLines(this.#path, "a", changed);
      } else {
        const all = [...this.resources];
        await writeLines(`${this.#path}.tmp`, "w", all);
        await rename(`${this.#path}.tmp`, this.#path);
        this.#lines = all.length;
      }
    } catch (error) {
      for (const resource of changed) this.#changed.add(resource);
      throw error;
    }
  }
}

/** Begins a line of its own, whatever a write that failed has left. */
async function writeLines(path: string, flags: "a" | "w", resources: readonly StoredResource[]): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    for (let start = 0; start < resources.length; start += perTurn) {
      const lines = resources.slice(start, start + perTurn).map((resource) => JSON.stringify(resource));
      await file.writeFile(`\n${lines.join("\n")}\n`);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function* linesOf(path: string): AsyncGenerator<string> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  for await (const line of file.readLines()) if (line !== "") yield line;
}

function parseLine(line: string): StoredResource | undefined {
  try {
    return storedResource.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
