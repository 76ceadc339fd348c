import type { Clock } from "../core/clock";
import { toDisposable, type Disposable } from "../core/disposable";
import { isCancelled, logTextOf, messageOf, UserError } from "../core/errors";
import { Emitter } from "../core/event";
import type { Log } from "../core/log";
import type { Files } from "./files";
import { idOfFile, type Journal, type JournalEntry } from "./journal";
import { isSettled, type OperationRecord } from "./operationRecord";
import type { UnreadRecord } from "./unreadRecord";

export interface SharedRecordsDeps {
  readonly journal: Journal;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  /** After which an entry that made no sense is looked at once more. */
  readonly secondLookMs: number;
}

/** As many at once as the disk has use for; each is an open file. */
const readsAtOnce = 16;
/** Entries that are read before listeners hear of them together. */
const readsPerEvent = 2000;

/** What this window knows of the journal that all windows share, kept up to date with what the others write. */
export class SharedRecords implements Disposable {
  readonly #deps: SharedRecordsDeps;
  readonly #unread = new Map<string, UnreadRecord>();
  readonly #lookedAtAgain = new Set<string>();
  readonly #damaged = new Set<string>();
  readonly #lifetime = new AbortController();
  #records = new Map<string, OperationRecord>();
  readonly #announced = new Set<string>();
  readonly #changed = new Emitter<string | undefined>();
  readonly #setAside = new Emitter<string>();
  #sorted: readonly OperationRecord[] | undefined;
  #watcher: Disposable | undefined;

  /** Fires with the id, also when the record is gone; without one when many have changed. */
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
    if (this.#sorted) return this.#sorted;
    this.#sorted = [...this.#records.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
    // Kept in this order, they are nearly sorted at the next change: that takes one look at each.
    this.#records = new Map(this.#sorted.map((record) => [record.id, record]));
    return this.#sorted;
  }

  /** In no order. */
  running(): readonly OperationRecord[] {
    return [...this.#records.values()].filter(({ status }) => status === "running");
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
    this.#set(record);
    this.#tell([record.id]);
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

  /** Every entry, whatever is known of it. Never rejects. */
  async readAll(): Promise<void> {
    await this.#orAnnounce(async () =>
      this.#readEach(new Set([...(await this.#deps.journal.ids()), ...this.#known()])),
    );
  }

  /** `readUnsettledOrFail` that says why, and goes on with what is known. Never rejects. */
  async readUnsettled(): Promise<void> {
    await this.#orAnnounce(() => this.readUnsettledOrFail());
  }

  /**
   * Every entry that is not known to be settled: what has settled stays so (`OperationRecord.status`), so that reading it
   * again tells nothing about what may be at work, however many there are and however they were written. Entries that
   * are gone are noticed. Rejects with UserError when the folder does not tell what is in it.
   */
  async readUnsettledOrFail(): Promise<void> {
    const onDisk = new Set(await this.#deps.journal.ids());
    const isOver = (id: string) => {
      const known = this.#records.get(id);
      return known !== undefined && isSettled(known) && !this.#damaged.has(id) && onDisk.has(id);
    };
    await this.#readEach([...new Set([...onDisk, ...this.#known()])].filter((id) => !isOver(id)));
  }

  #known(): readonly string[] {
    return [...this.#records.keys(), ...this.#unread.keys()];
  }

  async #orAnnounce(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.announce(messageOf(error), "folder");
    }
  }

  async #readEach(ids: Iterable<string>): Promise<void> {
    const all = [...ids];
    for (let start = 0; start < all.length; start += readsPerEvent) {
      const turns = all.slice(start, start + readsPerEvent).values();
      const changed: string[] = [];
      const readInTurn = async () => {
        for (const id of turns) if (await this.#readOne(id)) changed.push(id);
      };
      await Promise.all(Array.from({ length: readsAtOnce }, readInTurn));
      this.#tell(changed);
    }
  }

  /** Takes over what is on disk where it is newer than what is known. Never rejects. */
  async read(id: string): Promise<OperationRecord | undefined> {
    if (await this.#readOne(id)) this.#tell([id]);
    return this.#isDisposed ? undefined : this.#records.get(id);
  }

  /** Resolves with whether that changed what is known. Never rejects. */
  async #readOne(id: string): Promise<boolean> {
    const entry = await this.#deps.journal.read(id);
    if (this.#isDisposed) return false;
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
        if (known && known.revision >= entry.record.revision) return false;
        this.#set(entry.record);
        return true;
      case "missing":
        if (!known || known.revision === 0) return false;
        this.#records.delete(id);
        this.#sorted = undefined;
        return true;
      case "newer":
        this.announce(entry.message, id);
        return false;
      case "unreadable":
      case "damaged":
        void this.#lookAgain(id, entry);
        return false;
    }
  }

  #set(record: OperationRecord): void {
    this.#records.set(record.id, record);
    this.#sorted = undefined;
  }

  #tell(changed: readonly string[]): void {
    if (changed.length === 0 || this.#isDisposed) return;
    this.#changed.fire(changed.length === 1 ? changed[0] : undefined);
  }

  announce(message: string, subject: string): void {
    if (this.#announced.has(subject) || this.#isDisposed) return;
    this.#announced.add(subject);
    this.#deps.log.warn(message);
    this.#setAside.fire(message);
  }

  /** Removes the entries from the disk. Never rejects. */
  async forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#deps.journal.remove(id);
    await this.#readEach(ids);
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
