import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError } from "../../../../src/core/errors";
import { addConnection } from "../../../../src/features/connections/addConnection";
import { config, openWorld } from "./connectionsWorld";

test("A profile and one of the suggested regions make a connection, the profile's own region first", async () => {
  const { prompts, deps, did, pinned } = openWorld([
    { to: "Choose a profile", pick: "prod" },
    { to: "Choose a region", pick: "eu-west-1" },
  ]);
  await addConnection(deps);
  prompts.assertDone();
  assert.deepEqual(did, ["shown prod eu-west-1"]);
  assert.deepEqual(pinned(), [{ profile: "prod", region: "eu-west-1" }]);
  assert.match(prompts.shown[0]?.text ?? "", /IAM Identity Center · eu-west-1/);
  assert.match(prompts.shown[0]?.text ?? "", /role via prod/);
});

test("A region that only the older AWS guide lists says so", async () => {
  const { prompts, deps, pinned } = openWorld([
    { to: "Choose a profile", pick: "prod" },
    { to: "Choose a region", pick: "Supply Chain (not in the current AWS guide)" },
  ]);
  await addConnection(deps);
  prompts.assertDone();
  assert.deepEqual(pinned(), [{ profile: "prod", region: "us-west-2" }]);
});

test("Any region can be typed, and what cannot be one is refused; Back leads to the profiles", async () => {
  const { prompts, deps, pinned } = openWorld([
    { to: "Choose a profile", pick: "prod" },
    { to: "Choose a region", back: true },
    { to: "Choose a profile", pick: "ops" },
    { to: "Choose a region", pick: "Enter another region" },
    { to: "AWS region code", type: "Ireland", refusedWith: "eu-central-1" },
    { to: "AWS region code", type: "us-gov-west-1" },
  ]);
  await addConnection(deps);
  prompts.assertDone();
  assert.deepEqual(pinned(), [{ profile: "ops", region: "us-gov-west-1" }]);
});

test("A region that is typed or pasted where the listed ones are is offered, unless it is listed or none", async () => {
  const { deps, pinned, prompts } = openWorld([
    { to: "Choose a profile", pick: "prod" },
    { to: "Choose a region", type: " eu-west-9 " },
  ]);
  await addConnection(deps);
  prompts.assertDone();
  assert.deepEqual(pinned(), [{ profile: "prod", region: "eu-west-9" }]);
  for (const type of ["us-east-1", "eu-west", "prod"]) {
    const refused = openWorld([
      { to: "Choose a profile", pick: "prod" },
      { to: "Choose a region", type },
    ]);
    await assert.rejects(addConnection(refused.deps), /is not offered/);
  }
});

test("Pinning the same connection twice keeps one, and cancelling keeps everything", async () => {
  const before = [{ profile: "prod", region: "eu-west-1" }];
  const again = openWorld(
    [
      { to: "Choose a profile", pick: "prod" },
      { to: "Choose a region", pick: "eu-west-1" },
    ],
    before,
  );
  await addConnection(again.deps);
  assert.deepEqual(again.pinned(), before);
  const cancelled = openWorld([{ to: "Choose a profile", cancel: true }], before);
  await assert.rejects(addConnection(cancelled.deps), CancelledError);
  assert.deepEqual(cancelled.pinned(), before);
  assert.deepEqual(cancelled.did, []);
});

test("The sandbox is one of the choices and needs no region", async () => {
  const { prompts, deps, did, pinned } = openWorld([{ to: "Choose a profile", pick: "sandbox-restricted" }]);
  await addConnection(deps);
  prompts.assertDone();
  assert.deepEqual(did, ["sandbox-restricted", "shown sandbox-restricted us-east-1"]);
  assert.deepEqual(pinned(), []);
});

test("Without a profile it says where they are looked for, and offers to begin a config file", async () => {
  const { deps, did, prompts } = openWorld([{ to: "Choose a profile", pick: "Create AWS Config File" }]);
  await addConnection({ ...deps, loadConfig: () => Promise.resolve({ ...config, profiles: [], diagnostics: [] }) });
  prompts.assertDone();
  assert.match(
    prompts.shown[0]?.text ?? "",
    /Looked for in \/home\/me\/\.aws\/config and \/home\/me\/\.aws\/credentials/,
  );
  assert.deepEqual(did, ["config file"]);
  const withProfiles = openWorld([{ to: "Choose a profile", pick: "neither a section" }]);
  await addConnection(withProfiles.deps);
  assert.doesNotMatch(withProfiles.prompts.shown[0]?.text ?? "", /Create AWS Config File/);
});

test("What is wrong with a config file is shown with file and line, and opens there", async () => {
  const { deps, did, prompts } = openWorld([{ to: "Choose a profile", pick: "neither a section" }]);
  await addConnection(deps);
  assert.match(prompts.shown[0]?.text ?? "", /\/home\/me\/\.aws\/config:12/);
  assert.deepEqual(did, [config.diagnostics[0]]);
});
