import { isDeepStrictEqual } from "node:util";
import { systemClock, type Clock } from "../core/clock";
import { Emitter, type Event } from "../core/event";
import { connectionKey, type Connection } from "./connection";
import type { Instance } from "./instance";
import { Listing, type Entry } from "./storedListing";
import {
  ownerOf,
  type Connected,
  type ConnectionState,
  type KindListing,
  type ListingWriter,
  type SeenState,
  type StoreChange,
  type WritableStore,
  type WriteScope,
} from "./store";

/** A history to read, not an archive. */
const maxSeen = 50;

class ConnectionEntry {
  state: ConnectionState = { status: "connecting" };
  generation = -1;
  /** Account and endpoint that the listings belong to. */
  owner: string | undefined;
  accountId: string | undefined;
  formerAccountId: string | undefined;
  listings = new Map<string, Listing>();
  /** By kind and id. */
  seen = new Map<string, Map<string, readonly SeenState[]>>();
}

export function createStore(clock: Clock = systemClock): WritableStore {
  return new MemoryStore(clock);
}

class MemoryStore implements WritableStore {
  readonly #clock: Clock;
  readonly #emitter = new Emitter<StoreChange>();
  readonly #entries = new Map<string, ConnectionEntry>();
  #connections: readonly Connection[] = [];
  #moments = 0;
  #firstSeen: readonly SeenState[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly onDidChange: Event<StoreChange> = (listener) => this.#emitter.event(listener);

  get connections(): readonly Connection[] {
    return this.#connections;
  }

  connectionState(key: string): ConnectionState | undefined {
    return this.#entries.get(key)?.state;
  }

  listing(key: string, kind: string): KindListing | undefined {
    return this.#connected(key)?.listings.get(kind)?.snapshot();
  }

  instance(key: string, kind: string, id: string): Instance | undefined {
    return this.#connected(key)?.listings.get(kind)?.entries.get(id)?.instance;
  }

  seen(key: string, kind: string, id: string): readonly SeenState[] {
    return this.#connected(key)?.seen.get(kind)?.get(id) ?? [];
  }

  setConnections(connections: readonly Connection[]): void {
    this.#connections = [...connections];
    const keys = new Set(connections.map(connectionKey));
    for (const key of [...this.#entries.keys()]) if (!keys.has(key)) this.#entries.delete(key);
    for (const key of keys) if (!this.#entries.has(key)) this.#entries.set(key, new ConnectionEntry());
    this.#emitter.fire({ type: "connections" });
  }

  setConnectionState(key: string, state: Exclude<ConnectionState, { status: "connected" }>): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    const next = state.status === "connecting" ? connectingAfter(entry.state) : state;
    if (next === entry.state) return;
    entry.state = next;
    for (const listing of entry.listings.values()) listing.writer = undefined;
    this.#emitter.fire({ type: "connection", connectionKey: key });
  }

  setConnected(scope: WriteScope, state: Connected): void {
    const entry = this.#entries.get(scope.connectionKey);
    if (!entry || scope.generation < entry.generation) return;
    if (entry.generation === scope.generation && entry.state.status === "connected") {
      if (entry.state.configProblem === state.configProblem) return;
      entry.state = connected(entry, state);
      this.#emitter.fire({ type: "connection", connectionKey: scope.connectionKey });
      return;
    }
    const owner = ownerOf(state);
    if (entry.owner !== owner) {
      entry.listings.clear();
      entry.seen.clear();
    }
    for (const listing of entry.listings.values()) listing.writer = undefined;
    entry.owner = owner;
    entry.generation = scope.generation;
    if (entry.accountId !== undefined && entry.accountId !== state.accountId) entry.formerAccountId = entry.accountId;
    entry.accountId = state.accountId;
    entry.state = connected(entry, state);
    this.#emitter.fire({ type: "connection", connectionKey: scope.connectionKey });
  }

  moment(): number {
    return ++this.#moments;
  }

  put(scope: WriteScope, instance: Instance, { asked = this.moment(), isUpdate = false } = {}): boolean {
    const entry = this.#writable(scope);
    const known = entry?.listings.get(instance.kind);
    if (known?.isOutdone(instance.id, asked)) return false;
    if (!entry || (isUpdate && !known?.entries.has(instance.id))) return true;
    const listing = this.#listing(entry, instance.kind);
    const outcome = this.#upsert(entry, listing, instance, asked);
    const { connectionKey: key } = scope;
    const { kind, id } = instance;
    if (outcome === "added") this.#emitter.fire({ type: "listing", connectionKey: key, kind, ids: [id] });
    if (outcome === "changed") this.#emitter.fire({ type: "instance", connectionKey: key, kind, id });
    return true;
  }

  remove(scope: WriteScope, kind: string, id: string, asked = this.moment()): boolean {
    const listing = this.#writable(scope)?.listings.get(kind);
    if (listing?.isOutdone(id, asked)) return false;
    if (listing?.remove(id, asked))
      this.#emitter.fire({ type: "listing", connectionKey: scope.connectionKey, kind, ids: [id] });
    return true;
  }

  beginListing(scope: WriteScope, kind: string): ListingWriter {
    const entry = this.#writable(scope);
    if (!entry) return { addPage() {}, finish() {}, fail() {} };
    const listing = this.#listing(entry, kind);
    const began = this.moment();
    const found: Entry[] = [];
    const { connectionKey: key } = scope;
    const fire = (change: "listed" | "status" | "members") => {
      listing.changed();
      if (change === "listed") this.#emitter.fire({ type: "listed", connectionKey: key, kind });
      else this.#emitter.fire({ type: "listing", connectionKey: key, kind, ...(change === "status" && { ids: [] }) });
    };
    const writer: ListingWriter = {
      addPage: (instances, asked = began) => {
        if (!isCurrent()) return;
        this.#addPage(scope, entry, listing, instances, asked, found);
      },
      finish: (hasMore) => {
        if (!isCurrent()) return;
        const areOthers = listing.keep(found, began);
        if (!hasMore) listing.isWholeSince(began);
        const isStatusAsBefore = listing.hasMore === hasMore && listing.status === "ready";
        listing.hasMore = hasMore;
        listing.updatedAt = this.#clock.now();
        listing.status = "ready";
        listing.error = undefined;
        if (!hasMore) listing.writer = undefined;
        if (areOthers) fire("members");
        else fire(isStatusAsBefore ? "listed" : "status");
      },
      fail: (error, retryInMs) => {
        if (!isCurrent()) return;
        listing.writer = undefined;
        listing.status = "error";
        listing.error = error;
        listing.retryAt = retryInMs === undefined ? undefined : this.#clock.now() + retryInMs;
        fire("status");
      },
    };
    const isCurrent = () => listing.writer === writer && this.#writable(scope) === entry;
    listing.writer = writer;
    // A quiet refresh of a good list is not worth an event, and an error is true until the next listing went well.
    if (listing.status === "idle") {
      listing.status = "loading";
      fire("status");
    }
    return writer;
  }

  dispose(): void {
    this.#emitter.dispose();
    this.#entries.clear();
    this.#connections = [];
  }

  #addPage(
    scope: WriteScope,
    entry: ConnectionEntry,
    listing: Listing,
    page: readonly Instance[],
    asked: number,
    found: Entry[],
  ): void {
    const added: string[] = [];
    const changed: string[] = [];
    for (const instance of page) {
      const isOutdone = listing.isOutdone(instance.id, asked);
      const outcome = isOutdone ? "same" : this.#upsert(entry, listing, instance, asked);
      if (outcome === "added") added.push(instance.id);
      if (outcome === "changed") changed.push(instance.id);
      const listed = listing.entries.get(instance.id);
      if (listed) found.push(listed);
    }
    const { connectionKey: key } = scope;
    const { kind } = listing;
    if (added.length > 0) this.#emitter.fire({ type: "listing", connectionKey: key, kind, ids: added });
    for (const id of changed) this.#emitter.fire({ type: "instance", connectionKey: key, kind, id });
  }

  #upsert(entry: ConnectionEntry, listing: Listing, instance: Instance, asked: number): "added" | "changed" | "same" {
    this.#see(entry, instance);
    const known = listing.entries.get(instance.id);
    if (!known) {
      listing.add(instance, asked);
      return "added";
    }
    known.askedAt = asked;
    const merged = merge(known.instance, instance);
    if (isDeepStrictEqual(known.instance, merged)) return "same";
    listing.replace(known, merged);
    return "changed";
  }

