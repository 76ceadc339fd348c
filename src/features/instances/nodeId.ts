import { connectionKey } from "../../instances/connection";
import type { TreeNode } from "../../ui/tree/nodes";

/** Unique within the tree, and the same for the same thing after a restart. */
export function nodeId(node: TreeNode): string {
  if (node.type === "group") return `group/${node.by}/${node.value}`;
  if (node.type === "search") return `search/${node.state}`;
  const key = connectionKey(node.connection);
  switch (node.type) {
    case "connection":
      return key;
    case "kind":
      return `${key}/${node.kind}${tagPart(node.tag)}`;
    case "instance":
      return `${key}/${node.kind}/instance/${node.id}`;
    case "pendingCreate":
    case "operation":
      return `${key}/${node.kind}/${node.type}/${node.operationId}`;
    case "more":
      return `${key}/${node.kind}${tagPart(node.tag)}/more`;
    case "message":
      return `${key}/${node.kind ?? ""}/message/${node.message}`;
  }
}

function tagPart(tag: string | undefined): string {
  return tag === undefined ? "" : `/tag/${tag}`;
}

/** Other rows stand below it. */
export function isParent({ type }: TreeNode): boolean {
  return type === "group" || type === "connection" || type === "kind";
}
