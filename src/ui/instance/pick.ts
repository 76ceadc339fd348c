import * as z from "zod/mini";
import { CancelledError, messageOf, UserError } from "../../core/errors";
import { connectionKey, connectionLabel, type Connection, type Sessions } from "../../instances/connection";
import { isInProgress, type Instance } from "../../instances/instance";
import { connectionSchema } from "../../instances/connectionSchema";
import type { Kind } from "../../instances/kind";
import type { Kinds } from "../../instances/kinds/registry";
import { isWhole, type InstanceStore } from "../../instances/store";
import { instanceText } from "../text/instanceText";
import { plain, type PickItem, type Prompts } from "../prompts/prompts";

/** What a command works on. `instance` is what was last seen of it: a command that changes something reads it again. */
export interface InstanceTarget {
  readonly connection: Connection;
  readonly kind: Kind;
  readonly id: string;
  readonly instance?: Instance;
}

export interface TargetDeps {
  readonly kinds: Kinds;
  readonly store: Pick<InstanceStore, "connections" | "listing" | "instance">;
  readonly sessions: Sessions;
  readonly prompts: Prompts;
}

export interface InstanceQuestion {
  /** Title of the quick pick: what is going to be done. */
  readonly title: string;
  /** Which instances are offered. */
  readonly accepts?: (instance: Instance, kind: Kind, connection: Connection) => boolean;
  /** What is said when there is none to offer. */
  readonly none?: string;
}

/** Commands are public: what they are called with is parsed, wherever it came from. */
const instanceNode = z.object({
  type: z.literal("instance"),
  connection: connectionSchema,
  kind: z.string(),
  id: z.string(),
});
const operationNode = z.object({ type: z.enum(["pendingCreate", "operation"]), operationId: z.string() });
const connectionNode = z.object({ connection: connectionSchema });

/** The instance that a tree node or a remedy's argument names; without one, the user picks. */
export function targetInstance(deps: TargetDeps, target: unknown, question: InstanceQuestion): Promise<InstanceTarget> {
  return targetInstanceOr<never>(deps, target, question, []);
}

/** As `targetInstance`, with things to pick that are not instances: refused creates, for example. */
export async function targetInstanceOr<X>(
  deps: TargetDeps,
  target: unknown,
  question: InstanceQuestion,
  others: readonly PickItem<X>[],
): Promise<InstanceTarget | X> {
  const node = instanceNode.safeParse(target);
  if (!node.success) return pickInstance(deps, question, others);
  const { connection, id } = node.data;
  const kind = deps.kinds.get(node.data.kind);
  if (!kind) throw new UserError(`This version does not know instances of kind "${node.data.kind}".`);
  const instance = deps.store.instance(connectionKey(connection), kind.id, id);
  return { connection, kind, id, ...(instance && { instance }) };
}

/** The operation of a pending create's or an activity's node. */
export function targetOperationId(target: unknown): string | undefined {
  const node = operationNode.safeParse(target);
  return node.success ? node.data.operationId : undefined;
}

/** The connection that any node belongs to. */
export function connectionOf(target: unknown): Connection | undefined {
  const node = connectionNode.safeParse(target);
  return node.success ? node.data.connection : undefined;
}

type Found = Omit<InstanceTarget, "id" | "instance"> & { readonly instance: Instance };
type Choice<X> =
  | { readonly type: "instance"; readonly found: Found }
  | { readonly type: "other"; readonly other: X }
  | { readonly type: "retry" };

async function pickInstance<X>(
  deps: TargetDeps,
  question: InstanceQuestion,
  others: readonly PickItem<X>[],
): Promise<InstanceTarget | X> {
  if (deps.store.connections.length === 0) throw noConnection();
  const first = others.map((item): PickItem<Choice<X>> => ({ ...item, value: { type: "other", other: item.value } }));
  for (;;) {
    const answer = await deps.prompts.pick<Choice<X>>({
      title: question.title,
      placeholder: "Choose an instance",
      items: first,
      load: async (signal, show) => {
        const shown = (items: readonly PickItem<Choice<X>>[]) => [...first, ...items];
        const items = shown(await instanceItems<X>(deps, question, signal, (soFar) => show(() => shown(soFar()))));
        return items.length > 0
          ? items
          : [{ label: question.none ?? "There are no instances", description: "Look again", value: { type: "retry" } }];
      },
    });
    if (answer.type !== "value") throw new CancelledError();
    const choice = answer.value;
    if (choice.type === "other") return choice.other;
    if (choice.type === "instance") return { ...choice.found, id: choice.found.instance.id };
  }
}

