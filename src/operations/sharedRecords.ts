import type { Clock } from "../core/clock";
import { toDisposable, type Disposable } from "../core/disposable";
import { isCancelled, logTextOf, messageOf, UserError } from "../core/errors";
import { Emitter } from "../core/event";
import type { Log } from "../core/log";
import type { Files } from "./files";
import { idOfFile, type Journal, type JournalEntry } from "./journal";
import type { OperationRecord } from "./operationRecord";
import type { UnreadRecord } from "./unreadRecord";

export interface SharedRecordsDeps {
  readonly journal: Journal;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  /** After which an entry that made no sense is looked at once more. */
  readonly secondLookMs: number;
}

/** What this window knows of the journal that all windows share, kept up to date with what the others write. */
export class SharedRecords implements Disposable {
  readonly #deps: SharedRecordsDeps;
  readonly #unread = new Map<string, UnreadRecord>();
  readonly #lookedAtAgain = new Set<string>();
  readonly #damaged = new Set<string>();
  readonly #lifetime = new AbortController();
  readonly #records = new Map<string, OperationRecord>();
  readonly #announced = new Set<string>();
  readonly #changed = new Emitter<string>();
  readonly #setAside = new Emitter<string>();
  #watcher: Disposable | undefined;

  /** Fires with the id, also when the record is gone. */
  readonly onDidChange = this.#changed.event;
  readonly onDidSetAside = this.#setAside.event;

  constructor(deps: SharedRecordsDeps) {
    this.#deps = deps;
  }

  get #isDisposed(): boolean {
    return this.#lifetime.signal.aborted;
  }

  get(id: string): OperationRecord | undefined {
    return this.#records.get(id);
  }

  /** Newest first. */
  list(): readonly OperationRecord[] {
    return [...this.#records.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  }

  /** Entries of which this window knows no more than that they are there. */
  listUnread(): readonly UnreadRecord[] {
    return [...this.#unread.values()];
  }

  /** What is known of it is what was read before. */
  isDamaged(id: string): boolean {
    return this.#damaged.has(id);
  }

  put(record: OperationRecord): void {
    this.#records.set(record.id, record);
    if (!this.#isDisposed) this.#changed.fire(record.id);
  }

  /** Follows the folder from now on. Where that is not possible the windows still see each other's locks and records when they look. */
  watch(): void {
    if (this.#watcher || this.#isDisposed) return;
    const { journal, files, log } = this.#deps;
    try {
      const onChange = (name: string | null) => {
        const id = name === null ? undefined : idOfFile(name);
        if (name === null) void this.readAll();
        else if (id !== undefined) void this.read(id);
      };
      const watcher = files.watch(journal.directory, onChange, (error) =>
        log.warn(`Stopped watching the journal: ${logTextOf(error)}`),
      );
      this.#watcher = toDisposable(() => watcher.close());
    } catch (error) {
      log.warn(`Could not watch the journal: ${logTextOf(error)}`);
    }
  }

  /** Never rejects. */
  async readAll(): Promise<void> {
    try {
      await this.readAllOrFail();
    } catch (error) {
      this.announce(messageOf(error), "folder");
    }
  }

  /** Rejects with UserError when the folder does not tell what is in it. */
  async readAllOrFail(): Promise<void> {
    const ids = await this.#deps.journal.ids();
    for (const id of new Set([...ids, ...this.#records.keys(), ...this.#unread.keys()])) await this.read(id);
  }

  /** Takes over what is on disk where it is newer than what is known. Never rejects. */
  async read(id: string): Promise<OperationRecord | undefined> {
    const entry = await this.#deps.journal.read(id);
    if (this.#isDisposed) return undefined;
    const known = this.#records.get(id);
    if (entry.type === "damaged") this.#damaged.add(id);
    else if (entry.type !== "unreadable") this.#damaged.delete(id);
    if (entry.type === "record" || entry.type === "missing") {
      this.#unread.delete(id);
      this.#lookedAtAgain.delete(id);
    }
    // What was read before still tells which instance it is about.
    else if (!known)
      this.#unread.set(id, { id, message: entry.message, about: "about" in entry ? entry.about : undefined });
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
        this.announce(entry.message, id);
        break;
      case "unreadable":
      case "damaged":
        void this.#lookAgain(id, entry);
    }
    return this.#records.get(id);
  }

  announce(message: string, subject: string): void {
    if (this.#announced.has(subject) || this.#isDisposed) return;
    this.#announced.add(subject);
    this.#deps.log.warn(message);
    this.#setAside.fire(message);
  }

  /** Removes the entry from the disk. Never rejects. */
  async forget(id: string): Promise<void> {
    await this.#deps.journal.remove(id);
    await this.read(id);
  }

  /**
   * Ends an operation whose entry is damaged, as far as this is possible; only for whoever has its lock. Rejects with
   * UserError when the disk keeps the entry.
   */
  async setAside(id: string): Promise<void> {
    const { journal } = this.#deps;
    const entry = await journal.read(id);
    const message = entry.type === "damaged" ? await journal.setAside(id, entry.message) : undefined;
    await this.read(id);
    if (message === undefined) return;
    if (this.isDamaged(id)) throw new UserError(message);
    this.announce(message, `${id} set aside`);
  }

  /**
   * What one look finds unreadable or damaged may be whole at the next: on a network's disk a reader may see half of what a
   * living owner has written. It is set aside when the same bytes are there after a while, and nobody has a lock: the record
   * does not tell any more which lock is its owner's.
   */
  async #lookAgain(
    id: string,
    first: Extract<JournalEntry, { readonly type: "unreadable" | "damaged" }>,
  ): Promise<void> {
    if (this.#lookedAtAgain.has(id)) return;
    this.#lookedAtAgain.add(id);
    const { journal, clock, log, secondLookMs } = this.#deps;
    log.warn(first.message);
    try {
      await clock.sleep(secondLookMs, this.#lifetime.signal);
      const again = await journal.read(id);
      if (again.type === "unreadable") this.announce(again.message, id);
      else if (again.type !== "damaged" || first.type !== "damaged" || again.text !== first.text)
        this.#lookedAtAgain.delete(id);
      else this.announce(await this.#concludeDamaged(id, again.message), id);
    } catch (error) {
      if (!isCancelled(error)) log.warn(`Could not look again at operation ${id}: ${logTextOf(error)}`);
    }
    await this.read(id);
  }

  async #concludeDamaged(id: string, why: string): Promise<string> {
    const { journal } = this.#deps;
    if (!(await journal.isAtRest()))
      return `A recorded operation could not be read (${id}). It is left as it is while other operations are at work.`;
    const known = this.#records.get(id);
    if (!known) return journal.setAside(id, why);
    return `The record of ${known.label} on disk can no longer be read (${id}). It is shown as this window last knew it: look at your instances, then discard it.`;
  }

  dispose(): void {
    this.#lifetime.abort();
    this.#watcher?.dispose();
    this.#changed.dispose();
    this.#setAside.dispose();
  }
}
