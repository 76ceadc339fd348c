import { connectionKey, type Connection } from "../../instances/connection";
import type { InstanceStore } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import { operationWords } from "../../operations/operationWords";
import type { Operations } from "../../operations/operations";
import type { Overlay } from "./instanceRow";

export interface Overlays {
  /** What we are doing to a listed instance. */
  of(connection: Connection, kind: string, id: string): Overlay | undefined;
  /** Whether one of our operations creates it and waits for its end. */
  isCreating(connection: Connection, kind: string, id: string): boolean;
  /** Creates of ours that have no listed instance, newest first. */
  pendingCreates(connection: Connection, kind: string): readonly OperationRecord[];
  /** Ids of the instances that we are doing something to. */
  targets(connection: Connection, kind: string): readonly string[];
  /** To be called when an operation has changed. */
  invalidate(): void;
}

interface Index {
  readonly byTarget: ReadonlyMap<string, OperationRecord>;
  readonly created: ReadonlySet<string>;
  readonly targets: ReadonlyMap<string, readonly string[]>;
  readonly creates: ReadonlyMap<string, readonly OperationRecord[]>;
}

/** What our own operations add to what the services list. Indexed once per change: the tree asks for each of its rows. */
export function createOverlays(
  store: Pick<InstanceStore, "connectionState" | "instance">,
  operations: Pick<Operations, "list">,
): Overlays {
  let index: Index | undefined;
  const current = () => (index ??= indexOf(operations.list()));

  /** Still there, as far as we know: its own row tells what happens to it. */
  const isListed = (record: OperationRecord, target: OperationRecord["target"]) => {
    if (!target) return false;
    const phase = store.instance(connectionKey(record.connection), record.kind, target.id)?.phase;
    return phase !== undefined && phase !== "deleted";
  };

  return {
    of(connection, kind, id) {
      const record = current().byTarget.get(`${connectionKey(connection)}/${kind}/${id}`);
      return record && { verb: operationWords[record.type].progressive, since: record.createdAt };
    },
    isCreating: (connection, kind, id) => current().created.has(`${connectionKey(connection)}/${kind}/${id}`),
    pendingCreates(connection, kind) {
      const state = store.connectionState(connectionKey(connection));
      const accountId = state?.status === "connected" ? state.accountId : undefined;
      const records = current().creates.get(`${connectionKey(connection)}/${kind}`) ?? [];
      return records.filter((record) => {
        if (accountId !== undefined && record.accountId !== accountId) return false;
        if (record.created) return record.status === "running" && !isListed(record, record.created);
        return !isListed(record, record.target);
      });
    },
    targets: (connection, kind) => current().targets.get(`${connectionKey(connection)}/${kind}`) ?? [],
    invalidate() {
      index = undefined;
    },
  };
}

function indexOf(records: readonly OperationRecord[]): Index {
  const byTarget = new Map<string, OperationRecord>();
  const created = new Set<string>();
  const targets = new Map<string, string[]>();
  const creates = new Map<string, OperationRecord[]>();
  for (const record of records) {
    const scope = `${connectionKey(record.connection)}/${record.kind}`;
    const isRunning = record.status === "running";
    if (isRunning && record.created) created.add(`${scope}/${record.created.id}`);
    if (isRunning && record.target && !record.created) {
      byTarget.set(`${scope}/${record.target.id}`, record);
      targets.set(scope, [...(targets.get(scope) ?? []), record.target.id]);
    }
    const creating = record.type === "create" || record.type === "recreate";
    if (!creating || record.status === "succeeded" || record.status === "discarded") continue;
    creates.set(scope, [...(creates.get(scope) ?? []), record]);
  }
  return { byTarget, created, targets, creates };
}
