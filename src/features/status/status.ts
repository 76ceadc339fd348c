import { connectionKey, connectionLabel } from "../../instances/connection";
import { isInProgress } from "../../instances/instance";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import { nameText } from "../../ui/text/instanceText";

export interface Status {
  readonly icon: string;
  readonly text: string;
  readonly tooltip: string;
}

/** What needs the user comes before what is in progress. */
export function statusOf(
  store: Pick<InstanceStore, "connections" | "connectionState" | "listing">,
  kinds: Kinds,
  operations: readonly OperationRecord[],
): Status | undefined {
  const inState = (status: "signedOut" | "error") =>
    store.connections
      .filter((connection) => store.connectionState(connectionKey(connection))?.status === status)
      .map((connection) => nameText(connectionLabel(connection)));
  const signedOut = inState("signedOut");
  if (signedOut.length > 0) {
    return { icon: "key", text: "Not signed in", tooltip: `Not signed in: ${signedOut.join(", ")}` };
  }
  const failed = inState("error");
  if (failed.length > 0) {
    return { icon: "warning", text: "No connection", tooltip: `Could not connect: ${failed.join(", ")}` };
  }
  const count = inProgress(store, kinds, operations);
  if (count === 0) return undefined;
  return {
    icon: "sync~spin",
    text: String(count),
    tooltip: `${count} ${count === 1 ? "change" : "changes"} in progress`,
  };
}

/** An instance that one of our operations works on counts once. */
function inProgress(
  store: Pick<InstanceStore, "connections" | "listing">,
  kinds: Kinds,
  operations: readonly OperationRecord[],
): number {
  const busy = new Set<string>();
  for (const connection of store.connections) {
    const key = connectionKey(connection);
    for (const kind of kinds.all) {
      for (const { id, phase } of store.listing(key, kind.id)?.instances ?? []) {
        if (isInProgress(phase)) busy.add(`${key}/${kind.id}/${id}`);
      }
    }
  }
  for (const { id, status, kind, connection, created, target } of operations) {
    if (status !== "running") continue;
    const instance = created ?? target;
    busy.add(instance ? `${connectionKey(connection)}/${kind}/${instance.id}` : id);
  }
  return busy.size;
}
