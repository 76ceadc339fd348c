import assert from "node:assert/strict";
import { test } from "node:test";
import { wayOn } from "../../../src/operations/wayOn";
import { record } from "../features/treeWorld";

const after = (code: string, source: "profile" | "sandbox" = "profile") =>
  wayOn(record({ error: { code, message: "" }, connection: { ...record().connection, source } }));

test("What stopped for good cannot be resumed: a place that nobody recorded, a sandbox that is gone", () => {
  assert.equal(after("PlaceUnknown").canResume, false);
  assert.equal(after("EndpointChanged", "sandbox").canResume, false);
  assert.match(after("EndpointChanged", "sandbox").advice, /Discard it/);
});

test("What stopped for the settings or the sign-in says what has to be done first", () => {
  assert.deepEqual([after("EndpointChanged").canResume, after("EndpointChanged").first], [true, "openConfigFile"]);
  assert.match(after("AccountChanged").advice, new RegExp(record().accountId));
  assert.equal(after("SignInRequiredError").first, "signIn");
  assert.deepEqual([after("TimeoutError").canResume, after("TimeoutError").first], [true, undefined]);
});
