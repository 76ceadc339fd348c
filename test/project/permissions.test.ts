import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import prettier from "prettier";
import { createKinds } from "../../src/instances/kinds/registry";
import { checkRights } from "../../src/instances/prerequisites/checkRights";
import { plant } from "../fixtures/greenhouse/kind";
import { permissionsDocument } from "./permissions";

const path = join(resolve(__dirname, "../.."), "docs/permissions.md");
const kinds = createKinds({ chimeApi: () => "identity" }).all;

test("docs/permissions.md has the policies of the tables that the code uses", async () => {
  const options = await prettier.resolveConfig(path);
  const text = await prettier.format(await permissionsDocument(kinds), { ...options, parser: "markdown" });
  if (process.env.APP_INSTANCES_WRITE_TABLE) writeFileSync(path, text);
  assert.equal(readFileSync(path, "utf8"), text, "npm test -- project/permissions --write writes it");
});

test("Every right of a check is in it, and a third kind has its part without anything else", async () => {
  const text = await permissionsDocument([...kinds, plant]);
  for (const action of [...Object.values(checkRights), "greenhouse:CreatePlant"])
    assert.ok(text.includes(action), action);
  assert.match(text, /## Plants\n\n### Reading/);
});
