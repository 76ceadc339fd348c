import type { Clock } from "../../core/clock";
import { connectionKey, isOnThisMachine } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore } from "../../instances/store";
import type { Operations } from "../../operations/operations";
import type { Rosters } from "../../ui/instance/roster";
import type { ConnectionNode, GroupNode, InstanceNode, KindNode, MessageNode, TreeNode } from "../../ui/tree/nodes";
import type { TreeRow } from "../../ui/tree/treeRow";
import { defaultArrangement } from "./arrangement";
import { errorRow, errorTooltip, signedOutRow, type ErrorSeen } from "./errorRows";
import { connectionRow, emptyRow, groupRow, kindRow, loadingRow, moreRow } from "./groupRows";
import { instanceRow, type InstanceSeen } from "./instanceRow";
import { isParent, nodeId } from "./nodeId";
import type { Overlays } from "./overlays";
import { pendingCreateRow } from "./pendingCreateRow";
import { searchRow } from "./searchText";
import { sumOf } from "./tally";
import type { TreeChildren } from "./treeChildren";
import type { TreeContents, TreeLook } from "./treeContents";
import type { TreeGroups } from "./treeGroups";

/** With more rows at the top than this the tree starts with what is below them folded. */
const maxUnfolded = 3;

export interface TreeRowsDeps {
  readonly store: InstanceStore;
  readonly rosters: Rosters;
  readonly operations: Pick<Operations, "get">;
  readonly kinds: Kinds;
  readonly clock: Clock;
  readonly look: TreeLook;
  readonly overlays: Overlays;
  readonly contents: TreeContents;
  readonly groups: TreeGroups;
  readonly below: Pick<TreeChildren, "limit">;
}

/** What each node looks like. */
export class TreeRows {
  readonly #deps: TreeRowsDeps;
  /** Rows that somebody folded or unfolded. VS Code forgets it of what has gone for a while, as with a filter. */
  readonly #unfolded = new Map<string, boolean>();

  constructor(deps: TreeRowsDeps) {
    this.#deps = deps;
  }

  noteUnfolded(node: TreeNode, isUnfolded: boolean): void {
    this.#unfolded.set(this.#rowId(node), isUnfolded);
  }

