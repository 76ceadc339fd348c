import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "../../../../src/aws/profile";
import { terminalEnvironment } from "../../../../src/features/connections/terminalEnvironment";
import { prod } from "../treeWorld";

const files = { config: "/home/a/.aws/config", credentials: "/home/a/.aws/credentials" };
const profile: Profile = { name: "prod", kind: "sso", values: { aws_secret_access_key: "hidden" } };

test("A terminal has the profile and the region of the connection, and no keys that would count more", () => {
  const environment = terminalEnvironment({ connection: prod, files, profile });
  assert.deepEqual(environment, {
    AWS_CONFIG_FILE: files.config,
    AWS_SHARED_CREDENTIALS_FILE: files.credentials,
    AWS_PROFILE: "prod",
    AWS_DEFAULT_PROFILE: null,
    AWS_REGION: "eu-west-1",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: null,
    AWS_SECRET_ACCESS_KEY: null,
    AWS_SESSION_TOKEN: null,
  });
  assert.doesNotMatch(JSON.stringify(environment), /hidden/, "the profile's keys stay in its file");
});

test("What takes its credentials from the environment keeps them", () => {
  const role: Profile = { name: "prod", kind: "role", values: { credential_source: "Environment" } };
  for (const known of [role, { ...role, kind: "none" } as const, undefined]) {
    const environment = terminalEnvironment({ connection: prod, files, profile: known });
    assert.ok(!("AWS_ACCESS_KEY_ID" in environment));
    assert.equal(environment.AWS_PROFILE, known ? "prod" : null);
  }
});
