import { atOnce, inSlices } from "../../core/slices";
import { connectionKey, type Connection } from "../../instances/connection";
import type { Instance } from "../../instances/instance";
import type { InstanceStore } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import { isFailed, type Rosters } from "../../ui/instance/roster";
import type { KindNode } from "../../ui/tree/nodes";
import { defaultArrangement, type Arrangement } from "./arrangement";
import type { FilterSearch } from "./filterSearch";
import { matchesListed, matchesPending, matchesTags, type Tags } from "./instanceFilter";
import type { Overlays } from "./overlays";
import type { Tally } from "./tally";
import { OrderedRows } from "./orderedRows";
import { comparisons, orderRevision } from "./treeOrder";

/** How somebody wants to see the tree. */
export interface TreeLook {
  arrangement(): Arrangement;
  /** The filter that is on. */
  search(): FilterSearch | undefined;
  /** Grows with every change of the search. */
  searchRevision(): number;
  tagsOf(connectionKey: string, kind: string, instance: Instance): Tags | undefined;
  /** Grows whenever more tags are known. */
  tagsRevision(): number;
  hidesEmpty(): boolean;
}

/** By connection and by name, and all of it. */
export const plainLook: TreeLook = {
  arrangement: () => defaultArrangement,
  search: () => undefined,
  searchRevision: () => 0,
  tagsOf: (_key, _kind, { tags }) => tags,
  tagsRevision: () => 0,
  hidesEmpty: () => false,
};

export interface ContentsDeps {
  readonly store: Pick<InstanceStore, "listing" | "connectionState">;
  readonly rosters: Rosters;
  readonly overlays: Overlays;
  readonly look: TreeLook;
}

/** What has another value of the tag than any: none at all, or none that was read. */
export const untagged = "none";
export const tagsUnread = "unread";

/** The group of one tag value. */
export function tagGroupOf(tags: Tags | undefined, tagKey: string): string {
  if (!tags) return tagsUnread;
  return Object.hasOwn(tags, tagKey) ? `=${tags[tagKey] ?? ""}` : untagged;
}

interface Selection {
  readonly instances: readonly Instance[];
  readonly failed: number;
}

/** Rows in order, as they were at a revision of the roster. */
interface Order {
  readonly key: string;
  revision: number;
  readonly rows: OrderedRows;
}

/** So few are in order at once. */
const maxAtOnce = 5_000;

const emptySelection: Selection = { instances: [], failed: 0 };

/** What stands below a kind: filtered, of one tag's value, in order. Made anew only when something that it depends on has changed. */
export class TreeContents {
  readonly #deps: ContentsDeps;
  readonly #selections = new Map<string, { version: string; byTag: ReadonlyMap<string, Selection> }>();
  readonly #orders = new Map<string, Order>();
  readonly #beingOrdered = new Map<string, Promise<void>>();

  constructor(deps: ContentsDeps) {
    this.#deps = deps;
  }

  /** The first so many, in order. All at once where they are not ready. */
  first(node: KindNode, limit: number): readonly Instance[] {
    const known = this.#ordered(node, limit);
    if (known) return known.rows;
    const begun = this.#order(node, limit);
    return this.#keep(node, begun, atOnce(begun.work)).rows;
  }

  /** False when `first` would hold everything up. */
  isReady(node: KindNode, limit: number): boolean {
    return this.count(node) <= maxAtOnce || this.#ordered(node, limit) !== undefined;
  }

  /** Puts them in order while other things run. */
  async prepare(node: KindNode, limit: number): Promise<void> {
    const begun = this.#order(node, limit);
    const id = `${scopeOf(node)} ${begun.key}`;
    const work =
      this.#beingOrdered.get(id) ??
      inSlices(begun.work).then((rows) => {
        this.#beingOrdered.delete(id);
        this.#keep(node, begun, rows);
      });
    this.#beingOrdered.set(id, work);
    await work;
  }

  count(node: KindNode): number {
    return this.#isWhole() ? this.#roster(node).size : this.#selection(node).instances.length;
  }

  /** Creates of ours without an instance, in the order in which they are shown. */
  pending({ connection, kind, tag }: KindNode): readonly OperationRecord[] {
    const { overlays, look } = this.#deps;
    const filter = look.search()?.filter;
    const { groupBy, tagKey } = look.arrangement();
    return overlays
      .pendingCreates(connection, kind)
      .filter(
        (record) =>
          (!filter || matchesPending(filter, record)) &&
          (groupBy !== "tag" || tag === undefined || tagGroupOf(record.draft?.tags ?? {}, tagKey) === tag),
      );
  }

  /** Anything at all, if only a create that the service did not take. */
  hasRows(node: KindNode): boolean {
    return this.count(node) > 0 || this.pending(node).length > 0;
  }

  tally(node: KindNode): Tally {
    const { store, look } = this.#deps;
    const pending = this.pending(node);
    const refused = pending.filter(({ status }) => status === "failed").length;
    const interrupted = pending.filter(({ status }) => status === "interrupted").length;
    const failed = this.#isWhole() ? this.#roster(node).failed.size : this.#selection(node).failed;
    return {
      // What was refused is no instance; a filter counts what it has found.
      total: this.count(node) + pending.length - (look.search() ? 0 : refused),
      failed: failed + refused,
      interrupted,
      isPartial: !look.search() && (store.listing(connectionKey(node.connection), node.kind)?.hasMore ?? false),
    };
  }

