import { toDisposable, type Disposable } from "../core/disposable";
import { messageOf } from "../core/errors";
import { Emitter } from "../core/event";
import type { Log } from "../core/log";
import type { Files } from "./files";
import { idOfFile, type Journal } from "./journal";
import { isSettled, type OperationRecord } from "./operation";

/** What this window knows of the journal that all windows share, kept up to date with what the others write. */
export class SharedRecords implements Disposable {
  readonly #journal: Journal;
  readonly #files: Files;
  readonly #log: Log;
  readonly #records = new Map<string, OperationRecord>();
  readonly #announced = new Set<string>();
  readonly #changed = new Emitter<string>();
  readonly #setAside = new Emitter<string>();
  #watcher: Disposable | undefined;
  #isDisposed = false;

  /** Fires with the id, also when the record is gone. */
  readonly onDidChange = this.#changed.event;
  readonly onDidSetAside = this.#setAside.event;

  constructor(journal: Journal, files: Files, log: Log) {
    this.#journal = journal;
    this.#files = files;
    this.#log = log;
  }

  get(id: string): OperationRecord | undefined {
    return this.#records.get(id);
  }

  /** Newest first. */
  list(): readonly OperationRecord[] {
    return [...this.#records.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  }

  put(record: OperationRecord): void {
    this.#records.set(record.id, record);
    if (!this.#isDisposed) this.#changed.fire(record.id);
  }

  /** Follows the folder from now on. Where that is not possible the windows still see each other's locks and records when they look. */
  watch(): void {
    if (this.#watcher || this.#isDisposed) return;
    try {
      const onChange = (name: string | null) => {
        const id = name === null ? undefined : idOfFile(name);
        if (name === null) void this.readAll();
        else if (id !== undefined) void this.read(id);
      };
      const watcher = this.#files.watch(this.#journal.directory, onChange, (error) =>
        this.#log.warn(`Stopped watching the journal: ${messageOf(error)}`),
      );
      this.#watcher = toDisposable(() => watcher.close());
    } catch (error) {
      this.#log.warn(`Could not watch the journal: ${messageOf(error)}`);
    }
  }

  /** Never rejects. */
  async readAll(): Promise<void> {
    let ids: readonly string[];
    try {
      ids = await this.#journal.ids();
    } catch (error) {
      this.announce(messageOf(error), "folder");
      return;
    }
    for (const id of new Set([...ids, ...this.#records.keys()])) await this.read(id);
  }

  /** Takes over what is on disk where it is newer than what is known. Never rejects. */
  async read(id: string): Promise<OperationRecord | undefined> {
    const entry = await this.#journal.read(id);
    if (this.#isDisposed) return undefined;
    const known = this.#records.get(id);
    switch (entry.type) {
      case "record":
        if (!known || known.revision < entry.record.revision) this.put(entry.record);
        break;
      case "missing":
        if (known && known.revision > 0) {
          this.#records.delete(id);
          this.#changed.fire(id);
        }
        break;
      case "newer":
      case "damaged":
        this.announce(entry.message, id);
    }
    return this.#records.get(id);
  }

  announce(message: string, subject: string): void {
    if (this.#announced.has(subject) || this.#isDisposed) return;
    this.#announced.add(subject);
    this.#log.warn(message);
    this.#setAside.fire(message);
  }

  /** Forgets operations that were settled before that time. */
  async trim(before: number): Promise<void> {
    for (const record of this.list()) {
      if (!isSettled(record) || (record.settledAt ?? record.updatedAt) >= before) continue;
      await this.#journal.remove(record.id);
      await this.read(record.id);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#watcher?.dispose();
    this.#changed.dispose();
    this.#setAside.dispose();
  }
}
