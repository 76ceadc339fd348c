import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { loadSharedConfig } from "../../../../src/aws/sharedConfig";
import { silentLog } from "../../../../src/core/log";
import { terminalEnvironment } from "../../../../src/features/connections/terminalEnvironment";
import { writeCliFiles } from "../../../../src/features/sandbox/cliFiles";
import { createSessions } from "../../../../src/instances/sessions";
import { startTestSandbox } from "../../../fixtures/sandbox";
import { connection } from "../flowWorld";

test("A terminal of the sandbox reaches it with its profiles, and no file of the user has them", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { endpoint, region, accessKeyId, secretAccessKey, restricted, accountId } = sandbox;
  const directory = await mkdtemp(join(tmpdir(), "cli-files-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const keys = { sandbox: { accessKeyId, secretAccessKey }, "sandbox-restricted": restricted };
  const files = await writeCliFiles(join(directory, "cli"), { endpoint, region, keys });
  const profile = { name: "sandbox", kind: "static", values: {} } as const;
  const environment = terminalEnvironment({ connection, files, profile, endpoint });
  const env = Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
  const { profiles, diagnostics } = await loadSharedConfig(env);
  assert.deepEqual([profiles.map(({ name }) => name), diagnostics], [["sandbox", "sandbox-restricted"], []]);
  assert.equal((await stat(files.credentials)).mode & 0o077, 0, "nobody else reads them");
  // As any client of AWS would, by these variables alone.
  const sessions = createSessions({
    log: silentLog,
    env,
    promptMfa: () => Promise.reject(new Error("No MFA here")),
    sandboxAccess: () => undefined,
    endpointUrls: () => ({}),
  });
  t.after(() => sessions.dispose());
  const session = await sessions.open({ source: "profile", profile: "sandbox", region });
  assert.deepEqual([session.accountId, session.isLoopback], [accountId, true]);
});
