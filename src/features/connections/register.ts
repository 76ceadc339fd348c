import { configFiles, loadSharedConfig } from "../../aws/sharedConfig";
import { connectionKey, type Connection, type Sessions } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore } from "../../instances/store";
import type { Sync } from "../../instances/sync";
import type { Commands } from "../../ui/commands";
import type { Prompts } from "../../ui/prompts/prompts";
import type { Settings } from "../../ui/settings";
import { addConnection, type AddConnectionDeps } from "./addConnection";
import { createConfigFile, openConfigFile } from "./configFile";
import { openTerminal, type OpenTerminalDeps } from "./openTerminal";
import { removeConnection, type RemoveConnectionDeps } from "./removeConnection";
import { signIn } from "./signIn";

export interface ConnectionsDeps {
  readonly settings: Settings;
  readonly sessions: Sessions;
  readonly sync: Sync;
  readonly store: InstanceStore;
  readonly kinds: Kinds;
  readonly prompts: Prompts;
  /** Shows its row in the Instances view. */
  readonly revealConnection: (connection: Connection) => void;
  readonly sandbox: {
    start: AddConnectionDeps["startSandbox"];
    unpin: RemoveConnectionDeps["unpinSandbox"];
    cliAccess: OpenTerminalDeps["sandbox"]["cliAccess"];
  };
}

/** Adding connections, removing them, and signing in. */
export function registerConnections(commands: Pick<Commands, "registerCommand">, deps: ConnectionsDeps): void {
  const { settings, sandbox, sessions, sync, store } = deps;
  const loadConfig = () => loadSharedConfig(process.env);
  const configPath = () => configFiles(process.env).config;
  const { connections } = settings;
  commands.registerCommand("addConnection", () =>
    addConnection({
      ...deps,
      connections,
      loadConfig,
      openFile: (diagnostic) => openConfigFile(diagnostic, configPath()),
      createConfigFile: () => createConfigFile(configPath()),
      onAdded: deps.revealConnection,
      startSandbox: (profile) => sandbox.start(profile),
    }),
  );
  commands.registerCommand("removeConnection", (target) =>
    removeConnection({ ...deps, connections, unpinSandbox: (connection) => sandbox.unpin(connection) }, target),
  );
  commands.registerCommand("signIn", (target) =>
    signIn(
      {
        ...deps,
        methodOf: async (profile) => {
          const { kind } = (await loadConfig()).profiles.find(({ name }) => name === profile) ?? {};
          return kind === "sso" || kind === "login" ? kind : "other";
        },
        resume: (profile) => {
          for (const connection of store.connections.filter((one) => isOf(one, profile))) {
            sessions.invalidate(connection);
            void sync.refresh(connectionKey(connection));
          }
        },
      },
      target,
    ),
  );
  commands.registerCommand("openTerminal", (target) => openTerminal({ ...deps, loadConfig }, target));
  commands.registerCommand("openConfigFile", (target) => openConfigFile(target, configPath()));
  commands.registerCommand("createConfigFile", () => createConfigFile(configPath()));
}

function isOf(connection: Connection, profile: string): boolean {
  return connection.source === "profile" && connection.profile === profile;
}
