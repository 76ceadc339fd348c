import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type * as z from "zod/mini";
import { createAppInstance, deleteAppInstance } from "../../../../src/aws/services/chimeIdentity";
import { lookupEvents } from "../../../../src/aws/services/cloudtrail";
import { createInstance, getInstance, listInstances, updateInstance } from "../../../../src/aws/services/supplychain";
import { heldTime, startTestSandbox, type TestSandbox } from "../../../fixtures/sandbox";
import { sandboxClient } from "../../../fixtures/sandboxClient";

type Input = z.output<typeof lookupEvents.input>;
type AttributeKey = NonNullable<Input["LookupAttributes"]>[number]["AttributeKey"];

type Event = Record<string, unknown> & {
  readonly userIdentity: Record<string, unknown>;
  readonly errorCode?: string;
  readonly errorMessage?: string;
};

/** Looks no oftener than is allowed: a second passes before each. */
function watcher(sandbox: TestSandbox, time: ReturnType<typeof heldTime>, region?: string) {
  const client = sandboxClient(sandbox, region === undefined ? {} : { region });
  return async (input: Input = {}): Promise<readonly Event[]> => {
    time.advance(1);
    const { Events = [] } = await client.call(lookupEvents, input);
    return Events.map(({ CloudTrailEvent = "" }) => JSON.parse(CloudTrailEvent) as Event);
  };
}

const names = (events: readonly Event[]) =>
  events.map(({ eventSource, eventName }) => `${String(eventSource)} ${String(eventName)}`);

test("A change is found after the delay and not before, newest first, with who made it", async (t) => {
  const time = heldTime(Date.parse("2026-01-02T03:04:05.500Z"));
  const sandbox = await startTestSandbox(t, { now: time.now, trailSeconds: 10 });
  const client = sandboxClient(sandbox);
  const look = watcher(sandbox, time);
  const { AppInstanceArn = "" } = await client.call(createAppInstance, {
    Name: "secret name",
    Metadata: "secret metadata",
    ClientRequestToken: randomUUID(),
    Tags: [{ Key: "secret key", Value: "secret value" }],
  });
  time.advance(2);
  await client.call(deleteAppInstance, { AppInstanceArn });
  assert.deepEqual(await look(), []);
  time.advance(7);
  assert.deepEqual(names(await look()), ["chime.amazonaws.com CreateAppInstance"]);
  time.advance(1);
  const found = await look();
  assert.deepEqual(names(found), ["chime.amazonaws.com DeleteAppInstance", "chime.amazonaws.com CreateAppInstance"]);
  const { eventID, requestID, userAgent, responseElements, requestParameters, ...event } = found[1] ?? assert.fail();
  assert.deepEqual(event, {
    eventVersion: "1.09",
    userIdentity: {
      type: "IAMUser",
      principalId: "AIDASANDBOXAAAAAAAAAA",
      arn: "arn:aws:iam::123456789012:user/sandbox",
      accountId: "123456789012",
      accessKeyId: sandbox.accessKeyId,
      userName: "sandbox",
    },
    eventTime: "2026-01-02T03:04:05Z",
    eventSource: "chime.amazonaws.com",
    eventName: "CreateAppInstance",
    awsRegion: "us-east-1",
    sourceIPAddress: "127.0.0.1",
    readOnly: false,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: "123456789012",
    eventCategory: "Management",
  });
  for (const id of [eventID, requestID]) assert.match(String(id), /^[0-9a-f-]{36}$/);
  assert.ok(typeof userAgent === "string");
  assert.deepEqual(responseElements, { appInstanceArn: AppInstanceArn });
  const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS";
  const { clientRequestToken, ...parameters } = requestParameters as Record<string, unknown>;
  assert.ok(clientRequestToken);
  assert.deepEqual(parameters, { name: hidden, metadata: hidden, tags: hidden });
  assert.doesNotMatch(JSON.stringify(found), /secret/);
});

