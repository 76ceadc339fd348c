import { connectionKey, type Connection } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import { isWhole, type InstanceStore } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import type { ConnectionNode, GroupNode, InstanceNode, KindNode, MessageNode, TreeNode } from "../../ui/tree/nodes";
import { tagGroupOf, tagsUnread, untagged, type TreeContents, type TreeLook } from "./treeContents";

export interface GroupsDeps {
  readonly store: Pick<InstanceStore, "connections" | "connectionState" | "listing" | "instance">;
  readonly operations: { get(id: string): OperationRecord | undefined };
  readonly kinds: Kinds;
  readonly contents: TreeContents;
  readonly look: TreeLook;
}

/** The group of connections that have no account yet, or could not be listed. */
export const elsewhere = "";

/**
 * What stands above the kinds, whichever way the view is grouped. Below a kind it is the same everywhere: so a row knows
 * its connection and its kind, and commands need not know of groups.
 */
export class TreeGroups {
  readonly #deps: GroupsDeps;

  constructor(deps: GroupsDeps) {
    this.#deps = deps;
  }

  roots(): readonly TreeNode[] {
    const { groupBy } = this.#deps.look.arrangement();
    const connections = this.#shown();
    if (groupBy === "connection") return connections.map(connectionNode);
    return this.#values(connections).map((value): GroupNode => ({ type: "group", by: groupBy, value }));
  }

  /** Connections or kinds. */
  childrenOf(group: GroupNode): readonly (ConnectionNode | KindNode)[] {
    const connections = this.#shown();
    if (group.by === "kind") {
      const nodes = connections.map((connection): KindNode => ({ type: "kind", connection, kind: group.value }));
      return this.#isFiltered() ? nodes.filter((node) => this.#deps.contents.hasRows(node)) : nodes;
    }
    if (group.by === "tag" && group.value !== elsewhere) return this.#kindsOfTag(connections, group.value);
    return connections.filter((connection) => this.#valueOf(connection) === group.value).map(connectionNode);
  }

  /** Every connection and kind that is counted in the group. */
  kindsOf(group: GroupNode): readonly KindNode[] {
    return this.childrenOf(group).flatMap((node) => (node.type === "kind" ? [node] : this.kindsBelow(node)));
  }

  /** Those that stand below a connection itself: where instances stand below the values of a tag, what is not listed. */
  kindsBelow(node: Pick<ConnectionNode, "connection">): readonly KindNode[] {
    const { store, look } = this.#deps;
    const kinds = this.kindsOfConnection(node);
    if (look.arrangement().groupBy !== "tag") return kinds;
    return kinds.filter(({ connection, kind }) => store.listing(connectionKey(connection), kind)?.status !== "ready");
  }

  kindsOfConnection({ connection }: Pick<ConnectionNode, "connection">): readonly KindNode[] {
    return this.#deps.kinds.all.map(({ id }) => ({ type: "kind", connection, kind: id }));
  }

  parentOf(node: TreeNode): TreeNode | undefined {
    if (node.type === "group" || node.type === "search") return undefined;
    if (node.type === "connection") return this.#groupOf(node.connection);
    const { connection } = node;
    if (node.type === "kind") {
      const { groupBy } = this.#deps.look.arrangement();
      if (groupBy === "kind") return { type: "group", by: "kind", value: node.kind };
      if (groupBy === "tag" && node.tag !== undefined) return { type: "group", by: "tag", value: node.tag };
      return { type: "connection", connection };
    }
    if (node.kind === undefined) return { type: "connection", connection };
    const tag = this.#tagOf(node);
    return { type: "kind", connection, kind: node.kind, ...(tag !== undefined && { tag }) };
  }

  /** Whether the tree has anything but rows that say that there is nothing. */
  isEmpty(connection: Connection): boolean {
    const { store, kinds, contents } = this.#deps;
    const key = connectionKey(connection);
    if (store.connectionState(key)?.status !== "connected") return false;
    return kinds.all.every((kind) => {
      return isWhole(store.listing(key, kind.id)) && !contents.hasRows({ type: "kind", connection, kind: kind.id });
    });
  }

  /** Connections without those that are known to have nothing, if the user wants that, and there is any other. */
  #shown(): readonly Connection[] {
    const { store, look, contents } = this.#deps;
    if (this.#isFiltered())
      return store.connections.filter((connection) =>
        this.kindsOfConnection({ connection }).some((node) => contents.hasRows(node)),
      );
    if (!look.hidesEmpty()) return store.connections;
    const filled = store.connections.filter((connection) => !this.isEmpty(connection));
    return filled.length > 0 ? filled : store.connections;
  }

  #isFiltered(): boolean {
    return this.#deps.look.search() !== undefined;
  }

