import assert from "node:assert/strict";
import { test } from "node:test";
import { listInstances } from "../../../../src/aws/services/ssoAdmin";
import { startTestSandbox } from "../../../fixtures/sandbox";
import { sandboxClient } from "../../../fixtures/sandboxClient";

test("There is one Identity Center in us-east-1 and none elsewhere, unless a control says otherwise", async (t) => {
  const sandbox = await startTestSandbox(t);
  const regionsIn = async (region: string, RegionScope?: "ALL_REGIONS") => {
    const { Instances = [] } = await sandboxClient(sandbox, { region }).call(
      listInstances,
      RegionScope ? { RegionScope } : {},
    );
    return Instances.map(({ PrimaryRegion, Regions = [] }) => [
      PrimaryRegion,
      ...Regions.map(({ RegionName }) => RegionName),
    ]);
  };
  assert.deepEqual(await regionsIn("us-east-1"), [["us-east-1", "us-east-1"]]);
  assert.deepEqual(await regionsIn("eu-west-1"), []);
  assert.deepEqual(await regionsIn("eu-west-1", "ALL_REGIONS"), [["us-east-1", "us-east-1"]]);
  await sandbox.control.setIdentityCenterRegions(["eu-west-1", "us-west-2"]);
  assert.deepEqual(await regionsIn("eu-west-1"), [["eu-west-1", "eu-west-1", "us-west-2"]]);
  assert.deepEqual(await regionsIn("us-east-1"), []);
  await sandbox.control.setIdentityCenterRegions([]);
  assert.deepEqual(await regionsIn("eu-west-1", "ALL_REGIONS"), []);
});

test("Identity Center tells ids, owner and status in the model's forms", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { Instances: [found] = [] } = await sandboxClient(sandbox).call(listInstances, {});
  assert.match(found?.InstanceArn ?? "", /^arn:aws:sso:::instance\/(sso)?ins-[a-zA-Z0-9-.]{16}$/);
  assert.match(found?.IdentityStoreArn ?? "", /^arn:aws:identitystore::\d{12}:identitystore\/d-[0-9a-f]{10}$/);
  assert.deepEqual([found?.OwnerAccountId, found?.Status], [sandbox.accountId, "ACTIVE"]);
});