  /** The values of the tag that the view is grouped by. */
  tagGroups(connection: Connection, kind: string): ReadonlySet<string> {
    const { tagKey } = this.#deps.look.arrangement();
    const pending = this.pending({ type: "kind", connection, kind });
    return new Set([
      ...this.#byTag(connection, kind).keys(),
      ...pending.map(({ draft }) => tagGroupOf(draft?.tags ?? {}, tagKey)),
    ]);
  }

  /** Another text when what stands below the kind may be others, or in another order. */
  version(connection: Connection, kind: string): string {
    const { store, look } = this.#deps;
    const { groupBy, tagKey, sortBy } = look.arrangement();
    const { revisions } = this.#roster({ connection, kind });
    if (this.#isWhole()) return `${revisions.members} ${orderRevision(sortBy, revisions)}`;
    const all = revisions.members + revisions.states + revisions.dates;
    // What a search has found is there for as long as the account is that it was found in.
    const state = store.connectionState(connectionKey(connection));
    const account = state?.status === "connected" ? state.accountId : "";
    const tag = groupBy === "tag" ? `=${tagKey}` : "";
    return `${revisions.members} ${all} ${look.searchRevision()} ${look.tagsRevision()} ${account} ${tag}`;
  }

  /** Neither filtered nor divided. */
  #isWhole(): boolean {
    const { look } = this.#deps;
    return look.arrangement().groupBy !== "tag" && !look.search();
  }

  /** As they stand now. Single changes are followed where nothing is filtered; else a change of any makes another selection. */
  #ordered(node: KindNode, limit: number): OrderedRows | undefined {
    const order = this.#orders.get(scopeOf(node));
    if (order?.key !== this.#orderKey(node, limit)) return undefined;
    if (!this.#isWhole()) return order.rows;
    const roster = this.#roster(node);
    const changed = roster.changedSince(order.revision);
    order.revision = roster.revision;
    if (changed && order.rows.update(Array.from(changed, (id) => [id, roster.get(id)]))) return order.rows;
    this.#orders.delete(scopeOf(node));
    return undefined;
  }

  #order(node: KindNode, limit: number) {
    const compare = comparisons[this.#deps.look.arrangement().sortBy];
    const { instances, revision } = this.#isWhole()
      ? this.#roster(node)
      : { instances: this.#selection(node).instances, revision: 0 };
    return { key: this.#orderKey(node, limit), revision, work: OrderedRows.of([...instances], limit, compare) };
  }

  #keep(node: KindNode, { key, revision }: Pick<Order, "key" | "revision">, rows: OrderedRows): OrderedRows {
    this.#orders.set(scopeOf(node), { key, revision, rows });
    return rows;
  }

  #orderKey({ connection, kind }: KindNode, limit: number): string {
    const { sortBy } = this.#deps.look.arrangement();
    return `${sortBy} ${limit} ${this.#isWhole() ? "" : this.version(connection, kind)}`;
  }

  #selection({ connection, kind, tag }: KindNode): Selection {
    const byTag = this.#byTag(connection, kind);
    if (this.#deps.look.arrangement().groupBy !== "tag" || tag !== undefined)
      return byTag.get(tag ?? "") ?? emptySelection;
    return {
      instances: [...byTag.values()].flatMap(({ instances }) => instances),
      failed: [...byTag.values()].reduce((sum, { failed }) => sum + failed, 0),
    };
  }

  #byTag(connection: Connection, kind: string): ReadonlyMap<string, Selection> {
    const scope = scopeOf({ connection, kind });
    const version = this.version(connection, kind);
    const known = this.#selections.get(scope);
    if (known?.version === version) return known.byTag;
    const byTag = this.#divide(connection, kind);
    this.#selections.set(scope, { version, byTag });
    return byTag;
  }

  #divide(connection: Connection, kind: string): ReadonlyMap<string, Selection> {
    const { look, rosters } = this.#deps;
    const key = connectionKey(connection);
    const search = look.search();
    const { groupBy, tagKey } = look.arrangement();
    const byTag = new Map<string, { instances: Instance[]; failed: number }>();
    const add = (instance: Instance) => {
      if (search && !matchesListed(search.filter, instance)) return;
      const tags = search?.filter.tags.length || groupBy === "tag" ? look.tagsOf(key, kind, instance) : undefined;
      if (search && !matchesTags(search.filter, tags)) return;
      const group = groupBy === "tag" ? tagGroupOf(tags, tagKey) : "";
      const selection = byTag.get(group) ?? { instances: [], failed: 0 };
      byTag.set(group, selection);
      selection.instances.push(instance);
      if (isFailed(instance)) selection.failed++;
    };
    for (const instance of rosters.of(key, kind).instances) add(instance);
    for (const instance of search?.found(key, kind) ?? []) add(instance);
    return byTag;
  }

  #roster({ connection, kind }: Pick<KindNode, "connection" | "kind">) {
    return this.#deps.rosters.of(connectionKey(connection), kind);
  }
}

function scopeOf({ connection, kind, tag = "" }: Pick<KindNode, "connection" | "kind" | "tag">): string {
  return `${connectionKey(connection)}/${kind}/${tag}`;
}
