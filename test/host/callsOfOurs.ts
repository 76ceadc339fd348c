import childProcess from "node:child_process";
import fs from "node:fs";
import { Socket } from "node:net";

/** What reaches a disk, another process or the network, by the module that has it. */
const watched: readonly (readonly [name: string, owner: object, functions: readonly string[]])[] = [
  ["fs", fs, ["readFile", "readFileSync", "open", "openSync", "stat", "statSync", "existsSync", "readdir", "watch"]],
  ["fs.promises", fs.promises, ["readFile", "writeFile", "open", "stat", "readdir", "mkdir", "rm", "rename"]],
  ["child_process", childProcess, ["spawn", "spawnSync", "exec", "execFile", "fork"]],
  ["Socket", Socket.prototype, ["connect"]],
];

/** The watched calls that come from files in `folder` while something is done. */
export async function callsOfOurs(folder: string, work: () => PromiseLike<unknown>): Promise<readonly string[]> {
  const calls: string[] = [];
  const restore = watched.flatMap(([name, owner, functions]) =>
    functions.map((key) => {
      const original = Reflect.get(owner, key) as (...args: unknown[]) => unknown;
      const wrapped = function (this: unknown, ...args: unknown[]) {
        if (new Error().stack?.includes(folder)) calls.push(`${name}.${key}`);
        return Reflect.apply(original, this, args);
      };
      Reflect.set(owner, key, wrapped);
      return () => Reflect.set(owner, key, original);
    }),
  );
  try {
    await work();
    return calls;
  } finally {
    for (const put of restore) put();
  }
}
