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

test("Writing, replacing, deleting and creating a file are told", async (t) => {
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

test("Several writes in a row are one change, and other files are none", async (t) => {
  const { directory, tells, count } = start(t, (root) => [path.join(root, "config")]);
  await tells(() => {
    writeFileSync(path.join(directory, "other"), "a");
    for (const text of ["a", "b", "c"]) writeFileSync(path.join(directory, "config"), text);
  });
  assert.equal(count(), 1);
});

test("A directory that does not exist yet is waited for", async (t) => {
  const { directory, tells } = start(t, (root) => [
    path.join(root, ".aws", "sso", "cache"),
    path.join(root, ".aws", "config"),
  ]);
  await tells(() => mkdirSync(path.join(directory, ".aws")));
  await tells(() => writeFileSync(path.join(directory, ".aws", "config"), "a"));
  await tells(() => mkdirSync(path.join(directory, ".aws", "sso", "cache"), { recursive: true }));
  await tells(() => writeFileSync(path.join(directory, ".aws", "sso", "cache", "token.json"), "a"));
});

test("A file behind a link is watched where it is", async (t) => {
  const { directory, tells } = start(t, (root) => {
    mkdirSync(path.join(root, "dotfiles"));
    mkdirSync(path.join(root, ".aws"));
    writeFileSync(path.join(root, "dotfiles", "aws-config"), "a");
    symlinkSync(path.join(root, "dotfiles", "aws-config"), path.join(root, ".aws", "config"));
    return [path.join(root, ".aws", "config")];
  });
  await tells(() => writeFileSync(path.join(directory, "dotfiles", "aws-config"), "b"));
});

/** A folder for each account, with `.aws` as a link to one of them. */
function withLinkedFolder(root: string): readonly string[] {
  for (const account of ["one", "two"]) {
    mkdirSync(path.join(root, account));
    writeFileSync(path.join(root, account, "config"), account);
  }
  symlinkSync(path.join(root, "one"), path.join(root, ".aws"));
  return [path.join(root, ".aws", "config")];
}

test("Row 23: a folder that is switched by a link is told, and watched where it now is", async (t) => {
  const { directory, tells } = start(t, withLinkedFolder);
  await tells(() => {
    symlinkSync(path.join(directory, "two"), path.join(directory, "next"));
    renameSync(path.join(directory, "next"), path.join(directory, ".aws"));
  });
  await tells(() => writeFileSync(path.join(directory, "two", "config"), "changed"));
});

test("Row 23: a link behind a link, and one among the parents, are told when they lead elsewhere", async (t) => {
  const { directory, tells } = start(t, (root) => {
    mkdirSync(path.join(root, "a", "aws"), { recursive: true });
    mkdirSync(path.join(root, "b", "aws"), { recursive: true });
    symlinkSync("a", path.join(root, "current"));
    symlinkSync(path.join("current", "aws"), path.join(root, ".aws"));
    return [path.join(root, ".aws", "config")];
  });
  await tells(() => {
    unlinkSync(path.join(directory, "current"));
    symlinkSync("b", path.join(directory, "current"));
  });
  await tells(() => writeFileSync(path.join(directory, "b", "aws", "config"), "a"));
});

test("Row 23: files that are deleted with their folder, and made anew, are told", async (t) => {
  const { directory, tells } = start(t, (root) => {
    mkdirSync(path.join(root, ".aws"));
    writeFileSync(path.join(root, ".aws", "config"), "a");
    writeFileSync(path.join(root, ".aws", "credentials"), "a");
    return [path.join(root, ".aws", "config"), path.join(root, ".aws", "credentials")];
  });
  const folder = path.join(directory, ".aws");
  const makeAnew = () => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, "config"), "b");
  };
  // In one go, so that the folder is there again before anybody looks; and slowly.
  await tells(() => {
    rmSync(folder, { recursive: true });
    makeAnew();
  });
  await tells(() => writeFileSync(path.join(folder, "credentials"), "b"));
  await tells(() => rmSync(folder, { recursive: true }));
  await tells(makeAnew);
  await tells(() => writeFileSync(path.join(folder, "credentials"), "c"));
});

test("Row 23: a folder that is moved away and replaced by a link is told", async (t) => {
  const { directory, tells } = start(t, (root) => {
    mkdirSync(path.join(root, ".aws"));
    mkdirSync(path.join(root, "other"));
    writeFileSync(path.join(root, ".aws", "config"), "a");
    return [path.join(root, ".aws", "config")];
  });
  await tells(() => {
    renameSync(path.join(directory, ".aws"), path.join(directory, "old"));
    symlinkSync("other", path.join(directory, ".aws"));
  });
  await tells(() => writeFileSync(path.join(directory, "other", "config"), "a"));
});

test("Row 23: links in a circle lead nowhere, until they are mended", async (t) => {
  const { directory, tells } = start(t, (root) => {
    symlinkSync("two", path.join(root, "one"));
    symlinkSync("one", path.join(root, "two"));
    return [path.join(root, "one", "config")];
  });
  await tells(() => {
    unlinkSync(path.join(directory, "two"));
    mkdirSync(path.join(directory, "two"));
  });
  await tells(() => writeFileSync(path.join(directory, "two", "config"), "a"));
});
