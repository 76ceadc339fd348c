import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { UserError } from "../../../src/core/errors";
import { FaultyFiles } from "../../fakes/faultyFiles";
import { refusal } from "../../fakes/cloud";
import { draftOf, gate, scope, targetOf, type Window } from "./world";
import { DiskScene, directory } from "./diskWorld";

const create = { type: "create", draft: draftOf("alpha") } as const;
const monthMs = 30 * 24 * 60 * 60 * 1000;

function setUp(t: TestContext): DiskScene {
  const scene = new DiskScene();
  t.after(() => scene.end());
  return scene;
}

/** Started in one window, which then goes away while the call is under way; another window looked on. */
async function leaveBehind(scene: DiskScene, window: Window, call: "get" | "create" | "get after delete") {
  const calling = gate();
  const never = gate();
  let isFirst = true;
  scene.cloud.before = (candidate) => {
    const name = scene.changes().length > 0 ? `${candidate} after delete` : candidate;
    if ((name !== call && candidate !== call) || !isFirst) return undefined;
    isFirst = false;
    calling.open();
    return never.opened;
  };
  const first = await scene.open();
  const failed = scene.cloud.add("createFailed", "alpha");
  const recreate = { type: "recreate", draft: draftOf("alpha"), target: targetOf(failed) } as const;
  const { id } = await first.start(scope, recreate);
  await calling.opened;
  await scene.pause();
  assert.equal(window.get(id)?.status, "running");
  return { id, first };
}

for (const [what, code] of [
  ["open", "EMFILE"],
  ["sync", "EIO"],
  ["sync", "EDQUOT"],
] as const)
  void test(`Row 4: when the folder's ${what} fails with ${code} after the rename, the operation has started, once`, async (t) => {
    const scene = setUp(t);
    const beside = await scene.open();
    const files = new FaultyFiles(scene.disk);
    let faults = 0;
    files.onCall = (call) => (call === `${what} operations` && faults++ === 0 ? { code } : undefined);
    const window = await scene.open(files);
    const { id } = await window.start(scope, create);
    assert.equal((await scene.within(window.untilIdle(id))).status, "succeeded");
    await scene.settleAll(await scene.open(), beside);
    assert.equal(faults > 0, true);
    assert.equal(scene.cloud.live.length, 1);
  });

void test("Row 4: a rename that was carried out, and whose answer is an error, is no reason to say that nothing was sent", async (t) => {
  const scene = setUp(t);
  const files = new FaultyFiles(scene.disk);
  files.onCall = (call) => (call.startsWith("rename") ? { code: "EIO", isDone: true } : undefined);
  const window = await scene.open(files);
  const { id } = await window.start(scope, create);
  assert.equal((await scene.within(window.untilIdle(id))).status, "succeeded");
  assert.equal(scene.cloud.live.length, 1);
});

async function settleOne(scene: DiskScene, window: Window): Promise<void> {
  const { id } = await window.start(scope, { type: "create", draft: draftOf("another") });
  await scene.within(window.untilIdle(id));
  await scene.pause();
}

/** A recreate that has deleted the failed instance and could not make a new one, and a create that succeeded. */
async function leaveSettled(scene: DiskScene) {
  const window = await scene.open();
  await settleOne(scene, window);
  const target = targetOf(scene.cloud.add("createFailed", "alpha"));
  scene.cloud.fail("create", refusal("AccessDeniedException", 403));
  const { id } = await window.start(scope, { type: "recreate", draft: draftOf("alpha"), target });
  assert.equal((await scene.within(window.untilIdle(id))).status, "failed");
  window.dispose();
  return id;
}

void test("Row 11: the record of a failed recreate is kept however old it is, until it is discarded", async (t) => {
  const scene = setUp(t);
  const failedId = await leaveSettled(scene);
  await scene.clock.sleep(monthMs);
  const window = await scene.open();
  await settleOne(scene, window);
  assert.deepEqual(
    window.list().map(({ status }) => status),
    ["succeeded", "failed"],
  );
  assert.equal(window.get(failedId)?.draft?.values.name, "alpha");
  await window.discard(failedId);
  await scene.clock.sleep(monthMs);
  await settleOne(scene, window);
  assert.equal(window.list().length, 1);
});

void test("Row 11: a clock that jumps trims nothing, nor does one that no service has confirmed", async (t) => {
  const scene = setUp(t);
  await leaveSettled(scene);
  scene.clock.jump(monthMs);
  for (const offsetMs of [-monthMs, undefined]) {
    scene.sessions.clockOffsetMs = offsetMs;
    const window = await scene.open();
    await settleOne(scene, window);
    window.dispose();
  }
  assert.equal((await scene.open()).list().length, 4);
});

