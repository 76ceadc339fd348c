import type { CommandId } from "../../core/commandIds";
import type { Disposable } from "../../core/disposable";
import { connectionKey } from "../../instances/connection";
import type { Instance } from "../../instances/instance";
import type { Kind } from "../../instances/kind";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import { recreateLabel } from "../../operations/operationWords";
import type { Operations } from "../../operations/operations";
import { shortText } from "../../ui/text/displayText";
import { nameText } from "../../ui/text/instanceText";
import { doneText } from "../../ui/text/operationText";
import type { PendingCreateNode, InstanceNode } from "../../ui/tree/nodes";

/** A toast as plain data: commands get the node as their target. */
export interface SettledNotice {
  readonly severity: "info" | "error";
  readonly message: string;
  readonly actions: readonly {
    readonly title: string;
    readonly command: CommandId;
    readonly node: InstanceNode | PendingCreateNode;
  }[];
  /** A page of the web that belongs to it. */
  readonly link?: { readonly title: string; readonly url: string };
}

/** What came to an end: an operation, or what somebody else began. */
export type Settled = Pick<
  OperationRecord,
  "id" | "type" | "status" | "connection" | "kind" | "label" | "target" | "created" | "error"
>;

export interface SettledDeps {
  readonly operations: Pick<Operations, "onDidSettle">;
  readonly store: Pick<InstanceStore, "instance">;
  readonly kinds: Kinds;
  readonly show: (notice: SettledNotice) => void;
  /** A page in view shows what became of it. */
  readonly isSeen: (record: OperationRecord) => boolean;
}

/**
 * Says once how each operation ended that this window worked on, but for a failure that somebody has before their eyes: VS
 * Code cannot take a toast back that is no longer true.
 */
export function announceSettled({ operations, store, kinds, show, isSeen }: SettledDeps): Disposable {
  return operations.onDidSettle((record) => {
    if (record.status === "failed" && isSeen(record)) return;
    const notice = noticeOf(record, store, kinds);
    if (notice) show(notice);
  });
}

export function noticeOf(
  record: Settled,
  store: Pick<InstanceStore, "instance">,
  kinds: Pick<Kinds, "get">,
): SettledNotice | undefined {
  const kind = kinds.get(record.kind);
  if (!kind || record.status === "discarded") return undefined;
  const { connection } = record;
  const name = nameText(record.label) || `The unnamed ${kind.title}`;
  const instance = record.created ?? record.target;
  const seen = instance && store.instance(connectionKey(connection), kind.id, instance.id);
  if (record.status === "failed") return failure(record, name, seen);
  if (record.type === "delete") return deletion(record, kind, name);
  const isCreate = record.type === "create" || record.type === "recreate";
  const isInAws = connection.source === "profile";
  const hasWebApp = isCreate && isInAws && seen !== undefined && kind.webAppUrl?.(seen) !== undefined;
  return {
    severity: "info",
    message: `${doneText(record, kind, name)}.`,
    actions: hasWebApp ? [{ title: "Open Web App", command: "openWebApp", node: instanceNode(record, seen) }] : [],
  };
}

function deletion(record: Settled, kind: Kind, name: string): SettledNotice {
  const { connection, target } = record;
  const remains = target && kind.remains?.(target, connection);
  const message = `${doneText(record, kind, name)}.`;
  if (!remains) return { severity: "info", message, actions: [] };
  return {
    severity: "info",
    message: `${message} ${remains.text}`,
    actions: [],
    ...(connection.source === "profile" && { link: { title: remains.urlTitle, url: remains.url } }),
  };
}

function failure(record: Settled, name: string, left: Instance | undefined): SettledNotice {
  const reason = shortText(record.error?.message ?? "", 160);
  const cause = reason === "" ? (record.error?.code ?? "no reason given") : reason;
  const isCreate = record.type === "create" || record.type === "recreate";
  if (!isCreate) {
    const verb = record.type === "delete" ? "be deleted" : "be changed";
    return { severity: "error", message: `${name} could not ${verb}: ${cause}`, actions: [] };
  }
  const isLeft = left !== undefined && left.phase !== "deleted";
  const node = isLeft ? instanceNode(record, left) : pendingCreateNode(record);
  const canRecreate = !isLeft || left.phase === "createFailed";
  const recreating: SettledNotice["actions"] = canRecreate
    ? [{ title: recreateLabel(record), command: "recreate", node }]
    : [];
  return {
    severity: "error",
    message: `${name} failed: ${cause}`,
    actions: [...recreating, { title: "Show Failure and Mitigation", command: "showFailure", node }],
  };
}

function instanceNode({ connection, kind }: Settled, { id }: Instance): InstanceNode {
  return { type: "instance", connection, kind, id };
}

function pendingCreateNode({ connection, kind, id }: Settled): PendingCreateNode {
  return { type: "pendingCreate", connection, kind, operationId: id };
}
