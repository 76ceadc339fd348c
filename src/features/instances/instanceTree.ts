import type { Clock } from "../../core/clock";
import { connectionKey, isOnThisMachine, type Connection } from "../../instances/connection";
import { instanceLabel, type Instance } from "../../instances/instance";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore, StoreChange } from "../../instances/store";
import type { Operations } from "../../operations/operations";
import type { PendingCreateNode, InstanceNode, TreeNode } from "../../ui/tree/nodes";
import type { TreeRow } from "../../ui/tree/treeRow";
import { instanceText } from "../../ui/text/instanceText";
import { pendingCreateRow } from "./pendingCreateRow";
import { connectionRow, emptyRow, errorRow, kindRow, loadingRow, moreRow, signedOutRow } from "./groupRows";
import { instanceRow, type InstanceSeen } from "./instanceRow";
import { pendingCreateTooltip, connectionTooltip, instanceTooltip } from "./tooltips";
import { createOverlays } from "./overlays";

/** Rows of a kind that are drawn at once; the rest comes with Load More. */
const pageSize = 500;
/** With more connections than this the tree starts with its kinds folded. */
const maxUnfolded = 3;

export interface InstanceTreeDeps {
  readonly store: InstanceStore;
  readonly operations: Pick<Operations, "list" | "get">;
  readonly kinds: Kinds;
  readonly clock: Clock;
}

/**
 * The Instances view as data: which nodes there are and what they look like. Nodes keep their identity for as long as
 * they stand for the same thing, so that VS Code can refresh one of them.
 */
export class InstanceTree {
  readonly #deps: InstanceTreeDeps;
  readonly #overlays;
  /** The children last given out, by the id of their parent. */
  readonly #given = new Map<string, Map<string, TreeNode>>();
  /** How many rows of a kind the user asked for. */
  readonly #limits = new Map<string, number>();
  readonly #sorted = new WeakMap<readonly Instance[], readonly Instance[]>();
  readonly #sharedNames = new WeakMap<readonly Instance[], ReadonlySet<string>>();

  constructor(deps: InstanceTreeDeps) {
    this.#deps = deps;
    this.#overlays = createOverlays(deps.store, deps.operations);
  }

  children(parent?: TreeNode): readonly TreeNode[] {
    const before = this.#given.get(parent ? nodeId(parent) : "");
    const nodes = new Map<string, TreeNode>();
    for (const node of this.#childrenOf(parent)) {
      const id = nodeId(node);
      nodes.set(id, before?.get(id) ?? node);
    }
    this.#given.set(parent ? nodeId(parent) : "", nodes);
    return [...nodes.values()];
  }

  parent(node: TreeNode): TreeNode | undefined {
    const parent = parentOf(node);
    return parent && (this.known(parent) ?? parent);
  }

  /** The node that was given out for the same thing. */
  known(node: TreeNode): TreeNode | undefined {
    const parent = parentOf(node);
    return this.#given.get(parent ? nodeId(parent) : "")?.get(nodeId(node));
  }

