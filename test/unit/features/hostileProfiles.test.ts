import assert from "node:assert/strict";
import { test } from "node:test";
import type { SharedConfig } from "../../../src/aws/profile";
import { CancelledError } from "../../../src/core/errors";
import { addConnection, profileItems } from "../../../src/features/connections/addConnection";
import { askMfaCode } from "../../../src/features/connections/mfa";
import { pickConnection } from "../../../src/features/connections/removeConnection";
import { createRosters } from "../../../src/ui/instance/roster";
import { statusOf } from "../../../src/features/status/status";
import { connectionKey, type Connection } from "../../../src/instances/connection";
import { createKinds } from "../../../src/instances/kinds/registry";
import { createStore } from "../../../src/instances/memoryStore";
import { ScriptedPrompts } from "../../fakes/scriptedPrompts";
import { hostileTexts } from "../../fixtures/hostileText";
import { assertLine } from "../../fixtures/readable";

const kinds = createKinds({ chimeApi: () => "identity" });

/** Icons that we chose; all others are text, and say so with a backslash. */
function assertItem(text: string, what: string): void {
  assertLine(text, what);
  assert.doesNotMatch(text.replace(/^\$\([a-z-]+\) /, ""), /(?<!\\)\$\([a-z0-9~-]+\)/i, what);
}

for (const [name, text] of Object.entries(hostileTexts)) {
  const config: SharedConfig = {
    files: { config: text, credentials: text },
    profiles: [{ name: text, kind: "role", sourceProfile: text, region: text, values: {} }],
    services: {},
    ssoSessions: {},
    diagnostics: [{ file: text, line: 1, severity: "error", message: text, profile: text }],
  };
  const connection: Connection = { source: "profile", profile: text, region: text };

  test(`Hostile profile names (${name}) are readable in every choice of a connection, and are chosen as they are`, async () => {
    for (const item of profileItems(config))
      for (const shown of [item.label, item.description, item.detail, item.group])
        if (shown !== undefined) assertItem(shown, "profile");
    const pinned: unknown[] = [];
    const prompts = new ScriptedPrompts(
      { to: "Choose a profile", pick: "role" },
      { to: "Choose a region", pick: "the profile's region" },
    );
    await addConnection({
      prompts,
      kinds,
      connections: {
        key: "",
        get: () => [],
        set: (value) => Promise.resolve(void pinned.push(...value)),
        onDidChange: () => ({ dispose: () => undefined }),
      },
      loadConfig: () => Promise.resolve(config),
      openFile: () => Promise.reject(new Error("No file was chosen")),
      createConfigFile: () => Promise.resolve(),
      onAdded: () => undefined,
      startSandbox: () => Promise.reject(new Error("No sandbox was chosen")),
    });
    prompts.assertDone();
    assert.deepEqual(pinned, [{ profile: text, region: text }]);
    for (const { text: seen } of prompts.shown) for (const line of seen.split("\n")) assertItem(line, "choice");

    const picking = new ScriptedPrompts({ to: "Remove", cancel: true });
    await assert.rejects(pickConnection({ prompts: picking, store: { connections: [connection] } }, "Remove"), {
      name: "CancelledError",
    });
    for (const { text: seen } of picking.shown) for (const line of seen.split("\n")) assertItem(line, "removal");
  });

  test(`Hostile profile names and MFA devices (${name}) are readable in the question for a code and in the status bar`, async () => {
    const prompts = new ScriptedPrompts({ to: "MFA device", cancel: true });
    await assert.rejects(askMfaCode(prompts, text, text), CancelledError);
    prompts.assertDone();
    for (const { title, text: seen } of prompts.shown)
      for (const line of [title, ...seen.split("\n")]) assertLine(line, "MFA");

    const store = createStore();
    store.setConnections([connection]);
    for (const status of ["signedOut", "error"] as const) {
      store.setConnectionState(connectionKey(connection), { status, error: new Error(text) });
      assertLine(statusOf({ store, rosters: createRosters(store), kinds, isLookedAt: true }, [])?.tooltip, status);
    }
  });
}
