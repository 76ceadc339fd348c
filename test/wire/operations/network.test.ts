import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { silentLog } from "../../../src/core/log";
import { createFollower } from "../../../src/instances/follow";
import { createKinds } from "../../../src/instances/kinds/registry";
import { scopeOf as changeScopeOf } from "../../../src/instances/place";
import { createSessions } from "../../../src/instances/sessions";
import { createOperations } from "../../../src/operations/durableOperations";
import { refusal } from "../../fakes/cloud";
import { startTestSandbox } from "../../fixtures/sandbox";
import { hurriedClock } from "../../fakes/clock";
import { accessOf, sandboxConnection } from "../instances/world";
import { draftOf, scope, setUp } from "../../unit/operations/world";
import { noStore } from "../../fakes/noStore";

/** Durable operations over the real client, sessions and kinds, and a socket to a real sandbox. */
async function connect(t: TestContext) {
  const sandbox = await startTestSandbox(t);
  const directory = await mkdtemp(join(tmpdir(), "network-"));
  const sessions = createSessions({
    log: silentLog,
    clock: hurriedClock,
    env: {},
    promptMfa: () => Promise.reject(new Error("nobody asks for MFA here")),
    sandboxAccess: () => accessOf(sandbox),
    endpointUrls: () => ({}),
  });
  const products = createKinds({ chimeApi: () => "identity" });
  const window = createOperations({
    directory,
    sessions,
    kinds: products,
    follower: createFollower({ sessions, store: noStore, clock: hurriedClock, log: silentLog }),
    log: silentLog,
    clock: hurriedClock,
  });
  t.after(async () => {
    window.dispose();
    sessions.dispose();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  await window.open();
  const session = await sessions.open(sandboxConnection);
  const scopeOf = (id: string) => changeScopeOf(session, products.get(id)!);
  const live = async () =>
    (await sandbox.control.ledger()).resources.filter(({ deletedTime, state }) => !deletedTime && state !== "Deleted");
  return { sandbox, window, scopeOf, live };
}

const kinds = { supplyChain: "Instance", chime: "AppInstance" };

for (const [kind, noun] of Object.entries(kinds)) {
  for (const status of [403, 404, 408, 413]) {
    test(`Row 6: a ${kind} create and delete end right when a proxy answers ${status} with HTML after they were carried out`, async (t) => {
      const { sandbox, window, scopeOf, live } = await connect(t);
      // Once is within one call's attempts; five times are more than one call has.
      for (const times of [1, 5]) {
        await sandbox.control.addFault(`Create${noun}`, { kind: "garbage", status }, times);
        const draft = { kind, values: { name: `plant-${times}` }, tags: {} };
        const created = await window.untilIdle((await window.start(scopeOf(kind), { type: "create", draft })).id);
        assert.equal(created.status, "succeeded", created.error?.message);
        assert.deepEqual(
          (await live()).map(({ arn }) => arn),
          [created.created?.arn],
        );
        await sandbox.control.addFault(`Delete${noun}`, { kind: "garbage", status }, times);
        const { id = "", arn = "" } = created.created ?? {};
        const deleted = await window.untilIdle(
          (await window.start(scopeOf(kind), { type: "delete", target: { id, arn } })).id,
        );
        assert.equal(deleted.status, "succeeded", deleted.error?.message);
        assert.deepEqual(await live(), []);
      }
    });
  }
}

test("Row 6: a proxy that goes on answering for the service interrupts an operation, and Resume finds what was made", async (t) => {
  const { sandbox, window, scopeOf, live } = await connect(t);
  await sandbox.control.addFault("CreateInstance", { kind: "garbage", status: 403 }, 1000);
  const draft = { kind: "supplyChain", values: { name: "plant" }, tags: {} };
  const { id } = await window.start(scopeOf("supplyChain"), { type: "create", draft });
  const stuck = await window.untilIdle(id);
  assert.equal(stuck.status, "interrupted");
  const { host } = new URL(sandbox.endpoint);
  assert.equal(stuck.error?.message, `HTTP 403 from something between here and ${host} (no AWS error code): Forbidden`);
  await sandbox.control.clearFaults();
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.equal((await live()).length, 1);
});

test("Row 20: an account that Chime was not opened to is refused: there is nothing to resume or to sign in to", async (t) => {
  const world = await setUp(t);
  world.cloud.fail("create", refusal("UnauthorizedClientException", 401, "Not opened to this account"));
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const record = await window.untilIdle(id);
  assert.equal(record.status, "failed");
  assert.deepEqual(record.error, { code: "UnauthorizedClientException", message: "Not opened to this account" });
});
