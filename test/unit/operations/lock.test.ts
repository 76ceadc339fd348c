import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { silentLog } from "../../../src/core/log";
import { nodeFiles } from "../../../src/operations/files";
import { acquireLock, breakLock, LockObserver } from "../../../src/operations/lock";
import { FakeClock } from "../../fakes/clock";
import { FaultyFiles, type FileFault } from "../../fakes/faultyFiles";
import { MemoryFiles, realDisk } from "../../fakes/memoryFiles";
import { SkippingClock } from "../../fakes/skippingClock";

async function setUp(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), "lock-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, "a.lock");
  const clock = new FakeClock();
  let losses = 0;
  const options = { files: nodeFiles, clock, heartbeatMs: 1000, log: silentLog, onLost: () => losses++ };
  return { directory, path, clock, options, take: () => acquireLock(path, options), losses: () => losses };
}

function inMemory() {
  const disk = new MemoryFiles();
  const files = new FaultyFiles(disk);
  const clock = new SkippingClock();
  return { disk, files, clock, options: { files, clock, heartbeatMs: 1000, log: silentLog, onLost: () => undefined } };
}

/** The lock of a process like this one, but for what a test changes. */
async function forge(path: string, take: () => Promise<unknown>, change: object): Promise<void> {
  await take();
  const owner = JSON.parse(await readFile(path, "utf8")) as object;
  await writeFile(path, JSON.stringify({ ...owner, ...change }));
}

test("One takes a lock, and the next one after it was released", async (t) => {
  const { take, directory } = await setUp(t);
  const lease = await take();
  assert.equal(await take(), undefined);
  lease?.release();
  lease?.release();
  const next = await take();
  assert.ok(next);
  assert.equal(await lease?.isHeld(), false);
  next.release();
  assert.deepEqual(await readdir(directory), []);
});

test("An owner that touches its lock is alive, however its clock is set", async (t) => {
  const { take, path } = await setUp(t);
  await forge(path, take, { host: "elsewhere" });
  const observer = new LockObserver(path, 2, nodeFiles);
  for (const time of [10, 20, 5, 4_000_000_000]) {
    await observer.look();
    await utimes(path, time, time);
    assert.deepEqual(await observer.look(), { state: "held", isAlive: true });
  }
});

test("A silent owner whose process runs keeps its lock: it may be suspended", async (t) => {
  const { take, path } = await setUp(t);
  await take();
  const observer = new LockObserver(path, 2, nodeFiles);
  for (let look = 0; look < 50; look++) assert.deepEqual((await observer.look()).state, "held");
});

test("An old lock is not abandoned at first sight: silence is what this observer has waited through", async (t) => {
  const { take, path } = await setUp(t);
  await forge(path, take, { host: "elsewhere" });
  await utimes(path, 1, 1);
  const observer = new LockObserver(path, 3, nodeFiles);
  assert.equal((await observer.look()).state, "held");
  assert.equal((await observer.look()).state, "held");
  assert.equal((await observer.look()).state, "held");
  assert.equal((await observer.look()).state, "abandoned");
});

test("A process id that was given to another process proves nothing", async (t) => {
  const { take, path } = await setUp(t);
  await forge(path, take, { startedAt: "1" });
  const observer = new LockObserver(path, 9, nodeFiles);
  await observer.look();
  assert.equal((await observer.look()).state, process.platform === "linux" ? "abandoned" : "held");
});

test("Half a lock, of an owner that died while it wrote it, is abandoned after a silence", async (t) => {
  const { take, path } = await setUp(t);
  await writeFile(path, '{"nonce":"ha');
  const observer = new LockObserver(path, 2, nodeFiles);
  await observer.look();
  await observer.look();
  assert.deepEqual(await observer.look(), { state: "abandoned", nonce: "" });
  await breakLock(path, "", { files: nodeFiles, log: silentLog });
  assert.ok(await take());
});

test("Breaking removes the lock that was seen, and no later one", async (t) => {
  const { take, path, directory } = await setUp(t);
  const lease = await take();
  await breakLock(path, "another", { files: nodeFiles, log: silentLog });
  assert.equal(await lease?.isHeld(), true);
  await breakLock(path, lease?.nonce ?? "", { files: nodeFiles, log: silentLog });
  assert.equal(await lease?.isHeld(), false);
  assert.deepEqual(await readdir(directory), []);
});

