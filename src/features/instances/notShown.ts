import { UserError, type Remedy } from "../../core/errors";
import { connectionKey, connectionLabel, startSandboxRemedy } from "../../instances/connection";
import { instanceLabel } from "../../instances/instance";
import type { InstanceStore } from "../../instances/store";
import type { Operations } from "../../operations/operations";
import { visibleText } from "../../ui/text/displayText";
import type { InstanceNode, PendingCreateNode } from "../../ui/tree/nodes";

interface NotShownDeps {
  readonly store: Pick<InstanceStore, "connections" | "instance" | "listing">;
  readonly operations: Pick<Operations, "get">;
  readonly isFiltered: boolean;
}

/** Why the view has no row for what somebody wants to see in it, and what may give it one. */
export function notShown(deps: NotShownDeps, node: InstanceNode | PendingCreateNode): UserError {
  const { store, isFiltered } = deps;
  const key = connectionKey(node.connection);
  const { label, isKnown } = nameOf(deps, node);
  if (!store.connections.some((connection) => connectionKey(connection) === key)) {
    const where = visibleText(connectionLabel(node.connection));
    const add: Remedy = { title: "Add Connection…", command: "appInstances.addConnection" };
    return new UserError(`${label} is not listed: its connection ${where} is not among those in the view.`, {
      remedies: [node.connection.source === "sandbox" ? startSandboxRemedy(node.connection) : add],
    });
  }
  if (isFiltered && isKnown)
    return new UserError(`${label} is hidden by the filter.`, {
      remedies: [{ title: "Clear Filter", command: "appInstances.clearFilter" }],
    });
  const refresh: Remedy = { title: "Refresh", command: "appInstances.refresh" };
  if (isKnown)
    return new UserError(
      `${label} is not among the rows that are shown so far: load more below its kind, or refresh.`,
      {
        remedies: [refresh],
      },
    );
  const status = store.listing(key, node.kind)?.status;
  const isRead = status === "ready" || status === "error";
  return new UserError(isRead ? `${label} is not listed.` : `${label} is not listed yet.`, {
    remedies: [
      refresh,
      ...(isFiltered ? [{ title: "Clear Filter", command: "appInstances.clearFilter" } as const] : []),
    ],
  });
}

function nameOf(
  { store, operations }: NotShownDeps,
  node: InstanceNode | PendingCreateNode,
): { readonly label: string; readonly isKnown: boolean } {
  if (node.type === "pendingCreate") {
    const record = operations.get(node.operationId);
    return { label: visibleText(record?.label ?? "The create"), isKnown: record !== undefined };
  }
  const instance = store.instance(connectionKey(node.connection), node.kind, node.id);
  return {
    label: visibleText(instance ? instanceLabel(instance) : node.id),
    isKnown: instance !== undefined && instance.phase !== "deleted",
  };
}
