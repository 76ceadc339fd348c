// `npm run mutate`: breaks the code that guards against doubles in a thousand small ways and tells which of them no test
// notices. `npm run mutate -- FILE...` for some files only; `--concurrency N` for more than one at a time.
// See docs/mutation.md.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { tested } from "./mutationReporter.mjs";

/** Fetched on first use, so that `npm ci` stays light. */
const tools = { "@stryker-mutator/core": "9.6.1", "@stryker-mutator/tap-runner": "9.6.1" };

/**
 * What is broken, and the tests that should notice. For `src/operations` those in test/wire and test/crash are left out: a
 * mutant that survives runs them all, and they take seconds each.
 */
const targets = [
  { sources: ["src/operations"], tests: ["test/unit/operations"] },
  {
    sources: ["src/instances/memoryStore.ts", "src/instances/storedListing.ts"],
    tests: ["test/unit/instances/store.test.ts", "test/unit/instances/storeTruth.test.ts"],
  },
  { sources: ["src/instances/follow.ts"], tests: ["test/unit/instances/follow.test.ts"] },
  {
    sources: ["src/aws/clockSkew.ts", "src/aws/retry.ts"],
    tests: ["test/unit/aws/retry.test.ts", "test/unit/aws/clockSkew.test.ts", "test/wire/aws/httpClient.test.ts"],
  },
];

const root = join(import.meta.dirname, "..");
const folder = join(root, ".artifacts", "mutation");
const sandboxes = join(folder, `sandbox-${process.pid}`);
const bundles = "mutationTests";
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { concurrency: { type: "string", default: "1" } },
});

process.chdir(root);
const wanted = positionals.map((path) => slashed(relative(root, resolve(path))));
const runs = targets
  .map((target) => ({ ...target, files: target.sources.flatMap((source) => filesIn(source, ".ts")).filter(isWanted) }))
  .filter(({ files }) => files.length > 0);
if (runs.length === 0) {
  console.error(`Nothing to mutate. The targets: ${targets.flatMap(({ sources }) => sources).join(", ")}.`);
  process.exit(2);
}
install();
useQuickDisk();
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop());
for (const run of runs) await mutate(run);
report(latest(tested));

/** Stopped on the way: what was tested so far counts, and is told as that. */
function stop() {
  report(latest(tested));
  console.log("Stopped before the end: only what was tested so far is counted.");
  process.exit(1);
}

/** A mutant that quick tests missed is tried again by slower ones: whoever noticed it has noticed it. */
function latest(all) {
  const byKey = new Map();
  for (const mutant of all) {
    const before = byKey.get(keyOf(mutant));
    if (!before || before.status === "NoCoverage" || (isMissed(before) && !isMissed(mutant)))
      byKey.set(keyOf(mutant), mutant);
  }
  return [...byKey.values()];
}

function isWanted(file) {
  return wanted.length === 0 || wanted.some((path) => file === path || file.startsWith(`${path}/`));
}

/** The quick tests try every mutant; those that open windows over a real folder only what is left. */
async function mutate({ files, tests }) {
  const testFiles = tests.flatMap((path) => filesIn(path, ".test.ts"));
  const quick = testFiles.filter((path) => !opensWindows(path));
  const first = await runStryker(files, quick.length > 0 ? quick : testFiles);
  const missed = first.filter(isMissed);
  const rest = quick.length > 0 ? testFiles.filter(opensWindows) : [];
  if (missed.length === 0 || rest.length === 0) return;
  console.log(`${missed.length} of ${first.length} are left for the slower tests.`);
  await runStryker([...new Set(missed.map(rangeOf))], rest);
}

async function runStryker(mutate, testFiles) {
  const { Stryker } = await import(pathToFileURL(join(folder, "node_modules/@stryker-mutator/core/dist/src/index.js")));
  const stryker = new Stryker({
    mutate,
    testRunner: "tap",
    plugins: ["@stryker-mutator/tap-runner", join(import.meta.dirname, "mutationReporter.mjs")],
    coverageAnalysis: "perTest",
    tap: {
      testFiles: testFiles.map((path) => path.replace(/^test\/(.*)\.ts$/, `${bundles}/$1.js`)),
      nodeArgs: ["--test-reporter=tap"],
    },
    // Built once with all mutants in it; a variable of the environment chooses one. A process starts in a tenth of a second.
    buildCommand: `esbuild ${testFiles.join(" ")} --bundle --platform=node --format=cjs --target=node20 --outbase=test --outdir=${bundles} --log-level=error`,
    ignorePatterns: ["**", "!src/**", "!test/**", "!package.json", "!tsconfig.json"],
    tempDirName: relative(root, sandboxes),
    concurrency: Number(values.concurrency),
    // A busy machine must not pass for a mutant that hangs.
    timeoutMS: 10_000,
    reporters: ["progress-append-only", "keeping"],
    logLevel: "error",
    allowConsoleColors: false,
  });
  return stryker.runMutationTest();
}

