import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { hurriedClock } from "../../../fakes/clock";
import { silentLog } from "../../../../src/core/log";
import { PinnedSandbox } from "../../../../src/features/sandbox/pinnedSandbox";

/** Windows over the same sandbox. */
async function openWindows(t: TestContext): Promise<[PinnedSandbox, PinnedSandbox]> {
  const directory = await mkdtemp(join(tmpdir(), "pinned-sandbox-"));
  const open = () => {
    // VS Code tells a window late what another one has remembered: each has its own here.
    const kept = new Map<string, unknown>();
    const memory = {
      get: <T>(key: string, fallback: T) => (kept.get(key) ?? fallback) as T,
      update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
    };
    return new PinnedSandbox({ directory, memory, createSeconds: () => 0, log: silentLog, clock: hurriedClock });
  };
  const windows: [PinnedSandbox, PinnedSandbox] = [open(), open()];
  t.after(async () => {
    for (const window of windows) await window.stop();
    for (const window of windows) window.dispose();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  return windows;
}

test("A window whose sandbox another one has stopped shows it no more, and says so", async (t) => {
  const [one, other] = await openWindows(t);
  await one.start();
  await other.start();
  assert.equal(other.connections().length, 1);
  let told = 0;
  const changed = new Promise<void>((resolve) => {
    other.onDidStopElsewhere(() => told++);
    other.onDidChange(() => {
      if (told > 0 || !other.isPinned) resolve();
    });
  });
  await one.stop();
  await changed;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([other.isRunning, other.connections(), told], [false, [], 1]);
});

test("What is stopped before it has started is not pinned by its start", async (t) => {
  const [window] = await openWindows(t);
  const starting = window.start();
  await window.stop();
  await starting;
  assert.deepEqual([window.isRunning, window.connections()], [false, []]);
  await window.start();
  assert.deepEqual([window.isRunning, window.connections().length], [true, 1]);
});