test("A creation's calls on its caller's behalf are there, up to the one that was denied and why", async (t) => {
  const time = heldTime();
  const sandbox = await startTestSandbox(t, { now: time.now, trailSeconds: 0, createSeconds: 60 });
  const client = sandboxClient(sandbox, { keys: await sandbox.control.principal("no-s3") });
  const { instance } = await client.call(createInstance, { clientToken: randomUUID() });
  const look = watcher(sandbox, time);
  assert.deepEqual(names(await look()), ["scn.amazonaws.com CreateInstance"]);
  time.advance(60);
  assert.equal((await client.call(getInstance, { instanceId: instance.instanceId })).instance.state, "CreateFailed");
  const [denied, ...rest] = await look({
    LookupAttributes: [{ AttributeKey: "Username", AttributeValue: "ana@example.com" }],
  });
  assert.deepEqual(names(rest), ["scn.amazonaws.com CreateInstance"]);
  const { eventSource, eventName, errorCode, errorMessage, sourceIPAddress, userAgent, userIdentity, resources } =
    denied ?? assert.fail();
  assert.deepEqual(
    { eventSource, eventName, errorCode, sourceIPAddress, userAgent },
    {
      eventSource: "s3.amazonaws.com",
      eventName: "CreateBucket",
      errorCode: "AccessDenied",
      sourceIPAddress: "scn.amazonaws.com",
      userAgent: "scn.amazonaws.com",
    },
  );
  const bucket = `arn:aws:s3:::aws-supply-chain-data-${instance.instanceId}`;
  assert.equal(
    errorMessage,
    `User: arn:aws:sts::123456789012:assumed-role/Builder/ana@example.com is not authorized to perform: s3:CreateBucket on resource: ${bucket} because no identity-based policy allows the s3:CreateBucket action`,
  );
  assert.deepEqual(resources, [{ accountId: "123456789012", type: "AWS::S3::Bucket", ARN: bucket }]);
  const { sessionContext, accessKeyId, ...identity } = userIdentity;
  assert.equal(accessKeyId, (await sandbox.control.principal("no-s3")).accessKeyId);
  assert.deepEqual(identity, {
    type: "AssumedRole",
    principalId: "AROASANDBOXNOS3AAAAAA:ana@example.com",
    arn: "arn:aws:sts::123456789012:assumed-role/Builder/ana@example.com",
    accountId: "123456789012",
    invokedBy: "scn.amazonaws.com",
  });
  assert.deepEqual((sessionContext as { sessionIssuer: object }).sessionIssuer, {
    type: "Role",
    principalId: "AROASANDBOXNOS3AAAAAA",
    arn: "arn:aws:iam::123456789012:role/teams/Builder",
    accountId: "123456789012",
    userName: "Builder",
  });
});

test("A boundary's and an organization's denial of a creation's call are told in their own words", async (t) => {
  const time = heldTime();
  const sandbox = await startTestSandbox(t, { now: time.now, trailSeconds: 0 });
  const look = watcher(sandbox, time);
  for (const [name, words] of [
    ["boundary", "because no permissions boundary allows the s3:CreateBucket action"],
    ["scp", "with an explicit deny in a service control policy"],
  ] as const) {
    const client = sandboxClient(sandbox, { keys: await sandbox.control.principal(name) });
    await client.call(createInstance, { clientToken: randomUUID() });
    const [latest] = await look();
    assert.ok(latest?.errorMessage?.endsWith(words), latest?.errorMessage);
  }
});

test("What IAM and Organizations were asked is found in us-east-1, wherever the instance is", async (t) => {
  const time = heldTime();
  const sandbox = await startTestSandbox(t, { now: time.now, trailSeconds: 0 });
  await sandboxClient(sandbox, { region: "eu-west-1" }).call(createInstance, { clientToken: randomUUID() });
  const sources = async (region: string) =>
    new Set((await watcher(sandbox, time, region)()).map(({ eventSource }) => eventSource));
  assert.deepEqual([...(await sources("us-east-1"))].sort(), ["iam.amazonaws.com", "organizations.amazonaws.com"]);
  const here = await sources("eu-west-1");
  assert.ok(here.has("scn.amazonaws.com") && here.has("s3.amazonaws.com") && !here.has("iam.amazonaws.com"));
  assert.deepEqual([...(await sources("eu-central-1"))], []);
});

test("What only reads is there when it was denied; what failed otherwise has its exception's name", async (t) => {
  const time = heldTime();
  const sandbox = await startTestSandbox(t, { now: time.now, trailSeconds: 0 });
  await sandbox.control.replacePolicies("admin", []);
  const client = sandboxClient(sandbox);
  await client.call(listInstances, {});
  await assert.rejects(
    sandboxClient(sandbox, { keys: await sandbox.control.principal("admin") }).call(listInstances, {}),
  );
  await assert.rejects(client.call(updateInstance, { instanceId: randomUUID() }));
  const found = (await watcher(sandbox, time)()).map(({ eventName, errorCode, readOnly }) => [
    eventName,
    errorCode,
    readOnly,
  ]);
  assert.deepEqual(found, [
    ["UpdateInstance", "ResourceNotFoundException", false],
    ["ListInstances", "AccessDenied", true],
  ]);
});