  row(node: TreeNode): TreeRow {
    const { store, operations, kinds, clock } = this.#deps;
    const id = nodeId(node);
    const key = connectionKey(node.connection);
    if (node.type === "connection") return connectionRow(id, node.connection, store.connectionState(key), kinds.all);
    if (node.type === "message") return this.#messageRow(id, node);
    const kind = kinds.get(node.kind);
    if (!kind) return errorRow(id, new Error(`Unknown kind ${node.kind}`));
    switch (node.type) {
      case "kind":
        return kindRow(
          id,
          kind,
          store.listing(key, kind.id),
          this.#instances(node.connection, kind.id).length +
            this.#overlays.pendingCreates(node.connection, kind.id).length,
          store.connections.length <= maxUnfolded,
        );
      case "instance": {
        const seen = this.#seen(node);
        return seen ? instanceRow(id, seen, clock.now()) : loadingRow(id);
      }
      case "pendingCreate": {
        const record = operations.get(node.operationId);
        return record ? pendingCreateRow(id, record, kind, clock.now()) : loadingRow(id);
      }
      case "more": {
        const listing = store.listing(key, kind.id);
        const known = this.#instances(node.connection, kind.id).length;
        return moreRow(id, Math.min(this.#limit(id), known), known, listing?.hasMore ?? false);
      }
      case "operation":
        return loadingRow(id);
    }
  }

  /** Markdown. Made when somebody looks, not for each of ten thousand rows. */
  tooltip(node: TreeNode, tags?: Instance["tags"]): string | undefined {
    const { store, operations, kinds } = this.#deps;
    if (node.type === "connection") {
      return connectionTooltip(node.connection, store.connectionState(connectionKey(node.connection)));
    }
    if (node.type === "instance") {
      const seen = this.#seen(node);
      return seen && instanceTooltip(tags ? { ...seen, instance: { ...seen.instance, tags } } : seen);
    }
    if (node.type !== "pendingCreate") return undefined;
    const record = operations.get(node.operationId);
    const kind = kinds.get(node.kind);
    return record && kind && pendingCreateTooltip(record, kind);
  }

  /** The nodes to draw again after a change; undefined stands for the whole tree. */
  nodesOf(change: StoreChange): readonly (TreeNode | undefined)[] {
    const { store } = this.#deps;
    if (change.type === "connections") return [undefined];
    if (change.type === "listed") return [];
    const connection = store.connections.find((candidate) => connectionKey(candidate) === change.connectionKey);
    if (!connection) return [undefined];
    const connectionNode: TreeNode = { type: "connection", connection };
    const known = this.known(connectionNode);
    if (!known) return [undefined];
    if (change.type === "connection" || this.#hasOtherChildren(known)) return [known];
    const kindNode = this.known({ type: "kind", connection, kind: change.kind });
    if (!kindNode) return [known];
    if (change.type === "listing") return this.#hasOtherChildren(kindNode) ? [kindNode] : this.#messagesOf(kindNode);
    const node = this.known({ type: "instance", connection, kind: change.kind, id: change.id });
    const instance = store.instance(change.connectionKey, change.kind, change.id);
    const isListed = instance !== undefined && instance.phase !== "deleted";
    return node && isListed ? [node] : [kindNode];
  }

  /** The nodes that an operation may have changed. */
  nodesOfOperation(operationId: string | undefined): readonly (TreeNode | undefined)[] {
    this.#overlays.invalidate();
    const record = operationId === undefined ? undefined : this.#deps.operations.get(operationId);
    if (!record) return [undefined];
    const { connection, kind, target, created } = record;
    const parents = this.nodesOf({ type: "listing", connectionKey: connectionKey(connection), kind });
    if (parents.length > 0) return parents;
    const pendingCreate: TreeNode = { type: "pendingCreate", connection, kind, operationId: record.id };
    const instances = [target, created].flatMap((each): TreeNode[] =>
      each ? [{ type: "instance", connection, kind, id: each.id }] : [],
    );
    return [pendingCreate, ...instances].flatMap((node) => this.known(node) ?? []);
  }

  /** Nodes in view whose description counts time. */
  counting(): readonly TreeNode[] {
    const nodes = [...this.#given.values()].flatMap((children) => [...children.values()]);
    return nodes.filter(
      (node) => (node.type === "instance" || node.type === "pendingCreate") && this.row(node).countsTime,
    );
  }

  /** Shows a further page. True when the service must be asked for it. */
  showMore(connection: Connection, kind: string): boolean {
    const id = nodeId({ type: "more", connection, kind });
    const limit = this.#limit(id) + pageSize;
    this.#limits.set(id, limit);
    const { store } = this.#deps;
    const hasMore = store.listing(connectionKey(connection), kind)?.hasMore ?? false;
    return hasMore && this.#instances(connection, kind).length < limit;
  }

  /** Shows all that is known, and what comes. True when the service must be asked for more. */
  showAll(connection: Connection, kind: string): boolean {
    this.#limits.set(nodeId({ type: "more", connection, kind }), Infinity);
    return this.#deps.store.listing(connectionKey(connection), kind)?.hasMore ?? false;
  }

  /** When the oldest of the lists in view was read. */
  updatedAt(): number | undefined {
    const { store, kinds } = this.#deps;
    const times = store.connections.flatMap((connection) =>
      kinds.all.map((kind) => store.listing(connectionKey(connection), kind.id)?.updatedAt ?? Infinity),
    );
    const oldest = Math.min(Infinity, ...times);
    return Number.isFinite(oldest) ? oldest : undefined;
  }

  #childrenOf(parent: TreeNode | undefined): readonly TreeNode[] {
    if (!parent) return this.#deps.store.connections.map((connection) => ({ type: "connection", connection }));
    if (parent.type === "connection") return this.#connectionChildren(parent.connection);
    return parent.type === "kind" ? this.#kindChildren(parent.connection, parent.kind) : [];
  }

  #connectionChildren(connection: Connection): readonly TreeNode[] {
    const { store, kinds } = this.#deps;
    const key = connectionKey(connection);
    const state = store.connectionState(key);
    if (state?.status === "signedOut") return [{ type: "message", connection, message: "signedOut" }];
    const listings = kinds.all.map((kind) => store.listing(key, kind.id));
    const hasAny =
      listings.some((listing) => listing?.instances.some((instance) => instance.phase !== "deleted")) ||
      kinds.all.some((kind) => this.#overlays.pendingCreates(connection, kind.id).length > 0);
    const groups = kinds.all.map((kind): TreeNode => ({ type: "kind", connection, kind: kind.id }));
    if (state?.status === "error") {
      return [{ type: "message", connection, message: "error" }, ...(hasAny ? groups : [])];
    }
    if (hasAny) return groups;
    if (listings.every((listing) => listing?.status === "ready" && !listing.hasMore)) {
      return [{ type: "message", connection, message: "empty" }];
    }
    const isKnown = listings.some((listing) => listing?.updatedAt !== undefined || listing?.status === "error");
    return isKnown ? groups : [{ type: "message", connection, message: "loading" }];
  }

  #kindChildren(connection: Connection, kind: string): readonly TreeNode[] {
    const listing = this.#deps.store.listing(connectionKey(connection), kind);
    const instances = this.#instances(connection, kind);
    const pendingCreates = this.#overlays.pendingCreates(connection, kind);
    const more: TreeNode = { type: "more", connection, kind };
    const shown = instances.slice(0, this.#limit(nodeId(more)));
    const isLoading = listing?.updatedAt === undefined && listing?.status !== "error" && instances.length === 0;
    return [
      ...(listing?.status === "error" ? [{ type: "message", connection, kind, message: "error" } as const] : []),
      ...pendingCreates.map((record): PendingCreateNode => ({
        type: "pendingCreate",
        connection,
        kind,
        operationId: record.id,
      })),
      ...shown.map((instance): InstanceNode => ({ type: "instance", connection, kind, id: instance.id })),
      ...(isLoading ? [{ type: "message", connection, kind, message: "loading" } as const] : []),
      ...(shown.length < instances.length || listing?.hasMore ? [more] : []),
    ];
  }

  #messageRow(id: string, node: Extract<TreeNode, { type: "message" }>): TreeRow {
    const { store, kinds } = this.#deps;
    const key = connectionKey(node.connection);
    const state = store.connectionState(key);
    if (node.message === "empty") return emptyRow(id, kinds.all);
    if (node.message === "signedOut") return signedOutRow(id, state?.status === "signedOut" ? state.error : undefined);
    if (node.message === "loading") return loadingRow(id);
    const listing = node.kind === undefined ? undefined : store.listing(key, node.kind);
    if (listing) return errorRow(id, listing.error, listing);
    return errorRow(id, state?.status === "error" ? state.error : undefined);
  }

  #seen(node: InstanceNode): InstanceSeen | undefined {
    const { store, kinds } = this.#deps;
    const key = connectionKey(node.connection);
    const instance = store.instance(key, node.kind, node.id);
    const kind = kinds.get(node.kind);
    if (!instance || !kind) return undefined;
    const state = store.connectionState(key);
    const overlay = this.#overlays.of(node.connection, node.kind, node.id);
    const since = store.seen(key, node.kind, node.id).at(-1)?.at;
    return {
      instance,
      kind,
      isLoopback: isOnThisMachine(node.connection, state?.status === "connected" ? state : undefined, kind.service),
      ...(overlay && { overlay }),
      ...(this.#hasNamesake(node.connection, node.kind, instance) && { hasNamesake: true }),
      ...(since !== undefined && { stateSince: since }),
    };
  }

  /** By name, unnamed ones last. What is gone is not shown, whether or not the service still lists it. */
  #instances(connection: Connection, kind: string): readonly Instance[] {
    const all = this.#deps.store.listing(connectionKey(connection), kind)?.instances;
    if (!all) return [];
    const known = this.#sorted.get(all);
    if (known) return known;
    const sorted = all.filter((instance) => instance.phase !== "deleted").sort(byName);
    this.#sorted.set(all, sorted);
    return sorted;
  }

  /** In a sorted list those of one name stand together. */
  #hasNamesake(connection: Connection, kind: string, instance: Instance): boolean {
    const sorted = this.#instances(connection, kind);
    let shared = this.#sharedNames.get(sorted);
    if (!shared) {
      const names = sorted.map(instanceText);
      shared = new Set(names.filter((name, index) => name === names[index + 1]));
      this.#sharedNames.set(sorted, shared);
    }
    return shared.has(instanceText(instance));
  }

