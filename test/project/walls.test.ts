import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, posix, resolve, sep } from "node:path";
import { test } from "node:test";

const root = resolve(__dirname, "../..");
/** Imports run one way: each room may import those after it. */
const rooms = ["features", "ui", "operations", "instances", "aws", "core"];
/** What puts the parts together. */
const roots = ["extension.ts", "firstUse.ts", "firstCommand.ts"];
const knowVscode = ["features", "ui", ...roots];

/** Each file of ours with what it imports, types included; paths as `src/aws/httpClient.ts`. */
type Graph = ReadonlyMap<string, readonly string[]>;

function readSources(): ReadonlyMap<string, string> {
  const files = ["src", "media"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).flatMap((name) =>
      name.endsWith(".ts") ? [`${folder}/${name.split(sep).join("/")}`] : [],
    ),
  );
  return new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
}

function importsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport\(?)\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
}

function graphOf(sources: ReadonlyMap<string, string>): Graph {
  const graph = new Map<string, readonly string[]>();
  for (const [file, text] of sources) {
    const ours = importsOf(text).filter((name) => name.startsWith("."));
    graph.set(
      file,
      ours.map((name) => `${posix.join(posix.dirname(file), name)}.ts`),
    );
  }
  return graph;
}

/** The first circle that there is, from a file back to itself. */
function circleIn(graph: Graph): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const imported of graph.get(file) ?? []) {
      const circle = visit(imported, [...way, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}

/** Why `file` may not import `imported`; undefined when it may. */
function crossing(file: string, imported: string): string | undefined {
  const [area, room = "", feature] = file.split("/");
  const [otherArea, otherRoom = "", otherFeature] = imported.split("/");
  if (area === "media") {
    const isKnown = /^(media\/|src\/ui\/page\/(protocol\/\w+|timeline)\.ts|src\/instances\/draft\.ts|src\/core\/)/.test(
      imported,
    );
    return isKnown ? undefined : "a page knows its protocol, the timeline, the draft and core";
  }
  if (otherArea === "media") return "nothing imports a page's script";
  if (roots.includes(room)) return undefined;
  if (room === "sandbox") {
    const isKnown = /^src\/(sandbox\/|core\/|aws\/(operation|wireTypes)\.ts|aws\/services\/)/.test(imported);
    return isKnown ? undefined : "the sandbox shares nothing with what it checks";
  }
  if (otherRoom === "sandbox") {
    return feature === "sandbox" ? undefined : "only features/sandbox knows the sandbox's server";
  }
  if (rooms.indexOf(otherRoom) < rooms.indexOf(room)) return `${room} lies below ${otherRoom}`;
  return room === "features" && otherRoom === "features" && feature !== otherFeature
    ? "features do not import each other"
    : undefined;
}

const sources = readSources();
const graph = graphOf(sources);

test("Every import of ours was understood", () => {
  const imported = [...graph.values()].flat();
  assert.ok(imported.length > 500, "the pattern no longer finds imports");
  for (const [file, names] of graph) for (const name of names) assert.ok(sources.has(name), `${file} imports ${name}`);
});

test("No file imports itself by any way round, types included", () => {
  assert.equal(circleIn(graph)?.join(" -> "), undefined);
});

test("A circle is found wherever it hangs", () => {
  const tree = new Map([
    ["a", ["b", "c"]],
    ["b", ["c"]],
    ["c", ["d"]],
    ["d", []],
  ]);
  assert.equal(circleIn(tree), undefined);
  assert.deepEqual(circleIn(new Map([...tree, ["d", ["b"]]])), ["b", "c", "d", "b"]);
});

test("No wall is crossed, from however deep a folder", () => {
  for (const [file, names] of graph)
    for (const name of names) assert.equal(crossing(file, name), undefined, `${file} imports ${name}`);
});

test("The walls are those of ARCHITECTURE.md", () => {
  for (const [file, imported] of [
    ["src/aws/services/kms.ts", "src/instances/kind.ts"],
    ["src/ui/tree/nodes.ts", "src/features/details/model.ts"],
    ["src/features/details/rows/row.ts", "src/features/recreate/recreate.ts"],
    ["src/features/details/model.ts", "src/sandbox/main.ts"],
    ["src/sandbox/services/kms.ts", "src/aws/httpClient.ts"],
    ["src/sandbox/services/kms.ts", "src/instances/kind.ts"],
    ["src/core/clock.ts", "src/aws/httpClient.ts"],
    ["media/form.ts", "src/ui/page/page.ts"],
    ["src/ui/page/page.ts", "media/form.ts"],
  ] as const)
    assert.notEqual(crossing(file, imported), undefined, `${file} may import ${imported}`);
});

test("Only the edge knows VS Code, and no name says nothing", () => {
  for (const [file, text] of sources) {
    const isEdge = knowVscode.some((name) => file.startsWith(`src/${name}`));
    if (!isEdge) assert.ok(!importsOf(text).includes("vscode"), `${file} imports vscode`);
    assert.doesNotMatch(file, /(^|\/)(utils?|common|shared|helpers?|misc|index)(\/|\.ts$)/, file);
  }
});
