import { round } from "./measure";

/** One figure of the bench. Every goal is an upper limit. */
export interface Row {
  readonly name: string;
  /** Undefined where it could not be measured here: `beside` says why. */
  readonly value: number | undefined;
  readonly unit: string;
  /** What it is held against, with its own figure where there is one. */
  readonly beside: string;
  readonly goal: number;
}

export interface JudgedRow extends Omit<Row, "value"> {
  readonly value: number | null;
  readonly met: boolean;
}

/** What was not measured meets no goal. */
export function judged({ name, value, unit, beside, goal }: Row): JudgedRow {
  const isMeasured = value !== undefined && Number.isFinite(value);
  return { name, value: isMeasured ? round(value) : null, unit, beside, goal, met: isMeasured && round(value) <= goal };
}

export interface Run {
  readonly date: string;
  readonly node: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly JudgedRow[];
}

/** The generated part of docs/performance.md. A missed goal has its reason below the table. */
export function toMarkdown(run: Run, reasons: Readonly<Record<string, string>>): string {
  const versions = Object.entries(run.versions).map(([name, version]) => `${name} ${version}`);
  const missed = run.rows.filter(({ met }) => !met);
  return [
    `Measured on ${run.date} with Node ${run.node}, ${versions.join(", ")}.`,
    "",
    ...table(
      ["what", "measured", "beside", "goal, at most", "met"],
      run.rows.map((row) => [
        row.name,
        row.value === null ? "not measured" : `${figure(row.value)} ${row.unit}`,
        row.beside,
        `${figure(row.goal)} ${row.unit}`,
        row.met ? "yes" : "no",
      ]),
    ),
    "",
    ...(missed.length === 0 ? ["Every goal is met."] : ["Missed, and why:", ""]),
    ...missed.map(({ name }) => `- **${name}**: ${reasons[name] ?? "not explained yet."}`),
  ].join("\n");
}

function figure(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 10 });
}

/** As Prettier writes it: columns as wide as their widest cell. */
function table(head: readonly string[], body: readonly (readonly string[])[]): string[] {
  const cells = [head, ...body].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  const [first = "", ...others] = lines;
  return [first, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...others];
}

const begin = "<!-- begin: npm run bench -- --write -->";
const end = "<!-- end -->";

/** The document with another generated part between its two marks. */
export function withGeneratedPart(document: string, part: string): string {
  const from = document.indexOf(begin);
  const to = document.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error("The document has no place for the table.");
  return `${document.slice(0, from)}${begin}\n\n${part}\n\n${document.slice(to)}`;
}