  #limit(moreId: string): number {
    return this.#limits.get(moreId) ?? pageSize;
  }

  /**
   * A row is drawn again together with its children, and a menu that is open on one of these loses its target: so it is
   * only when they, or what the row counts, are others.
   */
  #hasOtherChildren(parent: TreeNode): boolean {
    const given = [...(this.#given.get(nodeId(parent))?.keys() ?? [])];
    const ids = this.#childrenOf(parent).map(nodeId);
    return given.length !== ids.length || ids.some((id, index) => id !== given[index]) || this.#isPaged(parent);
  }

  /** The same row may have something else to say: another error, for example. */
  #messagesOf(parent: TreeNode): readonly TreeNode[] {
    return [...(this.#given.get(nodeId(parent))?.values() ?? [])].filter(({ type }) => type === "message");
  }

  /** Rows beyond those that were given out can come and go unseen, but are counted. */
  #isPaged(parent: TreeNode): boolean {
    return parent.type === "kind" && this.known({ ...parent, type: "more" }) !== undefined;
  }
}

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function byName(one: Instance, other: Instance): number {
  const unnamedLast = Number(!one.name) - Number(!other.name);
  if (unnamedLast !== 0) return unnamedLast;
  return collator.compare(instanceLabel(one), instanceLabel(other)) || (one.id < other.id ? -1 : 1);
}

function parentOf(node: TreeNode): TreeNode | undefined {
  const { connection } = node;
  if (node.type === "connection") return undefined;
  const kind = node.type === "kind" ? undefined : node.kind;
  return kind === undefined ? { type: "connection", connection } : { type: "kind", connection, kind };
}

/** Unique within the tree, and the same for the same thing after a restart. */
export function nodeId(node: TreeNode): string {
  const key = connectionKey(node.connection);
  switch (node.type) {
    case "connection":
      return key;
    case "kind":
      return `${key}/${node.kind}`;
    case "instance":
      return `${key}/${node.kind}/instance/${node.id}`;
    case "pendingCreate":
    case "operation":
      return `${key}/${node.kind}/${node.type}/${node.operationId}`;
    case "more":
      return `${key}/${node.kind}/more`;
    case "message":
      return `${key}/${node.kind ?? ""}/message/${node.message}`;
  }
}
