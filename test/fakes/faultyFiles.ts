import { basename, dirname } from "node:path";
import type { Files, OpenFile } from "../../src/operations/files";
import { failure, MemoryFiles, type Disk } from "./memoryFiles";
import { Unsynced, type Loss } from "./unsynced";

/** What happens to one call. `isDone`: it is carried out, and the error comes all the same. */
export interface FileFault {
  readonly code: string;
  readonly isDone?: boolean;
}

/**
 * One process's view of a disk, in memory or real (`realDisk`), that fails or loses its power where a test wants it.
 *
 *   const files = new FaultyFiles(realDisk);
 *   files.onCall = (call, number) => ...   before each call: "sync a.json.tmp", counted from 1; returns a fault or nothing
 *   files.failAt(7, "EIO")                 that call fails once; { fromThenOn: true }: and all that come after it
 *   files.cutAt(7, "dropped")              that call is carried out, then the power is lost; { before: true }: it is not
 *   files.losePower("torn")                now, synchronously: what was not flushed is gone ("dropped") or half ("torn")
 *   files.heal()                           no more faults; does not bring the power back
 *
 * After a power loss this object is off: its calls never end, as those of a dead process do. What the disk has kept is there
 * for another FaultyFiles over the same disk. What other processes wrote is not touched.
 */
export class FaultyFiles implements Files {
  readonly calls: string[] = [];
  onCall: (call: string, number: number) => FileFault | undefined = () => undefined;
  readonly #disk: Disk;
  readonly #unsynced: Unsynced;
  #cut: { readonly at: number; readonly loss: Loss; readonly before: boolean } | undefined;
  #isOff = false;
  #tellOff = () => {};
  /** Resolves when the power is lost. */
  readonly whenOff = new Promise<void>((resolve) => (this.#tellOff = resolve));

  constructor(disk: Disk = new MemoryFiles()) {
    this.#disk = disk;
    this.#unsynced = new Unsynced(disk);
  }

  failAt(number: number, code: string, { fromThenOn = false }: { readonly fromThenOn?: boolean } = {}): void {
    this.onCall = (_call, n) => (n === number || (fromThenOn && n > number) ? { code } : undefined);
  }

  heal(): void {
    this.onCall = () => undefined;
  }

  cutAt(number: number, loss: Loss, { before = false }: { readonly before?: boolean } = {}): void {
    this.#cut = { at: number, loss, before };
  }

  losePower(loss: Loss): void {
    if (this.#isOff) return;
    this.#isOff = true;
    this.#unsynced.lose(loss);
    this.#tellOff();
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  mkdir(path: string): Promise<string | undefined> {
    return this.#do("mkdir", path, async () => {
      const first = await this.#disk.mkdir(path);
      if (first !== undefined) this.#unsynced.madeFolders(first, path);
      return first;
    });
  }

  open(path: string, flags: "w" | "wx" | "r"): Promise<OpenFile> {
    return this.#do("open", path, async () => {
      const noteOpened = flags === "r" ? undefined : this.#unsynced.opening(path);
      const file = await this.#disk.open(path, flags);
      noteOpened?.();
      return this.#opened(path, flags, file);
    });
  }

  #opened(path: string, flags: "w" | "wx" | "r", file: OpenFile): OpenFile {
    const written = flags === "r" ? undefined : this.#unsynced.fileAt(path);
    return {
      writeFile: (text) =>
        this.#do("write", path, async () => {
          await file.writeFile(text);
          if (written) written.text += text;
        }),
      sync: () =>
        this.#do("sync", path, async () => {
          await file.sync();
          if (written) written.durable = written.text;
          else this.#unsynced.syncedFolder(path);
        }),
      // Of a dead process, the system closes the files.
      close: () => (this.#isOff ? file.close() : this.#do("close", path, () => file.close(), true)),
    };
  }

  readFile(path: string): Promise<string> {
    return this.#do("readFile", path, () => this.#disk.readFile(path));
  }

  readdir(path: string): Promise<readonly string[]> {
    return this.#do("readdir", path, () => this.#disk.readdir(path));
  }

  stat(path: string): Promise<{ readonly mtimeMs: number }> {
    return this.#do("stat", path, () => this.#disk.stat(path));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do("rename", to, async () => {
      const noteMoved = this.#unsynced.moving(from, to);
      await this.#disk.rename(from, to);
      noteMoved();
    });
  }

  link(from: string, to: string): Promise<void> {
    return this.#do("link", to, async () => {
      const noteLinked = this.#unsynced.linking(from, to);
      await this.#disk.link(from, to);
      noteLinked();
    });
  }

  unlink(path: string): Promise<void> {
    return this.#do("unlink", path, async () => {
      const noteRemoved = this.#unsynced.removing(path);
      await this.#disk.unlink(path);
      noteRemoved();
    });
  }

  utimes(path: string, atime: number, mtime: number): Promise<void> {
    return this.#do("utimes", path, () => this.#disk.utimes(path, atime, mtime));
  }

  watch(path: string, onChange: (name: string | null) => void, onError: (error: Error) => void): { close(): void } {
    return this.#doNow("watch", path, () =>
      this.#disk.watch(
        path,
        (name) => {
          if (!this.#isOff) onChange(name);
        },
        onError,
      ),
    );
  }

  readFileSync(path: string): string {
    return this.#doNow("readFileSync", path, () => this.#disk.readFileSync(path));
  }

  unlinkSync(path: string): void {
    this.#doNow("unlinkSync", path, () => {
      const noteRemoved = this.#unsynced.removing(path);
      this.#disk.unlinkSync(path);
      noteRemoved();
    });
  }

  /** `isAlwaysDone`: a close that fails has closed. */
  async #do<T>(name: string, path: string, work: () => Promise<T>, isAlwaysDone = false): Promise<T> {
    const fault = this.#begin(name, path);
    if (this.#isOff) return never();
    if (fault && !isAlwaysDone && fault.isDone !== true) throw failure(fault.code, path);
    const number = this.calls.length;
    const result = await work();
    this.#end(number);
    if (this.isOff) return never();
    if (fault) throw failure(fault.code, path);
    return result;
  }

  #doNow<T>(name: string, path: string, work: () => T): T {
    const fault = this.#begin(name, path);
    // A dead process goes no further; that it hears of an error is the nearest to it.
    if (this.#isOff) throw failure("EIO", path);
    if (fault && fault.isDone !== true) throw failure(fault.code, path);
    const result = work();
    this.#end(this.calls.length);
    if (fault) throw failure(fault.code, path);
    return result;
  }

  #begin(name: string, path: string): FileFault | undefined {
    if (this.#isOff) return undefined;
    const call = `${name} ${basename(path) || dirname(path)}`;
    const number = this.calls.push(call);
    if (this.#cut?.at === number && this.#cut.before) this.losePower(this.#cut.loss);
    return this.onCall(call, number);
  }

  #end(number: number): void {
    if (this.#cut?.at === number) this.losePower(this.#cut.loss);
  }
}

function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
