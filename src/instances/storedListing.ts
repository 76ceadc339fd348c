import type { Instance } from "./instance";
import type { KindListing } from "./store";

/** An instance and what the store has to know of it. */
export interface Entry {
  instance: Instance;
  /** When that was asked which is known of it, in the store's count of moments. */
  askedAt: number;
  /** Its place in the list, or why it has none. */
  index: number;
}

const unplaced = -1;
const gone = -2;

/** What the store knows of one kind in one connection. */
export class Listing {
  readonly entries = new Map<string, Entry>();
  status: KindListing["status"] = "idle";
  hasMore = false;
  updatedAt: number | undefined;
  error: unknown;
  retryAt: number | undefined;
  /** The run that may write. */
  writer: object | undefined;
  /** What is gone, and when that was asked which says so: after the last list that was whole, which says it of all others. */
  readonly #gone = new Map<string, number>();
  #wholeAt = 0;
  /** In the order in which they are listed. */
  #instances: Instance[] = [];
  /** A snapshot has them. */
  #isShared = false;
  #snapshot: KindListing | undefined;

  constructor(readonly kind: string) {}

  changed(): void {
    this.#snapshot = undefined;
  }

  /** Something newer is known of it, or that it is gone, than what was asked then. */
  isOutdone(id: string, asked: number): boolean {
    return asked < (this.entries.get(id)?.askedAt ?? this.#gone.get(id) ?? this.#wholeAt);
  }

  add(instance: Instance, askedAt: number): void {
    const instances = this.#own();
    const entry = { instance, askedAt, index: instances.length };
    instances.push(instance);
    this.entries.set(instance.id, entry);
    this.#gone.delete(instance.id);
  }

  replace(entry: Entry, instance: Instance): void {
    entry.instance = instance;
    this.#own()[entry.index] = instance;
  }

  /** False when there is no such instance. */
  remove(id: string, asked: number): boolean {
    this.#gone.set(id, asked);
    const entry = this.entries.get(id);
    if (!entry) return false;
    const instances = this.#own();
    instances.splice(entry.index, 1);
    for (let place = entry.index; place < instances.length; place++) this.#entryAt(place).index = place;
    this.#forget(id, entry);
    return true;
  }

  /**
   * Keeps these, in this order, and what was asked for on its own since a run began; the first of two that are the same. Says
   * whether anything is another than before. Each step is one pass: it must not hold up the host, however many there are.
   */
  keep(found: readonly Entry[], began: number): boolean {
    const before = this.#instances;
    if (found.length === before.length && found.every(({ index }, place) => index === place)) return false;
    for (const entry of this.entries.values()) entry.index = unplaced;
    const kept: Instance[] = [];
    const place = (entry: Entry) => {
      if (entry.index === unplaced) entry.index = kept.push(entry.instance) - 1;
    };
    for (const entry of found) place(entry);
    for (const entry of this.entries.values()) if (entry.askedAt > began) place(entry);
    if (kept.length < this.entries.size)
      for (const [id, entry] of this.entries) if (entry.index === unplaced) this.#forget(id, entry);
    if (kept.length === before.length && kept.every((instance, index) => instance === before[index])) return false;
    this.#instances = kept;
    this.#isShared = false;
    this.changed();
    return true;
  }

  /** A run that began then has listed all that there is. */
  isWholeSince(began: number): void {
    this.#wholeAt = began;
    for (const [id, asked] of this.#gone) if (asked < began) this.#gone.delete(id);
  }

  snapshot(): KindListing {
    this.#isShared = true;
    return (this.#snapshot ??= {
      kind: this.kind,
      instances: this.#instances,
      hasMore: this.hasMore,
      ...(this.updatedAt === undefined ? {} : { updatedAt: this.updatedAt }),
      status: this.status,
      ...(this.status === "error" ? { error: this.error } : {}),
      ...(this.status === "error" && this.retryAt !== undefined ? { retryAt: this.retryAt } : {}),
    });
  }

  #entryAt(place: number): Entry {
    const entry = this.entries.get(this.#instances[place]?.id ?? "");
    if (!entry) throw new Error("A list has an instance that nobody knows");
    return entry;
  }

  #forget(id: string, entry: Entry): void {
    this.entries.delete(id);
    entry.index = gone;
  }

  /** What was handed out does not change. */
  #own(): Instance[] {
    if (this.#isShared) this.#instances = this.#instances.slice();
    this.#isShared = false;
    this.changed();
    return this.#instances;
  }
}
