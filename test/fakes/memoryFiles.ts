import { unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { nodeFiles, type Files, type OpenFile } from "../../src/operations/files";

/** Files, and what a test needs to leave a disk as a power loss leaves it. */
export interface Disk extends Files {
  writeFileSync(path: string, text: string): void;
}

export const realDisk: Disk = { ...nodeFiles, unlinkSync, writeFileSync: (path, text) => writeFileSync(path, text) };

interface StoredFile {
  text: string;
  mtimeMs: number;
}

/**
 * A disk in memory. Its calls need no turn of the event loop, so that a test over it is the same every time and costs next to
 * nothing. Paths are absolute.
 */
export class MemoryFiles implements Disk {
  readonly #files = new Map<string, StoredFile>();
  readonly #folders = new Set<string>(["/"]);
  readonly #watchers = new Map<(name: string | null) => void, string>();
  #time = 0;

  get paths(): readonly string[] {
    return [...this.#files.keys()];
  }

  async mkdir(path: string): Promise<string | undefined> {
    if (this.#files.has(path)) throw failure("EEXIST", path);
    let first: string | undefined;
    for (let folder = path; !this.#folders.has(folder); folder = dirname(folder)) {
      this.#folders.add(folder);
      first = folder;
    }
    return Promise.resolve(first);
  }

  async open(path: string, flags: "w" | "wx" | "r"): Promise<OpenFile> {
    if (flags === "r") this.#expectFolder(path);
    else this.#create(path, flags);
    const file = this.#files.get(path);
    await Promise.resolve();
    return {
      writeFile: async (text) => {
        if (file) file.text += text;
        if (file) this.#touched(path);
        await Promise.resolve();
      },
      sync: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
  }

  readFile(path: string): Promise<string> {
    return attempt(() => this.readFileSync(path));
  }

  readdir(path: string): Promise<readonly string[]> {
    return attempt(() => {
      this.#expectFolder(path);
      const prefix = path === "/" ? "/" : `${path}/`;
      const all = [...this.#files.keys(), ...this.#folders];
      return all.flatMap((name) => {
        const rest = name.startsWith(prefix) ? name.slice(prefix.length) : "";
        return rest === "" || rest.includes("/") ? [] : [rest];
      });
    });
  }

  stat(path: string): Promise<{ readonly mtimeMs: number }> {
    return attempt(() => ({ mtimeMs: this.#get(path).mtimeMs }));
  }

  rename(from: string, to: string): Promise<void> {
    return attempt(() => {
      const file = this.#get(from);
      this.#expectFolder(dirname(to));
      this.#files.delete(from);
      this.#files.set(to, file);
      this.#touched(from, to);
    });
  }

  link(from: string, to: string): Promise<void> {
    return attempt(() => {
      const file = this.#get(from);
      if (this.#files.has(to)) throw failure("EEXIST", to);
      this.#files.set(to, file);
      this.#touched(to);
    });
  }

  unlink(path: string): Promise<void> {
    return attempt(() => this.unlinkSync(path));
  }

  utimes(path: string, _atime: number, mtime: number): Promise<void> {
    return attempt(() => void (this.#get(path).mtimeMs = mtime * 1000));
  }

  watch(path: string, onChange: (name: string | null) => void): { close(): void } {
    this.#expectFolder(path);
    this.#watchers.set(onChange, path);
    return { close: () => this.#watchers.delete(onChange) };
  }

  readFileSync(path: string): string {
    return this.#get(path).text;
  }

  unlinkSync(path: string): void {
    this.#get(path);
    this.#files.delete(path);
    this.#touched(path);
  }

  /** Nobody who watches hears of it. */
  writeFileSync(path: string, text: string): void {
    this.#expectFolder(dirname(path));
    this.#files.set(path, { text, mtimeMs: ++this.#time });
  }

  #create(path: string, flags: "w" | "wx"): void {
    this.#expectFolder(dirname(path));
    const known = this.#files.get(path);
    if (known && flags === "wx") throw failure("EEXIST", path);
    if (known) Object.assign(known, { text: "", mtimeMs: ++this.#time });
    else this.#files.set(path, { text: "", mtimeMs: ++this.#time });
    this.#touched(path);
  }

  #get(path: string): StoredFile {
    const file = this.#files.get(path);
    if (!file) throw failure(this.#folders.has(path) ? "EISDIR" : "ENOENT", path);
    return file;
  }

  #expectFolder(path: string): void {
    if (!this.#folders.has(path)) throw failure(this.#files.has(path) ? "ENOTDIR" : "ENOENT", path);
  }

  #touched(...paths: readonly string[]): void {
    for (const path of paths)
      for (const [tell, folder] of this.#watchers)
        if (dirname(path) === folder) queueMicrotask(() => tell(path.slice(folder.length + 1)));
  }
}

/** An error as node's file system gives it. */
export function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}
