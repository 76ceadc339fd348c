import { isOver } from "../../core/abort";
import type { Clock } from "../../core/clock";
import { isCancelled, messageOf } from "../../core/errors";
import {
  connectionKey,
  connectionLabel,
  type Connection,
  type Session,
  type Sessions,
} from "../../instances/connection";
import type { Instance } from "../../instances/instance";
import type { Kind } from "../../instances/kind";
import type { Kinds } from "../../instances/kinds/registry";
import { isWhole, ownerOf, type InstanceStore, type StoreChange } from "../../instances/store";
import type { Rosters } from "../../ui/instance/roster";
import { signedOutText } from "../../ui/text/connectionText";
import { shortText } from "../../ui/text/displayText";
import { nameText } from "../../ui/text/instanceText";
import { everySoOften } from "./everySoOften";
import { matchesListed, wantedFrom, type InstanceFilter } from "./instanceFilter";
import { tagBudget, type KnownTags, type TagTarget } from "./knownTags";

export interface SearchDeps {
  readonly sessions: Sessions;
  readonly store: Pick<InstanceStore, "connections" | "connectionState" | "listing" | "instance">;
  readonly kinds: Kinds;
  readonly rosters: Rosters;
  readonly tags: KnownTags;
  readonly clock: Pick<Clock, "monotonic">;
  /** Something was found, or there is more to say. */
  readonly onChange: () => void;
}

export interface SearchProgress {
  readonly status: "searching" | "stopped" | "done";
  /** Instances that were looked at. */
  readonly searched: number;
  /** A service looks for itself, so that not all of its instances were looked at here. */
  readonly isAskedOf: boolean;
  /** What is being read now. */
  readonly reading: readonly string[];
  /** What could not be searched, and why. */
  readonly missed: readonly string[];
  /** Matching otherwise: of so many the tags had to be read, and of so many they were. */
  readonly tags?: { readonly read: number; readonly wanted: number };
}

interface Found {
  /** Where it was found: see `ownerOf`. */
  readonly owner: string;
  readonly instances: Map<string, Instance>;
}

/** Connections that are read at the same time. */
const maxAtOnce = 4;

/** Goes through everything that there is for a filter. What the view has listed in full is not asked for again. */
export class FilterSearch {
  readonly filter: InstanceFilter;
  readonly #deps: SearchDeps;
  readonly #report: (isDue: boolean) => void;
  readonly #found = new Map<string, Found>();
  readonly #counts = new Map<string, number>();
  readonly #reading = new Set<string>();
  #missed: string[] = [];
  #tags: { read: number; wanted: number } | undefined;
  #status: SearchProgress["status"] = "done";
  #isAskedOf = false;
  #stop = new AbortController();

  constructor(filter: InstanceFilter, deps: SearchDeps) {
    this.filter = filter;
    this.#deps = deps;
    this.#report = everySoOften(deps.clock, deps.onChange);
  }

