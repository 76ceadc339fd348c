import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../src/core/errors";
import { nodeFiles, type Files } from "../../../src/operations/files";
import { draftOf, gate, scope, setUp, targetOf, until, type World } from "./world";

/** A disk whose writes fail while it is full, and wait while it is slow. */
function moodyDisk() {
  const disk = {
    isFull: false,
    onWrite: (): Promise<void> | undefined => undefined,
    files: {
      ...nodeFiles,
      open: async (path, flags) => {
        if (flags === "w") await disk.onWrite();
        if (disk.isFull) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
        return nodeFiles.open(path, flags);
      },
    } satisfies Files,
  };
  return disk;
}

/** Sessions that nobody gets before the test says so. */
function holdSessions(world: World) {
  const opening = gate();
  const open = world.sessions.open.bind(world.sessions);
  world.sessions.open = async (connection) => {
    await opening.opened;
    return open(connection);
  };
  return opening;
}

/** A kind whose create waits for credentials, with the attempt on disk and no bytes sent. */
function kindWithSlowCredentials(world: World) {
  const asked = gate();
  const given = gate();
  const { kind } = world.cloud;
  const kinds = {
    get: (): typeof kind => ({
      ...kind,
      create: async (...call) => {
        asked.open();
        await given.opened;
        return kind.create(...call);
      },
    }),
  };
  return { asked, given, kinds };
}

test("Row 5: a cancel that cannot be written rejects and says so, and nothing is sent", async (t) => {
  const world = await setUp(t);
  const disk = moodyDisk();
  const opening = holdSessions(world);
  const window = await world.open({ files: disk.files });
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  disk.isFull = true;
  await assert.rejects(
    window.cancel(id),
    (error) => error instanceof UserError && /interrupted before anything was sent.*disk is full/.test(error.message),
  );
  opening.open();
  const record = await window.untilIdle(id);
  assert.equal(record.status, "interrupted");
  assert.deepEqual(world.cloud.calls, []);
  disk.isFull = false;
  await window.discard(id);
  assert.equal((await world.records())[0]?.status, "discarded");
  assert.deepEqual(world.cloud.calls, []);
});

test("Row 5: a cancel while the operation's own write is under way comes after it, and before the request", async (t) => {
  const world = await setUp(t);
  const disk = moodyDisk();
  const window = await world.open({ files: disk.files });
  let writes = 0;
  let cancelled: Promise<void> | undefined;
  disk.onWrite = () => {
    if (++writes === 2) cancelled = window.cancel(id);
    return undefined;
  };
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await window.untilIdle(id);
  await cancelled;
  assert.equal((await world.records())[0]?.status, "discarded");
  assert.deepEqual(world.cloud.calls, []);
});

test("Row 5: while a cancel is being written nothing is sent, and it counts for a request that waits for credentials", async (t) => {
  const world = await setUp(t);
  const disk = moodyDisk();
  const { asked, given, kinds } = kindWithSlowCredentials(world);
  const window = await world.open({ files: disk.files, kinds });
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await asked.opened;
  assert.equal(window.canCancel(id), true);
  const writing = gate();
  disk.onWrite = () => writing.opened;
  const cancelled = window.cancel(id);
  given.open();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(world.cloud.calls, []);
  writing.open();
  await cancelled;
  assert.equal(window.get(id)?.status, "discarded");
  assert.deepEqual(world.cloud.calls, []);
});

test("Row 5: what was never sent can be cancelled after it was resumed, too", async (t) => {
  const world = await setUp(t);
  world.cloud.accountId = "999999999999";
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await window.untilIdle(id);
  world.cloud.accountId = scope.accountId;
  const opening = holdSessions(world);
  await window.resume(id);
  assert.equal(window.canCancel(id), true);
  const cancelled = window.cancel(id);
  opening.open();
  await cancelled;
  assert.deepEqual(world.cloud.calls, []);
});

test("Row 15: what is at work is not discarded once a request was sent", async (t) => {
  const world = await setUp(t);
  const sending = gate();
  const answering = gate();
  world.cloud.before = async (call) => {
    if (call !== "create") return;
    sending.open();
    await answering.opened;
  };
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await sending.opened;
  await assert.rejects(window.discard(id), (error) => error instanceof UserError && error.message.includes("was sent"));
  assert.equal(window.get(id)?.status, "running");
  answering.open();
  assert.equal((await window.untilIdle(id)).status, "succeeded");
});

