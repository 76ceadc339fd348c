// Every test there is: npm test · one part: npm test -- ui · some files of it: npm test -- unit/aws
// In another VS Code: npm test -- host --vscode oldest, or a version (test/vscode/versions.ts)
// A run changes no tracked file. The table in docs/conformance.md: npm test -- conformance --write
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "..");
const minuteMs = 60_000;

/**
 * In the order of running: the quick ones first, and the one that rebuilds for production last. A browser and a workbench
 * have time limits of their own, so a failed file of theirs gets a second try, which is reported; failing twice fails.
 */
const parts = [
  {
    name: "unit",
    roots: ["test/unit", "test/fakes", "test/project", "test/manifest.test.ts"],
    isPure: true,
    concurrency: 3,
    timeoutMs: 8 * minuteMs,
  },
  { name: "wire", roots: ["test/wire", "test/crash"], concurrency: 2, timeoutMs: 8 * minuteMs },
  { name: "conformance", roots: ["test/conformance"], concurrency: 1, timeoutMs: 5 * minuteMs },
  { name: "host", run: runHost, needsVscode: true, timeoutMs: 6 * minuteMs },
  { name: "ui", roots: ["test/ui"], needsVscode: true, hasSecondTry: true, concurrency: 2, timeoutMs: 15 * minuteMs },
  { name: "vsix", roots: ["test/vsix"], needsVscode: true, concurrency: 1, timeoutMs: 6 * minuteMs },
];

