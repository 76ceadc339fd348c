import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../src/core/errors";
import type { Log } from "../../../src/core/log";
import { idOfFile, Journal, writeError } from "../../../src/operations/journal";
import type { Lease } from "../../../src/operations/lock";
import { newRecord } from "../../../src/operations/newRecord";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { FakeCloud } from "../../fakes/cloud";
import { FaultyFiles } from "../../fakes/faultyFiles";
import { failure, MemoryFiles } from "../../fakes/memoryFiles";
import { SkippingClock } from "../../fakes/skippingClock";
import { draftOf, scope } from "./world";

const directory = "/home/storage/operations";

function setUp() {
  const disk = new MemoryFiles();
  const files = new FaultyFiles(disk);
  const warnings: string[] = [];
  const ignore = () => undefined;
  const log: Log = { trace: ignore, debug: ignore, info: ignore, error: ignore, warn: (text) => warnings.push(text) };
  const journal = new Journal(directory, { files, clock: new SkippingClock(), log });
  const request = { type: "create", draft: draftOf("alpha") } as const;
  const record: OperationRecord = newRecord(scope, request, new FakeCloud().kind, 0);
  const lease: Lease & { isOurs: boolean } = {
    nonce: "mine",
    isOurs: true,
    isHeld: () => Promise.resolve(lease.isOurs),
    release: () => undefined,
  };
  return { disk, files, journal, record, lease, warnings, path: `${directory}/${record.id}.json` };
}

test("The journal's folder is made with all above it, each name flushed into the one above, and once", async () => {
  const { journal, files } = setUp();
  await journal.prepare();
  assert.deepEqual(
    files.calls.filter((call) => call.startsWith("sync")).length,
    3,
    "the names of operations, storage and home",
  );
  const before = files.calls.length;
  await journal.prepare();
  assert.equal(files.calls.length, before + 1);
  files.failAt(before + 2, "EACCES");
  await assert.rejects(
    journal.prepare(),
    (error) =>
      error instanceof UserError && error.message.includes(`Could not write ${directory}: the folder cannot be`),
  );
});

test("Entries are what ends in .json; a folder that is not there has none, and one that cannot be read says so", async () => {
  const { journal, disk, files } = setUp();
  assert.deepEqual(await journal.ids(), []);
  await journal.prepare();
  for (const name of ["a.json", "a.lock", "b.json.mine.tmp", "c.json"]) disk.writeFileSync(`${directory}/${name}`, "{");
  assert.deepEqual([...(await journal.ids())].sort(), ["a", "c"]);
  assert.equal(idOfFile("a.json.mine.tmp"), undefined);
  files.failAt(files.calls.length + 1, "EIO");
  await assert.rejects(
    journal.ids(),
    (error) =>
      error instanceof UserError &&
      error.message.includes(`Could not read ${directory}: EIO`) &&
      error.message.includes("Check the folder's permissions") &&
      error.cause !== undefined,
  );
});

test("What is written is read again, one revision later, and nothing is left beside it", async () => {
  const { journal, record, lease, disk, path } = setUp();
  const written = await journal.write(record, lease);
  assert.equal(written.revision, 1);
  assert.deepEqual(await journal.read(record.id), { type: "record", record: written });
  assert.ok(disk.readFileSync(path).endsWith("}\n"));
  assert.deepEqual(disk.paths, [path]);
  assert.equal((await journal.write(written, lease)).revision, 2);
});

test("An entry is missing, unreadable, newer or damaged, and each says which entry and why", async () => {
  const { journal, disk, files, record, lease, path } = setUp();
  assert.deepEqual(await journal.read(record.id), { type: "missing" });
  await journal.write(record, lease);
  files.failAt(files.calls.length + 1, "EIO");
  const unreadable = await journal.read(record.id);
  assert.equal(unreadable.type, "unreadable");
  assert.match(unreadable.message, /^Could not read .*\.json: EIO.*It was left as it is\.$/);
  const text = disk.readFileSync(path);
  const about = { accountId: record.accountId };
  disk.writeFileSync(path, JSON.stringify({ ...about, version: 99 }));
  const newer = await journal.read(record.id);
  assert.ok(newer.type === "newer" && newer.message.startsWith(`${path} was written by a newer version`));
  assert.equal(newer.about.accountId, record.accountId);
  for (const [damaged, why] of [
    ["", /JSON/],
    ["null", /object/],
    ['{"version":"99"}', /./],
    [text.replace(record.id, "another"), /^it describes operation another$/],
  ] as const) {
    disk.writeFileSync(path, damaged);
    const entry = await journal.read(record.id);
    assert.ok(entry.type === "damaged", damaged);
    assert.match(entry.message, why);
    assert.equal(entry.text, damaged);
  }
});

test("A write that fails before the rename has written nothing, leaves nothing, and says what to do", async () => {
  for (const call of ["open", "write", "sync", "close", "rename"]) {
    const { journal, record, lease, disk, files, path } = setUp();
    await journal.prepare();
    files.onCall = (name) => (name.startsWith(`${call} ${record.id}`) ? { code: "ENOSPC" } : undefined);
    await assert.rejects(
      journal.write(record, lease),
      { message: `Could not write ${path}: the disk is full. Free some space and try again.` },
      call,
    );
    assert.deepEqual(disk.paths, [], call);
  }
});

