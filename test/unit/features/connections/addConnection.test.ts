import assert from "node:assert/strict";
import { test } from "node:test";
import type { SharedConfig } from "../../../../src/aws/profile";
import { CancelledError } from "../../../../src/core/errors";
import { addConnection } from "../../../../src/features/connections/addConnection";
import { removeConnection } from "../../../../src/features/connections/removeConnection";
import type { Connection } from "../../../../src/instances/connection";
import { ScriptedPrompts, type Reply } from "../../../fakes/scriptedPrompts";
import { openTree, prod, sandbox } from "../treeWorld";

type Pinned = readonly { readonly profile: string; readonly region: string }[];

const config: SharedConfig = {
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

function openWorld(replies: readonly Reply[], pinned: Pinned = []) {
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
      onAdded: () => void did.push("shown"),
      startSandbox: (profile: string) => Promise.resolve(void did.push(profile)),
      store: { connections: [sandbox, prod] as readonly Connection[] },
      unpinSandbox: (connection: Connection) => Promise.resolve(void did.push(connection.profile)),
    },
  };
}

test("a profile and one of the suggested regions make a connection, the profile's own region first", async () => {
  const { prompts, deps, did, pinned } = openWorld([
    { to: "Choose a profile", pick: "prod" },
    { to: "Choose a region", pick: "eu-west-1" },
  ]);
  await addConnection(deps);
  prompts.assertDone();
  assert.deepEqual(did, ["shown"]);
  assert.deepEqual(pinned(), [{ profile: "prod", region: "eu-west-1" }]);
  assert.match(prompts.shown[0]?.text ?? "", /IAM Identity Center · eu-west-1/);
  assert.match(prompts.shown[0]?.text ?? "", /role via prod/);
});

test("any region can be typed, and what cannot be one is refused; Back leads to the profiles", async () => {
  const { prompts, deps, pinned } = openWorld([
    { to: "Choose a profile", pick: "prod" },
    { to: "Choose a region", back: true },
    { to: "Choose a profile", pick: "ops" },
    { to: "Choose a region", pick: "Enter another region" },
    { to: "AWS Region code", type: "Ireland", refusedWith: "eu-central-1" },
    { to: "AWS Region code", type: "us-gov-west-1" },
  ]);
  await addConnection(deps);
  prompts.assertDone();
  assert.deepEqual(pinned(), [{ profile: "ops", region: "us-gov-west-1" }]);
});

test("pinning the same connection twice keeps one, and cancelling keeps everything", async () => {
  const before = [{ profile: "prod", region: "eu-west-1" }];
  const again = openWorld(
    [
      { to: "Choose a profile", pick: "prod" },
      { to: "Choose a region", pick: "eu-west-1" },
    ],
    before,
  );
  await addConnection(again.deps);
  assert.deepEqual(again.pinned(), before);
  const cancelled = openWorld([{ to: "Choose a profile", cancel: true }], before);
  await assert.rejects(addConnection(cancelled.deps), CancelledError);
  assert.deepEqual(cancelled.pinned(), before);
  assert.deepEqual(cancelled.did, []);
});

test("the sandbox is one of the choices and needs no region", async () => {
  const { prompts, deps, did, pinned } = openWorld([{ to: "Choose a profile", pick: "sandbox-restricted" }]);
  await addConnection(deps);
  prompts.assertDone();
  assert.deepEqual(did, ["sandbox-restricted", "shown"]);
  assert.deepEqual(pinned(), []);
});

test("what is wrong with a config file is shown with file and line, and opens there", async () => {
  const { deps, did, prompts } = openWorld([{ to: "Choose a profile", pick: "neither a section" }]);
  await addConnection(deps);
  assert.match(prompts.shown[0]?.text ?? "", /\/home\/me\/\.aws\/config:12/);
  assert.deepEqual(did, [config.diagnostics[0]]);
});

test("Remove Connection takes the connection of the node, or asks; the sandbox is let go, not edited out", async () => {
  const both = [
    { profile: "prod", region: "eu-west-1" },
    { profile: "prod", region: "us-east-1" },
  ];
  const byNode = openWorld([], both);
  await removeConnection(byNode.deps, { type: "connection", connection: prod });
  assert.deepEqual(byNode.pinned(), [{ profile: "prod", region: "us-east-1" }]);

  const asked = openWorld([{ to: "Remove connection", pick: "sandbox · us-east-1" }], both);
  await removeConnection(asked.deps);
  assert.deepEqual(asked.did, ["sandbox"]);
  assert.deepEqual(asked.pinned(), both);
});
