import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import * as z from "zod/mini";
import { silentLog } from "../../../src/core/log";
import { LineLog } from "../../../src/sandbox/lineLog";

async function fileOf(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "line-log-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return join(directory, "lines.jsonl");
}

const open = (path: string, max = 10) => LineLog.open(path, z.number(), max, silentLog);

test("What was added is there when it is opened again, oldest first, and no more than are kept", async (t) => {
  const path = await fileOf(t);
  const before = await open(path);
  for (let number = 0; number < 15; number++) before.add(number);
  await before.flush();
  const expected = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
  assert.deepEqual(before.items, expected);
  assert.deepEqual((await open(path)).items, expected);
});

test("The file does not grow without end", async (t) => {
  const path = await fileOf(t);
  const log = await open(path);
  for (let number = 0; number < 100; number++) {
    log.add(number);
    await log.flush();
  }
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  assert.ok(lines.length <= 20, `${lines.length} lines`);
  assert.deepEqual((await open(path)).items, log.items);
});

test("A line that a crash cut short, or of another form, is passed over", async (t) => {
  const path = await fileOf(t);
  const before = await open(path);
  before.add(1);
  await before.flush();
  await appendFile(path, '\n"text"\n{"cut');
  const after = await open(path);
  assert.deepEqual(after.items, [1]);
  after.add(2);
  await after.flush();
  assert.deepEqual((await open(path)).items, [1, 2]);
});