test("One attribute, a time and a page narrow the look-up, each as the service documents it", async (t) => {
  const time = heldTime(Date.parse("2026-01-02T03:00:00Z"));
  const sandbox = await startTestSandbox(t, { now: time.now, trailSeconds: 0 });
  const client = sandboxClient(sandbox);
  for (let minute = 0; minute < 5; minute++) {
    await client.call(createAppInstance, { Name: `n${minute}`, ClientRequestToken: randomUUID() });
    time.advance(60);
  }
  await client.call(createInstance, { clientToken: randomUUID() });
  const look = watcher(sandbox, time);
  const of = (AttributeKey: AttributeKey, AttributeValue: string) => ({
    LookupAttributes: [{ AttributeKey, AttributeValue }],
  });
  assert.equal((await look(of("EventName", "CreateAppInstance"))).length, 6);
  assert.deepEqual(names(await look(of("EventSource", "scn.amazonaws.com"))), [
    "scn.amazonaws.com CreateSSOApplication",
    "scn.amazonaws.com CreateInstance",
  ]);
  assert.deepEqual(await look(of("Username", "nobody")), []);
  assert.equal((await look(of("AccessKeyId", sandbox.accessKeyId))).length > 6, true);
  assert.deepEqual(names(await look({ ...of("ResourceType", "AWS::S3::Bucket"), MaxResults: 1 })), [
    "s3.amazonaws.com PutBucketTagging",
  ]);
  const seconds = (text: string) => Date.parse(text) / 1000;
  const between = { StartTime: seconds("2026-01-02T03:01:00Z"), EndTime: seconds("2026-01-02T03:03:00Z") };
  assert.equal((await look(between)).length, 3);
  const pages: number[] = [];
  for await (const { Events = [] } of client.pages(lookupEvents, {
    ...of("EventName", "CreateAppInstance"),
    MaxResults: 4,
  })) {
    pages.push(Events.length);
    time.advance(1);
  }
  assert.deepEqual(pages, [4, 2]);
});

test("A third look within a second is throttled, in that Region and account only", async (t) => {
  const time = heldTime();
  const sandbox = await startTestSandbox(t, { now: time.now });
  const impatient = (region?: string) =>
    sandboxClient(sandbox, { ...(region !== undefined && { region }), maxAttempts: 1 });
  await impatient().call(lookupEvents, {});
  await impatient().call(lookupEvents, {});
  await assert.rejects(impatient().call(lookupEvents, {}), { name: "ThrottlingException", status: 400 });
  await impatient("eu-west-1").call(lookupEvents, {});
  time.advance(1);
  await impatient().call(lookupEvents, {});
});

test("What failed in the demonstration was denied to whoever looks at it, who may now", async (t) => {
  const sandbox = await startTestSandbox(t, { seed: "demo" });
  const client = sandboxClient(sandbox);
  const { instances } = await client.call(listInstances, { instanceStateFilter: ["CreateFailed"] });
  const [failed] = instances;
  const { Events = [] } = await client.call(lookupEvents, {});
  const [event, ...others] = Events.map(({ CloudTrailEvent = "" }) => JSON.parse(CloudTrailEvent) as Event);
  assert.deepEqual(others, []);
  const { arn } = await sandbox.control.principal("sandbox");
  const { errorMessage = "", eventTime } = event ?? assert.fail();
  assert.ok(errorMessage.startsWith(`User: ${arn} is not authorized to perform: s3:CreateBucket on resource: `));
  assert.ok(errorMessage.includes(failed?.instanceId ?? "none"));
  const after = Date.parse(String(eventTime)) - (failed?.createdTime ?? 0);
  assert.ok(after > -1000 && after < 95_000, `${after} ms after it was begun`);
});

test("Events survive a restart, and a control sets how late they come", async (t) => {
  const time = heldTime();
  const before = await startTestSandbox(t, { now: time.now, trailSeconds: 900 });
  await sandboxClient(before).call(createAppInstance, { Name: "a", ClientRequestToken: randomUUID() });
  await before.close();
  const after = await startTestSandbox(t, { now: time.now, trailSeconds: 900, stateDir: before.stateDir });
  const look = watcher(after, time);
  assert.deepEqual(await look(), []);
  await after.control.setTrailDelay(0);
  assert.deepEqual(names(await look()), ["chime.amazonaws.com CreateAppInstance"]);
});
