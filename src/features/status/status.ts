import { connectionKey, connectionLabel } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import type { ConnectionState, InstanceStore } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import type { Rosters } from "../../ui/instance/roster";
import { signedOutText } from "../../ui/text/connectionText";
import { numberText } from "../../ui/text/displayText";
import { nameText } from "../../ui/text/instanceText";

export interface Status {
  readonly icon: string;
  readonly text: string;
  readonly tooltip: string;
}

/** What needs the user comes before what is in progress. */
export function statusOf(
  store: Pick<InstanceStore, "connections" | "connectionState">,
  rosters: Rosters,
  kinds: Kinds,
  operations: readonly OperationRecord[],
): Status | undefined {
  const labelsWhere = (isMeant: (state: ConnectionState | undefined) => boolean) =>
    store.connections
      .filter((connection) => isMeant(store.connectionState(connectionKey(connection))))
      .map((connection) => nameText(connectionLabel(connection)));
  const states = store.connections.map((connection) => store.connectionState(connectionKey(connection)));
  const wanting = new Set(states.flatMap((state) => (state?.status === "signedOut" ? [signedOutText(state)] : [])));
  const unreachable = labelsWhere((state) => state?.status === "error");
  const failed = failedCount(store, rosters, kinds, operations);
  const busy = inProgress(store, rosters, kinds, operations);
  const parts: readonly (Status | false)[] = [
    ...[...wanting].map((text): Status => {
      const labels = labelsWhere((state) => state?.status === "signedOut" && signedOutText(state) === text);
      return { icon: "key", text, tooltip: `${text}: ${labels.join(", ")}` };
    }),
    unreachable.length > 0 && {
      icon: "warning",
      text: "No connection",
      tooltip: `Could not connect: ${unreachable.join(", ")}`,
    },
    busy > 0 && {
      icon: "sync~spin",
      text: numberText(busy),
      tooltip: `${numberText(busy)} ${busy === 1 ? "change" : "changes"} in progress`,
    },
    failed > 0 && { icon: "error", text: `${numberText(failed)} failed`, tooltip: `${numberText(failed)} failed` },
  ];
  const said = parts.filter((part) => part !== false);
  const [first] = said;
  // Of what is wrong with connections one thing is enough; how many failed is said with whatever else there is.
  const shown = said.filter((part) => part === first || (part.icon === "error" && failed > 0));
  return (
    first && {
      icon: first.icon,
      text: shown.map(({ text }) => text).join(" · "),
      tooltip: said.map(({ tooltip }) => tooltip).join(". "),
    }
  );
}

function failedCount(
  { connections }: Pick<InstanceStore, "connections">,
  rosters: Rosters,
  kinds: Kinds,
  operations: readonly OperationRecord[],
): number {
  const listed = connections.flatMap((connection) =>
    kinds.all.map((kind) => rosters.of(connectionKey(connection), kind.id).failed.size),
  );
  const keys = new Set(connections.map(connectionKey));
  // A refused create: one that failed later is among the listed.
  const refused = operations.filter(
    ({ type, status, created, connection }) =>
      status === "failed" && !created && type === "create" && keys.has(connectionKey(connection)),
  );
  return listed.reduce((sum, count) => sum + count, refused.length);
}

/** An instance that one of our operations works on counts once. */
function inProgress(
  { connections }: Pick<InstanceStore, "connections">,
  rosters: Rosters,
  kinds: Kinds,
  operations: readonly OperationRecord[],
): number {
  const busy = new Set<string>();
  for (const connection of connections) {
    const key = connectionKey(connection);
    for (const kind of kinds.all) for (const id of rosters.of(key, kind.id).busy) busy.add(`${key}/${kind.id}/${id}`);
  }
  for (const { id, status, kind, connection, created, target } of operations) {
    if (status !== "running") continue;
    const instance = created ?? target;
    busy.add(instance ? `${connectionKey(connection)}/${kind}/${instance.id}` : id);
  }
  return busy.size;
}
