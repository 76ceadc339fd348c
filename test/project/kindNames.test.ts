import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { services } from "../../src/aws/services/registry";
import { createKinds } from "../../src/instances/kinds/registry";

const root = resolve(__dirname, "../..");
const kinds = createKinds({ chimeApi: () => "identity" });

/** Where a kind and its service are at home. */
const rooms = ["src/aws/services/", "src/instances/kinds/", "src/sandbox/services/"];

/** Who else may say a kind's name, and why. A name that is no longer said has to go from here too. */
const exceptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "src/ui/settings.ts": { chimeApi: "a setting is written by hand, as package.json is" },
  "src/firstUse.ts": { chimeApi: "hands the setting to the kinds" },
  "src/features/connections/pinnedConnections.ts": { chimeApi: "lists anew when the setting changes" },
  "src/features/connections/addConnection.ts": {
    "Supply Chain": "says what the sandbox's second profile is there to show",
  },
};

/** `supplyChain` as it may be written: supplychain, Supply Chain, supply-chain. */
const written = (id: string) => id.replace(/[A-Z]/g, (letter) => `[^a-z]?${letter.toLowerCase()}`);
const kindName = new RegExp(kinds.all.map(({ id }) => written(id)).join("|"), "i");

/** Services that belong to kinds; KMS and STS serve all of them. */
const owned = services.filter(({ id }) => kinds.all.some((kind) => kind.forService(id)));
const labels = new Set(owned.flatMap(({ hostLabel, signingName }) => [hostLabel, signingName]));
/** In hosts, ARNs, actions of policies and principals: `scn.amazonaws.com`, `arn:aws:scn:`, `scn:*`. */
const label = new RegExp(`(?:^|[^a-z-])(?:${[...labels].join("|")})(?:$|[.:\\\\])`);
const serviceIds = new Set(services.map(({ id }) => id));

/** What of a file names a kind or a service; comments may. */
function namesIn(file: string, text: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isImport = ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent);
    if (ts.isIdentifier(node) && kindName.test(node.text)) found.push(node.text);
    else if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      if (kindName.test(node.text) || label.test(node.text) || (!isImport && serviceIds.has(node.text)))
        found.push(node.text);
    } else if (ts.isRegularExpressionLiteral(node) && (kindName.test(node.text) || label.test(node.text)))
      found.push(node.text);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), visit);
  return found;
}

test("Nothing outside the kinds' own rooms knows a kind, its service or its principal by name", () => {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .map((name) => `src/${name.split(sep).join("/")}`)
    .filter((name) => name.endsWith(".ts") && !rooms.some((room) => name.startsWith(room)));
  assert.ok(files.length > 100);
  const unused = new Set(
    Object.entries(exceptions).flatMap(([file, said]) => Object.keys(said).map((name) => `${file} ${name}`)),
  );
  const wrong: string[] = [];
  for (const file of files) {
    for (const name of namesIn(file, readFileSync(join(root, file), "utf8"))) {
      const allowed = Object.keys(exceptions[file] ?? {}).find((part) => name.includes(part));
      if (allowed === undefined) wrong.push(`${file}: ${name}`);
      else unused.delete(`${file} ${allowed}`);
    }
  }
  assert.deepEqual(wrong, [], "let the kind or its service say it: instances/kind.ts, aws/operation.ts");
  assert.deepEqual([...unused], [], "an exception that nothing needs");
});

test("Names are found however they are written, but not in comments", () => {
  const find = (text: string) => namesIn("a.ts", text).length > 0;
  for (const text of [
    'x.kind === "supplyChain"',
    "kinds.supplyChain",
    'import { x } from "./kinds/chime"',
    '"an AWS Supply Chain instance"',
    '{ Service: "scn.amazonaws.com" }',
    "`arn:aws:scn:${region}`",
    "/scn\\./",
    'service.id === "sts"',
    "`https://identity-chime.${region}`",
  ])
    assert.ok(find(text), text);
  for (const text of [
    "// Chime answers 403",
    "/** as Supply Chain does */ x",
    'import { sts } from "./services/sts"',
    '"scan"',
  ])
    assert.ok(!find(text), text);
});
