import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection, Session } from "../../../../src/instances/connection";
import { chime } from "../../../../src/instances/kinds/chime";
import { scopeOf } from "../../../../src/instances/place";
import { placeLabel, placeText } from "../../../../src/ui/instance/read";

function sessionAt(
  url: string,
  options: { isCustom?: boolean; signingRegion?: string; source?: Connection["source"] },
) {
  const { isCustom = false, signingRegion = "eu-central-1", source = "profile" } = options;
  const session: Pick<Session, "connection" | "accountId" | "endpointOf" | "sandboxId"> = {
    connection: { source, profile: "prod", region: "eu-central-1" },
    accountId: "123456789012",
    endpointOf: () => ({ url: new URL(url), signingRegion, isCustom }),
    sandboxId: "AKIA",
  };
  return session as Session;
}

const kind = chime(() => "legacy");

test("A confirmation names account, Region and profile, and an endpoint only when it is not AWS's", () => {
  const plain = scopeOf(sessionAt("https://identity-chime.eu-central-1.amazonaws.com", {}), kind);
  assert.equal(placeText(plain), "account 123456789012, eu-central-1, profile prod");
  assert.equal(placeLabel(plain), "prod · eu-central-1 (123456789012)");
  const custom = scopeOf(sessionAt("https://emulator.example:8443/", { isCustom: true }), kind);
  assert.match(placeText(custom), /, endpoint https:\/\/emulator\.example:8443$/);
  assert.match(placeLabel(custom), /, at https:\/\/emulator\.example:8443$/);
});

test("An API that chooses its own Region is confirmed for that one", () => {
  const legacy = scopeOf(sessionAt("https://chime.us-east-1.amazonaws.com", { signingRegion: "us-east-1" }), kind);
  assert.match(placeText(legacy), /account 123456789012, us-east-1,/);
  assert.equal(placeLabel(legacy), "prod · eu-central-1 (123456789012), in us-east-1");
});

test("That the sandbox has an address of its own goes without saying", () => {
  const sandbox = scopeOf(sessionAt("http://127.0.0.1:43525", { isCustom: true, source: "sandbox" }), kind);
  assert.equal(placeText(sandbox), "account 123456789012, eu-central-1, profile prod");
  assert.equal(sandbox.place.endpoint, "sandbox AKIA");
});