  of(node: TreeNode): TreeRow {
    const { operations, kinds, store, clock } = this.#deps;
    const id = this.#rowId(node);
    if (node.type === "group") return this.#groupRow(id, node);
    if (node.type === "search") return searchRow(id, node.state, this.#deps.look.search()?.progress);
    if (node.type === "connection") return this.#connectionRow(id, node);
    if (node.type === "message") return this.#messageRow(id, node);
    const kind = kinds.get(node.kind);
    if (!kind) return errorRow(id, new Error(`Unknown kind ${node.kind}`));
    switch (node.type) {
      case "kind":
        return this.#kindRow(id, node);
      case "instance": {
        const seen = this.seen(node);
        return seen ? instanceRow(id, seen, clock.now()) : loadingRow(id);
      }
      case "pendingCreate": {
        const record = operations.get(node.operationId);
        return record ? pendingCreateRow(id, record, kind, clock.now()) : loadingRow(id);
      }
      case "more": {
        const hasMore = store.listing(connectionKey(node.connection), node.kind)?.hasMore ?? false;
        const known = this.#deps.contents.count({ ...node, type: "kind" });
        return moreRow(id, Math.min(this.#deps.below.limit(node), known), known, hasMore && !this.#deps.look.search());
      }
      case "operation":
        return loadingRow(id);
    }
  }

  /** What somebody folded stays folded, but what was found by a filter, or grouped otherwise, is unfolded at first. */
  #rowId(node: TreeNode): string {
    const id = nodeId(node);
    if (!isParent(node)) return id;
    const { groupBy } = this.#deps.look.arrangement();
    const scene = this.#deps.look.search() ? `filter ${this.#deps.look.search()?.filter.query ?? ""}` : groupBy;
    return scene === defaultArrangement.groupBy ? id : `${scene} ${id}`;
  }

  #groupRow(id: string, node: GroupNode): TreeRow {
    const kinds = this.#deps.groups.kindsOf(node);
    const tally = sumOf(kinds.map((kind) => this.#deps.contents.tally(kind)));
    const states = this.#deps.store.connections.flatMap((connection) => {
      const isIn = kinds.some((kind) => kind.connection === connection);
      return isIn ? [this.#deps.store.connectionState(connectionKey(connection))] : [];
    });
    return groupRow(id, node, {
      kinds: this.#deps.kinds,
      tagKey: this.#deps.look.arrangement().tagKey,
      tally,
      states,
      isExpanded: this.#isUnfolded(id),
    });
  }

  #connectionRow(id: string, { connection }: ConnectionNode): TreeRow {
    const { store, kinds } = this.#deps;
    const state = store.connectionState(connectionKey(connection));
    const tallies = this.#deps.groups.kindsBelow({ connection }).map((node) => this.#deps.contents.tally(node));
    const { groupBy } = this.#deps.look.arrangement();
    return connectionRow(id, connection, state, kinds.all, sumOf(tallies), {
      isExpanded: this.#isUnfolded(id, true),
      ...(groupBy !== "connection" && { above: groupBy }),
    });
  }

  #kindRow(id: string, node: KindNode): TreeRow {
    const { store, kinds } = this.#deps;
    const kind = kinds.get(node.kind);
    if (!kind) return errorRow(id, new Error(`Unknown kind ${node.kind}`));
    const key = connectionKey(node.connection);
    const { groupBy } = this.#deps.look.arrangement();
    const isUnderGroup = groupBy === "kind" || node.tag !== undefined;
    return kindRow(id, kind, store.listing(key, kind.id), this.#deps.contents.tally(node), {
      isExpanded: this.#isUnfolded(id),
      isFiltered: this.#deps.look.search() !== undefined,
      ...(isUnderGroup && {
        place: { connection: node.connection, state: store.connectionState(key), isOfOneKind: groupBy === "kind" },
      }),
    });
  }

  /** As somebody left it, and at first as the tree begins. */
  #isUnfolded(
    id: string,
    isAtFirst = this.#deps.look.search() !== undefined || this.#deps.groups.roots().length <= maxUnfolded,
  ): boolean {
    return this.#unfolded.get(id) ?? isAtFirst;
  }

  #messageRow(id: string, node: MessageNode): TreeRow {
    if (node.message === "empty") return emptyRow(id, this.#deps.kinds.all);
    if (node.message === "loading") return loadingRow(id);
    const { error, seen } = this.#errorOf(node);
    return node.message === "signedOut" ? signedOutRow(id, error, seen) : errorRow(id, error, seen);
  }

  /** Markdown, for a row that says why something is not there. */
  messageTooltip(node: MessageNode): string | undefined {
    if (node.message === "empty" || node.message === "loading") return undefined;
    const { error, seen } = this.#errorOf(node);
    return errorTooltip(error, seen);
  }

  #errorOf({ connection, kind, message }: MessageNode): { readonly error: unknown; readonly seen: ErrorSeen } {
    const { store } = this.#deps;
    const key = connectionKey(connection);
    const state = store.connectionState(key);
    if (state?.status === "error" || (state?.status === "signedOut" && message === "signedOut"))
      return { error: state.error, seen: { ...state, connection } };
    const listing = kind === undefined || message === "signedOut" ? undefined : store.listing(key, kind);
    return { error: listing?.error, seen: { ...listing, connection } };
  }

  seen(node: InstanceNode): InstanceSeen | undefined {
    const { store, kinds, rosters } = this.#deps;
    const key = connectionKey(node.connection);
    const instance =
      store.instance(key, node.kind, node.id) ?? this.#deps.look.search()?.foundOne(key, node.kind, node.id);
    const kind = kinds.get(node.kind);
    if (!instance || !kind) return undefined;
    const state = store.connectionState(key);
    const overlay = this.#deps.overlays.of(node.connection, node.kind, node.id);
    const since = store.seen(key, node.kind, node.id).at(-1)?.at;
    return {
      instance,
      kind,
      isLoopback: isOnThisMachine(node.connection, state?.status === "connected" ? state : undefined, kind.service),
      ...(overlay && { overlay }),
      ...(this.#deps.overlays.isCreating(node.connection, node.kind, node.id) && { isOurs: true }),
      ...(rosters.of(key, node.kind).hasNamesake(instance) && { hasNamesake: true }),
      ...(since !== undefined && { stateSince: since }),
    };
  }
}