test("An owner whose lock was broken hears of it at its next heartbeat, and leaves the new one alone", async (t) => {
  const { take, path, clock, losses } = await setUp(t);
  const lease = await take();
  await breakLock(path, lease?.nonce ?? "", { files: nodeFiles, log: silentLog });
  const next = await take();
  await clock.untilSleeping(2);
  await clock.advance(1000);
  await clock.untilSleeping(1);
  for (let turn = 0; turn < 100 && losses() === 0; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(losses(), 1);
  lease?.release();
  assert.equal(await next?.isHeld(), true);
});

test("Row 16: a lock of another owner stays when this one cannot even open it", async (t) => {
  const { take, path, directory, options } = await setUp(t);
  const lease = await take();
  for (const code of ["EMFILE", "EACCES", "EIO"]) {
    const files = new FaultyFiles(realDisk);
    files.failAt(1, code);
    await assert.rejects(acquireLock(path, { ...options, files }), { code });
    assert.equal(await lease?.isHeld(), true);
  }
  lease?.release();
  assert.deepEqual(await readdir(directory), []);
});

test("A lock that could not be written is removed, at once or as soon as the disk allows", async () => {
  for (const call of ["write a.lock", "close a.lock"])
    for (const isDiskDown of [false, true]) {
      const { files, disk, clock, options } = inMemory();
      await disk.mkdir("/locks");
      files.onCall = (name) => (name === call || (isDiskDown && name.includes("Sync")) ? { code: "EIO" } : undefined);
      await assert.rejects(acquireLock("/locks/a.lock", options), { code: "EIO" });
      assert.deepEqual(disk.paths, isDiskDown ? ["/locks/a.lock"] : []);
      files.heal();
      await clock.sleep(5_000);
      assert.deepEqual(disk.paths, []);
      clock.stop();
    }
});

test("A lock that cannot be removed when it is given up is removed later, but not the next owner's", async () => {
  const { files, disk, clock, options } = inMemory();
  await disk.mkdir("/locks");
  for (const call of ["readFileSync a.lock", "unlinkSync a.lock"]) {
    const lease = await acquireLock("/locks/a.lock", options);
    files.onCall = (name) => (name === call ? { code: "EMFILE" } : undefined);
    lease?.release();
    assert.deepEqual(disk.paths, ["/locks/a.lock"]);
    files.heal();
    await clock.sleep(5_000);
    assert.deepEqual(disk.paths, []);
  }
  const lease = await acquireLock("/locks/a.lock", options);
  files.failAt(files.calls.length + 1, "EMFILE");
  lease?.release();
  await breakLock("/locks/a.lock", lease?.nonce ?? "", options);
  const next = await acquireLock("/locks/a.lock", options);
  await clock.sleep(5_000);
  assert.equal(await next?.isHeld(), true);
  clock.stop();
});

/** Breaks a lock that gets a new owner right before it is moved. */
async function breakInARace(onCall: (call: string) => FileFault | undefined = () => undefined) {
  const { files, disk, clock, options } = inMemory();
  await disk.mkdir("/locks");
  const path = "/locks/a.lock";
  const { nonce = "" } = (await acquireLock(path, options)) ?? {};
  const others = disk.readFileSync(path).replace(nonce, "another's");
  files.onCall = (call) => {
    if (call.startsWith("rename")) disk.writeFileSync(path, others);
    return onCall(call);
  };
  const messages: string[] = [];
  const log = { ...silentLog, warn: (message: string) => void messages.push(message) };
  const breaking = await Promise.allSettled([breakLock(path, nonce, { files, log })]);
  clock.stop();
  return {
    result: breaking[0].status,
    messages,
    left: disk.paths.map((name) => [name, disk.readFileSync(name)]),
    path,
    others,
  };
}

test("Safety: a lock that changes hands while it is being broken stays with its new owner", async () => {
  const { result, messages, left, path, others } = await breakInARace();
  assert.equal(result, "fulfilled");
  assert.deepEqual(left, [[path, others]]);
  assert.deepEqual(messages, []);
});

test("Safety: a lock that has changed hands before it is broken is not even moved", async () => {
  const { files, disk, clock, options } = inMemory();
  await disk.mkdir("/locks");
  await acquireLock("/locks/a.lock", options);
  await breakLock("/locks/a.lock", "another's", options);
  assert.deepEqual(
    files.calls.filter((call) => call.startsWith("rename")),
    [],
  );
  clock.stop();
});

test("A broken lock is put back as well when nobody can tell whose it was", async () => {
  const { result, left, path, others } = await breakInARace((call) =>
    call.startsWith("readFile a.lock.") ? { code: "EIO" } : undefined,
  );
  assert.equal(result, "rejected");
  assert.deepEqual(left, [[path, others]]);
});

test("Also: that a broken lock could not be put back is said in the log", async () => {
  const { messages, left } = await breakInARace((call) => (call.startsWith("link") ? { code: "EPERM" } : undefined));
  assert.deepEqual(left, []);
  assert.match(messages.join(), /Could not put back the lock .*a\.lock.*EPERM/);
});
