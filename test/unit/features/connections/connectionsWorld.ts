import type { SharedConfig } from "../../../../src/aws/profile";
import type { Connection } from "../../../../src/instances/connection";
import { ScriptedPrompts, type Reply } from "../../../fakes/scriptedPrompts";
import { openTree, prod, sandbox } from "../treeWorld";

type Pinned = readonly { readonly profile: string; readonly region: string }[];

export const config: SharedConfig = {
  files: { config: "/home/me/.aws/config", credentials: "/home/me/.aws/credentials" },
  profiles: [
    { name: "default", kind: "static", values: {} },
    { name: "prod", kind: "sso", region: "eu-west-1", values: {} },
    { name: "ops", kind: "role", sourceProfile: "prod", values: {} },
  ],
  services: {},
  ssoSessions: {},
  diagnostics: [
    {
      file: "/home/me/.aws/config",
      line: 12,
      severity: "error",
      message: "A line that is neither a section nor a setting",
    },
  ],
};

/** The pinned connections and whatever adding or removing one reaches; `did` is what came of it. */
export function openWorld(replies: readonly Reply[], pinned: Pinned = []) {
  const prompts = new ScriptedPrompts(...replies);
  let current = pinned;
  const did: unknown[] = [];
  const connections = {
    key: "appInstances.connections",
    get: () => current,
    set: (value: Pinned) => Promise.resolve(void (current = value)),
    onDidChange: () => ({ dispose: () => undefined }),
  };
  return {
    prompts,
    did,
    pinned: () => current,
    deps: {
      prompts,
      connections,
      kinds: openTree().kinds,
      loadConfig: () => Promise.resolve(config),
      openFile: (place: unknown) => Promise.resolve(void did.push(place)),
      createConfigFile: () => Promise.resolve(void did.push("config file")),
      onAdded: ({ profile, region }: Connection) => void did.push(`shown ${profile} ${region}`),
      startSandbox: (profile: string) => {
        did.push(profile);
        return Promise.resolve({ source: "sandbox", profile, region: "us-east-1" } as const);
      },
      store: { connections: [sandbox, prod] as readonly Connection[] },
      unpinSandbox: (connection: Connection) => Promise.resolve(void did.push(connection.profile)),
    },
  };
}