void test("Row 11: what was settled in the future is kept", async (t) => {
  const scene = setUp(t);
  scene.clock.jump(monthMs);
  await leaveSettled(scene);
  scene.clock.jump(-monthMs);
  const window = await scene.open();
  await settleOne(scene, window);
  assert.equal(window.list().length, 3);
});

void test("Row 12: a folder that cannot be listed during a take-over stops nothing, and no lock stays behind", async (t) => {
  const scene = setUp(t);
  const files = new FaultyFiles(scene.disk);
  const window = await scene.open(files);
  const { id, first } = await leaveBehind(scene, window, "create");
  let faults = 0;
  files.onCall = (call) => (call.startsWith("readdir") && ++faults ? { code: "EMFILE" } : undefined);
  first.dispose();
  assert.equal((await scene.within(window.untilIdle(id))).status, "succeeded");
  await scene.pause();
  assert.equal(faults > 0, true);
  assert.deepEqual(scene.litter(), []);
});

void test("Row 12: whatever goes wrong in a take-over, the lock is given back", async (t) => {
  const scene = setUp(t);
  let isBroken = false;
  const get = () => {
    if (isBroken) throw new Error("broken");
    return scene.cloud.kind;
  };
  const window = await scene.open(scene.disk, { kinds: { get } });
  const { first } = await leaveBehind(scene, window, "create");
  isBroken = true;
  first.dispose();
  await scene.pause();
  window.dispose();
  assert.deepEqual(scene.litter(), []);
});

void test("Row 5: what was never sent is not sent by a window that takes over, but offered", async (t) => {
  const scene = setUp(t);
  const window = await scene.open();
  const { id, first } = await leaveBehind(scene, window, "get");
  const found: string[] = [];
  window.onDidFindInterrupted((record) => found.push(record.id));
  first.dispose();
  const record = await scene.within(window.untilIdle(id));
  assert.equal(record.status, "interrupted");
  assert.match(record.error?.message ?? "", /Nothing was sent/);
  await scene.pause();
  assert.deepEqual(scene.changes(), []);
  assert.deepEqual(found, [id]);
  await scene.settleAll(window);
  assert.equal(scene.cloud.live.length, 1);
});

for (const code of ["EIO", "EMFILE"])
  void test(`Row 19: one read of an own entry that fails with ${code} is told as that, and nobody takes the operation away`, async () => {
    let interruptions = 0;
    for (let failing = 1; failing <= 10; failing++) {
      const scene = new DiskScene();
      const files = new FaultyFiles(scene.disk);
      let reads = 0;
      const window = await scene.open(files);
      const { id } = await window.start(scope, create);
      files.onCall = (call) => (call === `readFile ${id}.json` && ++reads === failing ? { code } : undefined);
      const record = await scene.within(window.untilIdle(id));
      if (record.status === "interrupted") {
        interruptions++;
        assert.equal(record.error?.code, code);
        assert.match(record.error.message, /Could not read/);
        await window.resume(id);
      }
      assert.equal((await scene.within(window.untilIdle(id))).status, "succeeded");
      const texts = window
        .get(id)
        ?.history.map(({ text }) => text)
        .join();
      assert.doesNotMatch(texts ?? "", /window that ran it is gone/);
      assert.equal(scene.cloud.live.length, 1);
      scene.end();
    }
    assert.equal(interruptions > 0, true);
  });

void test("Also: half an entry that a reader sees while its owner works is not moved, and the owner writes on", async (t) => {
  const scene = setUp(t);
  const window = await scene.open();
  const { id } = await leaveBehind(scene, window, "create");
  const messages: string[] = [];
  const reader = await scene.open();
  reader.onDidSetAside((message) => messages.push(message));
  const path = `${directory}/${id}.json`;
  const text = scene.disk.readFileSync(path);
  scene.disk.writeFileSync(path, text.slice(0, 100));
  const late = await scene.open();
  late.onDidSetAside((message) => messages.push(message));
  await scene.pause();
  assert.equal(scene.disk.readFileSync(path), text.slice(0, 100));
  assert.match(messages.join(), /could not be read.*left as it is/);
  scene.disk.writeFileSync(`${path}.tmp`, text);
  await scene.disk.rename(`${path}.tmp`, path);
  await scene.clock.sleep(60_000);
  assert.equal(late.get(id)?.status, "running");
});

