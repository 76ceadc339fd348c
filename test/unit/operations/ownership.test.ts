import assert from "node:assert/strict";
import { test } from "node:test";
import { isCancelled } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import { thisProcess } from "../../../src/operations/lockOwner";
import { Ownership } from "../../../src/operations/ownership";
import { FaultyFiles } from "../../fakes/faultyFiles";
import { MemoryFiles } from "../../fakes/memoryFiles";
import { SkippingClock } from "../../fakes/skippingClock";

type Lockable = Parameters<Ownership["take"]>[0];

const connection = { source: "profile", profile: "dev", region: "us-east-1" } as const;
const place = { service: "supplychain", region: "us-east-1", endpoint: "https://a.example" };
const deletion: Lockable = {
  status: "running",
  id: "op-1",
  connection,
  place,
  accountId: "123456789012",
  target: { id: "i-1", arn: "arn:i-1" },
};
const creation: Lockable = { ...deletion, target: undefined };

function setUp() {
  const disk = new MemoryFiles();
  const files = new FaultyFiles(disk);
  const clock = new SkippingClock({ endMs: 60 * 60 * 1000 });
  const timing = { heartbeatMs: 1_000, lookMs: 1_000, silentLooks: 3 };
  const open = () => new Ownership("/journal", timing, { files, clock, log: silentLog });
  const locks = async () => [...(await disk.readdir("/journal"))].sort();
  return { disk, files, clock, open, locks, ready: disk.mkdir("/journal") };
}

const ignore = () => undefined;

test("Two operations on one instance have one lock, whoever began them and whatever profile leads there", async () => {
  const { open, ready } = setUp();
  await ready;
  const [mine, theirs] = [open(), open()];
  const lease = await mine.take(deletion, ignore);
  assert.ok(lease);
  for (const same of [
    { ...deletion, id: "op-2" },
    { ...deletion, id: "op-2", connection: { ...connection, profile: "other" } },
    { ...deletion, id: "op-2", target: { id: "i-1", arn: "as listed" } },
    { ...deletion, id: "op-2", place: undefined },
  ])
    assert.equal(await theirs.take(same, ignore), undefined, JSON.stringify(same));
  lease.release();
  assert.ok(await theirs.take({ ...deletion, id: "op-2" }, ignore));
});

test("Operations on different instances, creates, and what is settled do not wait for each other", async () => {
  const { open, locks, ready } = setUp();
  await ready;
  const ownership = open();
  const all: readonly Lockable[] = [
    deletion,
    { ...deletion, target: { id: "i-2", arn: "arn:i-2" } },
    { ...deletion, accountId: "999999999999" },
    { ...deletion, place: { ...place, region: "eu-west-1" } },
    creation,
    { ...creation, id: "op-2" },
    { ...deletion, id: "op-3", status: "failed" },
  ];
  for (const operation of all) assert.ok(await ownership.take(operation, ignore), JSON.stringify(operation));
  const names = await locks();
  assert.equal(names.length, all.length);
  assert.deepEqual(
    names.filter((name) => name.startsWith("op-")),
    ["op-1.lock", "op-2.lock", "op-3.lock"],
  );
  for (const name of names) assert.match(name, /^(op-\d|target-[0-9a-f]{32})\.lock$/);
});

test("What is free is taken at the first look, and what its owner works on is left to it, however often it is looked at", async () => {
  const { clock, open, ready } = setUp();
  await ready;
  const [mine, theirs] = [open(), open()];
  const { lease } = await mine.takeIfAbandoned(creation, ignore);
  assert.ok(lease);
  for (let look = 0; look < 10; look++) {
    assert.deepEqual(await theirs.takeIfAbandoned(creation, ignore), { isAlive: true });
    await clock.sleep(1_000);
  }
  assert.equal(await lease.isHeld(), true);
});

/** A lock as an owner elsewhere leaves it, of whom nothing is known but that it no longer touches it. */
async function abandon(disk: MemoryFiles, id: string): Promise<void> {
  disk.writeFileSync(`/journal/${id}.lock`, JSON.stringify({ nonce: id, ...thisProcess(), host: "elsewhere" }));
  await Promise.resolve();
}

