import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test, type TestContext } from "node:test";
import fc from "fast-check";
import type { AnyOperation, ServiceId } from "../../src/aws/operation";
import { allOperations } from "../../src/aws/services/registry";
import type { Draft } from "../../src/instances/draft";
import { validateDraft } from "../../src/instances/draftValidation";
import type { Kind } from "../../src/instances/kind";
import { createKinds } from "../../src/instances/kinds/registry";
import { startTestSandbox } from "../fixtures/sandbox";
import { draftOf } from "../fixtures/arbitraries";
import { findBoto3, runBoto3 } from "./boto3";
import { connectionTo, javascript, ours, type Client, type Driver, type Members } from "./driver";

const python = findBoto3();

/** Creates and deletes; why it was refused, or undefined. */
type Attempt = (draft: Draft) => Promise<string | undefined>;

const identity = createKinds({ chimeApi: () => "identity" });
const legacy = createKinds({ chimeApi: () => "legacy" });
const supplyChain = identity.get("supplyChain")!;

for (const [service, kind] of [
  ["chime-sdk-identity", identity.get("chime")!],
  ["chime", legacy.get("chime")!],
] as const)
  test(`What the form accepts, the sandbox accepts from the AWS SDK for JavaScript, and what it refuses is refused by name (${service})`, async (t) => {
    const sandbox = await startTestSandbox(t);
    const driver = javascript.connect(service, connectionTo(sandbox));
    const attempt: Attempt = (draft) =>
      whyRefused(async () => {
        const created = await driver.call("CreateAppInstance", chimeInput(draft));
        await driver.call("DeleteAppInstance", { AppInstanceArn: created.AppInstanceArn });
      });
    await fc.assert(
      fc.asyncProperty(draftOf(kind), async (draft) => assertAgreed(kind, draft, await attempt(draft))),
      { numRuns: 100 },
    );
  });

test("What the form accepts, the sandbox accepts from boto3, and what it refuses is refused by name (supplychain)", async (t) => {
  const found = await python;
  if ("missing" in found) {
    t.skip(found.missing);
    return;
  }
  const sandbox = await startTestSandbox(t);
  const drafts = fc.sample(draftOf(supplyChain), { numRuns: 200, seed: 20260102 });
  const { endpoint, accessKeyId, secretAccessKey } = sandbox;
  const keys = { accessKeyId, secretAccessKey };
  const output = await runBoto3(found.path, { mode: "try", endpoint, keys, inputs: drafts.map(supplyChainInput) });
  const refusals = output
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as string | null) ?? undefined);
  assert.equal(refusals.length, drafts.length);
  for (const [index, draft] of drafts.entries()) assertAgreed(supplyChain, draft, refusals[index]);
});

for (const client of [ours, javascript])
  // Not CloudTrail, which may be asked twice a second only.
  for (const service of ["supplychain", "chime-sdk-identity", "chime", "iam", "sso-admin"] as const)
    if (client.services.includes(service))
      test(`Inputs of ${service} that the model refuses are refused by name, and no others (${client.column})`, (t) =>
        assertByModel(t, client, service));

function chimeInput({ values, tags }: Draft): Members {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    Name: values.name ?? "",
    ...(values.metadata !== undefined && { Metadata: values.metadata }),
    ...(Tags.length > 0 && { Tags }),
  };
}

function supplyChainInput({ values, tags }: Draft): Members {
  return { ...values, tags };
}

async function whyRefused(run: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The form and the service say the same about each field, though in different words. */
function assertAgreed(kind: Kind, draft: Draft, refusal: string | undefined): void {
  const problems = validateDraft(kind, draft);
  if (problems.length === 0) assert.equal(refusal, undefined);
  if (refusal === undefined) assert.deepEqual(problems, []);
  else
    assert.ok(
      problems.some(({ field }) => refusal.toLowerCase().includes(field.toLowerCase())),
      `${refusal} names none of ${problems.map(({ field }) => field).join(", ")}`,
    );
}

const oddText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom(
    "",
    "a",
    "a-1",
    " ",
    "ü",
    "%2F",
    "a+b",
    "x".repeat(64),
    "x".repeat(129),
    "💬".repeat(257),
    "é".repeat(1025),
  ),
);
const tagKey = oddText.filter((key) => !/^aws:/i.test(key));
/** In a path an empty text is no text: clients differ in whether they notice before they send it. */
const oddLabel = oddText.filter((label) => label !== "");
const appInstanceArn = `arn:aws:chime:us-east-1:123456789012:app-instance/${randomUUID()}`;
const instanceId = randomUUID();
const instanceArn = `arn:aws:scn:us-east-1:123456789012:instance/${instanceId}`;
const arn = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(appInstanceArn, instanceArn) },
  { weight: 1, arbitrary: oddLabel },
);
const number = fc.integer({ min: -1, max: 60 });

