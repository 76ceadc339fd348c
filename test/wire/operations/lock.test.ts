import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { silentLog } from "../../../src/core/log";
import { nodeFiles } from "../../../src/operations/files";
import { acquireLock, LockObserver } from "../../../src/operations/lock";
import { FakeClock } from "../../fakes/clock";

test("The lock of a killed process is abandoned after a silence", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "lock-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, "a.lock");
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(child, "spawn");
  const clock = new FakeClock();
  await acquireLock(path, { files: nodeFiles, clock, heartbeatMs: 1000, log: silentLog, onLost: () => undefined });
  const owner = JSON.parse(await readFile(path, "utf8")) as object;
  await writeFile(path, JSON.stringify({ ...owner, pid: child.pid, startedAt: "1" }));
  child.kill("SIGKILL");
  await once(child, "exit");
  const observer = new LockObserver(path, 2, nodeFiles);
  for (let look = 0; look < 2; look++) await observer.look();
  assert.equal((await observer.look()).state, "abandoned");
});