test("What its owner has left is taken after as many silent looks as agreed, and each lock is judged by its own", async () => {
  const { disk, open, ready } = setUp();
  await ready;
  await abandon(disk, "op-1");
  await abandon(disk, "op-2");
  const ownership = open();
  const look = (id: string) => ownership.takeIfAbandoned({ ...creation, id }, ignore);
  for (let looks = 0; looks < 3; looks++) assert.deepEqual(await look("op-1"), { isAlive: false });
  // What was waited through for one lock says nothing about another.
  assert.deepEqual(await look("op-2"), { isAlive: false });
  const { lease } = await look("op-1");
  assert.equal(await lease?.isHeld(), true);
  assert.deepEqual(await look("op-2"), { isAlive: false });
  // The lock that we have now is not the one that was silent.
  assert.deepEqual(await look("op-1"), { isAlive: true });
});

test("A lock that another window is faster to take is alive, though its last owner had left it", async () => {
  const { disk, files, open, ready } = setUp();
  await ready;
  await abandon(disk, "op-1");
  const [mine, theirs] = [open(), open()];
  for (let looks = 0; looks < 3; looks++) await mine.takeIfAbandoned(creation, ignore);
  files.onCall = (call) => {
    if (!call.startsWith("open op-1.lock")) return undefined;
    files.heal();
    disk.writeFileSync("/journal/op-1.lock", JSON.stringify({ nonce: "theirs", ...thisProcess() }));
    return undefined;
  };
  assert.deepEqual(await mine.takeIfAbandoned(creation, ignore), { isAlive: true });
  assert.equal(await theirs.take(creation, ignore), undefined);
  // Nothing of what was seen of the old owner counts against the new one.
  for (let looks = 0; looks < 10; looks++)
    assert.deepEqual(await mine.takeIfAbandoned(creation, ignore), { isAlive: true });
});

test("Whoever loses a lock is told, by whichever way it was taken", async () => {
  for (const way of ["take", "takeIfAbandoned"] as const) {
    const { disk, clock, open, ready } = setUp();
    await ready;
    let losses = 0;
    await open()[way](creation, () => losses++);
    disk.writeFileSync("/journal/op-1.lock", JSON.stringify({ nonce: "theirs", ...thisProcess() }));
    await clock.sleep(1_500);
    assert.equal(losses, 1, way);
  }
});

const patient = { signal: new AbortController().signal, onLost: ignore, isAtWork: () => Promise.resolve(false) };
const labelled = { ...creation, label: "alpha" };

test("Who waits for its turn gets what another window holds for a moment, and what its owner has left", async () => {
  const { disk, clock, open, ready } = setUp();
  await ready;
  const held = await open().take(creation, ignore);
  const waiting = open().takeInTurn(labelled, patient);
  await clock.sleep(1_500);
  held?.release();
  assert.equal(await (await waiting).isHeld(), true);

  await abandon(disk, "op-2");
  const lease = await open().takeInTurn({ ...labelled, id: "op-2" }, patient);
  assert.equal(await lease.isHeld(), true);
});

test("Nobody waits for what another window works on, nor for ever", async () => {
  const { clock, open, ready } = setUp();
  await ready;
  await open().take(creation, ignore);
  const refusal = { message: "Another window is working on alpha. Wait until it is done, or close it." };
  const began = clock.now();
  await assert.rejects(open().takeInTurn(labelled, { ...patient, isAtWork: () => Promise.resolve(true) }), refusal);
  assert.equal(clock.now(), began);
  await assert.rejects(open().takeInTurn(labelled, patient), refusal);
});

test("Waiting for a lock ends with the window, and a disk that gives none is told with its folder", async () => {
  const { files, clock, open, ready } = setUp();
  await ready;
  const held = await open().take(creation, ignore);
  const closing = new AbortController();
  const waiting = open().takeInTurn(labelled, { ...patient, signal: closing.signal });
  await clock.sleep(1_500);
  closing.abort();
  await assert.rejects(waiting, isCancelled);

  held?.release();
  files.onCall = (call) => (call.startsWith("open") ? { code: "ENOSPC" } : undefined);
  await assert.rejects(open().takeInTurn(labelled, patient), /\/journal/);
});
