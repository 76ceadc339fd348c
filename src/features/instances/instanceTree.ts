import type { Clock } from "../../core/clock";
import { connectionKey, type Connection } from "../../instances/connection";
import type { Instance } from "../../instances/instance";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore, StoreChange } from "../../instances/store";
import type { Operations } from "../../operations/operations";
import type { Rosters } from "../../ui/instance/roster";
import { standingOf } from "../../ui/instance/standing";
import type { InstanceNode, KindNode, MoreNode, PendingCreateNode, TreeNode } from "../../ui/tree/nodes";
import type { TreeRow } from "../../ui/tree/treeRow";
import { GivenNodes } from "./givenNodes";
import { isParent, nodeId } from "./nodeId";
import { createOverlays } from "./overlays";
import { sumOf, type Tally } from "./tally";
import { pendingCreateTooltip, connectionTooltip, instanceTooltip } from "./tooltips";
import { TreeChildren } from "./treeChildren";
import { plainLook, TreeContents, type TreeLook } from "./treeContents";
import { TreeGroups } from "./treeGroups";
import { TreeRows } from "./treeRows";

export interface InstanceTreeDeps {
  readonly store: InstanceStore;
  readonly rosters: Rosters;
  readonly operations: Pick<Operations, "list" | "get">;
  readonly kinds: Kinds;
  readonly clock: Clock;
  readonly look?: TreeLook;
}

/**
 * The Instances view as data: which nodes there are and what they look like. Nodes keep their identity for as long as
 * they stand for the same thing, so that VS Code can refresh one of them.
 */
export class InstanceTree {
  readonly #deps: InstanceTreeDeps;
  readonly #look: TreeLook;
  readonly #overlays;
  readonly #contents: TreeContents;
  readonly #groups: TreeGroups;
  readonly #below: TreeChildren;
  readonly #rows: TreeRows;
  readonly #given = new GivenNodes();
  /** What stood below a kind when it was last compared with what was given out. */
  readonly #compared = new Map<string, string>();

