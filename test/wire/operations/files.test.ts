import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { hasCode, nodeFiles } from "../../../src/operations/files";

test("A file is read whole, however large it is and whatever was read with the same buffer before", async () => {
  const directory = await mkdtemp(join(tmpdir(), "app-instances-files-"));
  try {
    const texts = [0, 1, 16_383, 16_384, 16_385, 100_000].map((length) => "x".repeat(length));
    // Cut anywhere, its bytes are no characters.
    texts.push("é€😀".repeat(5_000), "é€😀");
    await Promise.all(texts.map((text, index) => writeFile(join(directory, `${index}`), text)));
    for (let round = 0; round < 3; round++) {
      const read = await Promise.all(texts.map((_, index) => nodeFiles.readFile(join(directory, `${index}`))));
      assert.ok(read.every((text, index) => text === texts[index]));
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test("What cannot be read is refused with the system's own code", async () => {
  const directory = await mkdtemp(join(tmpdir(), "app-instances-files-"));
  try {
    await assert.rejects(nodeFiles.readFile(join(directory, "nothing")), (error) => hasCode(error, "ENOENT"));
    await assert.rejects(nodeFiles.readFile(directory), (error) => hasCode(error, "EISDIR", "EACCES"));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
