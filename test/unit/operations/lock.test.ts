import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { silentLog } from "../../../src/core/log";
import { nodeFiles } from "../../../src/operations/files";
import { acquireLock, breakLock, LockObserver } from "../../../src/operations/lock";
import { FakeClock } from "../../fakes/clock";

async function setUp(t: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), "lock-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, "a.lock");
  const clock = new FakeClock();
  let losses = 0;
  const options = { files: nodeFiles, clock, heartbeatMs: 1000, log: silentLog, onLost: () => losses++ };
  return { directory, path, clock, take: () => acquireLock(path, options), losses: () => losses };
}

/** The lock of a process like this one, but for what a test changes. */
async function forge(path: string, take: () => Promise<unknown>, change: object): Promise<void> {
  await take();
  const owner = JSON.parse(await readFile(path, "utf8")) as object;
  await writeFile(path, JSON.stringify({ ...owner, ...change }));
}

void test("One takes a lock, and the next one after it was released", async (t) => {
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

void test("An owner that touches its lock is alive, however its clock is set", async (t) => {
  const { take, path } = await setUp(t);
  await forge(path, take, { host: "elsewhere" });
  const observer = new LockObserver(path, 2, nodeFiles);
  for (const time of [10, 20, 5, 4_000_000_000]) {
    await observer.look();
    await utimes(path, time, time);
    assert.deepEqual(await observer.look(), { state: "held", isAlive: true });
  }
});

void test("A silent owner whose process runs keeps its lock: it may be suspended", async (t) => {
  const { take, path } = await setUp(t);
  await take();
  const observer = new LockObserver(path, 2, nodeFiles);
  for (let look = 0; look < 50; look++) assert.deepEqual((await observer.look()).state, "held");
});

void test("An old lock is not abandoned at first sight: silence is what this observer has waited through", async (t) => {
  const { take, path } = await setUp(t);
  await forge(path, take, { host: "elsewhere" });
  await utimes(path, 1, 1);
  const observer = new LockObserver(path, 3, nodeFiles);
  assert.equal((await observer.look()).state, "held");
  assert.equal((await observer.look()).state, "held");
  assert.equal((await observer.look()).state, "held");
  assert.equal((await observer.look()).state, "abandoned");
});

void test("A process id that was given to another process proves nothing", async (t) => {
  const { take, path } = await setUp(t);
  await forge(path, take, { startedAt: "1" });
  const observer = new LockObserver(path, 9, nodeFiles);
  await observer.look();
  assert.equal((await observer.look()).state, process.platform === "linux" ? "abandoned" : "held");
});

void test("The lock of a killed process is abandoned after a silence", async (t) => {
  const { take, path } = await setUp(t);
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(child, "spawn");
  await forge(path, take, { pid: child.pid, startedAt: "1" });
  child.kill("SIGKILL");
  await once(child, "exit");
  const observer = new LockObserver(path, 2, nodeFiles);
  for (let look = 0; look < 2; look++) await observer.look();
  assert.equal((await observer.look()).state, "abandoned");
});

void test("Half a lock, of an owner that died while it wrote it, is abandoned after a silence", async (t) => {
  const { take, path } = await setUp(t);
  await writeFile(path, '{"nonce":"ha');
  const observer = new LockObserver(path, 2, nodeFiles);
  await observer.look();
  await observer.look();
  assert.deepEqual(await observer.look(), { state: "abandoned", nonce: "" });
  await breakLock(path, "", { files: nodeFiles, log: silentLog });
  assert.ok(await take());
});

void test("Breaking removes the lock that was seen, and no later one", async (t) => {
  const { take, path, directory } = await setUp(t);
  const lease = await take();
  await breakLock(path, "another", { files: nodeFiles, log: silentLog });
  assert.equal(await lease?.isHeld(), true);
  await breakLock(path, lease?.nonce ?? "", { files: nodeFiles, log: silentLog });
  assert.equal(await lease?.isHeld(), false);
  assert.deepEqual(await readdir(directory), []);
});

void test("An owner whose lock was broken hears of it at its next heartbeat, and leaves the new one alone", async (t) => {
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
