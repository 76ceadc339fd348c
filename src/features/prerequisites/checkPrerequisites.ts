import { CancelledError } from "../../core/errors";
import { connectionLabel, type Connection, type Sessions } from "../../instances/connection";
import { withPresentApi, type Kind } from "../../instances/kind";
import type { Kinds } from "../../instances/kinds/registry";
import { PrerequisitesRun } from "../../instances/prerequisites/prerequisitesRun";
import type { InstanceStore } from "../../instances/store";
import { connectionOf, noConnection } from "../../ui/instance/pick";
import { showPrerequisites, type PrerequisitesPromptDeps } from "../../ui/prompts/prerequisitesPrompt";
import { plain } from "../../ui/prompts/prompts";
import { visibleText } from "../../ui/text/displayText";
import { isTreeNode } from "../../ui/tree/nodes";

export interface CheckPrerequisitesDeps extends PrerequisitesPromptDeps {
  readonly kinds: Kinds;
  readonly sessions: Sessions;
  readonly store: Pick<InstanceStore, "connections" | "listing">;
}

const title = "Check prerequisites";

/** Check Prerequisites…: what a create of a kind needs, in a connection, before there is a draft. */
export async function checkPrerequisites(deps: CheckPrerequisitesDeps, target?: unknown): Promise<void> {
  const connection = connectionOf(target) ?? (await askConnection(deps));
  const named = isTreeNode(target) && "kind" in target ? deps.kinds.get(target.kind) : undefined;
  const kind = withPresentApi(named ?? (await askKind(deps)));
  const label = visibleText(connectionLabel(connection));
  const session = await deps.prompts.busy(`Opening ${label}…`, (signal) => deps.sessions.open(connection, signal));
  const run = new PrerequisitesRun({ kind, session, store: deps.store }, deps.clock);
  try {
    (await showPrerequisites(deps, { title }, run)).dispose();
  } finally {
    run.dispose();
  }
}

async function askConnection({ prompts, store }: CheckPrerequisitesDeps): Promise<Connection> {
  const [only, ...others] = store.connections;
  if (!only) throw noConnection();
  if (others.length === 0) return only;
  const answer = await prompts.pick({
    title,
    placeholder: "Choose a connection",
    items: store.connections.map((connection) => ({ label: plain(connectionLabel(connection)), value: connection })),
  });
  if (answer.type !== "value") throw new CancelledError();
  return answer.value;
}

async function askKind({ prompts, kinds }: CheckPrerequisitesDeps): Promise<Kind> {
  const answer = await prompts.pick({
    title,
    placeholder: "Choose what is to be created",
    items: kinds.all.map((kind) => ({ label: plain(kind.title), value: kind })),
  });
  if (answer.type !== "value") throw new CancelledError();
  return answer.value;
}
