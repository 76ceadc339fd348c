import { readFile, writeFile } from "node:fs/promises";
import type { ServiceId } from "../../src/aws/operation";
import { allOperations } from "../../src/aws/services/registry";

const columns = ["ours", "javascript", "boto3", "sameRequest"] as const;
export type Column = (typeof columns)[number];
type Result = "pass" | "fail" | "skipped";

const headings: Readonly<Record<Column, string>> = {
  ours: "App Instances",
  javascript: "AWS SDK for JavaScript",
  boto3: "boto3",
  sameRequest: "same request",
};

/** What came of each operation with each client; one failing check fails its cell. */
export class Report {
  readonly #results = new Map<string, Result>();

  record(service: ServiceId, operation: string, column: Column, result: Result): void {
    const key = `${service} ${operation} ${column}`;
    const known = this.#results.get(key);
    if (known === "fail" || (known === "pass" && result === "skipped")) return;
    this.#results.set(key, result);
  }

  /** Padded as prettier pads, so that a check of the formatting agrees with what a run writes. */
  toMarkdown(): string {
    const titles = ["service", "operation", ...columns.map((column) => headings[column])];
    const rows = allOperations.map(({ service, name }) => [
      service.id,
      name,
      ...columns.map((column) => this.#results.get(`${service.id} ${name} ${column}`) ?? "–"),
    ]);
    const widths = titles.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
    const line = (cells: readonly string[], fill: string) =>
      `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0, fill)).join(" | ")} |`;
    return [
      line(titles, " "),
      line(
        titles.map(() => "-"),
        "-",
      ),
      ...rows.map((row) => line(row, " ")),
    ].join("\n");
  }
}

const begin = "<!-- table: of a test run -->";
const end = "<!-- end of table -->";

/** Replaces the table in the document and leaves the prose; the same results leave the file untouched. */
export async function writeTable(path: string, table: string): Promise<void> {
  const text = await readFile(path, "utf8");
  const { from, to } = placeOfTable(text);
  const next = `${text.slice(0, from)}\n\n${table}\n\n${text.slice(to)}`;
  if (next !== text) await writeFile(path, next);
}

/** Lines that the document has otherwise than a run. What the run had to skip may stand there as another run found it. */
export function differences(text: string, table: string): readonly string[] {
  const { from, to } = placeOfTable(text);
  const documented = new Map(rowsOf(text.slice(from, to)).map((row) => [keyOf(row), row]));
  const found = new Map(rowsOf(table).map((row) => [keyOf(row), row]));
  const changed = [...found].flatMap(([key, row]) => {
    const known = documented.get(key);
    if (!known) return [`${key} is missing`];
    const isSame = row.length === known.length && row.every((cell, at) => cell === "skipped" || cell === known[at]);
    return isSame ? [] : [`${known.join(" | ")}, but this run found ${row.join(" | ")}`];
  });
  const gone = [...documented.keys()].filter((key) => !found.has(key)).map((key) => `${key} was not run`);
  return [...changed, ...gone];
}

function placeOfTable(text: string): { readonly from: number; readonly to: number } {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error("The document has lost the marks between which the table stands.");
  return { from: from + begin.length, to };
}

function rowsOf(table: string): readonly (readonly string[])[] {
  const lines = table.split("\n").filter((line) => /^\|.*\w/.test(line));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function keyOf([service = "", operation = ""]: readonly string[]): string {
  return `${service} ${operation}`;
}
