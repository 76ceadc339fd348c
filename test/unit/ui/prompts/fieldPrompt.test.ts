import assert from "node:assert/strict";
import { test } from "node:test";
import { createKinds } from "../../../../src/instances/kinds/registry";
import type { Field } from "../../../../src/instances/kind";
import { askField, fieldPromptText } from "../../../../src/ui/prompts/fieldPrompt";
import { plain } from "../../../../src/ui/prompts/prompts";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";

function fieldOf(kind: string, id: string): Field {
  return createKinds({ chimeApi: () => "identity" })
    .get(kind)!
    .fields.find((field) => field.id === id)!;
}

test("An optional field says that Enter skips it, until something is typed", () => {
  const description = fieldOf("supplyChain", "instanceDescription");
  assert.match(fieldPromptText(description, ""), /^Description: Up to 500 .* · Optional: Enter skips$/);
  assert.doesNotMatch(fieldPromptText(description, "x"), /skips/);
  assert.doesNotMatch(fieldPromptText(fieldOf("chime", "name"), ""), /skips/);
});

test("A domain shows the address that it is going to have", () => {
  const domain = fieldOf("supplyChain", "webAppDnsDomain");
  assert.match(fieldPromptText(domain, "demand"), /^https:\/\/demand\.scn\.global\.on\.aws · /);
  assert.doesNotMatch(fieldPromptText(domain, ""), /^https:/);
});

test("Bytes are counted as UTF-8 where the limit is one of bytes", () => {
  const metadata = fieldOf("chime", "metadata");
  assert.match(fieldPromptText(metadata, "né"), /3 of 1,024 bytes/);
  assert.match(fieldPromptText(metadata, ""), /0 of 1,024 bytes · Optional: Enter skips/);
});

test("A key or a domain may be pasted with spaces around it, and nothing else loses what was typed", async () => {
  const arn = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-4000-8000-000000000000";
  const askedFor = async (id: string, type: string) => {
    const prompts = new ScriptedPrompts({ to: "Create", type });
    return askField(prompts, { field: fieldOf("supplyChain", id), value: "", frame: { title: "Create" } });
  };
  assert.deepEqual(await askedFor("kmsKeyArn", `\n  ${arn} \r\n`), { type: "value", value: arn });
  assert.deepEqual(await askedFor("webAppDnsDomain", " demand\t"), { type: "value", value: "demand" });
  assert.deepEqual(await askedFor("webAppDnsDomain", "  "), { type: "value", value: "" });
  assert.deepEqual(await askedFor("instanceDescription", "two  "), { type: "value", value: "two  " });
});

test("A note comes before the rule", () => {
  const domain = fieldOf("supplyChain", "webAppDnsDomain");
  assert.match(fieldPromptText(domain, "", "Not copied"), /^Not copied · Web app domain: /);
});

test("Texts of services stay text in a label: no icons, no second line, nothing that reorders", () => {
  assert.equal(plain("$(trash) $(sync~spin) $5"), "\\$(trash) \\$(sync~spin) $5");
  assert.equal(plain("a\nb\u202ec"), "a b\\u202ec");
});