  #see(entry: ConnectionEntry, instance: Instance): void {
    const { id, kind, state = instance.phase } = instance;
    let seen = entry.seen.get(kind);
    if (!seen) entry.seen.set(kind, (seen = new Map<string, readonly SeenState[]>()));
    const states = seen.get(id) ?? [];
    if (states.at(-1)?.state === state) return;
    const at = this.#clock.now();
    // Those of one page are seen in the same state at the same moment: a hundred thousand share what is remembered.
    if (states.length === 0) this.#firstSeen = firstSeen(this.#firstSeen, state, at);
    seen.set(id, states.length === 0 ? this.#firstSeen : [...states.slice(1 - maxSeen), { state, at }]);
  }

  #listing(entry: ConnectionEntry, kind: string): Listing {
    const known = entry.listings.get(kind);
    if (known) return known;
    const listing = new Listing(kind);
    entry.listings.set(kind, listing);
    return listing;
  }

  #connected(key: string): ConnectionEntry | undefined {
    const entry = this.#entries.get(key);
    return entry?.state.status === "connected" ? entry : undefined;
  }

  #writable(scope: WriteScope): ConnectionEntry | undefined {
    const entry = this.#connected(scope.connectionKey);
    return entry?.generation === scope.generation ? entry : undefined;
  }
}

function connected({ formerAccountId }: ConnectionEntry, state: Connected): ConnectionState {
  return { status: "connected", ...state, ...(formerAccountId !== undefined && { formerAccountId }) };
}

function connectingAfter(state: ConnectionState): ConnectionState {
  if (state.status === "connecting") return state;
  if (state.status === "connected") return { status: "connecting" };
  if (state.isTryingAgain) return state;
  return state.status === "signedOut"
    ? { status: "signedOut", error: state.error, isTryingAgain: true }
    : { status: "error", error: state.error, isTryingAgain: true };
}

/** Tags are never, and timestamps not always, part of a listing: what was read before stays until it is read anew. */
function merge(known: Instance, next: Instance): Instance {
  const tags = next.tags ?? known.tags;
  const createdAt = next.createdAt ?? known.createdAt;
  const isSummary = next.createdAt === undefined && known.createdAt !== undefined;
  const isSummaryOfTheSame = isSummary && isDeepStrictEqual(known.values, next.values);
  const changedAt = next.changedAt ?? (isSummaryOfTheSame ? known.changedAt : undefined);
  return {
    ...next,
    ...(tags === undefined ? {} : { tags }),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(changedAt === undefined ? {} : { changedAt }),
    raw: isSummaryOfTheSame ? known.raw : next.raw,
  };
}

function firstSeen(known: readonly SeenState[], state: string, at: number): readonly SeenState[] {
  const [latest] = known;
  return latest?.state === state && latest.at === at ? known : [{ state, at }];
}
