import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { UserError } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import { nodeFiles, type Files } from "../../../src/operations/files";
import { Journal, OutdatedWriterError } from "../../../src/operations/journal";
import type { Lease } from "../../../src/operations/lock";
import { hurriedClock } from "../../fakes/clock";
import { draftOf, gate, scope, setUp } from "./world";

function fullDisk(): Files {
  const refuse = () => Promise.reject(Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" }));
  return { ...nodeFiles, open: refuse };
}

test("A damaged entry is set aside with a message, and the others are read", async (t) => {
  const world = await setUp(t);
  const first = await world.open();
  const { id } = await first.start(scope, { type: "create", draft: draftOf("alpha") });
  await first.untilIdle(id);
  first.dispose();
  for (const [name, text] of [
    ["half", '{"version":1,"id":"ha'],
    ["empty", ""],
    ["shape", '{"version":1,"id":"shape"}'],
    ["renamed", await readFile(join(world.directory, `${id}.json`), "utf8")],
  ] as const)
    await writeFile(join(world.directory, `${name}.json`), text);
  const messages: string[] = [];
  const told = gate();
  const second = await world.open({}, (window) =>
    window.onDidSetAside((message) => {
      if (messages.push(message) === 4) told.open();
    }),
  );
  assert.deepEqual(
    second.list().map((record) => record.id),
    [id],
  );
  // They may be half of what somebody writes: they are looked at once more before they are moved.
  assert.deepEqual(messages, []);
  await told.opened;
  for (const message of messages) assert.match(message, /set aside as .*damaged/);
  assert.equal((await readdir(join(world.directory, "damaged"))).length, 4);
});

test("Security 10: what is wrong with a damaged entry is told and logged without a word of it", async (t) => {
  const world = await setUp(t);
  await mkdir(world.directory);
  const whole = { version: 2, id: "shape", draft: { kind: "fake", values: {}, tags: { zzkey: 5 } } };
  for (const [name, text] of [
    // As a power loss leaves it, and as a person edits it.
    ["torn", 'zzname","step":"create"}'],
    ["edited", '{"version":2,"id":"edited","label":zzname,"revision":1}'],
    ["shape", JSON.stringify(whole)],
  ] as const)
    await writeFile(join(world.directory, `${name}.json`), text);
  const lines: string[] = [];
  const note = (line: string) => void lines.push(line);
  const log = { trace: note, debug: note, info: note, warn: note, error: note };
  const messages: string[] = [];
  const told = gate();
  await world.open({ log }, (window) =>
    window.onDidSetAside((message) => {
      if (messages.push(message) === 3) told.open();
    }),
  );
  await told.opened;
  assert.match(lines.join("\n"), /it is not JSON/);
  assert.match(lines.join("\n"), /shape\.json is damaged: \w+: invalid/);
  assert.doesNotMatch([...lines, ...messages].join("\n"), /zz/);
});

test("An entry of a newer version is left untouched and announced", async (t) => {
  const world = await setUp(t);
  await mkdir(world.directory);
  const text = '{"version":3,"id":"later","secret":"of the future"}';
  await writeFile(join(world.directory, "later.json"), text);
  const messages: string[] = [];
  const window = await openHearing(world, messages);
  assert.equal(messages.length, 1);
  assert.match(messages[0] ?? "", /newer version/);
  assert.deepEqual(window.list(), []);
  assert.equal(await readFile(join(world.directory, "later.json"), "utf8"), text);
});

test("With a full disk nothing is sent, and the message says what to do", async (t) => {
  const world = await setUp(t);
  const window = await world.open({ files: fullDisk() });
  await assert.rejects(
    window.start(scope, { type: "create", draft: draftOf("alpha") }),
    (error) => error instanceof UserError && /nothing was sent.*disk is full.*Free some space/.test(error.message),
  );
  assert.deepEqual(world.cloud.calls, []);
  assert.deepEqual(window.list(), []);
  assert.deepEqual(await world.files(), []);
});

test("A disk that fills up in the middle interrupts before the next request, and Resume finishes", async (t) => {
  const world = await setUp(t);
  let isFull = false;
  const files: Files = {
    ...nodeFiles,
    open: (...args) => (isFull ? fullDisk().open(...args) : nodeFiles.open(...args)),
  };
  const window = await world.open({ files });
  world.cloud.before = (call) => {
    if (call === "create") isFull = true;
  };
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const interrupted = await window.untilIdle(id);
  assert.equal(interrupted.status, "interrupted");
  assert.equal(interrupted.error?.code, "ENOSPC");
  assert.equal(world.cloud.live.length, 1);
  isFull = false;
  world.cloud.before = () => undefined;
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
});

test("With a file where the journal's folder should be, nothing is sent", async (t) => {
  const world = await setUp(t);
  await mkdir(dirname(world.directory), { recursive: true });
  await writeFile(world.directory, "in the way");
  const messages: string[] = [];
  const window = await openHearing(world, messages);
  assert.equal(messages.length, 1);
  await assert.rejects(
    window.start(scope, { type: "create", draft: draftOf("alpha") }),
    (error) => error instanceof UserError && /nothing was sent.*cannot be written/.test(error.message),
  );
  assert.deepEqual(world.cloud.calls, []);
});

test("A writer that lost its lock, or that another one overtook, cannot overwrite", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "journal-"));
  t.after(() => rm(directory, { recursive: true }));
  const world = await setUp(t);
  const window = await world.open();
  const record = { ...(await window.start(scope, { type: "create", draft: draftOf("alpha") })), revision: 0 };
  await window.untilIdle(record.id);
  const journal = new Journal(directory, { clock: hurriedClock, log: silentLog });
  const lease = (isHeld: boolean): Lease => ({
    nonce: String(isHeld),
    isHeld: () => Promise.resolve(isHeld),
    release() {},
  });
  const written = await journal.write(record, lease(true));
  assert.equal(written.revision, 1);
  await assert.rejects(journal.write(written, lease(false)), OutdatedWriterError);
  await journal.write(written, lease(true));
  await assert.rejects(journal.write(written, lease(true)), OutdatedWriterError);
  const entry = await journal.read(record.id);
  assert.equal(entry.type === "record" && entry.record.revision, 2);
  assert.deepEqual(await readdir(directory), [`${record.id}.json`]);
});

function openHearing(world: Awaited<ReturnType<typeof setUp>>, messages: string[]) {
  return world.open({}, (window) => window.onDidSetAside((message) => messages.push(message)));
}
