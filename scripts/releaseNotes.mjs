// Prints what CHANGELOG.md says about a release: node scripts/releaseNotes.mjs v0.1.0. Fails when the tag, package.json and
// the changelog do not name the same version, or the changelog has no date for it.
import { readFileSync } from "node:fs";

const [tag = ""] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
if (tag !== `v${version}`) end(`The tag is ${tag}, but package.json has the version ${version}.`);

const sections = readFileSync("CHANGELOG.md", "utf8").split(/^## /m).slice(1);
const section = sections.find((text) => text.startsWith(`[${version}]`));
if (section === undefined) end(`CHANGELOG.md says nothing about ${version}.`);
const [heading, ...lines] = section.split("\n");
if (!/^\[[^\]]+\] - \d{4}-\d{2}-\d{2}$/.test(heading.trim()))
  end(`CHANGELOG.md has no date for ${version}: "## ${heading.trim()}".`);
const notes = lines.join("\n").trim();
if (notes === "") end(`CHANGELOG.md says nothing about ${version}.`);
process.stdout.write(`${notes}\n`);

function end(why) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
