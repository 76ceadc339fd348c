import { CancelledError, UserError } from "../../core/errors";
import { connectionLabel, type Connection } from "../../instances/connection";
import { plain, type Prompts } from "../../ui/prompts/prompts";
import type { Setting } from "../../ui/settings";
import { connectionOf } from "../../ui/instance/pick";

export interface RemoveConnectionDeps {
  readonly prompts: Prompts;
  readonly store: { readonly connections: readonly Connection[] };
  readonly connections: Setting<readonly { readonly profile: string; readonly region: string }[]>;
  readonly unpinSandbox: (connection: Connection) => Promise<void>;
}

/** Takes a connection out of the tree. Nothing in the cloud or in the config files changes. */
export async function removeConnection(deps: RemoveConnectionDeps, target?: unknown): Promise<void> {
  const connection = connectionOf(target) ?? (await pickConnection(deps, "Remove connection"));
  if (connection.source === "sandbox") return deps.unpinSandbox(connection);
  const { profile, region } = connection;
  const left = deps.connections.get().filter((pinned) => pinned.profile !== profile || pinned.region !== region);
  await deps.connections.set(left);
}

export async function pickConnection(
  deps: Pick<RemoveConnectionDeps, "prompts" | "store">,
  title: string,
  accepts: (connection: Connection) => boolean = () => true,
  none = "There is no connection yet.",
): Promise<Connection> {
  const connections = deps.store.connections.filter(accepts);
  if (connections.length === 0) {
    throw new UserError(none, {
      remedies: [{ title: "Add Connection…", command: "appInstances.addConnection" }],
    });
  }
  const answer = await deps.prompts.pick<Connection>({
    title,
    placeholder: "Choose a connection",
    items: connections.map((connection) => ({ label: plain(connectionLabel(connection)), value: connection })),
  });
  if (answer.type !== "value") throw new CancelledError();
  return answer.value;
}