  /** In the order of the connections, and what is only missing last. */
  #values(connections: readonly Connection[]): readonly string[] {
    const { kinds, contents, look } = this.#deps;
    const { groupBy } = look.arrangement();
    if (groupBy === "kind") {
      const values = kinds.all.map(({ id }) => id);
      if (!this.#isFiltered()) return values;
      return values.filter((value) => this.childrenOf({ type: "group", by: "kind", value }).length > 0);
    }
    const values = new Set(connections.flatMap((connection) => this.#valueOf(connection) ?? []));
    if (groupBy !== "tag")
      return [...values].toSorted((one, other) => Number(one === elsewhere) - Number(other === elsewhere));
    const tags = connections.flatMap((connection) =>
      kinds.all.flatMap((kind) => [...contents.tagGroups(connection, kind.id)]),
    );
    const missing = [untagged, tagsUnread, elsewhere];
    const present = new Set([...tags, ...[...values].filter((value) => value === elsewhere)]);
    return [
      ...[...present].filter((value) => !missing.includes(value)).sort(),
      ...missing.filter((value) => present.has(value)),
    ];
  }

  #kindsOfTag(connections: readonly Connection[], tag: string): readonly KindNode[] {
    const { kinds, contents } = this.#deps;
    return connections.flatMap((connection) =>
      kinds.all.flatMap((kind): readonly KindNode[] =>
        contents.tagGroups(connection, kind.id).has(tag) ? [{ type: "kind", connection, kind: kind.id, tag }] : [],
      ),
    );
  }

  #groupOf(connection: Connection): GroupNode | undefined {
    const { groupBy } = this.#deps.look.arrangement();
    if (groupBy === "connection") return undefined;
    return { type: "group", by: groupBy, value: this.#valueOf(connection) ?? elsewhere };
  }

  /** The group that a connection itself stands in; undefined where only its kinds stand in groups. */
  #valueOf(connection: Connection): string | undefined {
    const { store, kinds, look } = this.#deps;
    const key = connectionKey(connection);
    const state = store.connectionState(key);
    switch (look.arrangement().groupBy) {
      case "profile":
        return `${connection.source}:${connection.profile}`;
      case "account":
        return state?.status === "connected" ? state.accountId : elsewhere;
      case "tag": {
        const isListed = kinds.all.every((kind) => store.listing(key, kind.id)?.status === "ready");
        return isListed ? undefined : elsewhere;
      }
      case "connection":
      case "kind":
        return undefined;
    }
  }

  #tagOf(node: Exclude<TreeNode, GroupNode | ConnectionNode | KindNode> & { readonly connection: Connection }) {
    const { look, operations } = this.#deps;
    const { groupBy, tagKey } = look.arrangement();
    if (groupBy !== "tag") return undefined;
    if (node.type === "instance") return tagGroupOf(this.#tagsOf(node), tagKey);
    if (node.type === "pendingCreate") return tagGroupOf(operations.get(node.operationId)?.draft?.tags ?? {}, tagKey);
    return node.type === "more" ? node.tag : undefined;
  }

  #tagsOf({ connection, kind, id }: InstanceNode) {
    const { store, look } = this.#deps;
    const key = connectionKey(connection);
    const instance = store.instance(key, kind, id) ?? look.search()?.foundOne(key, kind, id);
    return instance && look.tagsOf(key, kind, instance);
  }
}

function connectionNode(connection: Connection): ConnectionNode {
  return { type: "connection", connection };
}

/** What a kind stands for that cannot be listed, by itself or with its connection. */
export function messageBelow(kind: KindNode, message: MessageNode["message"]): MessageNode {
  return { type: "message", connection: kind.connection, kind: kind.kind, message };
}
