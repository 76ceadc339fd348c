import { lstatSync, readlinkSync, watch, type FSWatcher } from "node:fs";
import * as path from "node:path";
import type { Disposable } from "../core/disposable";

export interface WatchOptions {
  /** Editors and tools write in several steps: one change is told, this long after the last of them. */
  readonly debounceMs?: number;
}

export interface FileWatch extends Disposable {
  /** Watches what is there now: a directory that was replaced takes its watch with it, and not every system says so. */
  renew(): void;
}

/**
 * Tells when one of the files (or a file in one of the directories) was written, replaced, created or deleted, or when a link
 * on the way to it leads elsewhere. Directories are watched, not files: tools replace files by renaming, which a watch on the
 * file itself does not survive. Where a directory does not exist yet, the one above it is watched until it does.
 */
export function watchFiles(
  files: readonly string[],
  onChange: () => void,
  { debounceMs = 200 }: WatchOptions = {},
): FileWatch {
  let watchers: readonly FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isDisposed = false;

  const changed = () => {
    if (isDisposed) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      renew();
      onChange();
    }, debounceMs);
    timer.unref();
  };
  const renew = () => {
    if (isDisposed) return;
    const old = watchers;
    // The new ones before the old ones go: nothing happens unseen. All of them: a directory that was made anew has the name
    // of the one that is watched, and may have its number too.
    watchers = [...placesOf(files)].flatMap(([directory, names]) => attach(directory, names) ?? []);
    for (const watcher of old) watcher.close();
  };
  const attach = (directory: string, names: ReadonlySet<string>): FSWatcher | undefined => {
    try {
      const watcher = watch(directory, { persistent: false }, (_, name) => {
        // Its own name: the directory itself was deleted or moved.
        if (name === null || names.has(name) || names.has(anyName) || name === path.basename(directory)) changed();
      });
      // The directory went away, or the system has no watches left: the next change that is seen attaches again.
      watcher.on("error", () => {
        watcher.close();
        changed();
      });
      return watcher;
    } catch {
      // Not there or not ours to read: there is nothing to hear.
      return undefined;
    }
  };

  renew();
  return {
    renew,
    dispose() {
      isDisposed = true;
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

const anyName = "*";
/** As many links as the systems follow. */
const maxLinks = 40;

/** The directories to watch, with the names that count in them. */
function placesOf(files: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const places = new Map<string, Set<string>>();
  for (const file of files) {
    for (const [directory, name] of wayTo(path.resolve(file))) {
      const names = places.get(directory) ?? new Set();
      places.set(directory, names.add(name));
    }
  }
  return places;
}

/** Where the way to a file can change: at each link, at the first thing that is missing, and at its end. */
function* wayTo(file: string): Generator<readonly [directory: string, name: string]> {
  let current = path.parse(file).root;
  let rest = partsOf(file);
  for (let links = 0; rest.length > 0;) {
    const [name = "", ...after] = rest;
    const next = path.join(current, name);
    const found = lstat(next);
    if (!found || (found.isSymbolicLink() && links++ >= maxLinks)) {
      yield [current, name];
      return;
    }
    if (found.isSymbolicLink()) {
      yield [current, name];
      const target = path.resolve(current, readLink(next));
      current = path.parse(target).root;
      rest = [...partsOf(target), ...after];
      continue;
    }
    if (after.length === 0) {
      yield [current, name];
      if (found.isDirectory()) yield [next, anyName];
    }
    current = next;
    rest = after;
  }
}

function partsOf(file: string): readonly string[] {
  return file.slice(path.parse(file).root.length).split(path.sep).filter(Boolean);
}

function lstat(file: string) {
  try {
    return lstatSync(file);
  } catch {
    return undefined;
  }
}

function readLink(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return file;
  }
}