/** Lines from 1 and columns from 0, as Stryker's option wants them; results count both from 1. */
function rangeOf({ fileName, location: { start, end } }) {
  const file = slashed(relative(root, resolve(fileName)));
  return `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column}`;
}

function keyOf({ fileName, location, mutatorName, replacement }) {
  return JSON.stringify([relative(root, resolve(fileName)), location, mutatorName, replacement]);
}

/** Stryker's own score: what a test noticed, or what ran into the time limit, of all that is valid code. */
function report(results) {
  const mutants = results.map(({ fileName, location, mutatorName, replacement, status, coveredBy }) => ({
    file: slashed(relative(root, resolve(fileName))),
    line: location.start.line,
    column: location.start.column,
    mutatorName,
    replacement,
    status,
    isCovered: (coveredBy?.length ?? 0) > 0,
  }));
  mutants.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
  writeFileSync(join(folder, "mutants.json"), JSON.stringify(mutants, undefined, 1));
  const files = [...new Set(mutants.map(({ file }) => file))];
  for (const file of files) {
    const missed = mutants.filter((mutant) => mutant.file === file && isMissed(mutant));
    if (missed.length > 0) console.log(`\n${file}`);
    for (const { line, column, mutatorName, replacement, isCovered } of missed)
      console.log(
        `  ${line}:${column} ${mutatorName}${isCovered ? "" : " (no test runs it)"}: ${oneLine(replacement)}`,
      );
  }
  console.log();
  for (const file of files)
    console.log(
      scoreLine(
        file,
        mutants.filter((mutant) => mutant.file === file),
      ),
    );
  const rooms = [...new Set(files.map((file) => file.slice(0, file.lastIndexOf("/"))))];
  if (rooms.length > 1)
    for (const room of rooms)
      console.log(
        scoreLine(
          `${room}/`,
          mutants.filter(({ file }) => file.startsWith(`${room}/`)),
        ),
      );
  console.log(scoreLine("total", mutants));
}

function scoreLine(name, mutants) {
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count("Killed", "Timeout");
  const missed = mutants.filter(isMissed).length;
  const score = ((100 * noticed) / (noticed + missed)).toFixed(1);
  const timeouts = count("Timeout");
  return `${name}: ${score} % (${noticed} of ${noticed + missed} noticed${timeouts > 0 ? `, ${timeouts} by the time limit` : ""})`;
}

function isMissed({ status }) {
  return status === "Survived" || status === "NoCoverage";
}

function oneLine(text) {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}

function filesIn(path, ending) {
  if (path.endsWith(ending)) return existsSync(path) ? [path] : [];
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${path}/${slashed(name)}`)
    .sort();
}

function opensWindows(path) {
  return /import \{[^}]*\bsetUp\b[^}]*\} from "\.\/world"/.test(readFileSync(path, "utf8"));
}

function install() {
  const isThere = Object.entries(tools).every(([name, version]) => {
    const path = join(folder, "node_modules", name, "package.json");
    return existsSync(path) && JSON.parse(readFileSync(path, "utf8")).version === version;
  });
  if (isThere) return;
  console.log(
    `Fetching ${Object.entries(tools)
      .map((entry) => entry.join(" "))
      .join(", ")} …`,
  );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: tools }));
  const { status } = spawnSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** The tests write and flush much: in memory that costs a third. What killed ones leave behind goes with the folder. */
function useQuickDisk() {
  const memory = "/dev/shm";
  const scratch = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), "mutation-"));
  process.env.TMPDIR = scratch;
  process.on("exit", () => {
    for (const path of [scratch, sandboxes]) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  });
}

function slashed(path) {
  return path.split(sep).join("/");
}