/** One kind of one connection: what is known of it so far. */
interface Section<X> {
  readonly connection: Connection;
  readonly kind: Kind;
  readonly items: PickItem<Choice<X>>[];
  isRead: boolean;
}

/**
 * What the view has listed already, and for what it has not, the service's own list, page by page: one that hangs keeps
 * nobody from choosing what others have answered. Never rejects.
 */
async function instanceItems<X>(
  deps: TargetDeps,
  question: InstanceQuestion,
  signal: AbortSignal,
  show: (soFar: () => readonly PickItem<Choice<X>>[]) => void,
): Promise<readonly PickItem<Choice<X>>[]> {
  const sections = deps.store.connections.flatMap((connection) =>
    deps.kinds.all.map((kind): Section<X> => ({ connection, kind, items: [], isRead: false })),
  );
  /** In the order in which they answered: nothing comes in above what somebody may be looking at. */
  const answered: Section<X>[] = [];
  const add = (section: Section<X>, item: PickItem<Choice<X>>) => {
    if (section.items.push(item) === 1) answered.push(section);
  };
  const items = () => answered.flatMap((section) => section.items);
  const soFar = () => [...items(), ...stillReading(sections)];
  const read = async (section: Section<X>) => {
    const { connection, kind } = section;
    const group = plain(`${connectionLabel(connection)} · ${kind.groupTitle}`);
    try {
      for await (const page of pagesOf(deps, connection, kind, signal)) {
        for (const instance of page)
          if (question.accepts?.(instance, kind, connection) ?? true)
            add(section, instanceItem({ connection, kind, instance }, group));
        show(soFar);
      }
    } catch (error) {
      const label = `$(error) ${plain(messageOf(error))}`;
      add(section, { label, description: "Try again", value: { type: "retry" }, group });
    }
    section.isRead = true;
    show(soFar);
  };
  show(soFar);
  await Promise.all(sections.map(read));
  return items();
}

async function* pagesOf(
  deps: TargetDeps,
  connection: Connection,
  kind: Kind,
  signal: AbortSignal,
): AsyncGenerator<readonly Instance[]> {
  const listing = deps.store.listing(connectionKey(connection), kind.id);
  if (isWhole(listing)) {
    yield listing.instances;
    return;
  }
  const session = await deps.sessions.open(connection, signal);
  yield* kind.list(session, { signal, waitsItsTurn: true });
}

function stillReading<X>(sections: readonly Section<X>[]): readonly PickItem<Choice<X>>[] {
  const asked = sections.filter(({ isRead }) => !isRead);
  const [name, ...more] = new Set(asked.map(({ connection }) => plain(connectionLabel(connection))));
  if (name === undefined) return [];
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  return [{ label: `Still reading ${name}${others}…`, isNote: true, value: { type: "retry" } }];
}

function instanceItem(found: Found, group: string): PickItem<{ readonly type: "instance"; readonly found: Found }> {
  const { instance, kind } = found;
  const label = instanceText(instance);
  return {
    label: `$(${iconOf(instance, kind)}) ${plain(label)}`,
    ...(instance.state !== undefined && { description: plain(instance.state) }),
    ...(label === instance.id ? {} : { detail: plain(instance.id) }),
    value: { type: "instance", found },
    group,
  };
}

function iconOf({ phase }: Instance, kind: Kind): string {
  if (phase === "createFailed" || phase === "deleteFailed") return "error";
  return isInProgress(phase) ? "sync" : kind.icon;
}

/** What a command without any connection to work in says. */
export function noConnection(): UserError {
  return new UserError("There is no connection yet. Add one, or start the sandbox, which needs no AWS account.", {
    remedies: [
      { title: "Add Connection…", command: "appInstances.addConnection" },
      { title: "Start Sandbox", command: "appInstances.startSandbox" },
    ],
  });
}