test("Row 15: a discard is a cancel as long as nothing was sent", async (t) => {
  const world = await setUp(t);
  const opening = holdSessions(world);
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const discarded = window.discard(id);
  opening.open();
  await discarded;
  assert.equal(window.get(id)?.status, "discarded");
  assert.deepEqual(world.cloud.calls, []);
});

test("What was at work on something that is gone with its sandbox can be discarded all the same", async (t) => {
  const world = await setUp(t);
  world.cloud.isInstant = false;
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await until(window, id, ({ step }) => step === "follow");
  await assert.rejects(window.discard(id), (error) => error instanceof UserError && error.remedies.length === 1);
  await window.discard(id, { evenAtWork: true });
  assert.equal((await world.records())[0]?.status, "discarded");
});

test("Row 14: a delete that stays in Deleting can be given up, and every window stops following it", async (t) => {
  const world = await setUp(t);
  world.cloud.isInstant = false;
  const window = await world.open();
  const other = await world.open();
  const target = targetOf(world.cloud.add("ready", "alpha"));
  const { id } = await window.start(scope, { type: "delete", target });
  await until(other, id, ({ step }) => step === "waitDeleted");
  await assert.rejects(other.stopFollowing(id), /Another window follows alpha/);
  await window.stopFollowing(id);
  const record = await other.untilIdle(id);
  assert.equal(record.status, "discarded");
  assert.match(record.history.at(-1)?.text ?? "", /service goes on/);
  window.dispose();
  assert.equal((await other.untilIdle(id)).status, "discarded");
  await other.start(scope, { type: "tags", target, changes: { set: {}, remove: [] } });
});

test("Row 14: a create that stays in its beginnings can be given up; the instance stays", async (t) => {
  const world = await setUp(t);
  world.cloud.isInstant = false;
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await until(window, id, ({ step }) => step === "follow");
  await window.stopFollowing(id);
  assert.equal(window.get(id)?.status, "discarded");
  assert.equal(world.cloud.live.length, 1);
});

test("Row 14: a recreate that is given up while it deletes is interrupted with its draft, and can be resumed", async (t) => {
  const world = await setUp(t);
  world.cloud.isInstant = false;
  const window = await world.open();
  const target = targetOf(world.cloud.add("createFailed", "alpha"));
  const { id } = await window.start(scope, { type: "recreate", draft: draftOf("alpha"), target });
  await until(window, id, ({ step }) => step === "waitDeleted");
  await window.stopFollowing(id);
  const record = await window.untilIdle(id);
  assert.equal(record.status, "interrupted");
  assert.equal(record.error?.code, "StoppedFollowing");
  assert.equal(record.draft?.values.name, "alpha");
  assert.equal((await world.records())[0]?.status, "interrupted");
  world.cloud.isInstant = true;
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).created?.id, "i-2");
});

test("Row 14: what was interrupted while it only waited can be given up from any window", async (t) => {
  const world = await setUp(t);
  world.cloud.isInstant = false;
  const first = await world.open();
  const { id } = await first.start(scope, { type: "delete", target: targetOf(world.cloud.add("ready", "alpha")) });
  await until(first, id, ({ step }) => step === "waitDeleted");
  first.dispose();
  const second = await world.open();
  await until(second, id, ({ status }) => status === "interrupted");
  await second.stopFollowing(id);
  assert.equal((await world.records())[0]?.status, "discarded");
  await assert.rejects(second.stopFollowing(id), UserError);
});

test("Row 14: following is not stopped when more than waiting is left, however late that turns out", async (t) => {
  const world = await setUp(t);
  const disk = moodyDisk();
  const window = await world.open({ files: disk.files });
  const target = targetOf(world.cloud.add("createFailed", "alpha"));
  const { id } = await window.start(scope, { type: "recreate", draft: draftOf("alpha"), target });
  await assert.rejects(window.stopFollowing(id), /not only waiting/);
  const asked = gate();
  let refused: Promise<void> | undefined;
  disk.onWrite = () => {
    if (window.get(id)?.step !== "waitDeleted" || refused) return undefined;
    // The write that leaves this step is under way.
    refused = assert.rejects(window.stopFollowing(id), /not only waiting/);
    asked.open();
    return undefined;
  };
  await asked.opened;
  await refused;
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
});
