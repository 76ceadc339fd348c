import { connectionKey, connectionLabel } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import type { ConnectionState, InstanceStore } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import type { Rosters } from "../../ui/instance/roster";
import { standingOf, type Standing } from "../../ui/instance/standing";
import { signedOutText } from "../../ui/text/connectionText";
import { numberText } from "../../ui/text/displayText";
import { instanceText, nameText } from "../../ui/text/instanceText";

export interface Status {
  readonly icon: string;
  readonly text: string;
  readonly tooltip: string;
}

export interface StatusSource {
  readonly store: Pick<InstanceStore, "connections" | "connectionState" | "instance">;
  readonly rosters: Rosters;
  readonly kinds: Kinds;
  /** Somebody sees the instances, so that they are followed. What nobody looks at may have settled long ago. */
  readonly isLookedAt: boolean;
}

/** What is in progress, then what is wrong with connections, of which one thing is enough, then what failed. */
export function statusOf(source: StatusSource, operations: readonly OperationRecord[]): Status | undefined {
  const [trouble, ...moreTrouble] = troubles(source);
  const parts = [
    counted("sync~spin", "in progress", inProgress(source, operations)),
    trouble,
    counted("error", "failed", failed(source, operations)),
  ].filter((part) => part !== undefined);
  const [first] = parts;
  if (!first) return undefined;
  return {
    icon: first.icon,
    text: parts.map(({ text }) => text).join(" · "),
    tooltip: [...parts, ...moreTrouble].map(({ tooltip }) => tooltip).join("\n"),
  };
}

function troubles({ store }: StatusSource): readonly Status[] {
  const labelsWhere = (isMeant: (state: ConnectionState | undefined) => boolean) =>
    store.connections
      .filter((connection) => isMeant(store.connectionState(connectionKey(connection))))
      .map((connection) => nameText(connectionLabel(connection)));
  const states = store.connections.map((connection) => store.connectionState(connectionKey(connection)));
  const wanting = new Set(states.flatMap((state) => (state?.status === "signedOut" ? [signedOutText(state)] : [])));
  const failing = labelsWhere((state) => state?.status === "error");
  return [
    ...[...wanting].map((text): Status => {
      const labels = labelsWhere((state) => state?.status === "signedOut" && signedOutText(state) === text);
      return { icon: "key", text, tooltip: `${text}: ${labels.join(", ")}` };
    }),
    ...(failing.length > 0
      ? [
          {
            icon: "warning",
            text: `${numberText(failing.length)} not connected`,
            tooltip: `Could not connect: ${failing.join(", ")}`,
          },
        ]
      : []),
  ];
}

/** How many, and the names of the first. */
interface Counted {
  readonly count: number;
  readonly names: readonly string[];
}

const namedAtMost = 5;

function counted(icon: string, word: string, { count, names }: Counted): Status | undefined {
  if (count === 0) return undefined;
  const text = `${numberText(count)} ${word}`;
  const more = count - names.length;
  const listed = [...names, ...(more > 0 ? [`and ${numberText(more)} more`] : [])];
  return { icon, text, tooltip: `${text}: ${listed.join(", ")}` };
}

function failed(source: StatusSource, operations: readonly OperationRecord[]): Counted {
  const groups = standingOf(source, "failed");
  const keys = new Set(source.store.connections.map(connectionKey));
  // A refused create: one that failed later is among the listed.
  const refused = operations.filter(
    ({ type, status, created, connection }) =>
      status === "failed" && !created && type === "create" && keys.has(connectionKey(connection)),
  );
  return {
    count: groups.reduce((sum, { ids }) => sum + ids.size, refused.length),
    names: [...refused.map(({ label }) => nameOf(label)), ...namesIn(source, groups)].slice(0, namedAtMost),
  };
}

/** An instance that one of our operations works on counts once. */
function inProgress(source: StatusSource, operations: readonly OperationRecord[]): Counted {
  const groups = source.isLookedAt ? standingOf(source, "busy") : [];
  const running = operations.filter(({ status }) => status === "running");
  const others = running.filter(({ kind, connection, created, target }) => {
    const instance = created ?? target;
    const key = connectionKey(connection);
    const isCounted = (group: Standing) => group.kind === kind && group.connectionKeys.includes(key);
    return !instance || !groups.some((group) => isCounted(group) && group.ids.has(instance.id));
  });
  return {
    count: groups.reduce((sum, { ids }) => sum + ids.size, others.length),
    names: [...others.map(({ label }) => nameOf(label)), ...namesIn(source, groups)].slice(0, namedAtMost),
  };
}

function namesIn({ store }: StatusSource, groups: readonly Standing[]): readonly string[] {
  return groups.flatMap(({ connectionKeys, kind, ids }) =>
    firstOf(ids).map((id) => {
      const [instance] = connectionKeys.flatMap((key) => store.instance(key, kind, id) ?? []);
      return instance ? instanceText(instance) : nameText(id);
    }),
  );
}

/** Without going through ten thousand. */
function firstOf(ids: ReadonlySet<string>): readonly string[] {
  const first: string[] = [];
  for (const id of ids) {
    if (first.length === namedAtMost) break;
    first.push(id);
  }
  return first;
}

function nameOf(label: string): string {
  return nameText(label) || "an unnamed one";
}
