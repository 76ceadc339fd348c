import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const place = { accountId: "123456789012", region: "us-east-1" };

test("Security 7: a key policy with many stars is judged at once", () => {
  const judge = `
    const { judgeKeyPolicy } = require("./src/instances/keyPolicy");
    const { keyUse: use } = require("./src/instances/kinds/supplyChainKeyUse");
    const Resource = "*a".repeat(4000) + "*!";
    const Condition = { StringLike: { "aws:SourceArn": "*-".repeat(40) + "*!" } };
    const statement = { Effect: "Allow", Principal: "*", Action: "*", Resource: [Resource, "*"], Condition };
    const keyArn = "arn:aws:kms:us-east-1:123456789012:key/" + "a".repeat(2000);
    const verdict = judgeKeyPolicy(JSON.stringify({ Statement: statement }), keyArn, { use, place: ${JSON.stringify(place)} });
    console.log(verdict?.missing.length);
  `;
  // What hangs can only be stopped from outside.
  const answer = execFileSync(process.execPath, ["--import", "tsx", "--eval", judge], {
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    encoding: "utf8",
    timeout: 20_000,
    killSignal: "SIGKILL",
  });
  assert.equal(answer.trim(), "5");
});
