import type { Disposable } from "../../core/disposable";
import { connectionKey } from "../../instances/connection";
import { isInProgress, type Instance } from "../../instances/instance";
import type { InstanceStore, StoreChange } from "../../instances/store";
import { instanceText } from "../text/instanceText";

/** What of an instance decides where it stands in a list. Each number is another one when something of it has changed. */
export interface RosterRevisions {
  /** Who is there, what they are called, and which of them failed. */
  readonly members: number;
  readonly states: number;
  readonly dates: number;
}

/** The instances of one kind in one connection that are still there, counted. */
export interface Roster {
  readonly instances: Iterable<Instance>;
  readonly size: number;
  /** Ids of those that failed. */
  readonly failed: ReadonlySet<string>;
  /** Ids of those that are coming or going. */
  readonly busy: ReadonlySet<string>;
  readonly revisions: RosterRevisions;
  /** Grows with whatever changes. */
  readonly revision: number;
  get(id: string): Instance | undefined;
  /** Ids of those that changed, came or went since then; undefined when it was too long ago. */
  changedSince(revision: number): ReadonlySet<string> | undefined;
  /** Another one reads the same. */
  hasNamesake(instance: Instance): boolean;
}

export interface Rosters extends Disposable {
  of(connectionKey: string, kind: string): Roster;
}

export function isFailed({ phase }: Pick<Instance, "phase">): boolean {
  return phase === "createFailed" || phase === "deleteFailed";
}

/** Counts what the store knows as it changes: one changed instance costs one look-up, however many there are. */
export function createRosters(
  store: Pick<InstanceStore, "connections" | "listing" | "instance" | "onDidChange">,
): Rosters {
  const rosters = new Map<string, Map<string, CountedRoster>>();
  const subscription = store.onDidChange((change) => {
    if (change.type === "connections") emptyOthers(rosters, new Set(store.connections.map(connectionKey)));
    else note(rosters.get(change.connectionKey), change, store);
  });
  return {
    of(key, kind) {
      const kinds = rosters.get(key) ?? new Map<string, CountedRoster>();
      rosters.set(key, kinds);
      const roster = kinds.get(kind) ?? new CountedRoster();
      kinds.set(kind, roster);
      roster.catchUp(() => store.listing(key, kind)?.instances ?? []);
      return roster;
    },
    dispose: () => subscription.dispose(),
  };
}

/** They stay: a connection may come back, and revisions that began anew would be taken for those of before. */
function emptyOthers(
  rosters: ReadonlyMap<string, ReadonlyMap<string, CountedRoster>>,
  keys: ReadonlySet<string>,
): void {
  for (const [key, kinds] of rosters) if (!keys.has(key)) for (const roster of kinds.values()) roster.empty();
}

function note(
  kinds: ReadonlyMap<string, CountedRoster> | undefined,
  change: Exclude<StoreChange, { type: "connections" }>,
  store: Pick<InstanceStore, "instance">,
): void {
  if (change.type === "listed") return;
  if (change.type === "connection") {
    for (const roster of kinds?.values() ?? []) roster.noteAll();
    return;
  }
  const ids = change.type === "instance" ? [change.id] : change.ids;
  const roster = kinds?.get(change.kind);
  if (ids) for (const id of ids) roster?.note(id, store.instance(change.connectionKey, change.kind, id));
  else roster?.noteAll();
}

/** So many changes are remembered for whoever has missed them. */
const maxRemembered = 4_000;

class CountedRoster implements Roster {
  readonly #byId = new Map<string, Instance>();
  readonly #failed = new Set<string>();
  readonly #busy = new Set<string>();
  /** How many read so. */
  readonly #names = new Map<string, number>();
  readonly #revisions = { members: 0, states: 0, dates: 0 };
  /** Ids, one for each revision; the oldest are forgotten. */
  #changes: string[] = [];
  #forgotten = 0;
  /** Any may have changed since. */
  #isStale = true;

  get instances(): Iterable<Instance> {
    return this.#byId.values();
  }

  get size(): number {
    return this.#byId.size;
  }

  get failed(): ReadonlySet<string> {
    return this.#failed;
  }

  get busy(): ReadonlySet<string> {
    return this.#busy;
  }

  get revisions(): RosterRevisions {
    return this.#revisions;
  }

  hasNamesake(instance: Instance): boolean {
    return (this.#names.get(instanceText(instance)) ?? 0) > 1;
  }

  get revision(): number {
    return this.#forgotten + this.#changes.length;
  }

  get(id: string): Instance | undefined {
    return this.#byId.get(id);
  }

  changedSince(revision: number): ReadonlySet<string> | undefined {
    const start = revision - this.#forgotten;
    return start < 0 ? undefined : new Set(this.#changes.slice(start));
  }

  note(id: string, now: Instance | undefined): void {
    if (!this.#isStale) this.#set(id, now);
  }

  noteAll(): void {
    this.#isStale = true;
  }

  empty(): void {
    this.#replace([]);
    this.#isStale = false;
  }

  catchUp(all: () => readonly Instance[]): void {
    if (this.#isStale) this.#replace(all());
    this.#isStale = false;
  }

  #replace(instances: readonly Instance[]): void {
    const known = this.#byId.values();
    // A list that is read again is nearly always the one that was known, in its order: then nothing is looked up.
    let isAsKnown = true;
    let present = 0;
    for (const instance of instances) {
      isAsKnown &&= known.next().value === instance;
      if (!isAsKnown) this.#set(instance.id, instance);
      if (instance.phase !== "deleted") present++;
    }
    if (present === this.#byId.size) return;
    const ids = new Set(instances.map(({ id }) => id));
    for (const id of [...this.#byId.keys()]) if (!ids.has(id)) this.#set(id, undefined);
  }

  /** What is gone is not there, whether or not the service still lists it. */
  #set(id: string, instance: Instance | undefined): void {
    const before = this.#byId.get(id);
    const now = instance?.phase === "deleted" ? undefined : instance;
    if (before === now) return;
    if (now) this.#byId.set(id, now);
    else this.#byId.delete(id);
    this.#remember(id);
    if (!before || !now || before.name !== now.name || isFailed(before) !== isFailed(now)) {
      this.#revisions.members++;
      if (before) this.#countName(before, -1);
      if (now) this.#countName(now, 1);
    }
    if (before?.state !== now?.state || before?.phase !== now?.phase) this.#revisions.states++;
    if (before?.createdAt !== now?.createdAt) this.#revisions.dates++;
    put(this.#failed, id, now !== undefined && isFailed(now));
    put(this.#busy, id, now !== undefined && isInProgress(now.phase));
  }

  #remember(id: string): void {
    this.#changes.push(id);
    if (this.#changes.length < 2 * maxRemembered) return;
    this.#changes = this.#changes.slice(maxRemembered);
    this.#forgotten += maxRemembered;
  }

  #countName(instance: Instance, by: 1 | -1): void {
    const text = instanceText(instance);
    const count = (this.#names.get(text) ?? 0) + by;
    if (count > 0) this.#names.set(text, count);
    else this.#names.delete(text);
  }
}

function put(ids: Set<string>, id: string, isIn: boolean): void {
  if (isIn) ids.add(id);
  else ids.delete(id);
}
