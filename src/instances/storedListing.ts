import type { Instance } from "./instance";
import type { KindListing } from "./store";

/** An instance and what the store has to know of it. */
export interface Entry {
  instance: Instance;
  /** When it was last read on its own, in the store's count of writes: such a read outdoes a listing that began earlier. */
  readAt: number;
  /** Its place in the list; -1 once it is gone. */
  index: number;
}

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
  /** What was removed while a run is on, so that one of its later pages does not bring it back. */
  removed = new Set<string>();
  /** In the order in which they are listed. */
  #instances: Instance[] = [];
  /** A snapshot has them. */
  #isShared = false;
  #snapshot: KindListing | undefined;

  constructor(readonly kind: string) {}

  changed(): void {
    this.#snapshot = undefined;
  }

  add(instance: Instance, readAt: number): Entry {
    const instances = this.#own();
    const entry = { instance, readAt, index: instances.length };
    instances.push(instance);
    this.entries.set(instance.id, entry);
    return entry;
  }

  replace(entry: Entry, instance: Instance): void {
    entry.instance = instance;
    this.#own()[entry.index] = instance;
  }

  /** False when there is no such instance. */
  remove(id: string): boolean {
    const entry = this.entries.get(id);
    if (!entry) return false;
    this.arrange([...this.entries.values()].filter((other) => other !== entry).sort((a, b) => a.index - b.index));
    return true;
  }

  /** Keeps these, in this order, and what was read on its own since a run began; the first of two that are the same. */
  keep(found: readonly Entry[], began: number): boolean {
    const isAsBefore = found.length === this.entries.size && found.every(({ index }, place) => index === place);
    if (isAsBefore) return false;
    const kept = new Set(found.filter(({ index }) => index >= 0));
    for (const entry of this.entries.values()) if (entry.readAt > began) kept.add(entry);
    return this.arrange([...kept]);
  }

  /** Says whether anything is another than before. */
  arrange(kept: readonly Entry[]): boolean {
    if (kept.length === this.entries.size && kept.every(({ index }, place) => index === place)) return false;
    for (const entry of this.entries.values()) entry.index = -1;
    kept.forEach((entry, place) => (entry.index = place));
    for (const [id, entry] of this.entries) if (entry.index < 0) this.entries.delete(id);
    this.changed();
    this.#instances = kept.map(({ instance }) => instance);
    this.#isShared = false;
    return true;
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

  /** What was handed out does not change. */
  #own(): Instance[] {
    if (this.#isShared) this.#instances = this.#instances.slice();
    this.#isShared = false;
    this.changed();
    return this.#instances;
  }
}
