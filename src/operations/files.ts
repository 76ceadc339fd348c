import { close, open as openFile, read, readFile, readFileSync, unlinkSync, watch } from "node:fs";
import { link, mkdir, open, readdir, rename, stat, unlink, utimes } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * Every call that journal, locks and sweep make to the disk. Each rejects, or throws, as node's does. One interface, so that
 * a test can put a disk in its place that fails at any call, or loses what was not flushed.
 */
export interface Files {
  /** With all folders above it, for this user only. Resolves with the first one that had to be made. */
  mkdir(path: string): Promise<string | undefined>;
  /** `wx`: only where there is none. `r` is for flushing folders. Files are for this user only. */
  open(path: string, flags: "w" | "wx" | "r"): Promise<OpenFile>;
  readFile(path: string): Promise<string>;
  readdir(path: string): Promise<readonly string[]>;
  stat(path: string): Promise<{ readonly mtimeMs: number }>;
  rename(from: string, to: string): Promise<void>;
  /** Fails when there is something at `to`. */
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Seconds since the epoch. */
  utimes(path: string, atime: number, mtime: number): Promise<void>;
  /** Hears the names in a folder that something happened to; null when the platform does not tell which. */
  watch(path: string, onChange: (name: string | null) => void, onError: (error: Error) => void): { close(): void };
  readFileSync(path: string): string;
  unlinkSync(path: string): void;
}

export interface OpenFile {
  writeFile(text: string): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

const readWhole = promisify(readFile);
/** More than nearly every entry has. */
const smallBytes = 16 * 1024;
const spareBuffers: Buffer[] = [];

/**
 * What thousands of small files are read with in little more than half the time: `readFile` asks for the size first, and
 * makes several objects for each. Rejects as `readFile` does.
 */
function readSmall(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    openFile(path, "r", (openError, file) => {
      if (openError) {
        reject(openError);
        return;
      }
      const buffer = spareBuffers.pop() ?? Buffer.allocUnsafe(smallBytes);
      read(file, buffer, 0, smallBytes, 0, (readError, length) => {
        const text = readError ? "" : buffer.toString("utf8", 0, length);
        spareBuffers.push(buffer);
        close(file, () => {
          if (readError) reject(readError);
          else resolve(length < smallBytes ? text : readWhole(path, "utf8"));
        });
      });
    });
  });
}

export const nodeFiles: Files = {
  mkdir: (path) => mkdir(path, { recursive: true, mode: 0o700 }),
  open: (path, flags) => open(path, flags, 0o600),
  readFile: readSmall,
  readdir: (path) => readdir(path),
  stat: (path) => stat(path),
  rename,
  link,
  unlink,
  utimes,
  watch(path, onChange, onError) {
    const watcher = watch(path, { persistent: false }, (_event, name) => onChange(name));
    return watcher.on("error", onError);
  },
  readFileSync: (path) => readFileSync(path, "utf8"),
  unlinkSync,
};

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && codes.includes(code);
}
