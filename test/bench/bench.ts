/**
 * Measurements, never a test: npm run bench -- [--json FILE] [--write] [--only SUBJECT]…. What counts are the ratios, taken
 * within one run. `--write` puts the table of the run into docs/performance.md.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../../src/core/errors";
import { boto3Version } from "../conformance/boto3";
import { serverVersions } from "../vscode/versions";
import { measureActivation } from "./activation";
import { measureColdCall, measureListing, measureListingAtFiveMs, measureReads } from "./clientCalls";
import { connectionRows, pollingRows } from "./connectionRows";
import { Contest } from "./contest";
import { measureForm } from "./form";
import { measureInHost } from "./inHost";
import { journalRows } from "./journalRows";
import { sizeRows } from "./packageSizes";
import reasons from "./reasons.data.json";
import { judged, toMarkdown, withGeneratedPart, type Row, type Run } from "./rows";
import { treeRows } from "./treeRows";

const root = resolve(__dirname, "../..");

/** In the order of the table. */
const subjects: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  activation: measureActivation,
  sizes: sizeRows,
  coldCall: () => withContest(measureColdCall),
  reads: () => withContest(measureReads),
  listing: () => withContest(measureListing),
  listingAtFiveMs: () => withContest(measureListingAtFiveMs, 5),
  connections: connectionRows,
  tree: treeRows,
  polling: pollingRows,
  form: measureForm,
  journal: journalRows,
  inHost: () => withContest(measureInHost),
};

async function withContest(
  measure: (contest: Contest) => Promise<readonly Row[]>,
  latencyMs = 0,
): Promise<readonly Row[]> {
  const contest = await Contest.open(latencyMs);
  try {
    return await measure(contest);
  } finally {
    await contest.close();
  }
}

async function main(): Promise<void> {
  const { values: flags } = parseArgs({
    options: { json: { type: "string" }, write: { type: "boolean" }, only: { type: "string", multiple: true } },
  });
  const rows: Row[] = [];
  for (const [name, measure] of Object.entries(subjects)) {
    if (flags.only && !flags.only.includes(name)) continue;
    const started = performance.now();
    const measured = await measure().catch((error: unknown) => [unmeasured(name, error)]);
    process.stdout.write(`\n${name}, in ${Math.round((performance.now() - started) / 1000)} s\n`);
    for (const row of measured) process.stdout.write(`${lineOf(row)}\n`);
    rows.push(...measured);
  }
  const run: Run = {
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    versions: versions(),
    rows: rows.map(judged),
  };
  if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(run, undefined, 2)}\n`);
  if (flags.write) {
    const path = join(root, "docs/performance.md");
    writeFileSync(path, withGeneratedPart(readFileSync(path, "utf8"), toMarkdown(run, reasons)));
  }
}

/** What cannot be measured here must not take the rest with it. */
function unmeasured(name: string, error: unknown): Row {
  process.exitCode = 1;
  return { name, value: undefined, unit: "", beside: messageOf(error).split("\n")[0] ?? "", goal: 0 };
}

function lineOf(row: Row): string {
  const { name, value, unit, beside, goal, met } = judged(row);
  return `  ${met ? "met   " : "missed"}  ${name}: ${value ?? "not measured"} ${unit}, at most ${goal} (${beside})`;
}

function versions(): Record<string, string> {
  const packages = ["@aws-sdk/client-chime-sdk-identity", "aws4", "zod"];
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly version?: string }>>;
  };
  const versionOf = (folder: string) => locked.packages[folder]?.version ?? "";
  return {
    "the extension": versionOf(""),
    ...Object.fromEntries(packages.map((name) => [name, versionOf(`node_modules/${name}`)])),
    boto3: boto3Version,
    "VS Code's server": serverVersions()["code-server"],
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
