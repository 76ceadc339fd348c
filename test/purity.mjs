// Loaded before the tests of the unit part. What opens a socket, starts a process or writes outside the temporary folder
// throws, and fails the run also where the code under test catches it.
import childProcess from "node:child_process";
import dgram from "node:dgram";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { tmpdir } from "node:os";
import { isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const temporaryFolders = [tmpdir(), fs.realpathSync(tmpdir())];
const refused = new Set();

/** Writes, each with the arguments that say where to. */
const writes = {
  appendFile: [0],
  chmod: [0],
  copyFile: [1],
  cp: [1],
  createWriteStream: [0],
  link: [1],
  mkdir: [0],
  mkdtemp: [0],
  rename: [0, 1],
  rm: [0],
  rmdir: [0],
  symlink: [1],
  truncate: [0],
  unlink: [0],
  utimes: [0],
  writeFile: [0],
};

// The runner itself starts the processes in which the tests run.
if (!process.execArgv.includes("--test")) guardAll();

function guardAll() {
  guard(net.Socket.prototype, "connect", () => refuse("connects a socket"));
  guard(net.Server.prototype, "listen", () => refuse("listens on a socket"));
  guard(dgram, "createSocket", () => refuse("opens a socket"));
  for (const name of ["exec", "execFile", "execFileSync", "execSync", "fork", "spawn", "spawnSync"])
    guard(childProcess, name, (command) => refuse(`starts a process (${command})`));
  for (const [name, places] of Object.entries(writes)) {
    const check = (...args) => places.forEach((place) => requireTemporary(args[place]));
    for (const owner of [fs, fs.promises]) guard(owner, name, check);
    guard(fs, `${name}Sync`, check);
  }
  const checkOpen = (path, flags) => {
    const isReading = flags === undefined || flags === "r" || flags === "rs" || flags === fs.constants.O_RDONLY;
    if (!isReading && typeof flags !== "function") requireTemporary(path);
  };
  for (const owner of [fs, fs.promises]) guard(owner, "open", checkOpen);
  guard(fs, "openSync", checkOpen);
  syncBuiltinESMExports();
  process.on("exit", () => {
    if (refused.size === 0) return;
    console.error([...refused].join("\n"));
    process.exitCode = 1;
  });
}

function guard(owner, name, check) {
  const original = owner[name];
  if (original === undefined) return;
  owner[name] = function (...args) {
    if (!isOfLoader(stackOfCaller())) check(...args);
    return Reflect.apply(original, this, args);
  };
}

/** tsx speaks to a process of esbuild, and asks on a socket whether it is being watched. */
function isOfLoader(stack) {
  return /node_modules[\\/](?:tsx|esbuild)[\\/]/.test(stack);
}

function requireTemporary(path) {
  // A file that is open already, whose opening was asked about.
  if (typeof path === "number" || typeof path?.fd === "number") return;
  const absolute = resolve(path instanceof URL ? fileURLToPath(path) : String(path));
  const isTemporary = temporaryFolders.some((folder) => {
    const way = relative(folder, absolute);
    return !way.startsWith("..") && !isAbsolute(way);
  });
  if (!isTemporary) refuse(`writes ${absolute}`);
}

function refuse(what) {
  const [test] = /test[\\/](?!purity)[\w\\/.-]+\.ts:\d+/.exec(stackOfCaller()) ?? ["A unit test"];
  const message = `${test} ${what}. What needs sockets, processes or more of the disk than the temporary folder belongs in test/wire.`;
  refused.add(message);
  throw new Error(message);
}

function stackOfCaller() {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const { stack = "" } = new Error("Where from?");
  Error.stackTraceLimit = stackTraceLimit;
  return stack;
}
