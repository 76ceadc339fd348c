import type { Files, OpenFile } from "../../src/operations/files";
import { parseOwner } from "../../src/operations/lockOwner";
import { failure, type Disk } from "../fakes/memoryFiles";

/** Where a window's calls pass through. */
export interface Gate {
  /** Whoever is dead goes no further: its calls never end. */
  readonly isShut: boolean;
  pass(label: string): Promise<void>;
}

/** Files of a window that may die between any two calls. */
export class GatedFiles implements Files {
  readonly #files: Files;
  readonly #gate: Gate;
  /** What this window wrote into locks, by path. */
  readonly #locks = new Map<string, string>();

  constructor(files: Files, gate: Gate) {
    this.#files = files;
    this.#gate = gate;
  }

  /** Makes its locks those of a process that is no longer there; all windows of a run are one process in truth. */
  leaveAsDead(disk: Disk): void {
    for (const [path, written] of this.#locks) {
      let text: string;
      try {
        text = disk.readFileSync(path);
      } catch {
        continue;
      }
      const owner = parseOwner(text);
      if (owner && text === written) disk.writeFileSync(path, JSON.stringify({ ...owner, startedAt: "0" }));
    }
  }

  mkdir(path: string): Promise<string | undefined> {
    return this.#do("mkdir", path, () => this.#files.mkdir(path));
  }

  async open(path: string, flags: "w" | "wx" | "r"): Promise<OpenFile> {
    const file = await this.#do("open", path, () => this.#files.open(path, flags));
    return {
      writeFile: (text) =>
        this.#do("write", path, () => {
          if (flags === "wx") this.#locks.set(path, text);
          return file.writeFile(text);
        }),
      sync: () => this.#do("sync", path, () => file.sync()),
      close: () => this.#do("close", path, () => file.close()),
    };
  }

  readFile(path: string): Promise<string> {
    return this.#do("read", path, () => this.#files.readFile(path));
  }

  readdir(path: string): Promise<readonly string[]> {
    return this.#do("readdir", path, () => this.#files.readdir(path));
  }

  stat(path: string): Promise<{ readonly mtimeMs: number }> {
    return this.#do("stat", path, () => this.#files.stat(path));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do("rename", to, () => this.#files.rename(from, to));
  }

  link(from: string, to: string): Promise<void> {
    return this.#do("link", to, () => this.#files.link(from, to));
  }

  unlink(path: string): Promise<void> {
    return this.#do("unlink", path, () => this.#files.unlink(path));
  }

  utimes(path: string, atime: number, mtime: number): Promise<void> {
    return this.#gate.isShut ? never() : this.#files.utimes(path, atime, mtime);
  }

  watch(path: string, onChange: (name: string | null) => void, onError: (error: Error) => void): { close(): void } {
    return this.#files.watch(path, (name) => (this.#gate.isShut ? undefined : onChange(name)), onError);
  }

  readFileSync(path: string): string {
    if (this.#gate.isShut) throw failure("EIO", path);
    return this.#files.readFileSync(path);
  }

  unlinkSync(path: string): void {
    if (this.#gate.isShut) throw failure("EIO", path);
    this.#files.unlinkSync(path);
  }

  async #do<T>(name: string, path: string, work: () => Promise<T>): Promise<T> {
    const what = path.endsWith(".lock") ? "lock" : path.endsWith(".tmp") || path.endsWith(".json") ? "entry" : "folder";
    await this.#gate.pass(`file: ${name} ${what}`);
    const result = await work();
    return this.#gate.isShut ? never() : result;
  }
}

export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
