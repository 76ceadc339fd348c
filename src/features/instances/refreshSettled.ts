import type { Disposable } from "../../core/disposable";
import { connectionKey } from "../../instances/connection";
import { isSettled, type OperationRecord } from "../../operations/operationRecord";
import type { Operations } from "../../operations/operations";

/**
 * Lists a connection again when an operation has changed something in it, here or in another window: only states that
 * take time are polled for, so nobody else would notice a new name, or a Chime app instance that came or went.
 */
export function refreshSettled(
  operations: Pick<Operations, "get" | "list" | "onDidChange">,
  refresh: (connectionKey: string, record: OperationRecord) => unknown,
): Disposable {
  // What was settled when it was first seen is history.
  const pending = new Set<string>();
  const look = (id: string) => {
    const record = operations.get(id);
    if (!record) pending.delete(id);
    else if (!isSettled(record)) pending.add(id);
    else if (pending.delete(id)) refresh(connectionKey(record.connection), record);
  };
  return operations.onDidChange((id) => {
    if (id !== undefined) look(id);
    else for (const each of new Set([...pending, ...operations.list().map((record) => record.id)])) look(each);
  });
}
