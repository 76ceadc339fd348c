import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { hurriedClock } from "../../../fakes/clock";
import { silentLog } from "../../../../src/core/log";
import { EmbeddedSandbox } from "../../../../src/features/sandbox/embeddedSandbox";
import { isSandboxHealthy } from "../../../../src/features/sandbox/health";
import { startSandbox } from "../../../../src/sandbox/server";

async function openWindows(t: TestContext, options: { readonly load?: () => Promise<never> } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "embedded-sandbox-"));
  const windows: EmbeddedSandbox[] = [];
  const open = () => {
    const window = new EmbeddedSandbox({
      directory,
      createSeconds: () => 0,
      load: options.load ?? (() => Promise.resolve({ startSandbox })),
      isHealthy: isSandboxHealthy,
      log: silentLog,
      clock: hurriedClock,
    });
    windows.push(window);
    return window;
  };
  t.after(async () => {
    // Before the folder goes: a window whose neighbour has stopped starts a sandbox of its own there.
    for (const window of windows) await window.stop();
    for (const window of windows) window.dispose();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  return { directory, open };
}

test("The sandbox starts with its demo instances, and keeps its keys over a restart", async (t) => {
  const { open } = await openWindows(t);
  const window = open();
  await window.start();
  const first = window.access;
  assert.match(first?.endpoint ?? "", /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.ok((await resources(first)) > 0);
  await window.stop();
  assert.equal(await isSandboxHealthy(first!), false);
  await window.start();
  assert.equal(secretOf(window), first?.secretAccessKey);
});

test("A second window uses the sandbox of the first", async (t) => {
  const { open, directory } = await openWindows(t);
  const [one, other] = [open(), open()];
  await Promise.all([one.start(), other.start()]);
  assert.ok(one.access);
  assert.deepEqual(one.access, other.access);
  const { mode } = await stat(join(directory, "running.json"));
  assert.equal(mode & 0o077, 0, "only its owner may read how to reach it");
  // Either of the two runs it.
  const third = open();
  await third.start();
  await third.stop();
  assert.equal(await isSandboxHealthy(one.access), true, "stopping what another window runs stops only using it");
});

test("A second window takes the sandbox over when the first is closed", async (t) => {
  const { open } = await openWindows(t);
  const [one, other] = [open(), open()];
  await one.start();
  await other.start();
  const takenOver = new Promise<void>((resolve) => {
    other.onDidChange(() => resolve());
  });
  one.dispose();
  await takenOver;
  assert.equal(await isSandboxHealthy(other.access!), true);
});

test("What one window stops is stopped for the one that uses it, which is told, and can start it again", async (t) => {
  const { open } = await openWindows(t);
  const [one, other] = [open(), open()];
  await one.start();
  await other.start();
  const told = new Promise<void>((resolve) => {
    other.onDidStopElsewhere(() => resolve());
  });
  await one.stop();
  await told;
  assert.equal(other.access, undefined, "it was not started again unseen");
  await other.start();
  assert.equal(await isSandboxHealthy(other.access!), true);
});

test("Only the window that runs it can reset it, and then its demo instances are back", async (t) => {
  const { open } = await openWindows(t);
  const [one, other] = [open(), open()];
  await one.start();
  await other.start();
  await assert.rejects(other.reset(), /Another window runs the sandbox/);
  const before = secretOf(one);
  await one.reset();
  assert.notEqual(secretOf(one), before);
  assert.ok((await resources(one.access)) > 0);
  await other.start();
  assert.deepEqual(other.access, one.access, "the other window ran a sandbox of its own meanwhile");
});

test("A sandbox that cannot start says why, and leaves nothing behind that would keep another window from trying", async (t) => {
  const { open, directory } = await openWindows(t, {
    load: () => Promise.reject(new Error("dist/sandbox.js is missing")),
  });
  await assert.rejects(open().start(), /Could not start the sandbox: dist\/sandbox\.js is missing/);
  assert.deepEqual(await readdir(directory), []);
});

test("A file of a sandbox that crashed misleads nobody", async (t) => {
  const { open, directory } = await openWindows(t);
  const one = open();
  await one.start();
  const stale = await readFile(join(directory, "running.json"), "utf8");
  const access = one.access!;
  await one.stop();
  assert.equal(await isSandboxHealthy({ ...access, endpoint: "http://127.0.0.1:9" }), false);
  assert.ok(stale.includes(access.endpoint));
  await writeFile(join(directory, "running.json"), stale);
  const other = open();
  await other.start();
  assert.equal(await isSandboxHealthy(other.access!), true);
});

function secretOf(window: EmbeddedSandbox): string | undefined {
  return window.access?.secretAccessKey;
}

async function resources(access: EmbeddedSandbox["access"]): Promise<number> {
  const headers = { "x-sandbox-control": access?.controlToken ?? "" };
  const reply = await fetch(`${access?.endpoint ?? ""}/_sandbox/ledger`, { headers });
  const ledger = (await reply.json()) as { readonly resources: readonly unknown[] };
  return ledger.resources.length;
}
