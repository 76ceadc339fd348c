import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const root = resolve(__dirname, "../..");
const read = (name: string) => readFileSync(join(root, name), "utf8");

interface Manifest {
  readonly description: string;
  readonly contributes: {
    readonly viewsWelcome: readonly { readonly contents: string }[];
    readonly walkthroughs: readonly { readonly description: string; readonly steps: readonly unknown[] }[];
  };
}

test("Where AWS Supply Chain is first named to a reader, its new name stands beside it", () => {
  const { description, contributes } = JSON.parse(read("package.json")) as Manifest;
  const texts = [
    read("README.md"),
    description,
    JSON.stringify(contributes.viewsWelcome),
    ...contributes.walkthroughs.map((walkthrough) => walkthrough.description + JSON.stringify(walkthrough.steps)),
  ];
  for (const text of texts)
    assert.match(
      /(?:AWS )?Supply Chain.{0,30}/s.exec(text)?.[0] ?? "",
      /^AWS Supply Chain \(Amazon Connect Decisions\)/,
    );
});
