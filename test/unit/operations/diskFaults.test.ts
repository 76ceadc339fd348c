import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { UserError } from "../../../src/core/errors";
import { FaultyFiles } from "../../fakes/faultyFiles";
import { refusal } from "../../fakes/cloud";
import { draftOf, gate, scope, targetOf, type Window } from "./world";
import { DiskWorld, directory } from "./diskWorld";

const create = { type: "create", draft: draftOf("alpha") } as const;
const monthMs = 30 * 24 * 60 * 60 * 1000;

function setUp(t: TestContext): DiskWorld {
  const world = new DiskWorld();
  t.after(() => world.end());
  return world;
}

/** Started in one window, which then goes away while the call is under way; another window looked on. */
async function leaveBehind(world: DiskWorld, window: Window, call: "get" | "create" | "get after delete") {
  const calling = gate();
  const never = gate();
  let isFirst = true;
  world.cloud.before = (candidate) => {
    const name = world.changes().length > 0 ? `${candidate} after delete` : candidate;
    if ((name !== call && candidate !== call) || !isFirst) return undefined;
    isFirst = false;
    calling.open();
    return never.opened;
  };
  const first = await world.open();
  const failed = world.cloud.add("createFailed", "alpha");
  const recreate = { type: "recreate", draft: draftOf("alpha"), target: targetOf(failed) } as const;
  const { id } = await first.start(scope, recreate);
  await calling.opened;
  await world.pause();
  assert.equal(window.get(id)?.status, "running");
  return { id, first };
}

for (const [what, code] of [
  ["open", "EMFILE"],
  ["sync", "EIO"],
  ["sync", "EDQUOT"],
] as const)
  test(`Row 4: when the folder's ${what} fails with ${code} after the rename, the operation has started, once`, async (t) => {
    const world = setUp(t);
    const beside = await world.open();
    const files = new FaultyFiles(world.disk);
    let faults = 0;
    files.onCall = (call) => (call === `${what} operations` && faults++ === 0 ? { code } : undefined);
    const window = await world.open(files);
    const { id } = await window.start(scope, create);
    assert.equal((await world.within(window.untilIdle(id))).status, "succeeded");
    await world.settleAll(await world.open(), beside);
    assert.equal(faults > 0, true);
    assert.equal(world.cloud.live.length, 1);
  });

