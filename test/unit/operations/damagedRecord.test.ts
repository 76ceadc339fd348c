import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { UserError } from "../../../src/core/errors";
import type { OperationRequest } from "../../../src/operations/operations";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, gate, scope, until, type Window } from "./world";
import { directory, WindowBench } from "./windowWorld";

const create: OperationRequest = { type: "create", draft: draftOf("alpha") };
const half = '{"version":2,"id":"ha';

function setUp(t: TestContext): WindowBench {
  const bench = new WindowBench();
  t.after(() => bench.close());
  return bench;
}

/** A window, and what it announces. */
async function openHearing(bench: WindowBench) {
  const messages: string[] = [];
  const window = await bench.open({ timing: { retryDelaysMs: [] } }, (opened) =>
    opened.onDidSetAside((message) => messages.push(message)),
  );
  return { window, messages };
}

/** An operation that is no longer at work, and whose entry is damaged since. */
async function left(bench: WindowBench, window: Window, error: Error) {
  bench.cloud.fail("create", error);
  const { id } = await window.start(scope, create);
  await window.untilIdle(id);
  await damage(bench, id);
  return id;
}

async function damage(bench: WindowBench, id: string): Promise<void> {
  const path = `${directory}/${id}.json`;
  bench.disk.writeFileSync(`${path}.copy`, half);
  await bench.disk.rename(`${path}.copy`, path);
}

/** What is in the folder for damaged entries. */
async function aside(bench: WindowBench): Promise<readonly string[]> {
  const names = bench.disk.paths.filter((path) => path.startsWith(`${directory}/damaged/`));
  return Promise.all(names.map((path) => bench.disk.readFile(path)));
}

void test("What a window knows whose entry is damaged since is ended by Discard: the entry is set aside, and every window hears of it", async (t) => {
  for (const [error, status] of [
    [reset(), "interrupted"],
    [refusal("AccessDeniedException", 403), "failed"],
  ] as const) {
    const bench = setUp(t);
    const { window, messages } = await openHearing(bench);
    const { window: other } = await openHearing(bench);
    const id = await left(bench, window, error);
    assert.equal(window.get(id)?.status, status);
    await window.discard(id);
    assert.deepEqual([window.get(id), await aside(bench), await bench.leftovers()], [undefined, [half], ["damaged"]]);
    assert.match(messages.at(-1) ?? "", /set aside as .*damaged/);
    await bench.clock.sleep(1);
    assert.equal(other.get(id), undefined);
  }
});

void test("What a window knows whose entry is damaged stays, with its draft, until it is discarded; and what is said is how to end it", async (t) => {
  const bench = setUp(t);
  const { window, messages } = await openHearing(bench);
  const id = await left(bench, window, refusal("AccessDeniedException", 403));
  await bench.clock.sleep(60_000);
  assert.deepEqual(window.get(id)?.draft, create.draft);
  assert.equal(messages.length, 1);
  assert.match(messages[0] ?? "", /^The record of alpha on disk can no longer be read.*then discard it\.$/);
  assert.deepEqual(await aside(bench), []);
});

void test("What is damaged is not resumed, and the refusal says what to do", async (t) => {
  const bench = setUp(t);
  const { window } = await openHearing(bench);
  const id = await left(bench, window, reset());
  await assert.rejects(
    window.resume(id),
    (error) => error instanceof UserError && error.message.includes("is damaged. Look at your instances, then discard"),
  );
  assert.equal(bench.cloud.tokens.length, 0);
});

void test("What is damaged and cannot be set aside is not discarded, and stays", async (t) => {
  const bench = setUp(t);
  const files = bench.faultyFiles();
  const window = await bench.open({ timing: { retryDelaysMs: [] }, files });
  const id = await left(bench, window, reset());
  files.onCall = (call) => (call.startsWith("rename") ? { code: "EACCES" } : undefined);
  await assert.rejects(
    window.discard(id),
    (error) => error instanceof UserError && /nor set aside: .*EACCES/.test(error.message),
  );
  assert.equal(window.get(id)?.status, "interrupted");
});

void test("What another window worked on when it died, and whose entry is damaged, is shown as interrupted, and can be discarded", async (t) => {
  const bench = setUp(t);
  const window = await bench.open();
  const [sending, held] = [gate(), gate()];
  bench.cloud.before = async (call) => {
    if (call !== "create") return;
    sending.open();
    await held.opened;
  };
  const owner = await bench.open();
  const { id } = await owner.start(scope, create);
  await sending.opened;
  await until(window, id, ({ status, attempts }) => status === "running" && attempts === 1);
  await bench.clock.sleep(5_000);
  await damage(bench, id);
  owner.dispose();
  const { error } = await until(window, id, ({ status }) => status === "interrupted");
  assert.match(error?.message ?? "", /window that ran it is gone.*record on disk is damaged.*discard it/);
  assert.equal(bench.cloud.tokens.length, 0);
  await window.discard(id);
  assert.deepEqual([window.get(id), await aside(bench)], [undefined, [half]]);
});
