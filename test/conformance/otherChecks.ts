import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { assertRefused, retryChecks, signatureChecks, type Check } from "./checks";
import type { Driver, Members } from "./driver";

const missingId = randomUUID();
const missingArn = `arn:aws:scn:us-east-1:123456789012:instance/${missingId}`;
const notFound = { name: "ResourceNotFoundException", status: 404 };
const invalid = { name: "ValidationException", status: 400 };

async function create(driver: Driver, input: object = {}): Promise<Members & { readonly instanceId: string }> {
  const output = await driver.call("CreateInstance", { clientToken: randomUUID(), ...input });
  return output.instance as Members & { instanceId: string };
}

async function get(driver: Driver, instanceId: string): Promise<Members> {
  return (await driver.call("GetInstance", { instanceId })).instance as Members;
}

function arnOf({ instanceId }: { readonly instanceId: string }): string {
  return `arn:aws:scn:us-east-1:123456789012:instance/${instanceId}`;
}

async function tagsOf(driver: Driver, resourceArn: string) {
  return (await driver.call("ListTagsForResource", { resourceArn })).tags;
}

function supplyChain(operation: string, title: string, run: Check["run"]): Check {
  return { service: "supplychain", operation, title, run };
}

export const supplyChainChecks: readonly Check[] = [
  supplyChain("CreateInstance", "creates with every member", async ({ driver }) => {
    const input = { instanceName: "Bob's 50% plant_1", instanceDescription: "Test, prod.", webAppDnsDomain: "acme-1" };
    const created = await create(driver, { ...input, tags: { env: "dev", "x y": "" } });
    assert.equal(created.state, "Initializing");
    const { instanceName, instanceDescription, webAppDnsDomain } = await get(driver, created.instanceId);
    assert.deepEqual({ instanceName, instanceDescription, webAppDnsDomain }, input);
    assert.deepEqual(await tagsOf(driver, arnOf(created)), { env: "dev", "x y": "" });
  }),
  supplyChain("CreateInstance", "refuses a bad name by its member", async ({ driver }) => {
    await assertRefused(driver, create(driver, { instanceName: "Prod.1" }), {
      ...invalid,
      message: /'Prod\.1' at 'instanceName'/,
    });
  }),
  supplyChain("CreateInstance", "honours a token and refuses it with other input", async ({ driver }) => {
    const clientToken = randomUUID();
    const { instanceId } = await create(driver, { clientToken });
    assert.equal((await create(driver, { clientToken })).instanceId, instanceId);
    await assertRefused(driver, create(driver, { clientToken, instanceName: "b" }), {
      name: "ConflictException",
      status: 409,
    });
  }),
  supplyChain("CreateInstance", "creates once when the reply is lost", async ({ driver, sandbox }) => {
    await sandbox.control.addFault("CreateInstance", { kind: "commitThenReset" });
    await create(driver);
    const { resources, requests } = await sandbox.control.ledger();
    assert.deepEqual([resources.length, requests.length], [1, 2]);
  }),
  supplyChain("CreateInstance", "refuses a taken domain and an eleventh instance", async ({ driver, sandbox }) => {
    await create(driver, { webAppDnsDomain: "taken" });
    await assertRefused(driver, create(driver, { webAppDnsDomain: "taken" }), {
      name: "ConflictException",
      status: 409,
    });
    await sandbox.control.addResources({ kind: "supplyChain", count: 9 });
    await assertRefused(driver, create(driver), { name: "ServiceQuotaExceededException", status: 402 });
  }),
  supplyChain("GetInstance", "tells states, times and the cause of a failure", async ({ connect, sandbox }) => {
    const driver = connect({ keys: sandbox.restricted });
    const { instanceId } = await create(driver);
    const failed = await get(driver, instanceId);
    assert.equal(failed.state, "CreateFailed");
    assert.match(String(failed.errorMessage), /^Access denied when attempting to create an S3 bucket/);
    assert.ok(Math.abs(Number(failed.createdTime) - Date.now()) < 60_000);
  }),
  supplyChain("GetInstance", "does not find what is not there", async ({ driver }) => {
    await assertRefused(driver, driver.call("GetInstance", { instanceId: missingId }), notFound);
    await assertRefused(driver, driver.call("GetInstance", { instanceId: "none" }), {
      ...invalid,
      message: /at 'instanceId'/,
    });
  }),
  supplyChain("ListInstances", "pages to the end, filtered", async ({ driver, sandbox }) => {
    await sandbox.control.addResources({ kind: "supplyChain", count: 45, failure: "x" });
    await sandbox.control.addResources({ kind: "supplyChain", count: 2 });
    const sizes: number[] = [];
    for await (const page of driver.pages("ListInstances", { instanceStateFilter: ["CreateFailed", "Deleting"] }, 20))
      sizes.push((page.instances as unknown[]).length);
    assert.deepEqual(sizes, [20, 20, 5]);
  }),
  supplyChain("ListInstances", "refuses a page size and a state that are none", async ({ driver }) => {
    await assertRefused(driver, driver.call("ListInstances", { maxResults: 21 }), {
      ...invalid,
      message: /at 'maxResults'/,
    });
    const unknown = driver.call("ListInstances", { instanceStateFilter: ["Asleep"] });
    await assertRefused(driver, unknown, { ...invalid, message: /at 'instanceStateFilter'/ });
  }),
  ...signatureChecks("supplychain", "ListInstances"),
  ...retryChecks("supplychain", "ListInstances"),
  supplyChain("UpdateInstance", "changes name and description and nothing else", async ({ driver }) => {
    const { instanceId } = await create(driver, { instanceName: "a", webAppDnsDomain: "kept" });
    await driver.call("UpdateInstance", { instanceId, instanceName: "b", instanceDescription: "" });
    const { instanceName, instanceDescription, webAppDnsDomain } = await get(driver, instanceId);
    assert.deepEqual([instanceName, instanceDescription, webAppDnsDomain], ["b", "", "kept"]);
  }),
  supplyChain("UpdateInstance", "does not find what is not there, nor take a bad description", async ({ driver }) => {
    await assertRefused(driver, driver.call("UpdateInstance", { instanceId: missingId }), notFound);
    const bad = driver.call("UpdateInstance", { instanceId: missingId, instanceDescription: "a/b" });
    await assertRefused(driver, bad, { ...invalid, message: /at 'instanceDescription'/ });
  }),
  supplyChain("DeleteInstance", "answers Deleting, and then it is gone", async ({ driver }) => {
    const { instanceId } = await create(driver);
    const { instance } = (await driver.call("DeleteInstance", { instanceId })) as { instance: Members };
    assert.equal(instance.state, "Deleting");
    await assertRefused(driver, driver.call("GetInstance", { instanceId }), notFound);
  }),
  supplyChain("DeleteInstance", "does not find what is not there", async ({ driver }) => {
    await assertRefused(driver, driver.call("DeleteInstance", { instanceId: missingId }), notFound);
  }),
  supplyChain("TagResource", "adds and replaces tags", async ({ driver }) => {
    const resourceArn = arnOf(await create(driver, { tags: { a: "1" } }));
    await driver.call("TagResource", { resourceArn, tags: { a: "2", "ü/+ &": "= ?" } });
    assert.deepEqual(await tagsOf(driver, resourceArn), { a: "2", "ü/+ &": "= ?" });
  }),
  supplyChain("TagResource", "refuses a long value and a missing resource", async ({ driver }) => {
    const resourceArn = missingArn;
    await assertRefused(driver, driver.call("TagResource", { resourceArn, tags: { a: "x".repeat(257) } }), {
      ...invalid,
      message: /at 'tags'/,
    });
    await assertRefused(driver, driver.call("TagResource", { resourceArn, tags: { a: "1" } }), notFound);
  }),
  supplyChain("UntagResource", "removes tags", async ({ driver }) => {
    const resourceArn = arnOf(await create(driver, { tags: { a: "1", "b c": "2", d: "3" } }));
    await driver.call("UntagResource", { resourceArn, tagKeys: ["a", "b c"] });
    assert.deepEqual(await tagsOf(driver, resourceArn), { d: "3" });
  }),
  supplyChain("UntagResource", "does not find what is not there", async ({ driver }) => {
    await assertRefused(driver, driver.call("UntagResource", { resourceArn: missingArn, tagKeys: ["a"] }), notFound);
  }),
  supplyChain("ListTagsForResource", "lists none where there are none", async ({ driver }) => {
    assert.deepEqual(await tagsOf(driver, arnOf(await create(driver))), {});
  }),
  supplyChain("ListTagsForResource", "does not find what is not there", async ({ driver }) => {
    await assertRefused(driver, driver.call("ListTagsForResource", { resourceArn: missingArn }), notFound);
  }),
];