const children = new Set();
const scratch = mkdtempSync(join(tmpdir(), "app-instances-tests-"));
process.on("exit", () => {
  for (const child of children) killGroup(child);
  rmSync(scratch, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { vscode: { type: "string" }, write: { type: "boolean" } },
});
if (flags.write) process.env.APP_INSTANCES_WRITE_TABLE = "true";
if (flags.vscode !== undefined) process.env.APP_INSTANCES_VSCODE_VERSION = flags.vscode;
const [wantedPart, ...rest] = (positionals[0] ?? "").split("/");
const filter = rest.join("/");
const wanted = parts.filter(({ name }) => !wantedPart || name === wantedPart);
if (wanted.length === 0) {
  console.error(`There is no part ${wantedPart}. Parts: ${parts.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}

const total = { passed: 0, failed: 0, skipped: 0 };
/** Said once more at the end, since what CI keeps of a long run is its last lines. */
const failures = [];
const started = Date.now();
if ((await start(process.execPath, ["esbuild.js"], minuteMs)) !== 0) {
  console.error("The build failed: no test ran.");
  total.failed += 1;
} else {
  const installing = wanted.some(({ needsVscode }) => needsVscode) ? install() : undefined;
  for (const part of wanted) {
    if (part.needsVscode) await installing;
    await runPart(part);
  }
}
if (failures.length > 0) console.log(`\n== what failed ==\n${failures.join("\n")}`);
console.log(`${seconds(started)} s in all`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

async function runPart(part) {
  const partStarted = Date.now();
  console.log(`\n== ${part.name} ==`);
  const totalsFile = join(scratch, `${part.name}.json`);
  const run = part.run ?? runFiles;
  const code = await run(part, totalsFile);
  if (code === "nothing") {
    console.log(`No files in ${part.name}${filter ? ` match ${filter}` : ""}.`);
    if (wantedPart) total.failed += 1;
    return;
  }
  const counts = readTotals(totalsFile);
  for (const [file, { failures: ofFile = [] }] of Object.entries(counts))
    failures.push(...ofFile.map((text) => `${file}: ${text}`));
  const totals = sumOf(Object.values(counts));
  for (const key of Object.keys(total)) total[key] += totals[key];
  // A runner that crashed, was stopped, or ran nothing must not look like success.
  if (totals.failed === 0 && (code !== 0 || totals.passed + totals.skipped === 0)) {
    const line = `${part.name}: the runner ended with ${code} after ${totals.passed} tests.`;
    console.log(line);
    failures.push(line);
    total.failed += 1;
  }
  console.log(
    `${part.name}: ${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped in ${seconds(partStarted)} s`,
  );
}

async function runFiles(part, totalsFile) {
  const files = part.roots.flatMap(testFiles).filter((path) => path.includes(filter));
  if (files.length === 0) return "nothing";
  const code = await runTests(
    part,
    part.isPure ? gathered(files, Math.min(part.concurrency, files.length)) : files,
    totalsFile,
  );
  const first = readTotals(totalsFile);
  if (part.isPure) countSilent(files, first, totalsFile);
  const failed = Object.keys(first).filter((file) => first[file].failed > 0);
  if (code !== 1 || !part.hasSecondTry || failed.length === 0) return code;
  console.log(`\nOnce more, to tell what is broken from what a busy machine was late with: ${failed.join(", ")}`);
  const codeOfSecond = await runTests(part, failed, totalsFile);
  const second = readTotals(totalsFile);
  const last = failed.map((file) => [file, second[file] ?? first[file]]);
  for (const [file, { failed }] of last) if (failed === 0) console.log(`${file} failed, and passed when run again.`);
  writeFileSync(totalsFile, JSON.stringify({ ...first, ...Object.fromEntries(last) }));
  return codeOfSecond;
}

function runTests(part, files, totalsFile) {
  const args = [
    "--import",
    "tsx",
    ...(part.isPure ? ["--import", "./test/purity.mjs"] : []),
    "--test",
    `--test-concurrency=${part.concurrency}`,
    "--test-reporter=./test/reporter.mjs",
    "--test-reporter-destination=stdout",
  ];
  return start(process.execPath, [...args, ...files], part.timeoutMs, { TEST_TOTALS_FILE: totalsFile });
}

/**
 * What is pure can share a process: starting one costs more than most files of tests. So there are as many as the part runs
 * at once, each with its share of every room. The guard of their purity (test/purity.mjs) sees to it that they stay so.
 */
function gathered(files, count) {
  return Array.from({ length: count }, (_, index) => {
    const path = join(scratch, `${index + 1}-of-${count}.test.mjs`);
    const share = files.filter((_file, place) => place % count === index);
    writeFileSync(path, share.map((file) => `import ${JSON.stringify(pathToFileURL(join(root, file)))};\n`).join(""));
    return path;
  });
}

/** A file without a test goes unnoticed among others. */
function countSilent(files, counts, totalsFile) {
  const silent = files.filter((file) => !(file in counts));
  if (silent.length === 0) return;
  console.log(`No test was executed in ${silent.join(", ")}.`);
  const noTest = { passed: 0, failed: 1, skipped: 0, failures: ["no test was executed"] };
  const added = Object.fromEntries(silent.map((file) => [file, noTest]));
  writeFileSync(totalsFile, JSON.stringify({ ...counts, ...added }));
}

function runHost(part, totalsFile) {
  return start(process.execPath, ["--import", "tsx", "test/vscode/runHostCli.ts", totalsFile, filter], part.timeoutMs);
}

/** A first run downloads VS Code's server: it does so while the quick tests run. A failure is reported where it is needed. */
function install() {
  return start(process.execPath, ["--import", "tsx", "test/vscode/installCli.ts"], 15 * minuteMs);
}

function testFiles(path) {
  if (path.endsWith(".ts")) return existsSync(join(root, path)) ? [path] : [];
  if (!existsSync(join(root, path))) return [];
  return readdirSync(join(root, path), { recursive: true })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `${path}/${name.split(sep).join("/")}`)
    .sort();
}

/** Resolves with the exit code, after killing what runs too long. */
function start(command, args, timeoutMs, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env },
      detached: true,
    });
    children.add(child);
    const timer = setTimeout(() => {
      console.log(`Killed after ${timeoutMs / 1000} s: ${args.join(" ")}`);
      killGroup(child);
    }, timeoutMs);
    child.on("error", () => resolve(1));
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      killGroup(child);
      children.delete(child);
      resolve(code ?? signal);
    });
  });
}

function killGroup(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended, with everything that it started.
  }
}

/** Counts by file; nothing when the runner did not get that far. */
function readTotals(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return {};
  }
}

function sumOf(counts) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const count of counts) for (const key of Object.keys(sum)) sum[key] += count[key] ?? 0;
  return sum;
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}
