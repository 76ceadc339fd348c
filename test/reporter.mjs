// Prints each test as it ends, failures with their reason, and writes the totals of each file, with the texts of what failed
// in it, for scripts/test.mjs to TEST_TOTALS_FILE.
import { writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";

export default async function* report(source) {
  const totals = {};
  const skipped = [];
  for await (const { type, data } of source) {
    if (type === "test:stdout" || type === "test:stderr") yield data.message;
    if (type !== "test:pass" && type !== "test:fail") continue;
    if (data.details?.type === "suite" && type === "test:pass") continue;
    const name = nameOf(data);
    const file = relative(process.cwd(), resolve(data.file ?? data.name));
    const count = (totals[file] ??= { passed: 0, failed: 0, skipped: 0, failures: [] });
    const indent = "  ".repeat(data.nesting);
    const ms = Math.round(data.details?.duration_ms ?? 0);
    if (isSkipped(data)) {
      count.skipped += 1;
      skipped.push(typeof data.skip === "string" ? `${name}: ${data.skip}` : name);
      yield `${indent}- ${name} (skipped)\n`;
    } else if (type === "test:pass" && isFile(data)) {
      const line = `✖ ${name}: no test in it was executed`;
      count.failed += 1;
      count.failures.push(line);
      yield `${line}\n`;
    } else if (type === "test:pass") {
      count.passed += 1;
      yield `${indent}✔ ${name} (${ms} ms)\n`;
    } else {
      // A parent that failed only because of its children is not one more failure.
      const isOnlyParent = data.details?.error?.failureType === "subtestsFailed";
      yield `${indent}✖ ${name} (${ms} ms)\n`;
      if (!isOnlyParent) {
        const text = failureText(data);
        count.failed += 1;
        count.failures.push(`✖ ${name} (${ms} ms)\n${text}`);
        yield `${text}\n`;
      }
    }
    keep(totals);
  }
  if (skipped.length > 0) yield `Skipped:\n${skipped.map((line) => `  ${line}\n`).join("")}`;
}

/** After each test, so that a run that is killed keeps what it had counted. */
function keep(totals) {
  if (process.env.TEST_TOTALS_FILE) writeFileSync(process.env.TEST_TOTALS_FILE, JSON.stringify(totals));
}

function isSkipped(data) {
  return (data.skip !== undefined && data.skip !== false) || (data.todo !== undefined && data.todo !== false);
}

/** A file that fails as a whole, or has no tests, is reported like a test. */
function isFile(data) {
  return data.nesting === 0 && /\.test\.(?:ts|mjs)$/.test(data.name);
}

function nameOf(data) {
  return isFile(data) ? relative(process.cwd(), resolve(data.name)) : data.name;
}

function failureText(data) {
  const error = data.details?.error;
  const cause = error?.cause ?? error;
  const text = cause instanceof Error || cause?.stack ? cause.stack : String(cause);
  const place = data.file ? `\n    at ${relative(process.cwd(), data.file)}:${data.line ?? 0}` : "";
  return `${text}${place}`
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
