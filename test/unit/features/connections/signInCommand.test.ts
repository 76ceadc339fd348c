import assert from "node:assert/strict";
import { test } from "node:test";
import { signInArguments, signInCommand } from "../../../../src/features/connections/signInCommand";
import { posixQuoting, powerShellQuoting } from "../../../../src/instances/shellQuoting";

test("The command to sign in with is exactly what would be run, quoted for the shell that it is pasted into", () => {
  assert.equal(signInCommand("sso", "prod", posixQuoting), "aws sso login --profile prod");
  assert.equal(signInCommand("login", "prod", powerShellQuoting), "aws login --profile prod");
  assert.equal(
    signInCommand("sso", "my $(id) 'x'", posixQuoting),
    String.raw`aws sso login --profile 'my $(id) '\''x'\'''`,
  );
  assert.equal(signInCommand("sso", "my $(id) 'x'", powerShellQuoting), "aws sso login --profile 'my $(id) ''x'''");
});

test("A profile whose name begins as an option does stays a value, run and pasted", () => {
  const name = "--endpoint-url=https://evil.example";
  assert.deepEqual(signInArguments("sso", name), ["sso", "login", `--profile=${name}`]);
  assert.equal(signInCommand("sso", name, posixQuoting), `aws sso login --profile='${name}'`);
});