test("A rename that was carried out is a write, whatever its answer, and so is one that cannot be flushed", async () => {
  const { journal, record, lease, files, warnings } = setUp();
  await journal.prepare();
  files.onCall = (name) => (name.startsWith("rename") ? { code: "EIO", isDone: true } : undefined);
  const first = await journal.write(record, lease);
  assert.equal(first.revision, 1);
  assert.deepEqual(warnings, []);
  for (const [code, count] of [
    ["EINVAL", 0],
    ["ENOTSUP", 0],
    ["EIO", 1],
  ] as const) {
    files.onCall = (name) => (name.startsWith("sync") && !name.includes(".json") ? { code } : undefined);
    const { revision } = await journal.write(
      { ...record, revision: ((await journal.read(record.id)) as { record: OperationRecord }).record.revision },
      lease,
    );
    assert.ok(revision > 1);
    assert.equal(warnings.length, count, code);
  }
  assert.match(warnings.join(), /^Could not flush \/home\/storage\/operations: EIO/);
});

test("Who has lost the lock, or was overtaken, cannot write; who cannot tell what is there does not", async () => {
  const { journal, record, lease, files, disk, path } = setUp();
  const first = await journal.write(record, lease);
  await assert.rejects(journal.write(record, lease), { name: "OutdatedWriterError" });
  lease.isOurs = false;
  await assert.rejects(journal.write(first, lease), { name: "OutdatedWriterError" });
  lease.isOurs = true;
  files.onCall = (name) => (name.startsWith("readFile") ? { code: "EIO" } : undefined);
  await assert.rejects(
    journal.write(first, lease),
    (error) => error instanceof UserError && error.message.includes("EIO"),
  );
  files.heal();
  disk.unlinkSync(path);
  await assert.rejects(journal.write(first, lease), { name: "OutdatedWriterError" });
  assert.deepEqual(disk.paths, []);
});

test("A damaged entry is replaced by the window that wrote it and has had the lock since, and by no other", async () => {
  const { journal, record, lease, disk, path } = setUp();
  const first = await journal.write(record, lease);
  disk.writeFileSync(path, "half");
  const another: Lease = { ...lease, nonce: "another", isHeld: () => Promise.resolve(true) };
  await assert.rejects(
    journal.write(first, another),
    (error) => error instanceof UserError && error.message.includes(`${path} is damaged`) && error.cause !== undefined,
  );
  assert.equal(disk.readFileSync(path), "half");
  lease.isOurs = false;
  await assert.rejects(journal.write(first, lease), { name: "OutdatedWriterError" });
  lease.isOurs = true;
  assert.equal((await journal.write(first, lease)).revision, 2);
  assert.equal((await journal.read(record.id)).type, "record");
});

test("Removing takes away one entry, and its own leftovers only; trouble with either stops nobody", async () => {
  const { journal, record, lease, files, disk, path, warnings } = setUp();
  await journal.write(record, lease);
  const others = [`${directory}/other.json.x.tmp`, `${directory}/${record.id}.lock`, `${directory}/x.tmp`];
  for (const other of [...others, `${path}.dead.tmp`]) disk.writeFileSync(other, "");
  await journal.removeLeftovers(record.id);
  assert.deepEqual([...disk.paths].sort(), [...others, path].sort());
  assert.equal(await journal.isAtRest(), false);
  disk.unlinkSync(`${directory}/${record.id}.lock`);
  assert.equal(await journal.isAtRest(), true);
  files.onCall = () => ({ code: "EIO" });
  await journal.removeLeftovers(record.id);
  await journal.remove(record.id);
  assert.equal(warnings.length, 1);
  assert.ok(warnings[0]?.startsWith(`Could not remove ${path}: EIO`));
  files.heal();
  await journal.remove(record.id);
  await journal.remove(record.id);
  assert.equal(warnings.length, 1, "what is gone is no trouble");
  assert.ok(!disk.paths.includes(path));
});

test("A damaged entry is set aside under its own name and time, or left where it is, and what is said is true", async () => {
  const { journal, record, lease, files, disk, path } = setUp();
  await journal.write(record, lease);
  files.onCall = (name) => (name.startsWith("rename") ? { code: "EIO" } : undefined);
  const kept = await journal.setAside(record.id, "half of it");
  assert.ok(kept.startsWith(`A recorded operation, ${path}, could not be read, nor set aside: EIO`), kept);
  assert.ok(disk.paths.includes(path));
  files.heal();
  const moved = await journal.setAside(record.id, "half of it");
  const target = `${directory}/damaged/${record.id}-${Date.UTC(2026, 0, 2, 3, 4, 5)}.json`;
  assert.match(moved, /was set aside as .*Whatever it was doing may be unfinished: check your instances\.$/);
  assert.ok(moved.includes(target));
  assert.deepEqual(disk.paths, [target]);
  assert.match(await journal.setAside(record.id, "half of it"), /another window has set it aside/);
});

test("What a disk refuses is told by what can be done about it", () => {
  for (const [codes, what] of [
    [["ENOSPC", "EDQUOT"], /the disk is full\. Free some space and try again\.$/],
    [
      ["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"],
      /the folder cannot be written\. Check its permissions and try again\.$/,
    ],
    [["EIO", "EMFILE"], /: E[A-Z]+: x\. Try again when it can be written\.$/],
  ] as const)
    for (const code of codes) {
      const cause = failure(code, "x");
      const error = writeError("/a", cause);
      assert.match(error.message, what);
      assert.equal(error.cause, cause);
    }
});
