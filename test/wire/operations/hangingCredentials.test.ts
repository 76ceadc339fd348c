import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, test, type TestContext } from "node:test";
import type { Clock } from "../../../src/core/clock";
import { silentLog } from "../../../src/core/log";
import type { Connection } from "../../../src/instances/connection";
import { createFollower } from "../../../src/instances/follow";
import { createKinds } from "../../../src/instances/kinds/registry";
import { scopeOf } from "../../../src/instances/place";
import { createSessions } from "../../../src/instances/sessions";
import { createOperations } from "../../../src/operations/durableOperations";
import { FakeClock } from "../../fakes/clock";
import { answeredProcess } from "../../fixtures/credentialProcess";
import { startTestSandbox } from "../../fixtures/sandbox";
import { hurriedClock } from "../../fakes/clock";
import { until } from "../../unit/operations/world";
import { noStore } from "../../fakes/noStore";

/*
 * Operations whose credential_process hangs, over the real sessions, client and sandbox. The environment is this file's own: it
 * runs in a process of its own, where the SDK finds the profile.
 */

const home = mkdtempSync(path.join(tmpdir(), "hanging-"));
for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
process.env.HOME = home;
mkdirSync(path.join(home, ".aws"));
after(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

const connection: Connection = { source: "profile", profile: "p", region: "us-east-1" };
/** What hangs where it should not ends as a failure, and not with the whole run. */
const watched = { timeout: 30_000 };
const hourMs = 60 * 60 * 1000;

/** The `credential_process` of the profile. */
async function startSource(t: TestContext) {
  const { command, started } = await answeredProcess(t, home);
  const next = async () => {
    const response = await started();
    return { response, killed: once(response, "close") };
  };
  return { command, next };
}

/** A window with a session of the profile, whose keys end in an hour. */
async function connect(t: TestContext) {
  const sandbox = await startTestSandbox(t, { createSeconds: 1_000 });
  const source = await startSource(t);
  writeFileSync(
    path.join(home, ".aws", "config"),
    `[profile p]\nendpoint_url = ${sandbox.endpoint}\ncredential_process = ${source.command}\n`,
  );
  // Nothing is given up for the time that it takes: what ends must be ended by the user.
  const still = new FakeClock(Date.now());
  const clock: Clock = { ...hurriedClock, now: () => still.now() };
  const sessions = createSessions({
    log: silentLog,
    clock: still,
    env: { HOME: home },
    promptMfa: () => Promise.reject(new Error("nobody asks for MFA here")),
    sandboxAccess: () => undefined,
    endpointUrls: () => ({}),
  });
  const kinds = createKinds({ chimeApi: () => "identity" });
  const directory = mkdtempSync(path.join(home, "journal-"));
  const follower = createFollower({ sessions, store: noStore, clock, log: silentLog });
  const window = createOperations({ directory, sessions, kinds, follower, log: silentLog, clock });
  t.after(() => {
    window.dispose();
    sessions.dispose();
  });
  await window.open();
  const opening = sessions.open(connection);
  const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = sandbox;
  const Expiration = new Date(still.now() + hourMs).toISOString();
  (await source.next()).response.end(JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey, Expiration }));
  const scope = scopeOf(await opening, kinds.get("supplyChain")!);
  return {
    window,
    sessions,
    source,
    expire: () => still.advance(2 * hourMs),
    create: () => window.start(scope, { type: "create", draft: { kind: "supplyChain", values: {}, tags: {} } }),
    creates: async () =>
      (await sandbox.control.ledger()).requests.filter(({ operation }) => operation === "CreateInstance").length,
  };
}

test(
  "Row 13: an operation whose credentials hang as it begins is cancelled at once: nothing is sent, and their process is killed",
  watched,
  async (t) => {
    const { window, sessions, source, create, creates } = await connect(t);
    sessions.invalidate(connection);
    const { id } = await create();
    const { killed } = await source.next();
    assert.equal(window.canCancel(id), true);
    await window.cancel(id);
    assert.equal((await window.untilIdle(id)).status, "discarded");
    await killed;
    assert.equal(await creates(), 0);
  },
);

test(
  "Row 13: an operation whose credentials hang as they are renewed, right before its request, is cancelled at once",
  watched,
  async (t) => {
    const { window, source, expire, create, creates } = await connect(t);
    await expire();
    const { id } = await create();
    const { killed } = await source.next();
    assert.equal(window.get(id)?.attempts, 1);
    assert.equal(window.canCancel(id), true);
    await window.cancel(id);
    assert.equal((await window.untilIdle(id)).status, "discarded");
    await killed;
    assert.equal(await creates(), 0);
  },
);

test(
  "Row 13: what was interrupted is resumed into credentials that hang, and is discarded at once",
  watched,
  async (t) => {
    const { window, sessions, source, create, creates } = await connect(t);
    sessions.invalidate(connection);
    const { id } = await create();
    (await source.next()).response.destroy();
    assert.equal((await window.untilIdle(id)).status, "interrupted");
    await window.resume(id);
    const { killed } = await source.next();
    await window.discard(id);
    assert.equal((await window.untilIdle(id)).status, "discarded");
    await killed;
    assert.equal(await creates(), 0);
  },
);

test(
  "Row 13: what was interrupted is discarded while credentials hang for somebody else, who goes on waiting",
  watched,
  async (t) => {
    const { window, sessions, source, create } = await connect(t);
    sessions.invalidate(connection);
    const { id } = await create();
    (await source.next()).response.destroy();
    assert.equal((await window.untilIdle(id)).status, "interrupted");
    let isOver = false;
    const opening = sessions.open(connection).finally(() => (isOver = true));
    opening.catch(() => undefined);
    const { response } = await source.next();
    await window.discard(id);
    assert.equal(window.get(id)?.status, "discarded");
    assert.equal(isOver, false);
    response.destroy();
    await assert.rejects(opening);
  },
);

test(
  "Row 13: what only waits for the service stops following at once while its credentials hang",
  watched,
  async (t) => {
    const { window, source, expire, create, creates } = await connect(t);
    const { id } = await create();
    await until(window, id, ({ step }) => step === "follow");
    await expire();
    const { killed } = await source.next();
    await window.stopFollowing(id);
    assert.equal(window.get(id)?.status, "discarded");
    await killed;
    assert.equal(await creates(), 1);
  },
);
