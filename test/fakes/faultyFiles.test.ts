import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { FaultyFiles } from "./faultyFiles";
import { MemoryFiles, realDisk, type Disk } from "./memoryFiles";
import type { Loss } from "./unsynced";

async function write(files: FaultyFiles, path: string, text: string, isSynced: boolean): Promise<void> {
  const file = await files.open(path, "w");
  await file.writeFile(text);
  if (isSynced) await file.sync();
  await file.close();
}

async function syncFolder(files: FaultyFiles, path: string): Promise<void> {
  const folder = await files.open(path, "r");
  await folder.sync();
  await folder.close();
}

/** A flushed entry that is replaced, and a power loss after as many of the flushes as a test wants. */
async function afterLoss(disk: Disk, directory: string, loss: Loss, flushes: "none" | "file" | "both") {
  const path = join(directory, "a");
  disk.writeFileSync(path, "old!");
  disk.writeFileSync(join(directory, "b"), "another's");
  const files = new FaultyFiles(disk);
  await write(files, `${path}.tmp`, "new!", flushes !== "none");
  await files.rename(`${path}.tmp`, path);
  if (flushes === "both") await syncFolder(files, directory);
  files.losePower(loss);
  return { a: await disk.readFile(path), names: [...(await disk.readdir(directory))].sort() };
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "faulty-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test("A power loss drops or tears what was not flushed, on a real disk and in memory", async (t) => {
  for (const [loss, flushes, a] of [
    ["dropped", "none", "old!"],
    ["dropped", "file", "old!"],
    ["dropped", "both", "new!"],
    ["torn", "none", "ne"],
    ["torn", "file", "new!"],
    ["torn", "both", "new!"],
  ] as const) {
    const memory = new MemoryFiles();
    await memory.mkdir("/folder");
    const seen = [
      await afterLoss(realDisk, await folder(t), loss, flushes),
      await afterLoss(memory, "/folder", loss, flushes),
    ];
    assert.deepEqual(
      seen,
      [
        { a, names: ["a", "b"] },
        { a, names: ["a", "b"] },
      ],
      `${loss}, flushed: ${flushes}`,
    );
  }
});

test("A folder whose own name was not flushed is empty after a power loss", async () => {
  for (const [isSynced, names] of [
    [false, []],
    [true, ["a"]],
  ] as const) {
    const disk = new MemoryFiles();
    const files = new FaultyFiles(disk);
    await files.mkdir("/folder");
    if (isSynced) await syncFolder(files, "/");
    await write(files, "/folder/a", "text", true);
    await syncFolder(files, "/folder");
    files.losePower("dropped");
    assert.deepEqual(await disk.readdir("/folder"), names);
  }
});

test("One call fails, or all from one on, and calls after a power loss never end", async () => {
  const disk = new MemoryFiles();
  disk.writeFileSync("/a", "text");
  const files = new FaultyFiles(disk);
  files.failAt(2, "EMFILE");
  assert.equal(await files.readFile("/a"), "text");
  await assert.rejects(files.readFile("/a"), { code: "EMFILE" });
  assert.equal(await files.readFile("/a"), "text");
  files.failAt(5, "EIO", { fromThenOn: true });
  assert.equal(files.readFileSync("/a"), "text");
  await assert.rejects(files.unlink("/a"), { code: "EIO" });
  await assert.rejects(files.readdir("/"), { code: "EIO" });
  files.heal();
  files.cutAt(files.calls.length + 1, "dropped");
  let hasEnded = false;
  void files.unlink("/a").finally(() => (hasEnded = true));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(hasEnded, false);
  assert.equal(await disk.readFile("/a"), "text");
});
