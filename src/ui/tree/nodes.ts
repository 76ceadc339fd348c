import type { Connection } from "../../instances/connection";

/**
 * What the two trees show and what their commands receive. A node only points at things: what they look like
 * is asked of the store and of the operations when it is drawn.
 */
export type TreeNode =
  | GroupNode
  | ConnectionNode
  | KindNode
  | InstanceNode
  | PendingCreateNode
  | OperationNode
  | MoreNode
  | MessageNode
  | SearchNode;

/** Connections or kinds that have something in common. */
export interface GroupNode {
  readonly type: "group";
  readonly by: "profile" | "account" | "kind" | "tag";
  readonly value: string;
}

export interface ConnectionNode {
  readonly type: "connection";
  readonly connection: Connection;
}

export interface KindNode {
  readonly type: "kind";
  readonly connection: Connection;
  /** `Kind.id`. */
  readonly kind: string;
  /** Only those with this value of the tag that the view is grouped by. */
  readonly tag?: string;
}

export interface InstanceNode {
  readonly type: "instance";
  readonly connection: Connection;
  readonly kind: string;
  readonly id: string;
}

/** An instance that is not there yet, or never came: a create of ours that is under way, interrupted or refused. */
export interface PendingCreateNode {
  readonly type: "pendingCreate";
  readonly connection: Connection;
  readonly kind: string;
  readonly operationId: string;
}

/** A line of the Activity view. */
export interface OperationNode {
  readonly type: "operation";
  readonly connection: Connection;
  readonly kind: string;
  readonly operationId: string;
}

/** Stands for the instances that are not shown yet. */
export interface MoreNode {
  readonly type: "more";
  readonly connection: Connection;
  readonly kind: string;
  readonly tag?: string;
}

export interface MessageNode {
  readonly type: "message";
  readonly connection: Connection;
  readonly kind?: string;
  readonly message: "loading" | "empty" | "error" | "signedOut";
}

/** Stands for what a search for a filter's instances, or a reading of tags, has still to do, or has not found. */
export interface SearchNode {
  readonly type: "search";
  readonly state: "searching" | "unfinished" | "nothing";
}

/** Commands are public: anybody may call them with anything. */
export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === "object" && value !== null && "type" in value && nodeTypes.has(value.type);
}

const nodeTypes = new Set<unknown>([
  "group",
  "connection",
  "kind",
  "instance",
  "pendingCreate",
  "operation",
  "more",
  "message",
  "search",
]);
