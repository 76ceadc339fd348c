import { realpathSync, statSync, watch, type FSWatcher } from "node:fs";
import * as path from "node:path";
import { toDisposable, type Disposable } from "../core/disposable";

export interface WatchOptions {
  /** Editors and tools write in several steps: one change is told, this long after the last of them. */
  readonly debounceMs?: number;
}

/**
 * Tells when one of the files (or a file in one of the directories) was written, replaced, created or deleted. Directories are
 * watched, not files: tools replace files by renaming, which a watch on the file itself does not survive. Where a directory
 * does not exist yet, the one above it is watched until it does.
 */
export function watchFiles(
  files: readonly string[],
  onChange: () => void,
  { debounceMs = 200 }: WatchOptions = {},
): Disposable {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let isDisposed = false;

  const changed = () => {
    if (isDisposed) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      attachAll();
      onChange();
    }, debounceMs);
    timer.unref();
  };
  const attachAll = () => {
    const wanted = new Set(files.flatMap(directoriesFor));
    for (const [directory, watcher] of watchers) {
      if (wanted.has(directory)) continue;
      watcher.close();
      watchers.delete(directory);
    }
    for (const directory of wanted) if (!watchers.has(directory)) attach(directory);
  };
  const attach = (directory: string) => {
    try {
      const watcher = watch(directory, { persistent: false }, (_, name) => {
        if (name === null || concerns(directory, name)) changed();
      });
      // The directory went away, or the system has no watches left: the next change that is seen attaches again.
      watcher.on("error", () => {
        watcher.close();
        watchers.delete(directory);
        changed();
      });
      watchers.set(directory, watcher);
    } catch {
      // Not there or not ours to read: there is nothing to hear.
    }
  };
  const concerns = (directory: string, name: string) => {
    const changedPath = path.join(directory, name);
    const names = files.flatMap((file) => [file, realPath(file) ?? file]);
    return names.some(
      (file) => file === changedPath || file.startsWith(changedPath + path.sep) || file === path.dirname(changedPath),
    );
  };

  attachAll();
  return toDisposable(() => {
    isDisposed = true;
    clearTimeout(timer);
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
  });
}

/** Directories to watch for a file or a directory: where it is, where its link leads, and itself. */
function directoriesFor(file: string): readonly string[] {
  const real = realPath(file);
  if (real === undefined) return [existingDirectory(path.dirname(file))];
  const isDirectory = statSync(real, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return [path.dirname(file), path.dirname(real), ...(isDirectory ? [real] : [])];
}

function existingDirectory(directory: string): string {
  const parent = path.dirname(directory);
  return realPath(directory) !== undefined || parent === directory ? directory : existingDirectory(parent);
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}