  constructor(deps: InstanceTreeDeps) {
    this.#deps = deps;
    this.#look = deps.look ?? plainLook;
    this.#overlays = createOverlays(deps.store, deps.operations);
    const parts = { ...deps, look: this.#look, overlays: this.#overlays };
    this.#contents = new TreeContents(parts);
    this.#groups = new TreeGroups({ ...parts, contents: this.#contents });
    const drawn = { ...parts, contents: this.#contents, groups: this.#groups };
    this.#below = new TreeChildren(drawn);
    this.#rows = new TreeRows({ ...drawn, below: this.#below });
  }

  children(parent?: TreeNode): readonly TreeNode[] {
    return this.#given.give(parent, this.#below.of(parent));
  }

  /** While children that are very many are being put in order: whoever asks for them then has them at once. */
  prepared(parent?: TreeNode): Promise<void> | undefined {
    return parent?.type === "kind" && !this.#below.isReady(parent) ? this.#below.prepare(parent) : undefined;
  }

  parent(node: TreeNode): TreeNode | undefined {
    const parent = this.#groups.parentOf(node);
    return parent && (this.known(parent) ?? parent);
  }

  /** The node that was given out for the same thing. */
  known(node: TreeNode): TreeNode | undefined {
    return this.#given.known(this.#groups.parentOf(node), node);
  }

  /** The row that stands for it now: an instance takes the place of its create. */
  present(node: TreeNode): TreeNode {
    if (node.type !== "pendingCreate") return node;
    const { connection, kind } = node;
    const id = this.#deps.operations.get(node.operationId)?.created?.id;
    const instance = id !== undefined && this.#deps.store.instance(connectionKey(connection), kind, id);
    return instance ? { type: "instance", connection, kind, id: instance.id } : node;
  }

  /** Whether it has a row now. What is still being put in order counts as having one. */
  shows(node: TreeNode): boolean {
    const parent = this.#groups.parentOf(node);
    if (parent && !this.shows(parent)) return false;
    const id = nodeId(node);
    return !this.#below.isReady(parent) || this.#below.of(parent).some((child) => nodeId(child) === id);
  }

  row(node: TreeNode): TreeRow {
    const row = this.#rows.of(node);
    if (isCounted(node)) this.#given.noteDrawn(node, row);
    return row;
  }

  /** Somebody folded or unfolded it. */
  noteUnfolded(node: TreeNode, isUnfolded: boolean): void {
    this.#rows.noteUnfolded(node, isUnfolded);
  }

  /** Markdown. Made when somebody looks, not for each of ten thousand rows. */
  tooltip(node: TreeNode, tags?: Instance["tags"]): string | undefined {
    const { store, operations, kinds } = this.#deps;
    if (node.type === "connection") {
      return connectionTooltip(node.connection, store.connectionState(connectionKey(node.connection)));
    }
    if (node.type === "instance") {
      const seen = this.#rows.seen(node);
      return seen && instanceTooltip(tags ? { ...seen, instance: { ...seen.instance, tags } } : seen);
    }
    if (node.type === "message") return this.#rows.messageTooltip(node);
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
    if (change.type === "connection") {
      const node = this.known({ type: "connection", connection });
      // Grouped by tag it stands below several groups, by its kinds.
      const isInOnePlace = this.#look.arrangement().groupBy !== "tag";
      if (!node || !isInOnePlace || this.#hasOtherChildren(undefined)) return [undefined];
      const group = this.parent(node);
      return [group && this.#given.looksOther(group, this.#rows.of(group)) ? group : node];
    }
    if (change.type === "listing")
      return [...this.#changedAbove(connection, change.kind), ...this.#otherSource(connection, change)];
    const node = this.known({ type: "instance", connection, kind: change.kind, id: change.id });
    const version = this.#contents.version(connection, change.kind);
    const scope = `${change.connectionKey}/${change.kind}`;
    if (node && this.#compared.get(scope) === version) return [node];
    const changed = this.#changedAbove(connection, change.kind);
    return changed.some(isDrawnWhole) || !node ? changed : [...changed, node];
  }

  /** The nodes that an operation may have changed. */
  nodesOfOperation(operationId: string | undefined): readonly (TreeNode | undefined)[] {
    this.#overlays.invalidate();
    const record = operationId === undefined ? undefined : this.#deps.operations.get(operationId);
    if (!record) return [undefined];
    const { connection, kind, target, created } = record;
    const parents = this.#changedAbove(connection, kind);
    if (parents.some(isDrawnWhole)) return parents;
    const pendingCreate: TreeNode = { type: "pendingCreate", connection, kind, operationId: record.id };
    const instances = [target, created].flatMap((each): TreeNode[] =>
      each ? [{ type: "instance", connection, kind, id: each.id }] : [],
    );
    return [...parents, ...[pendingCreate, ...instances].flatMap((node) => this.known(node) ?? [])];
  }

  /** The nodes to draw again after anything that the store does not tell of: a search has found something, for example. */
  changed(): readonly (TreeNode | undefined)[] {
    if (this.#hasOtherChildren(undefined)) return [undefined];
    return this.#given.below(undefined).flatMap((node) => this.#changedFrom(node));
  }

  /** To be called when everything stands elsewhere: nothing of what was given out counts any more. */
  reset(): void {
    this.#given.forget();
    this.#compared.clear();
  }

  /** Nodes in view whose description counts time. */
  counting(): readonly TreeNode[] {
    const { rosters } = this.#deps;
    const kinds = this.#kindNodes();
    const candidates = kinds.flatMap(({ connection, kind }): TreeNode[] => [
      ...this.#overlays.pendingCreates(connection, kind).map(({ id }): PendingCreateNode => ({
        type: "pendingCreate",
        connection,
        kind,
        operationId: id,
      })),
      ...[...rosters.of(connectionKey(connection), kind).busy, ...this.#overlays.targets(connection, kind)].map(
        (id): InstanceNode => ({ type: "instance", connection, kind, id }),
      ),
    ]);
    const known = new Set(candidates.flatMap((node) => this.known(node) ?? []));
    return [...known].filter((node) => this.row(node).countsTime);
  }

  /** Shows a further page. True when the service must be asked for it. */
  showMore(connection: Connection, kind: string, tag?: string): boolean {
    return this.#below.showMore(moreNode(connection, kind, tag));
  }

  /** Everything that is shown, with and without a row of its own by now. */
  shown(): Tally {
    return sumOf(this.#kindNodes().map((node) => this.#contents.tally(node)));
  }

  /** How many want somebody's attention, whatever is shown: what failed or was refused, and what was interrupted. */
  attention(): Pick<Tally, "failed" | "interrupted"> {
    const { operations } = this.#deps;
    const failed = standingOf(this.#deps, "failed").reduce((sum, { ids }) => sum + ids.size, 0);
    const refused = this.#kindNodes().flatMap(({ connection, kind }) =>
      this.#overlays.pendingCreates(connection, kind).filter(({ status }) => status === "failed"),
    );
    return {
      failed: failed + refused.length,
      interrupted: operations.list().filter(({ status }) => status === "interrupted").length,
    };
  }

  /** Shows all that is known, and what comes, ten thousand more at most. True when the service must be asked for more. */
  showAll(connection: Connection, kind: string, tag?: string): boolean {
    return this.#below.showAll(moreNode(connection, kind, tag));
  }

  /** When the oldest of the lists in view was read. */
  updatedAt(): number | undefined {
    const { store } = this.#deps;
    const times = this.#kindNodes().map(
      ({ connection, kind }) => store.listing(connectionKey(connection), kind)?.updatedAt ?? Infinity,
    );
    const oldest = Math.min(Infinity, ...times);
    return Number.isFinite(oldest) ? oldest : undefined;
  }

  #kindNodes(): readonly KindNode[] {
    return this.#deps.store.connections.flatMap((connection) => this.#groups.kindsOfConnection({ connection }));
  }

  /**
   * A row is drawn again together with its children, and a menu that is open on one of these loses its target: so it is
   * only when they, or what the row says, are others.
   */
  #changedAbove(connection: Connection, kind: string): readonly (TreeNode | undefined)[] {
    this.#compared.set(`${connectionKey(connection)}/${kind}`, this.#contents.version(connection, kind));
    if (this.#hasOtherChildren(undefined)) return [undefined];
    const isOn = isOnWayTo(connection, kind);
    return this.#given.below(undefined).flatMap((node) => this.#changedFrom(node, isOn));
  }

  /** What a search has found is drawn from there until it is listed, and again when that has dropped it: the row stays. */
  #otherSource(connection: Connection, { kind, ids }: StoreChange & { readonly type: "listing" }): readonly TreeNode[] {
    if (!this.#look.search()) return [];
    const isOn = isOnWayTo(connection, kind);
    const standing = (node: TreeNode): readonly TreeNode[] => {
      if (!isOn(node)) return [];
      if (node.type === "instance") return !ids || ids.includes(node.id) ? [node] : [];
      return this.#given.below(node).flatMap(standing);
    };
    return this.#given.below(undefined).flatMap(standing);
  }

  #changedFrom(node: TreeNode, isOn: (node: TreeNode) => boolean = () => true): readonly TreeNode[] {
    if (!isOn(node)) return [];
    // The same row may have something else to say: another error, for example.
    if (node.type === "message") return [node];
    if (!isCounted(node)) return [];
    if (this.#given.looksOther(node, this.#rows.of(node)) || this.#hasOtherChildren(node)) return [node];
    return this.#given.below(node).flatMap((child) => this.#changedFrom(child, isOn));
  }

  #hasOtherChildren(parent: TreeNode | undefined): boolean {
    return this.#given.hasOthers(parent, () => (this.#below.isReady(parent) ? this.#below.of(parent) : undefined));
  }
}

/** Whether a node can have instances of the kind below it, or is one. */
function isOnWayTo(connection: Connection, kind: string): (node: TreeNode) => boolean {
  const key = connectionKey(connection);
  return (node) =>
    node.type === "group" ||
    ("connection" in node && connectionKey(node.connection) === key && (!("kind" in node) || node.kind === kind));
}

/** With everything below it; the row of an error is drawn by itself. */
function isDrawnWhole(node: TreeNode | undefined): boolean {
  return node === undefined || isParent(node);
}

/** Its row says something of what stands below it, or is not shown. */
function isCounted(node: TreeNode): boolean {
  return isParent(node) || node.type === "search" || node.type === "more";
}

function moreNode(connection: Connection, kind: string, tag: string | undefined): MoreNode {
  return { type: "more", connection, kind, ...(tag !== undefined && { tag }) };
}
