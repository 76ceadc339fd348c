import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { call } from "../../../src/aws/callCommand";
import { reply, startLoopback } from "./loopback";

test("Row 22: `call` sends nothing with files that may be incomplete, unless it needs none", async (t) => {
  const { url, requests } = await startLoopback(t, [reply(200, { instances: [] })]);
  const HOME = mkdtempSync(path.join(tmpdir(), "problem-"));
  t.after(() => rmSync(HOME, { recursive: true, force: true }));
  mkdirSync(path.join(HOME, ".aws"));
  writeFileSync(path.join(HOME, ".aws", "config"), "[profile prod\n");
  writeFileSync(path.join(HOME, ".aws", "credentials"), "[prod]\naws_access_key_id = k\naws_secret_access_key = s\n");
  const list = ["supplychain", "ListInstances", "{}", "--region", "us-east-1"];
  const ofProfile = await call([...list, "--profile", "prod", "--endpoint-url", url], { HOME });
  assert.match(ofProfile.stderr ?? "", /config:1: .*no closing/);
  const environment = { HOME, AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s" };
  assert.match((await call(list, environment)).stderr ?? "", /config:1: .*no closing/);
  assert.equal(requests.length, 0);
  const withoutFiles = await call([...list, "--endpoint-url", url], environment);
  assert.deepEqual([withoutFiles.stderr, requests.length], [undefined, 1]);
});
