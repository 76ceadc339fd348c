import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";

const root = dirname(import.meta.dirname);

/** The notices of every package that has code in the bundles, from what esbuild says of them. Throws for one without a licence. */
export function thirdPartyNotices(metafiles) {
  const texts = new Map();
  for (const { name, version, license, text } of packagesIn(metafiles)) {
    const heading = `${name} ${version} (${license})`;
    texts.set(text, [...(texts.get(text) ?? []), heading]);
  }
  const sections = [...texts].map(([text, headings]) => `${headings.join("\n")}\n\n${text}`);
  const rule = `\n\n${"-".repeat(80)}\n\n`;
  return `${["This extension contains code of the packages below, under their licences.", ...sections].join(rule)}\n`;
}

function packagesIn(metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles)
    for (const { inputs } of Object.values(outputs))
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const folder = bytesInOutput > 0 ? packageFolder(join(root, path)) : undefined;
        if (folder) folders.add(folder);
      }
  const packages = [...folders].sort().map(describe);
  return packages.map((one) => ({ ...one, text: one.text || textOfSibling(one, packages) }));
}

/** The innermost package that a file belongs to; undefined for our own. A folder of a package may hold a package.json too. */
function packageFolder(file) {
  const parts = file.split(sep);
  const at = parts.lastIndexOf("node_modules");
  if (at < 0) return undefined;
  return parts.slice(0, at + (parts[at + 1].startsWith("@") ? 3 : 2)).join(sep);
}

function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((entry) => /^(licen[cs]e|notice|copying)(\.|$)/i.test(entry));
  const text = files
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").trim())
    .join("\n\n");
  return { name, version, license, text };
}

/** Some packages of a publisher come without the file that their others, under the same licence, have. */
function textOfSibling({ name, license }, packages) {
  const scope = (of) => of.split("/")[0];
  const sibling = packages.find((one) => one.text !== "" && one.license === license && scope(one.name) === scope(name));
  if (!sibling) throw new Error(`${name} is bundled, but has no licence that could be told.`);
  return sibling.text;
}
