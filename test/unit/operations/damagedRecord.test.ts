import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../src/core/errors";
import type { OperationRequest } from "../../../src/operations/operations";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, gate, scope, until, type Window } from "./world";
import { directory, openWindowWorld, type WindowWorld } from "./windowWorld";

const create: OperationRequest = { type: "create", draft: draftOf("alpha") };
const half = '{"version":2,"id":"ha';

/** A window, and what it announces. */
async function openHearing(world: WindowWorld) {
  const messages: string[] = [];
  const window = await world.open({ timing: { retryDelaysMs: [] } }, (opened) =>
    opened.onDidSetAside((message) => messages.push(message)),
  );
  return { window, messages };
}

/** An operation that is no longer at work, and whose entry is damaged since. */
async function left(world: WindowWorld, window: Window, error: Error) {
  world.cloud.fail("create", error);
  const { id } = await window.start(scope, create);
  await window.untilIdle(id);
  await damage(world, id);
  return id;
}

async function damage(world: WindowWorld, id: string): Promise<void> {
  const path = `${directory}/${id}.json`;
  world.disk.writeFileSync(`${path}.copy`, half);
  await world.disk.rename(`${path}.copy`, path);
}

/** What is in the folder for damaged entries. */
async function aside(world: WindowWorld): Promise<readonly string[]> {
  const names = world.disk.paths.filter((path) => path.startsWith(`${directory}/damaged/`));
  return Promise.all(names.map((path) => world.disk.readFile(path)));
}

test("What a window knows whose entry is damaged since is ended by Discard: the entry is set aside, and every window hears of it", async (t) => {
  for (const [error, status] of [
    [reset(), "interrupted"],
    [refusal("AccessDeniedException", 403), "failed"],
  ] as const) {
    const world = openWindowWorld(t);
    const { window, messages } = await openHearing(world);
    const { window: other } = await openHearing(world);
    const id = await left(world, window, error);
    assert.equal(window.get(id)?.status, status);
    await window.discard(id);
    assert.deepEqual([window.get(id), await aside(world), await world.leftovers()], [undefined, [half], ["damaged"]]);
    assert.match(messages.at(-1) ?? "", /set aside as .*damaged/);
    await world.clock.sleep(1);
    assert.equal(other.get(id), undefined);
  }
});

test("What a window knows whose entry is damaged stays, with its draft, until it is discarded; and what is said is how to end it", async (t) => {
  const world = openWindowWorld(t);
  const { window, messages } = await openHearing(world);
  const id = await left(world, window, refusal("AccessDeniedException", 403));
  await world.clock.sleep(60_000);
  assert.deepEqual(window.get(id)?.draft, create.draft);
  assert.equal(messages.length, 1);
  assert.match(messages[0] ?? "", /^The record of alpha on disk can no longer be read.*then discard it\.$/);
  assert.deepEqual(await aside(world), []);
});

test("What is damaged is not resumed, and the refusal says what to do", async (t) => {
  const world = openWindowWorld(t);
  const { window } = await openHearing(world);
  const id = await left(world, window, reset());
  await assert.rejects(
    window.resume(id),
    (error) => error instanceof UserError && error.message.includes("is damaged. Look at your instances, then discard"),
  );
  assert.equal(world.cloud.tokens.length, 0);
});

test("What is damaged and cannot be set aside is not discarded, and stays", async (t) => {
  const world = openWindowWorld(t);
  const files = world.faultyFiles();
  const window = await world.open({ timing: { retryDelaysMs: [] }, files });
  const id = await left(world, window, reset());
  files.onCall = (call) => (call.startsWith("rename") ? { code: "EACCES" } : undefined);
  await assert.rejects(
    window.discard(id),
    (error) => error instanceof UserError && /nor set aside: .*EACCES/.test(error.message),
  );
  assert.equal(window.get(id)?.status, "interrupted");
});

test("What another window worked on when it died, and whose entry is damaged, is shown as interrupted, and can be discarded", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  const [sending, held] = [gate(), gate()];
  world.cloud.before = async (call) => {
    if (call !== "create") return;
    sending.open();
    await held.opened;
  };
  const owner = await world.open();
  const { id } = await owner.start(scope, create);
  await sending.opened;
  await until(window, id, ({ status, attempts }) => status === "running" && attempts === 1);
  await world.clock.sleep(5_000);
  await damage(world, id);
  owner.dispose();
  const { error } = await until(window, id, ({ status }) => status === "interrupted");
  assert.match(error?.message ?? "", /window that ran it is gone.*record on disk is damaged.*discard it/);
  assert.equal(world.cloud.tokens.length, 0);
  await window.discard(id);
  assert.deepEqual([window.get(id), await aside(world)], [undefined, [half]]);
});