  get progress(): SearchProgress {
    return {
      status: this.#status,
      searched: [...this.#counts.values()].reduce((sum, count) => sum + count, 0),
      isAskedOf: this.#isAskedOf,
      reading: [...this.#reading],
      missed: this.#missed,
      ...(this.#tags && { tags: { ...this.#tags } }),
    };
  }

  /** What matches beyond what the view has listed, of the account that the connection has now. Tags are not compared. */
  found(connectionKey: string, kind: string): readonly Instance[] {
    const found = this.#foundHere(connectionKey, kind);
    if (!found || isWhole(this.#deps.store.listing(connectionKey, kind))) return [];
    return [...found.instances.values()].filter(({ id }) => !this.#deps.store.instance(connectionKey, kind, id));
  }

  /** As it was found, for a row. */
  foundOne(connectionKey: string, kind: string, id: string): Instance | undefined {
    return this.#foundHere(connectionKey, kind)?.instances.get(id);
  }

  /** It was deleted. */
  forget(connectionKey: string, kind: string, id: string): void {
    this.#found.get(`${connectionKey}/${kind}`)?.instances.delete(id);
  }

  /**
   * Keeps what was found as it is known since: a listing that ends sooner the next time may leave it to us again. To be called
   * with each change of the store, before anything is drawn. True when something may look otherwise.
   */
  heed(change: StoreChange): boolean {
    if (change.type !== "listing" && change.type !== "instance") return false;
    const { connectionKey: key, kind } = change;
    const { store, rosters } = this.#deps;
    const found = this.#foundHere(key, kind)?.instances;
    if (!found) return false;
    const ids = change.type === "instance" ? [change.id] : (change.ids ?? []);
    if (ids.length === 0 && isWhole(store.listing(key, kind))) {
      found.clear();
      for (const instance of rosters.of(key, kind).instances) this.#keep(found, instance);
    }
    for (const id of ids) {
      if (!found.delete(id)) continue;
      const instance = store.instance(key, kind, id);
      // What a listing drops, it drops with all that it did not have.
      if (instance) this.#keep(found, instance);
    }
    return true;
  }

  /** Begins, or goes on with what is left. Never rejects. */
  async run(): Promise<void> {
    this.stop();
    const stop = new AbortController();
    this.#stop = stop;
    this.#status = "searching";
    this.#counts.clear();
    this.#reading.clear();
    this.#missed = [];
    this.#report(true);
    const queue = this.#deps.store.connections.values();
    const work = async () => {
      for (const connection of queue) if (!stop.signal.aborted) await this.#searchConnection(connection, stop.signal);
    };
    await Promise.all(Array.from({ length: maxAtOnce }, work));
    if (!isOver(stop.signal) && this.filter.tags.length > 0) await this.#readTags(stop.signal);
    if (isOver(stop.signal)) return;
    this.#status = "done";
    this.#report(true);
  }

  /** Keeps what was found. */
  stop(): void {
    this.#stop.abort();
    if (this.#status !== "searching") return;
    this.#status = "stopped";
    this.#report(true);
  }

  #foundHere(connectionKey: string, kind: string): Found | undefined {
    const found = this.#found.get(`${connectionKey}/${kind}`);
    const state = this.#deps.store.connectionState(connectionKey);
    return state?.status === "connected" && ownerOf(state) === found?.owner ? found : undefined;
  }

  #keep(found: Map<string, Instance>, instance: Instance): boolean {
    const isMeant = instance.phase !== "deleted" && matchesListed(this.filter, instance);
    if (isMeant) found.set(instance.id, instance);
    return isMeant;
  }

  async #searchConnection(connection: Connection, signal: AbortSignal): Promise<void> {
    const { store, kinds } = this.#deps;
    const label = nameText(connectionLabel(connection));
    const state = store.connectionState(connectionKey(connection));
    if (state?.status === "signedOut" || state?.status === "error") {
      const why = state.status === "signedOut" ? signedOutText(state).toLowerCase() : "could not connect";
      this.#missed.push(`${label} (${why})`);
      return;
    }
    this.#reading.add(label);
    for (const kind of kinds.all) {
      try {
        await this.#searchKind(connection, kind, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isCancelled(error)) {
          // Somebody gave no code: the next kind would only ask for it again.
          this.#missed.push(`${label} (cancelled)`);
          break;
        }
        this.#missed.push(`${kind.groupTitle} of ${label} (${shortText(messageOf(error), 80)})`);
      }
    }
    this.#reading.delete(label);
    this.#report(false);
  }

  async #searchKind(connection: Connection, kind: Kind, signal: AbortSignal): Promise<void> {
    const { store, rosters, sessions } = this.#deps;
    const wanted = wantedFrom(this.filter, kind);
    const scope = `${connectionKey(connection)}/${kind.id}`;
    const listing = store.listing(connectionKey(connection), kind.id);
    if (!wanted || isWhole(listing)) {
      this.#counts.set(scope, rosters.of(connectionKey(connection), kind.id).size);
      return;
    }
    const session = sessions.current(connection) ?? (await sessions.open(connection, signal));
    const options = { signal, waitsItsTurn: true };
    const { text } = this.filter;
    const there = new Set<string>();
    if (kind.search && text !== "" && canBeNamed(kind, text))
      await this.#take(session, kind, kind.search(session, { ...wanted, name: text }, options), there);
    const isAskedOf = kind.search !== undefined && wanted.states !== undefined;
    this.#isAskedOf ||= isAskedOf;
    const pages = isAskedOf && kind.search ? kind.search(session, wanted, options) : kind.list(session, options);
    await this.#take(session, kind, pages, there, true);
    const found = this.#found.get(scope)?.instances;
    for (const id of found?.keys() ?? []) if (!there.has(id)) found?.delete(id);
  }

  async #take(
    session: Session,
    kind: Kind,
    pages: AsyncIterable<readonly Instance[]>,
    there: Set<string>,
    isCounted = false,
  ): Promise<void> {
    const { connection, generation } = session;
    const owner = ownerOf(session);
    const scope = `${connectionKey(connection)}/${kind.id}`;
    for await (const page of pages) {
      if (this.#deps.sessions.current(connection)?.generation !== generation)
        throw new Error("its credentials have changed");
      if (isCounted) this.#counts.set(scope, (this.#counts.get(scope) ?? 0) + page.length);
      const known = this.#found.get(scope);
      const found = known?.owner === owner ? known : { owner, instances: new Map<string, Instance>() };
      this.#found.set(scope, found);
      for (const instance of page) if (this.#keep(found.instances, instance)) there.add(instance.id);
      this.#report(false);
    }
  }

  async #readTags(signal: AbortSignal): Promise<void> {
    const { tags } = this.#deps;
    const unread = this.#candidates().filter(
      ({ connection, kind, instance }) => !tags.of(connectionKey(connection), kind, instance),
    );
    this.#tags = { read: 0, wanted: unread.length };
    const failure = await tags.read(unread.slice(0, tagBudget), signal, () => {
      if (this.#tags) this.#tags.read++;
      this.#report(false);
    });
    if (failure !== undefined && !signal.aborted) this.#missed.push(`some tags (${shortText(messageOf(failure), 80)})`);
  }

  /** All that matches but for the tags. */
  #candidates(): readonly TagTarget[] {
    const { store, kinds, rosters } = this.#deps;
    return store.connections.flatMap((connection) =>
      kinds.all.flatMap((kind) => {
        const key = connectionKey(connection);
        const listed = [...rosters.of(key, kind.id).instances].filter((instance) =>
          matchesListed(this.filter, instance),
        );
        return [...listed, ...this.found(key, kind.id)].map((instance) => ({ connection, kind: kind.id, instance }));
      }),
    );
  }
}

function canBeNamed(kind: Kind, text: string): boolean {
  return kind.fields.find(({ id }) => id === kind.nameField)?.validate(text) === undefined;
}
