import { readFile } from "node:fs/promises";
import type { Frame, Page } from "playwright-core";

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly help: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What axe-core finds serious or critical, a line for each; in a part of the page where one is named. */
export async function seriousViolations(frame: Page | Frame, part?: string): Promise<readonly string[]> {
  const source = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
  await frame.evaluate(source);
  const scope = part === undefined ? "document" : JSON.stringify(part);
  const { violations } = await frame.evaluate<AxeResults>(`axe.run(${scope}, { resultTypes: ['violations'] })`);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html} ${node.failureSummary ?? ""}`));
}
