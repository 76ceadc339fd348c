import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Row } from "./rows";

const dist = resolve(__dirname, "../../dist");

/** Where the parts begin that are loaded until a connection with static credentials shows its rows. */
const beforeFirstRow = ["firstUse", "sessionAccess"];

/** Sizes of what lies in `dist`, to be built with `--production` before, and of the package. In KiB. */
export function measureSizes(vsix?: string): readonly Row[] {
  const row = (name: string, files: readonly string[], goal: number, beside: string): Row => ({
    name: `size of ${name}`,
    value: kibOf(files),
    unit: "KiB",
    beside,
    goal,
  });
  return [
    row("extension.js", [join(dist, "extension.js")], 150, "319 KiB a version ago"),
    row(
      "everything loaded before the first row, without aws.js",
      loadedBeforeFirstRow().map((name) => join(dist, name)),
      220,
      "319 KiB a version ago",
    ),
    row("aws.js", [join(dist, "aws.js")], 400, "394 KiB a version ago"),
    row("sandbox.js", [join(dist, "sandbox.js")], 230, "310 KiB a version ago"),
    ...(vsix === undefined
      ? []
      : [row("the package", [vsix], 360, "371 KiB a version ago; AWS Toolkit, as published in 2021: 5.4 MB")]),
  ];
}

/** `extension.js`, the parts that are named above, and those that they load with themselves. */
export function loadedBeforeFirstRow(): readonly string[] {
  const parts = readdirSync(dist).filter((name) => /^part-.*\.js$/.test(name));
  const named = beforeFirstRow.map((name) => {
    const part = parts.find((file) => file.startsWith(`part-${name}-`));
    if (part === undefined) throw new Error(`There is no part ${name}.`);
    return part;
  });
  const loaded = new Set(["extension.js", ...named]);
  for (const file of loaded) {
    if (file === "extension.js") continue;
    const text = withoutLater(readFileSync(join(dist, file), "utf8"));
    for (const [, name = ""] of text.matchAll(/require\("\.\/(part-[^"]+)"\)/g)) loaded.add(name);
  }
  return [...loaded];
}

/** What is loaded later stands in a function. */
export function withoutLater(code: string): string {
  return code.replaceAll(/\.then\(\(\)=>[^;]*?require\("[^"]+"\)/g, "");
}

function kibOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0) / 1024;
}