function kms(operation: string, title: string, run: Check["run"]): Check {
  return { service: "kms", operation, title, run };
}

const noKey = { name: "NotFoundException", status: 400 };

export const kmsAndStsChecks: readonly Check[] = [
  kms("ListKeys", "pages to the end", async ({ driver }) => {
    let count = 0;
    for await (const page of driver.pages("ListKeys", {}, 4)) count += (page.Keys as unknown[]).length;
    assert.equal(count, 6);
  }),
  kms("ListKeys", "refuses a marker and a limit that are none", async ({ driver }) => {
    await assertRefused(driver, driver.call("ListKeys", { Marker: "none" }), {
      name: "InvalidMarkerException",
      status: 400,
    });
    await assertRefused(driver, driver.call("ListKeys", { Limit: 1001 }), {
      ...invalid,
      message: /at 'limit'/,
      isModelled: false,
    });
  }),
  ...signatureChecks("kms", "ListKeys"),
  ...retryChecks("kms", "ListKeys").filter(({ title }) => !title.includes("throttling")),
  kms("ListAliases", "names a key's aliases", async ({ driver }) => {
    const all = (await driver.call("ListAliases", {})).Aliases as { AliasName: string; TargetKeyId: string }[];
    const [first] = all;
    const { Aliases } = await driver.call("ListAliases", { KeyId: first?.TargetKeyId ?? "" });
    assert.deepEqual(
      (Aliases as { AliasName: string }[]).map(({ AliasName }) => AliasName),
      [first?.AliasName],
    );
  }),
  kms("ListAliases", "does not find what is not there", async ({ driver }) => {
    await assertRefused(driver, driver.call("ListAliases", { KeyId: missingId }), noKey);
  }),
  kms("DescribeKey", "finds a key by alias, id and ARN", async ({ driver }) => {
    const describe = async (KeyId: string) =>
      (await driver.call("DescribeKey", { KeyId })).KeyMetadata as { KeyId: string; Arn: string };
    const key = await describe("alias/supply-chain");
    assert.deepEqual(await describe(key.KeyId), key);
    assert.deepEqual(await describe(key.Arn), key);
  }),
  kms("DescribeKey", "does not find what is not there", async ({ driver }) => {
    await assertRefused(driver, driver.call("DescribeKey", { KeyId: "alias/none" }), noKey);
    await assertRefused(driver, driver.call("DescribeKey", { KeyId: "arn:none" }), {
      name: "InvalidArnException",
      status: 400,
    });
  }),
  kms("GetKeyPolicy", "gives a policy that lets the service in", async ({ driver }) => {
    const { KeyMetadata } = (await driver.call("DescribeKey", { KeyId: "alias/supply-chain" })) as {
      KeyMetadata: { KeyId: string };
    };
    const { Policy } = await driver.call("GetKeyPolicy", { KeyId: KeyMetadata.KeyId, PolicyName: "default" });
    assert.match(String(Policy), /scn\.amazonaws\.com/);
  }),
  kms("GetKeyPolicy", "does not find what is not there", async ({ driver }) => {
    await assertRefused(driver, driver.call("GetKeyPolicy", { KeyId: missingId }), noKey);
  }),
  {
    service: "sts",
    operation: "GetCallerIdentity",
    title: "names account and principal",
    async run({ driver, connect, sandbox }) {
      const { Account, Arn } = await driver.call("GetCallerIdentity", {});
      assert.deepEqual([Account, Arn], [sandbox.accountId, `arn:aws:iam::${sandbox.accountId}:user/sandbox`]);
      const restricted = await connect({ keys: sandbox.restricted }).call("GetCallerIdentity", {});
      assert.match(String(restricted.Arn), /user\/sandbox-restricted$/);
    },
  },
  ...signatureChecks("sts", "GetCallerIdentity"),
  ...retryChecks("sts", "GetCallerIdentity").filter(({ title }) => !title.includes("throttling")),
];
