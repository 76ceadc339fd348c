import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { watchFiles } from "../../../src/aws/configWatcher";

interface Watching {
  readonly directory: string;
  /** Resolves when the change that `act` makes is told. */
  readonly tells: (act: () => void) => Promise<void>;
  readonly count: () => number;
}

function start(t: { after(f: () => void): void }, files: (directory: string) => readonly string[]): Watching {
  const directory = mkdtempSync(path.join(tmpdir(), "watch-"));
  let told = 0;
  let hear = () => {};
  let watcher: { dispose(): void } | undefined;
  t.after(() => {
    watcher?.dispose();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    directory,
    count: () => told,
    tells: async (act) => {
      watcher ??= watchFiles(
        files(directory),
        () => {
          told++;
          hear();
        },
        { debounceMs: 50 },
      );
      const heard = new Promise<void>((resolve, reject) => {
        // The watcher keeps no process alive, so this timer must; it also bounds the test.
        const timer = setTimeout(() => reject(new Error("The change was not told")), 5000);
        hear = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      act();
      await heard;
    },
  };
}

test("writing, replacing, deleting and creating a file are told", async (t) => {
  const { directory, tells } = start(t, (root) => [path.join(root, "config")]);
  const file = path.join(directory, "config");
  await tells(() => writeFileSync(file, "a"));
  await tells(() => writeFileSync(file, "b"));
  await tells(() => {
    writeFileSync(`${file}.tmp`, "c");
    renameSync(`${file}.tmp`, file);
  });
  await tells(() => unlinkSync(file));
  await tells(() => writeFileSync(file, "d"));
});

test("several writes in a row are one change, and other files are none", async (t) => {
  const { directory, tells, count } = start(t, (root) => [path.join(root, "config")]);
  await tells(() => {
    writeFileSync(path.join(directory, "other"), "a");
    for (const text of ["a", "b", "c"]) writeFileSync(path.join(directory, "config"), text);
  });
  assert.equal(count(), 1);
});

test("a directory that does not exist yet is waited for", async (t) => {
  const { directory, tells } = start(t, (root) => [
    path.join(root, ".aws", "sso", "cache"),
    path.join(root, ".aws", "config"),
  ]);
  await tells(() => mkdirSync(path.join(directory, ".aws")));
  await tells(() => writeFileSync(path.join(directory, ".aws", "config"), "a"));
  await tells(() => mkdirSync(path.join(directory, ".aws", "sso", "cache"), { recursive: true }));
  await tells(() => writeFileSync(path.join(directory, ".aws", "sso", "cache", "token.json"), "a"));
});

test("a file behind a link is watched where it is", async (t) => {
  const { directory, tells } = start(t, (root) => {
    mkdirSync(path.join(root, "dotfiles"));
    mkdirSync(path.join(root, ".aws"));
    writeFileSync(path.join(root, "dotfiles", "aws-config"), "a");
    symlinkSync(path.join(root, "dotfiles", "aws-config"), path.join(root, ".aws", "config"));
    return [path.join(root, ".aws", "config")];
  });
  await tells(() => writeFileSync(path.join(directory, "dotfiles", "aws-config"), "b"));
});
