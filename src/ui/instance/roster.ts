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
    if (change.type === "connections") dropOthers(rosters, new Set(store.connections.map(connectionKey)));
    else note(rosters.get(change.connectionKey), change);
  });
  return {
    of(key, kind) {
      const kinds = rosters.get(key) ?? new Map<string, CountedRoster>();
      rosters.set(key, kinds);
      const roster = kinds.get(kind) ?? new CountedRoster();
      kinds.set(kind, roster);
      roster.catchUp(
        () => store.listing(key, kind)?.instances ?? [],
        (id) => store.instance(key, kind, id),
      );
      return roster;
    },
    dispose: () => subscription.dispose(),
  };
}

function dropOthers(rosters: Map<string, unknown>, keys: ReadonlySet<string>): void {
  for (const key of [...rosters.keys()]) if (!keys.has(key)) rosters.delete(key);
}

function note(kinds: ReadonlyMap<string, CountedRoster> | undefined, change: StoreChange): void {
  if (change.type === "listed") return;
  if (change.type === "instance") kinds?.get(change.kind)?.noteInstance(change.id);
  else if (change.type === "listing") kinds?.get(change.kind)?.noteListing();
  else for (const roster of kinds?.values() ?? []) roster.noteListing();
}

class CountedRoster implements Roster {
  readonly #byId = new Map<string, Instance>();
  readonly #failed = new Set<string>();
  readonly #busy = new Set<string>();
  /** How many read so. */
  readonly #names = new Map<string, number>();
  readonly #revisions = { members: 0, states: 0, dates: 0 };
  /** Ids that the store has written since; `all` when it may be any. */
  #noted: Set<string> | "all" = "all";

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

  noteInstance(id: string): void {
    if (this.#noted !== "all") this.#noted.add(id);
  }

  noteListing(): void {
    this.#noted = "all";
  }

  catchUp(all: () => readonly Instance[], one: (id: string) => Instance | undefined): void {
    const noted = this.#noted;
    if (noted === "all") this.#replace(all());
    else for (const id of noted) this.#set(id, one(id));
    this.#noted = noted === "all" ? new Set() : noted;
    this.#noted.clear();
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
