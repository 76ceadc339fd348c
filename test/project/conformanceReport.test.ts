import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { differences, Report, writeTable } from "../conformance/report";

function tableWith(boto3: "pass" | "fail" | "skipped"): string {
  const report = new Report();
  report.record("sts", "GetCallerIdentity", "ours", "pass");
  report.record("sts", "GetCallerIdentity", "boto3", boto3);
  return report.toMarkdown();
}

const document = (table: string) =>
  `# Prose\n\n<!-- table: of a test run -->\n\n${table}\n\n<!-- end of table -->\n\nMore.\n`;

test("A run that found the same, or had to skip, agrees with the document", () => {
  assert.deepEqual(differences(document(tableWith("pass")), tableWith("pass")), []);
  assert.deepEqual(differences(document(tableWith("pass")), tableWith("skipped")), []);
});

test("Another result, an operation that is missing and one that is gone are named", () => {
  const known = document(tableWith("pass"));
  assert.match(differences(known, tableWith("fail")).join(), /sts \| GetCallerIdentity .* this run found .* fail/);
  assert.match(differences(document(tableWith("skipped")), tableWith("pass")).join(), /GetCallerIdentity/);
  const without = tableWith("pass").replace(/^.*GetCallerIdentity.*\n?/m, "");
  assert.deepEqual(differences(document(without), tableWith("pass")), ["sts GetCallerIdentity is missing"]);
  assert.deepEqual(differences(known, without), ["sts GetCallerIdentity was not run"]);
  assert.throws(() => differences("# Prose\n", without), /lost the marks/);
});

test("Writing the table leaves the prose, and what is written agrees", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "app-instances-conformance-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "conformance.md");
  writeFileSync(path, document(tableWith("fail")));
  await writeTable(path, tableWith("pass"));
  assert.equal(readFileSync(path, "utf8"), document(tableWith("pass")));
});