/** Every member that an operation of these services may have. Page tokens are left out: only a service can make good ones. */
const members: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  instanceName: oddText,
  instanceDescription: oddText,
  kmsKeyArn: oddText,
  webAppDnsDomain: oddText,
  tags: fc.dictionary(tagKey, oddText, { maxKeys: 3 }),
  instanceId: fc.oneof({ weight: 3, arbitrary: fc.constant(instanceId) }, { weight: 1, arbitrary: oddLabel }),
  resourceArn: arn,
  // An empty list in a query is no list.
  tagKeys: fc.array(oddText, { minLength: 1, maxLength: 3 }),
  maxResults: number,
  instanceNameFilter: fc.array(oddText, { maxLength: 3 }),
  instanceStateFilter: fc.array(fc.constantFrom("Active", "Deleting", "active", ""), { maxLength: 3 }),
  Name: oddText,
  Metadata: oddText,
  Tags: fc.array(fc.record({ Key: tagKey, Value: oddText }), { maxLength: 3 }),
  TagKeys: fc.array(oddText, { maxLength: 3 }),
  AppInstanceArn: arn,
  ResourceARN: arn,
  MaxResults: number,
  PolicySourceArn: fc.oneof(fc.constant("arn:aws:iam::123456789012:user/admin"), oddText),
  PolicyInputList: fc.array(oddText, { maxLength: 2 }),
  PermissionsBoundaryPolicyInputList: fc.array(oddText, { maxLength: 2 }),
  ActionNames: fc.array(fc.oneof(fc.constant("s3:CreateBucket"), oddText), { maxLength: 3 }),
  ResourceArns: fc.array(oddText, { maxLength: 3 }),
  ResourcePolicy: oddText,
  ResourceOwner: oddText,
  CallerArn: oddText,
  ContextEntries: fc.array(
    fc.record(
      {
        ContextKeyName: fc.oneof(fc.constant("aws:TagKeys"), oddText),
        ContextKeyValues: fc.array(oddText, { maxLength: 3 }),
        ContextKeyType: fc.constantFrom("string", "stringList", "ipList", "text", ""),
      },
      { requiredKeys: ["ContextKeyName"] },
    ),
    { maxLength: 3 },
  ),
  ResourceHandlingOption: oddText,
  MaxItems: number,
  RoleName: oddText,
  UserName: oddText,
  // The SDK for JavaScript does not know it yet, and sends none.
  RegionScope: fc.constantFrom("CURRENT_REGION", "ALL_REGIONS"),
  Marker: fc.constant(undefined),
  clientToken: fc.constant(undefined),
  ClientRequestToken: fc.constant(undefined),
  nextToken: fc.constant(undefined),
  NextToken: fc.constant(undefined),
};

async function assertByModel(t: TestContext, client: Client, service: ServiceId): Promise<void> {
  const sandbox = await startTestSandbox(t);
  const driver = client.connect(service, connectionTo(sandbox));
  const cases = fc
    .constantFrom(...allOperations.filter((operation) => operation.service.id === service))
    .chain((operation) => fc.record({ operation: fc.constant(operation), input: fc.record(arbitrariesOf(operation)) }));
  await fc.assert(
    fc.asyncProperty(cases, async ({ operation, input }) => {
      const token = operation.idempotencyToken;
      const whole = { ...present(input), ...(token !== undefined && { [token]: randomUUID() }) };
      const parsed = operation.input.safeParse(whole);
      const refusal = await whyInvalid(driver, operation, whole);
      if (parsed.success) {
        assert.equal(refusal, undefined);
        return;
      }
      const broken = parsed.error.issues.map(({ path }) => String(path[0]));
      assert.ok(
        broken.some((member) => refusal?.toLowerCase().includes(member.toLowerCase())),
        `${operation.name} ${JSON.stringify(whole)}: ${refusal} names none of ${broken.join(", ")}`,
      );
    }),
    { numRuns: 200 },
  );
}

function arbitrariesOf(operation: AnyOperation): Record<string, fc.Arbitrary<unknown>> {
  const shape = (operation.input as unknown as { readonly shape: object }).shape;
  return Object.fromEntries(
    Object.keys(shape).map((member) => {
      const arbitrary = members[member];
      assert.ok(arbitrary, `${operation.name} has a member that is not generated: ${member}`);
      return [member, fc.option(arbitrary, { nil: undefined, freq: 6 })];
    }),
  );
}

function present(input: Members): Members {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

/** What a service says of input that its model has nothing against: there is no such thing, or IAM cannot make sense of it. */
const byTheService = /NotFoundException$|^NoSuchEntityException$|^InvalidInputException$/;

/** Why the input itself was refused. */
async function whyInvalid(driver: Driver, operation: AnyOperation, input: Members): Promise<string | undefined> {
  try {
    const output = await driver.call(operation.name, input);
    const { instanceId: id } = (output.instance ?? {}) as { instanceId?: string };
    if (operation.name === "CreateInstance") await driver.call("DeleteInstance", { instanceId: id });
    if (operation.name === "CreateAppInstance")
      await driver.call("DeleteAppInstance", { AppInstanceArn: output.AppInstanceArn });
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    return byTheService.test(name) ? undefined : message;
  }
}
