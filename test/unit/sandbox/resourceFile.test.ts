import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { silentLog } from "../../../src/core/log";
import { ResourceFile } from "../../../src/sandbox/resourceFile";
import { World } from "../../../src/sandbox/world";

const place = { kind: "chime", accountId: "123456789012", region: "us-east-1" };

async function pathFor(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "resource-file-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return join(directory, "resources.jsonl");
}

async function open(path: string, slack?: number) {
  const warnings: string[] = [];
  const file = await ResourceFile.open(path, { ...silentLog, warn: (text) => warnings.push(text) }, slack);
  const world = new World(file.resources, (resource) => file.touch(resource));
  const insert = (name: string) =>
    world.insert({ ...place, arn: (id) => `arn:${id}`, name, principal: null, createdMs: 0, creationMs: 0 });
  const rename = (index: number, name: string) => {
    const resource = world.all[index];
    if (!resource) throw new Error("There is no such resource");
    world.remember(resource, 0);
    resource.name = name;
  };
  return { file, world, warnings, insert, rename, names: () => world.all.map((resource) => resource.name) };
}

test("A change adds one line, however many resources there are, and the last line of each is what is read", async (t) => {
  const path = await pathFor(t);
  const first = await open(path);
  for (let number = 0; number < 1_000; number++) first.insert(`n${number}`);
  await first.file.write();
  const { size } = await stat(path);
  first.rename(500, "renamed");
  await first.file.write();
  await first.file.write();
  const grown = (await stat(path)).size - size;
  assert.ok(grown < (2 * size) / 1_000, `${grown} of ${size}`);
  const second = await open(path);
  assert.deepEqual(second.names(), first.names());
  assert.equal(second.names()[500], "renamed");
  assert.deepEqual(second.warnings, []);
});

test("A line that was cut short is left out with a word, and spoils none that is written after it", async (t) => {
  const path = await pathFor(t);
  const first = await open(path);
  first.insert("a");
  await first.file.write();
  await appendFile(path, '\n{"kind":"chi');
  const second = await open(path);
  assert.deepEqual(second.names(), ["a"]);
  assert.match(second.warnings.join(), /could not read 1 of 2 lines/);
  const b = second.insert("b");
  assert.equal(b.sequence, 2);
  await second.file.write();
  assert.deepEqual((await open(path)).names(), ["a", "b"]);
});

test("A file with many lines that count no more is written anew", async (t) => {
  const path = await pathFor(t);
  const first = await open(path, 5);
  for (const name of ["a", "b"]) first.insert(name);
  for (let round = 0; round < 20; round++) {
    first.rename(0, `a${round}`);
    await first.file.write();
  }
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  assert.ok(lines.length <= 2 * 2 + 5, `${lines.length}`);
  assert.deepEqual((await open(path)).names(), ["a19", "b"]);
});

test("What could not be written is written with what comes next", async (t) => {
  const path = await pathFor(t);
  const { file, insert, names } = await open(path);
  insert("a");
  await rm(join(path, ".."), { recursive: true });
  await assert.rejects(file.write(), { code: "ENOENT" });
  const elsewhere = await open(path);
  assert.deepEqual(elsewhere.names(), []);
  await mkdir(join(path, ".."));
  insert("b");
  await file.write();
  assert.deepEqual((await open(path)).names(), names());
});
