import { connectionKey } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore } from "../../instances/store";
import type {
  ConnectionNode,
  InstanceNode,
  KindNode,
  MoreNode,
  PendingCreateNode,
  TreeNode,
} from "../../ui/tree/nodes";
import { nodeId } from "./nodeId";
import type { TreeContents, TreeLook } from "./treeContents";
import { messageBelow, type TreeGroups } from "./treeGroups";

/** Rows of a kind that are drawn at once; the rest comes with Load More. */
const pageSize = 500;
/** VS Code gets and keeps rows all at once: more than these hold up its window, and nobody reads them. A filter finds what is not there. */
const rowsOfAll = 10_000;

export interface TreeChildrenDeps {
  readonly store: Pick<InstanceStore, "connectionState" | "listing">;
  readonly kinds: Kinds;
  readonly look: TreeLook;
  readonly contents: TreeContents;
  readonly groups: TreeGroups;
}

/** What stands below each node. */
export class TreeChildren {
  readonly #deps: TreeChildrenDeps;
  /** How many rows of a kind the user asked for. */
  readonly #limits = new Map<string, number>();

  constructor(deps: TreeChildrenDeps) {
    this.#deps = deps;
  }

  of(parent: TreeNode | undefined): readonly TreeNode[] {
    if (!parent) return [...this.#deps.groups.roots(), ...this.#searchNodes()];
    if (parent.type === "group") return this.#deps.groups.childrenOf(parent);
    if (parent.type === "connection") return this.#connectionChildren(parent);
    return parent.type === "kind" ? this.#kindChildren(parent) : [];
  }

  /** Below all: what a search has still to do, or that it found nothing. */
  #searchNodes(): readonly TreeNode[] {
    const search = this.#deps.look.search();
    if (!search) return [];
    const { status, tags } = search.progress;
    if (status === "searching") return [{ type: "search", state: "searching" }];
    const isUnfinished = status === "stopped" || (tags !== undefined && tags.read < tags.wanted);
    return [
      ...(this.#deps.groups.roots().length === 0 ? [{ type: "search", state: "nothing" } as const] : []),
      ...(isUnfinished ? [{ type: "search", state: "unfinished" } as const] : []),
    ];
  }

  #connectionChildren({ connection }: ConnectionNode): readonly TreeNode[] {
    const { store, kinds } = this.#deps;
    const key = connectionKey(connection);
    const state = store.connectionState(key);
    const groups = this.#deps.groups.kindsBelow({ connection });
    if (this.#deps.look.search()) return groups.filter((node) => this.#deps.contents.hasRows(node));
    if (state?.status === "signedOut") return [{ type: "message", connection, message: "signedOut" }];
    const listings = kinds.all.map((kind) => store.listing(key, kind.id));
    const hasAny = groups.some((node) => this.#deps.contents.hasRows(node));
    if (state?.status === "error") {
      return [{ type: "message", connection, message: "error" }, ...(hasAny ? groups : [])];
    }
    if (hasAny) return groups;
    if (this.#deps.groups.isEmpty(connection)) return [{ type: "message", connection, message: "empty" }];
    const isKnown = listings.some((listing) => listing?.updatedAt !== undefined || listing?.status === "error");
    return isKnown ? groups : [{ type: "message", connection, message: "loading" }];
  }

  /** False when `of` would hold everything up: `prepare` first. */
  isReady(parent: TreeNode | undefined): boolean {
    if (parent?.type !== "kind" || !this.#holdsInstances(parent)) return true;
    return this.#deps.contents.isReady(parent, this.limit({ ...parent, type: "more" }));
  }

  async prepare(parent: KindNode): Promise<void> {
    await this.#deps.contents.prepare(parent, this.limit({ ...parent, type: "more" }));
  }

  /** Else they stand below the values of the tag. */
  #holdsInstances({ tag }: KindNode): boolean {
    return this.#deps.look.arrangement().groupBy !== "tag" || tag !== undefined;
  }

  #kindChildren(node: KindNode): readonly TreeNode[] {
    const { connection, kind, tag } = node;
    const key = connectionKey(connection);
    const { groupBy } = this.#deps.look.arrangement();
    const listing = this.#deps.store.listing(key, kind);
    const state = this.#deps.store.connectionState(key);
    const isFailed = listing?.status === "error" || (groupBy === "kind" && state?.status === "error");
    const error = isFailed && !this.#deps.look.search() && tag === undefined ? [messageBelow(node, "error")] : [];
    if (!this.#holdsInstances(node)) return error;
    if (groupBy === "kind" && state?.status === "signedOut") return [messageBelow(node, "signedOut")];
    const more: MoreNode = { ...node, type: "more" };
    const limit = this.limit(more);
    const count = this.#deps.contents.count(node);
    const isLoading =
      listing?.updatedAt === undefined && error.length === 0 && count === 0 && !this.#deps.look.search();
    const hasMore = listing?.hasMore === true && !this.#deps.look.search() && tag === undefined;
    return [
      ...error,
      ...this.#deps.contents.pending(node).map((record): PendingCreateNode => ({
        type: "pendingCreate",
        connection,
        kind,
        operationId: record.id,
      })),
      ...this.#deps.contents
        .first(node, limit)
        .map(({ id }): InstanceNode => ({ type: "instance", connection, kind, id })),
      ...(isLoading && tag === undefined ? [messageBelow(node, "loading")] : []),
      ...(limit < count || hasMore ? [more] : []),
    ];
  }

  /** How many rows are shown before Load More. */
  limit(node: MoreNode): number {
    return this.#limits.get(nodeId(node)) ?? pageSize;
  }

  /** Shows a further page. True when the service must be asked for it. */
  showMore(node: MoreNode): boolean {
    const { look, store, contents } = this.#deps;
    const limit = this.limit(node) + pageSize;
    this.#limits.set(nodeId(node), limit);
    if (look.search()) return false;
    const hasMore = store.listing(connectionKey(node.connection), node.kind)?.hasMore ?? false;
    return hasMore && contents.count({ ...node, type: "kind" }) < limit;
  }

  /** Shows all that is known, and what comes, ten thousand more at most. True when the service must be asked for more. */
  showAll(node: MoreNode): boolean {
    const { look, store } = this.#deps;
    this.#limits.set(nodeId(node), this.limit(node) + rowsOfAll);
    return !look.search() && (store.listing(connectionKey(node.connection), node.kind)?.hasMore ?? false);
  }
}
