import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { assertRefused, retryChecks, signatureChecks, type Check, type CheckContext } from "./checks";
import type { Driver } from "./driver";

const missing = `arn:aws:chime:us-east-1:123456789012:app-instance/${randomUUID()}`;
const notFound = { name: "NotFoundException", status: 404, code: "NotFound" };
const badRequest = { name: "BadRequestException", status: 400, code: "BadRequest" };

async function create(driver: Driver, input: object = {}): Promise<string> {
  const output = await driver.call("CreateAppInstance", {
    Name: "support",
    ClientRequestToken: randomUUID(),
    ...input,
  });
  assert.match(String(output.AppInstanceArn), /^arn:aws:chime:us-east-1:\d{12}:app-instance\/[0-9a-f-]{36}$/);
  return String(output.AppInstanceArn);
}

async function tagsOf(driver: Driver, ResourceARN: string) {
  return (await driver.call("ListTagsForResource", { ResourceARN })).Tags;
}

export function chimeChecks(service: "chime-sdk-identity" | "chime"): Check[] {
  const check = (operation: string, title: string, run: Check["run"], onlyFor?: Check["onlyFor"]): Check => ({
    service,
    operation,
    title,
    run,
    ...(onlyFor && { onlyFor }),
  });
  return [
    check("CreateAppInstance", "creates with every member", async ({ driver }) => {
      const Tags = [{ Key: "team", Value: "désk 💬" }];
      const arn = await create(driver, { Name: "Hilfe für alle 💬", Metadata: '{"a":"é\\n"}', Tags });
      const { AppInstance } = (await driver.call("DescribeAppInstance", { AppInstanceArn: arn })) as {
        AppInstance: Record<string, unknown>;
      };
      assert.equal(AppInstance.Name, "Hilfe für alle 💬");
      assert.equal(AppInstance.Metadata, '{"a":"é\\n"}');
      assert.deepEqual(await tagsOf(driver, arn), Tags);
    }),
    check("CreateAppInstance", "refuses a bad name by its member", async ({ driver }) => {
      await assertRefused(driver, create(driver, { Name: "bad\u0000name" }), { ...badRequest, message: /at 'name'/ });
    }),
    check("CreateAppInstance", "honours a token and refuses it with other input", async ({ driver, sandbox }) => {
      const ClientRequestToken = randomUUID();
      const first = await create(driver, { ClientRequestToken });
      assert.equal(await create(driver, { ClientRequestToken }), first);
      const other = create(driver, { ClientRequestToken, Name: "other" });
      await assertRefused(driver, other, { name: "ConflictException", status: 409, code: "Conflict" });
      assert.equal((await sandbox.control.ledger()).resources.length, 1);
    }),
    check("CreateAppInstance", "creates once when the reply is lost", createsOnce),
    check(
      "CreateAppInstance",
      "creates once with a token of the client's own",
      async ({ driver, sandbox }) => {
        await sandbox.control.addFault("CreateAppInstance", { kind: "commitThenReset" });
        await driver.call("CreateAppInstance", { Name: "own token" });
        const { resources, requests } = await sandbox.control.ledger();
        assert.equal(resources.length, 1);
        assert.equal(requests.length, 2);
        assert.match(resources[0]?.token ?? "", /^[0-9a-f-]{36}$/);
      },
      ({ inventsTokens }) => inventsTokens,
    ),
    check("CreateAppInstance", "is refused beyond the limit", async ({ driver, sandbox }) => {
      await sandbox.control.addResources({ kind: "chime", count: 100 });
      const limit = { name: "ResourceLimitExceededException", status: 400, code: "ResourceLimitExceeded" };
      await assertRefused(driver, create(driver), limit);
    }),
    check("CreateAppInstance", "is refused to those who may not", async ({ driver }) => {
      const refused = create(driver, { Tags: [{ Key: "sandbox:fail-create", Value: "true" }] });
      await assertRefused(driver, refused, {
        name: "ForbiddenException",
        status: 403,
        code: "Forbidden",
        message: /^Not authorized/,
      });
    }),
    check("DescribeAppInstance", "tells times and names", async ({ driver }) => {
      const before = Date.now() - 1000;
      const AppInstanceArn = await create(driver);
      const { AppInstance } = (await driver.call("DescribeAppInstance", { AppInstanceArn })) as {
        AppInstance: Record<string, unknown>;
      };
      assert.equal(AppInstance.AppInstanceArn, AppInstanceArn);
      const createdMs = new Date(AppInstance.CreatedTimestamp as Date | number).getTime();
      assert.ok(createdMs >= before && createdMs <= Date.now() + 1000, `created at ${createdMs}`);
    }),
    check("DescribeAppInstance", "does not find what is not there", async ({ driver }) => {
      await assertRefused(driver, driver.call("DescribeAppInstance", { AppInstanceArn: missing }), notFound);
    }),
    check("ListAppInstances", "pages to the end", async ({ driver, sandbox }) => {
      await sandbox.control.addResources({ kind: "chime", count: 120 });
      const sizes: number[] = [];
      const arns = new Set<string>();
      for await (const page of driver.pages("ListAppInstances", {}, 50)) {
        const items = page.AppInstances as { AppInstanceArn: string }[];
        sizes.push(items.length);
        for (const item of items) arns.add(item.AppInstanceArn);
      }
      assert.deepEqual(sizes, [50, 50, 20]);
      assert.equal(arns.size, 120);
    }),
    check("ListAppInstances", "refuses a page size and a token that are none", async ({ driver }) => {
      await assertRefused(driver, driver.call("ListAppInstances", { MaxResults: 51 }), {
        ...badRequest,
        message: /at 'maxResults'/,
      });
      await assertRefused(driver, driver.call("ListAppInstances", { NextToken: "none" }), badRequest);
    }),
    ...signatureChecks(service, "ListAppInstances"),
    ...retryChecks(service, "ListAppInstances"),
    check("UpdateAppInstance", "replaces name and metadata", async ({ driver }) => {
      const AppInstanceArn = await create(driver, { Metadata: "old" });
      const updated = await driver.call("UpdateAppInstance", { AppInstanceArn, Name: "new", Metadata: "" });
      assert.equal(updated.AppInstanceArn, AppInstanceArn);
      const { AppInstance } = (await driver.call("DescribeAppInstance", { AppInstanceArn })) as {
        AppInstance: Record<string, unknown>;
      };
      assert.deepEqual([AppInstance.Name, AppInstance.Metadata], ["new", ""]);
    }),
    check("UpdateAppInstance", service === "chime" ? "needs no metadata" : "needs the metadata", async ({ driver }) => {
      const AppInstanceArn = await create(driver);
      const update = driver.call("UpdateAppInstance", { AppInstanceArn, Name: "new" });
      if (service === "chime") await update;
      else await assertRefused(driver, update, { ...badRequest, message: /at 'metadata'/ });
    }),
    check("UpdateAppInstance", "does not find what is not there", async ({ driver }) => {
      await assertRefused(
        driver,
        driver.call("UpdateAppInstance", { AppInstanceArn: missing, Name: "a", Metadata: "" }),
        notFound,
      );
    }),
    check("DeleteAppInstance", "deletes", async ({ driver, sandbox }) => {
      const AppInstanceArn = await create(driver);
      await driver.call("DeleteAppInstance", { AppInstanceArn });
      assert.equal((await sandbox.control.ledger()).resources[0]?.state, "gone");
    }),
    check("DeleteAppInstance", "does not find what is not there", async ({ driver }) => {
      await assertRefused(driver, driver.call("DeleteAppInstance", { AppInstanceArn: missing }), notFound);
    }),
    check("TagResource", "adds and replaces tags", async ({ driver }) => {
      const ResourceARN = await create(driver, { Tags: [{ Key: "a", Value: "1" }] });
      await driver.call("TagResource", {
        ResourceARN,
        Tags: [
          { Key: "a", Value: "2" },
          { Key: "ü/+ &", Value: "= ?" },
        ],
      });
      assert.deepEqual(await tagsOf(driver, ResourceARN), [
        { Key: "a", Value: "2" },
        { Key: "ü/+ &", Value: "= ?" },
      ]);
    }),
    check("TagResource", "refuses an empty value and a missing resource", async ({ driver }) => {
      const ResourceARN = await create(driver);
      const empty = driver.call("TagResource", { ResourceARN, Tags: [{ Key: "a", Value: "" }] });
      await assertRefused(driver, empty, { ...badRequest, message: /at 'tags\.1\.member\.value'/ });
      const nowhere = driver.call("TagResource", { ResourceARN: missing, Tags: [{ Key: "a", Value: "1" }] });
      await assertRefused(driver, nowhere, notFound);
    }),
    check("UntagResource", "removes tags", async ({ driver }) => {
      const ResourceARN = await create(driver, {
        Tags: [
          { Key: "a", Value: "1" },
          { Key: "b", Value: "2" },
        ],
      });
      await driver.call("UntagResource", { ResourceARN, TagKeys: ["a", "none"] });
      assert.deepEqual(await tagsOf(driver, ResourceARN), [{ Key: "b", Value: "2" }]);
    }),
    check("UntagResource", "does not find what is not there", async ({ driver }) => {
      await assertRefused(driver, driver.call("UntagResource", { ResourceARN: missing, TagKeys: ["a"] }), notFound);
    }),
    check("ListTagsForResource", "lists none where there are none", async ({ driver }) => {
      assert.deepEqual(await tagsOf(driver, await create(driver)), []);
    }),
    check("ListTagsForResource", "does not find what is not there", async ({ driver }) => {
      await assertRefused(driver, driver.call("ListTagsForResource", { ResourceARN: missing }), notFound);
    }),
  ];
}

async function createsOnce({ driver, sandbox }: CheckContext): Promise<void> {
  await sandbox.control.addFault("CreateAppInstance", { kind: "commitThenReset" });
  await sandbox.control.addFault("CreateAppInstance", { kind: "status", status: 500 });
  await create(driver);
  const { resources, requests } = await sandbox.control.ledger();
  assert.equal(resources.length, 1);
  assert.deepEqual(
    requests.map(({ fault, isReplay }) => [fault, isReplay]),
    [
      ["commitThenReset", false],
      ["status", false],
      [null, true],
    ],
  );
}
