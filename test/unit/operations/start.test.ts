import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../src/core/errors";
import { nodeFiles, type Files } from "../../../src/operations/files";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, scope, setUp, targetOf } from "./world";

/** Node's files, with something that happens before the first lock is made. */
function beforeLocking(happen: () => Promise<void>): Files {
  let isFirst = true;
  return {
    ...nodeFiles,
    async open(path, flags) {
      if (path.endsWith(".lock") && flags === "wx" && isFirst) {
        isFirst = false;
        await happen();
      }
      return nodeFiles.open(path, flags);
    },
  };
}

test("What another window began on the instance, and left unfinished, while we took the lock comes first", async (t) => {
  const world = await setUp(t);
  const target = targetOf(world.cloud.add("ready", "alpha"));
  const first = await world.open({ timing: { retryDelaysMs: [] } });
  const files = beforeLocking(async () => {
    world.cloud.fail("delete", reset());
    const { id } = await first.start(scope, { type: "delete", target });
    assert.equal((await first.untilIdle(id)).status, "interrupted");
  });
  const second = await world.open({ files });
  await assert.rejects(
    second.start(scope, { type: "edit", target, values: { name: "beta" } }),
    (error) => error instanceof UserError && error.message.includes("interrupted operation (delete alpha) comes first"),
  );
  assert.deepEqual(
    world.cloud.live.map(({ values }) => values.name),
    ["alpha"],
  );
  assert.deepEqual(
    (await world.files()).filter((name) => name.endsWith(".lock")),
    [],
  );
});

test("What another window finished on the instance while we took the lock stands in nobody's way", async (t) => {
  const world = await setUp(t);
  const target = targetOf(world.cloud.add("ready", "alpha"));
  const first = await world.open();
  const files = beforeLocking(async () => {
    const { id } = await first.start(scope, { type: "edit", target, values: { name: "beta" } });
    await first.untilIdle(id);
  });
  const second = await world.open({ files });
  const { id } = await second.start(scope, { type: "edit", target, values: { name: "gamma" } });
  assert.equal((await second.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.live[0]?.values.name, "gamma");
});

test("An operation on a kind that this version does not know is refused before anything is written", async (t) => {
  const world = await setUp(t);
  const window = await world.open();
  await assert.rejects(
    window.start({ ...scope, kind: "ofTheFuture" }, { type: "create", draft: draftOf("alpha") }),
    (error) => error instanceof UserError && error.message.includes('"ofTheFuture"'),
  );
  assert.deepEqual(await world.records(), []);
});

test("What is over cannot be resumed, and what succeeded cannot be discarded", async (t) => {
  const world = await setUp(t);
  const window = await world.open();
  const done = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await window.untilIdle(done.id);
  await assert.rejects(
    window.resume(done.id),
    (error) => error instanceof UserError && /^alpha: .*over/.test(error.message),
  );
  await window.discard(done.id);
  assert.equal(window.get(done.id)?.status, "succeeded");
  assert.equal((await world.records())[0]?.status, "succeeded");
  for (const act of [window.resume("gone"), window.discard("gone")])
    await assert.rejects(act, (error) => error instanceof UserError && error.message.includes("no longer there"));
  assert.equal(window.canCancel("gone"), false);
});

test("Discarding twice writes once", async (t) => {
  const world = await setUp(t);
  world.cloud.fail("create", refusal("AccessDeniedException", 403));
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await window.untilIdle(id);
  await window.discard(id);
  const discarded = window.get(id);
  await window.discard(id);
  assert.deepEqual(window.get(id), discarded);
  assert.equal(discarded?.history.filter(({ text }) => text === "Discarded").length, 1);
  assert.notEqual(discarded.settledAt, undefined);
});

test("What another window settled is neither resumed nor discarded by what this one still believes", async (t) => {
  const world = await setUp(t);
  const deaf: Files = { ...nodeFiles, watch: () => ({ close: () => undefined }) };
  const first = await world.open({ timing: { retryDelaysMs: [] } });
  world.cloud.fail("create", reset());
  const { id } = await first.start(scope, { type: "create", draft: draftOf("alpha") });
  await first.untilIdle(id);
  const [second, third] = [await world.open({ files: deaf }), await world.open({ files: deaf })];
  await first.resume(id);
  assert.equal((await first.untilIdle(id)).status, "succeeded");
  assert.equal(second.get(id)?.status, "interrupted");
  await assert.rejects(second.resume(id), (error) => error instanceof UserError && error.message.includes("settled"));
  await third.discard(id);
  for (const window of [second, third]) assert.equal(window.get(id)?.status, "succeeded");
  assert.equal((await world.records())[0]?.status, "succeeded");
  assert.equal(world.cloud.tokens.length, 1);
});

test("Every window hears of an end once, and only the one that worked announces it", async (t) => {
  const world = await setUp(t);
  const window = await world.open();
  const ends: string[] = [];
  window.onDidSettle(({ status }) => ends.push(status));
  world.cloud.fail("create", refusal("AccessDeniedException", 403));
  const failed = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await window.untilIdle(failed.id);
  const made = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await window.untilIdle(made.id);
  await window.discard(failed.id);
  assert.deepEqual(ends, ["failed", "succeeded"]);
});
