import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { describe, test } from "node:test";
import { scripts } from "../../package.json";

const root = resolve(__dirname, "../..");
const documents = ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "SECURITY.md", ...markdownOf("docs")];
/** What a build, a test run or an installation makes, and what belongs to the user. */
const made = /^(~|dist|node_modules|\.artifacts|\.vscode-test)(\/|$)/;
/** What has a slash or an ending like one of ours and is AWS's, VS Code's or a tool's. */
const foreign = ["aws/s3", "api/chime", "mutants.json", "view/item/context"];
const sources = ["src", "media", "test", "scripts", "docs", ".github", ".vscode", ".devcontainer"];
const paths = new Set([...readdirSync(root), ...sources.flatMap(pathsBelow)]);

function markdownOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder)).flatMap((name) => (name.endsWith(".md") ? [`${folder}/${name}`] : []));
}

function pathsBelow(folder: string): readonly string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return [folder, ...names.map((name) => `${folder}/${name.split(sep).join("/")}`)];
}

/** Documents name a file by as much of its path as tells it apart: `kind.ts`, `instances/kind.ts`, `src/instances/kind.ts`. */
function isThere(name: string): boolean {
  const wanted = name.replace(/\/\*?$/, "");
  return [...paths].some((path) => path === wanted || path.endsWith(`/${wanted}`));
}

function codeOf(text: string): readonly string[] {
  const prose = text.replace(/^```.*?^```/gms, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
}

/** What looks like a path: it has a slash or the ending of a file of ours. Packages, addresses and patterns are something else. */
function namedPaths(text: string): readonly string[] {
  return codeOf(text).filter(
    (code) =>
      /^[\w.][\w./-]*(\/\*)?$/.test(code) &&
      (code.includes("/") || /\.(ts|mjs|js|json|md|css|yml)$/.test(code)) &&
      !made.test(code) &&
      !foreign.includes(code),
  );
}

/** Every `npm run NAME` and `npm NAME` that is a script, with what is handed to it, in code and in code blocks. */
function npmCommands(text: string): readonly { readonly name: string; readonly argument: string }[] {
  const runs = text.matchAll(/npm (?:run (?:-s )?([\w:-]+)|(test|start))(?: -- ([\w/-]+))?/g);
  return [...runs].map(([, run, own, argument]) => ({ name: run ?? own ?? "", argument: argument ?? "" }));
}

describe("the documents name what is there", () => {
  for (const document of documents) {
    const text = readFileSync(join(root, document), "utf8");

    test(`Every path in ${document} exists`, () => {
      assert.deepEqual(
        namedPaths(text).filter((name) => !isThere(name)),
        [],
      );
    });

    test(`Every link in ${document} leads to a file`, () => {
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => match[1] ?? "");
      assert.deepEqual(
        links.filter((link) => !existsSync(join(root, dirname(document), link))),
        [],
      );
    });

    test(`Every npm script in ${document} exists`, () => {
      assert.deepEqual(
        npmCommands(text).filter(({ name }) => !(name in scripts)),
        [],
      );
    });
  }

  test("The pattern finds paths, and not what only looks like one", () => {
    const text =
      "`aws/services/*`, `npm test`, `dist/call.js`, `@types/node`, `a -> b`, `kind.ts`, `operations.start`, `zod`";
    assert.deepEqual(namedPaths(text), ["aws/services/*", "kind.ts"]);
    assert.ok(namedPaths(readFileSync(join(root, "ARCHITECTURE.md"), "utf8")).length > 20);
    assert.ok(!isThere("instances/kinds.ts") && isThere("src/instances/kind.ts") && isThere("instances/kind.ts"));
  });
});