void test("Also: an owner whose entry was torn behind it replaces it with what it knows", async (t) => {
  const scene = setUp(t);
  const window = await scene.open();
  const { id } = await window.start(scope, create);
  scene.disk.writeFileSync(`${directory}/${id}.json`, "{");
  assert.equal((await scene.within(window.untilIdle(id))).status, "succeeded");
  const [record] = (await scene.open()).list();
  assert.equal(record?.status, "succeeded");
});

void test("Also: a record of a newer version that names the instance comes first, whatever it says about its state", async (t) => {
  const scene = setUp(t);
  const window = await scene.open();
  const [one, other] = [scene.cloud.add("ready", "one"), scene.cloud.add("ready", "other")].map(targetOf);
  const newer = { version: 9, accountId: scope.accountId, connection: scope.connection, target: one, status: "done" };
  scene.disk.writeFileSync(`${directory}/later.json`, JSON.stringify(newer));
  await assert.rejects(
    window.start(scope, { type: "delete", target: one! }),
    (error) => error instanceof UserError && /nothing was sent.*newer version.*It may be about one/.test(error.message),
  );
  const elsewhere = { ...newer, accountId: "999999999999" };
  for (const record of [elsewhere, { ...newer, target: other }, { ...newer, target: { arn: 1 } }]) {
    scene.disk.writeFileSync(`${directory}/later.json`, JSON.stringify(record));
    const { id } = await window.start(scope, { type: "edit", target: one!, values: { name: "new" } });
    await scene.within(window.untilIdle(id));
  }
});

void test("Also: while an entry or the folder cannot be read, no second operation starts on an instance", async (t) => {
  const scene = setUp(t);
  const target = targetOf(scene.cloud.add("ready", "one"));
  const first = await scene.open();
  const { id } = await first.start(scope, create);
  await first.untilIdle(id);
  for (const broken of [`readFile ${id}.json`, "readdir operations"]) {
    const files = new FaultyFiles(scene.disk);
    const window = await scene.open(files);
    const later = await scene.open(files);
    files.onCall = (call) => (call === broken ? { code: "EIO" } : undefined);
    const unknowing = broken.startsWith("readFile") ? await scene.open(files) : later;
    await assert.rejects(unknowing.start(scope, { type: "delete", target }), /nothing was sent.*Could not read/);
    // This one has read the entry before, and knows that it is about something else.
    if (broken.startsWith("readFile")) await window.start(scope, { type: "edit", target, values: { name: "new" } });
    files.heal();
    await scene.pause();
  }
  assert.deepEqual(
    scene.changes().filter((call) => call.startsWith("delete")),
    [],
  );
});

void test("Also: a settled operation keeps no values and tags, but a create that failed keeps its draft until it is discarded", async (t) => {
  const scene = setUp(t);
  const window = await scene.open();
  const secret = "the secret value";
  const target = targetOf(scene.cloud.add("ready", "one"));
  const draft = draftOf("alpha", { tags: { key: secret } });
  for (const request of [
    { type: "create", draft },
    { type: "edit", target, values: { domain: secret } },
    { type: "tags", target, changes: { set: { key: secret }, remove: [] } },
  ] as const) {
    const { id } = await window.start(scope, request);
    assert.equal((await scene.within(window.untilIdle(id))).status, "succeeded");
    assert.doesNotMatch(scene.disk.readFileSync(`${directory}/${id}.json`), /secret/);
  }
  scene.cloud.fail("create", refusal("ValidationException", 400));
  const { id } = await window.start(scope, { type: "create", draft });
  assert.deepEqual((await scene.within(window.untilIdle(id))).draft, draft);
  await window.discard(id);
  assert.doesNotMatch(scene.disk.readFileSync(`${directory}/${id}.json`), /secret/);
});

void test("Safety: an owner that settles right before it gives up its lock is not taken over", async (t) => {
  const scene = setUp(t);
  const files = new FaultyFiles(scene.disk);
  const window = await scene.open(files);
  const { id } = await leaveBehind(scene, window, "get after delete");
  const lock = scene.litter()[0]!;
  const calls = scene.cloud.calls.length;
  files.onCall = (call) => {
    if (!call.startsWith("stat") || !scene.disk.paths.includes(lock)) return undefined;
    const path = `${directory}/${id}.json`;
    const record = JSON.parse(scene.disk.readFileSync(path)) as { revision: number };
    const settled = { ...record, status: "succeeded", revision: record.revision + 1 };
    scene.disk.writeFileSync(path, JSON.stringify(settled));
    scene.disk.unlinkSync(lock);
    return undefined;
  };
  assert.equal((await scene.within(window.untilIdle(id))).status, "succeeded");
  await scene.pause();
  assert.equal(scene.cloud.calls.length, calls);
});