test("Row 4: a rename that was carried out, and whose answer is an error, is no reason to say that nothing was sent", async (t) => {
  const world = setUp(t);
  const files = new FaultyFiles(world.disk);
  files.onCall = (call) => (call.startsWith("rename") ? { code: "EIO", isDone: true } : undefined);
  const window = await world.open(files);
  const { id } = await window.start(scope, create);
  assert.equal((await world.within(window.untilIdle(id))).status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
});

async function settleOne(world: DiskWorld, window: Window): Promise<void> {
  const { id } = await window.start(scope, { type: "create", draft: draftOf("another") });
  await world.within(window.untilIdle(id));
  await world.pause();
}

/** A recreate that has deleted the failed instance and could not make a new one, and a create that succeeded. */
async function leaveSettled(world: DiskWorld) {
  const window = await world.open();
  await settleOne(world, window);
  const target = targetOf(world.cloud.add("createFailed", "alpha"));
  world.cloud.fail("create", refusal("AccessDeniedException", 403));
  const { id } = await window.start(scope, { type: "recreate", draft: draftOf("alpha"), target });
  assert.equal((await world.within(window.untilIdle(id))).status, "failed");
  window.dispose();
  return id;
}

test("Row 11: the record of a failed recreate is kept however old it is, until its draft is given up", async (t) => {
  const world = setUp(t);
  const failedId = await leaveSettled(world);
  await world.clock.sleep(monthMs);
  const window = await world.open();
  await settleOne(world, window);
  assert.deepEqual(
    window.list().map(({ status }) => status),
    ["succeeded", "failed"],
  );
  assert.equal(window.get(failedId)?.draft?.values.name, "alpha");
  await window.discard(failedId);
  await world.clock.sleep(monthMs);
  await settleOne(world, window);
  assert.equal(window.get(failedId)?.draft?.values.name, "alpha");
  await window.discard(failedId, { withDraft: true });
  await settleOne(world, window);
  assert.equal(window.get(failedId), undefined);
});

test("Row 11: a clock that jumps trims nothing, nor does one that no service has confirmed", async (t) => {
  const world = setUp(t);
  await leaveSettled(world);
  world.clock.jump(monthMs);
  for (const offsetMs of [-monthMs, undefined]) {
    world.sessions.clockOffsetMs = offsetMs;
    const window = await world.open();
    await settleOne(world, window);
    window.dispose();
  }
  assert.equal((await world.open()).list().length, 4);
});

test("Row 11: what was settled in the future is kept", async (t) => {
  const world = setUp(t);
  world.clock.jump(monthMs);
  await leaveSettled(world);
  world.clock.jump(-monthMs);
  const window = await world.open();
  await settleOne(world, window);
  assert.equal(window.list().length, 3);
});

test("Row 12: a folder that cannot be listed during a take-over stops nothing, and no lock stays behind", async (t) => {
  const world = setUp(t);
  const files = new FaultyFiles(world.disk);
  const window = await world.open(files);
  const { id, first } = await leaveBehind(world, window, "create");
  let faults = 0;
  files.onCall = (call) => (call.startsWith("readdir") && ++faults ? { code: "EMFILE" } : undefined);
  first.dispose();
  assert.equal((await world.within(window.untilIdle(id))).status, "succeeded");
  await world.pause();
  assert.equal(faults > 0, true);
  assert.deepEqual(world.litter(), []);
});

test("Row 12: whatever goes wrong in a take-over, the lock is given back", async (t) => {
  const world = setUp(t);
  let isBroken = false;
  const get = () => {
    if (isBroken) throw new Error("broken");
    return world.cloud.kind;
  };
  const window = await world.open(world.disk, { kinds: { get } });
  const { first } = await leaveBehind(world, window, "create");
  isBroken = true;
  first.dispose();
  await world.pause();
  window.dispose();
  assert.deepEqual(world.litter(), []);
});

test("Row 5: what was never sent is not sent by a window that takes over, but offered", async (t) => {
  const world = setUp(t);
  const window = await world.open();
  const { id, first } = await leaveBehind(world, window, "get");
  const found: string[] = [];
  window.onDidFindInterrupted((record) => found.push(record.id));
  first.dispose();
  const record = await world.within(window.untilIdle(id));
  assert.equal(record.status, "interrupted");
  assert.match(record.error?.message ?? "", /Nothing was sent/);
  await world.pause();
  assert.deepEqual(world.changes(), []);
  assert.deepEqual(found, [id]);
  await world.settleAll(window);
  assert.equal(world.cloud.live.length, 1);
});

for (const code of ["EIO", "EMFILE"])
  test(`Row 19: one read of an own entry that fails with ${code} is told as that, and nobody takes the operation away`, async () => {
    let interruptions = 0;
    for (let failing = 1; failing <= 10; failing++) {
      const world = new DiskWorld();
      const files = new FaultyFiles(world.disk);
      let reads = 0;
      const window = await world.open(files);
      const { id } = await window.start(scope, create);
      files.onCall = (call) => (call === `readFile ${id}.json` && ++reads === failing ? { code } : undefined);
      const record = await world.within(window.untilIdle(id));
      if (record.status === "interrupted") {
        interruptions++;
        assert.equal(record.error?.code, code);
        assert.match(record.error.message, /Could not read/);
        await window.resume(id);
      }
      assert.equal((await world.within(window.untilIdle(id))).status, "succeeded");
      const texts = window
        .get(id)
        ?.history.map(({ text }) => text)
        .join();
      assert.doesNotMatch(texts ?? "", /window that ran it is gone/);
      assert.equal(world.cloud.live.length, 1);
      world.end();
    }
    assert.equal(interruptions > 0, true);
  });

test("Also: half an entry that a reader sees while its owner works is not moved, and the owner writes on", async (t) => {
  const world = setUp(t);
  const window = await world.open();
  const { id } = await leaveBehind(world, window, "create");
  const messages: string[] = [];
  const reader = await world.open();
  reader.onDidSetAside((message) => messages.push(message));
  const path = `${directory}/${id}.json`;
  const text = world.disk.readFileSync(path);
  world.disk.writeFileSync(path, text.slice(0, 100));
  const late = await world.open();
  late.onDidSetAside((message) => messages.push(message));
  await world.pause();
  assert.equal(world.disk.readFileSync(path), text.slice(0, 100));
  assert.match(messages.join(), /could not be read.*left as it is/);
  world.disk.writeFileSync(`${path}.tmp`, text);
  await world.disk.rename(`${path}.tmp`, path);
  await world.clock.sleep(60_000);
  assert.equal(late.get(id)?.status, "running");
});

test("Also: an owner whose entry was torn behind it replaces it with what it knows", async (t) => {
  const world = setUp(t);
  const window = await world.open();
  const { id } = await window.start(scope, create);
  world.disk.writeFileSync(`${directory}/${id}.json`, "{");
  assert.equal((await world.within(window.untilIdle(id))).status, "succeeded");
  const [record] = (await world.open()).list();
  assert.equal(record?.status, "succeeded");
});

test("Also: a record of a newer version that names the instance comes first, whatever it says about its state", async (t) => {
  const world = setUp(t);
  const window = await world.open();
  const [one, other] = [world.cloud.add("ready", "one"), world.cloud.add("ready", "other")].map(targetOf);
  const newer = { version: 9, accountId: scope.accountId, connection: scope.connection, target: one, status: "done" };
  world.disk.writeFileSync(`${directory}/later.json`, JSON.stringify(newer));
  await assert.rejects(
    window.start(scope, { type: "delete", target: one! }),
    (error) => error instanceof UserError && /nothing was sent.*newer version.*It may be about one/.test(error.message),
  );
  const elsewhere = { ...newer, accountId: "999999999999" };
  for (const record of [elsewhere, { ...newer, target: other }, { ...newer, target: { arn: 1 } }]) {
    world.disk.writeFileSync(`${directory}/later.json`, JSON.stringify(record));
    const { id } = await window.start(scope, { type: "edit", target: one!, values: { name: "new" } });
    await world.within(window.untilIdle(id));
  }
});

test("Also: while an entry or the folder cannot be read, no second operation starts on an instance", async (t) => {
  const world = setUp(t);
  const target = targetOf(world.cloud.add("ready", "one"));
  const first = await world.open();
  const { id } = await first.start(scope, create);
  await first.untilIdle(id);
  for (const broken of [`readFile ${id}.json`, "readdir operations"]) {
    const files = new FaultyFiles(world.disk);
    const window = await world.open(files);
    const later = await world.open(files);
    files.onCall = (call) => (call === broken ? { code: "EIO" } : undefined);
    const unknowing = broken.startsWith("readFile") ? await world.open(files) : later;
    await assert.rejects(unknowing.start(scope, { type: "delete", target }), /nothing was sent.*Could not read/);
    // This one has read the entry before, and knows that it is about something else.
    if (broken.startsWith("readFile")) await window.start(scope, { type: "edit", target, values: { name: "new" } });
    files.heal();
    await world.pause();
  }
  assert.deepEqual(
    world.changes().filter((call) => call.startsWith("delete")),
    [],
  );
});

test("Also: a settled operation keeps no values and tags, but a create that failed keeps its draft until it is discarded", async (t) => {
  const world = setUp(t);
  const window = await world.open();
  const secret = "the secret value";
  const target = targetOf(world.cloud.add("ready", "one"));
  const draft = draftOf("alpha", { tags: { key: secret } });
  for (const request of [
    { type: "create", draft },
    { type: "edit", target, values: { domain: secret } },
    { type: "tags", target, changes: { set: { key: secret }, remove: [] } },
  ] as const) {
    const { id } = await window.start(scope, request);
    assert.equal((await world.within(window.untilIdle(id))).status, "succeeded");
    assert.doesNotMatch(world.disk.readFileSync(`${directory}/${id}.json`), /secret/);
  }
  world.cloud.fail("create", refusal("ValidationException", 400));
  const { id } = await window.start(scope, { type: "create", draft });
  assert.deepEqual((await world.within(window.untilIdle(id))).draft, draft);
  await window.discard(id);
  assert.doesNotMatch(world.disk.readFileSync(`${directory}/${id}.json`), /secret/);
});

test("Safety: an owner that settles right before it gives up its lock is not taken over", async (t) => {
  const world = setUp(t);
  const files = new FaultyFiles(world.disk);
  const window = await world.open(files);
  const { id } = await leaveBehind(world, window, "get after delete");
  const lock = world.litter()[0]!;
  const calls = world.cloud.calls.length;
  files.onCall = (call) => {
    if (!call.startsWith("stat") || !world.disk.paths.includes(lock)) return undefined;
    const path = `${directory}/${id}.json`;
    const record = JSON.parse(world.disk.readFileSync(path)) as { revision: number };
    const settled = { ...record, status: "succeeded", revision: record.revision + 1 };
    world.disk.writeFileSync(path, JSON.stringify(settled));
    world.disk.unlinkSync(lock);
    return undefined;
  };
  assert.equal((await world.within(window.untilIdle(id))).status, "succeeded");
  await world.pause();
  assert.equal(world.cloud.calls.length, calls);
});
