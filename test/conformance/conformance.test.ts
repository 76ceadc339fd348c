import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test, type TestContext } from "node:test";
import * as z from "zod";
import type { ServiceId } from "../../src/aws/operation";
import { startTestSandbox } from "../fixtures/sandbox";
import { findBoto3, runBoto3 } from "./boto3";
import { chimeChecks } from "./chimeChecks";
import type { Check } from "./checks";
import { connectionTo, javascript, ours, type Client, type Connection } from "./driver";
import { kmsAndStsChecks, supplyChainChecks } from "./otherChecks";
import { iamChecks, identityCenterChecks, trailChecks } from "./permissionChecks";
import { differences, Report, writeTable, type Column } from "./report";
import { samplesOf, startCapture, type Sample } from "./sameRequest";

const report = new Report();
const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
/** A loopback port has no name to put `identity-` before, and boto3 no longer knows legacy Chime. */
const boto3Services = ["supplychain", "chime-sdk-identity", "kms", "sts", "iam", "sso-admin", "cloudtrail"] as const;

const checks = [
  ...supplyChainChecks,
  ...chimeChecks("chime-sdk-identity"),
  ...chimeChecks("chime"),
  ...kmsAndStsChecks,
  ...iamChecks,
  ...identityCenterChecks,
  ...trailChecks,
];

/** Begun at once: a first installation goes on while other clients are tried. */
const python = findBoto3();

for (const client of [ours, javascript])
  for (const check of checks)
    if (client.services.includes(check.service) && (check.onlyFor?.(client) ?? true)) runCheck(client, check);
test("boto3", runBoto3Checks);
compareWithJavascript();
test("Our requests are those of boto3", compareWithBoto3);

test("docs/conformance.md has the table of this run", async () => {
  const path = "docs/conformance.md";
  if (process.env.APP_INSTANCES_WRITE_TABLE) return writeTable(path, report.toMarkdown());
  const found = differences(await readFile(path, "utf8"), report.toMarkdown());
  assert.deepEqual(found, [], "npm test -- conformance --write writes it");
});

function runCheck(client: Client, check: Check): void {
  const { service, operation, title } = check;
  test(`${client.column}: ${service} ${operation} ${title}`, (t) =>
    recording(service, operation, client.column, async () => {
      const sandbox = await startTestSandbox(t);
      const connect = (overrides: Partial<Connection>) => client.connect(service, connectionTo(sandbox, overrides));
      await check.run({ sandbox, client, driver: connect({}), connect });
    }));
}

async function recording(service: ServiceId, operation: string, column: Column, run: () => unknown): Promise<void> {
  try {
    await run();
    report.record(service, operation, column, "pass");
  } catch (error) {
    report.record(service, operation, column, "fail");
    throw error;
  }
}

const boto3Line = z.object({
  service: z.enum(boto3Services),
  operation: z.string(),
  title: z.string(),
  error: z.string().nullable(),
});

/** One process for all of them: starting Python and loading its models is what takes the time. */
async function runBoto3Checks(t: TestContext): Promise<void> {
  const found = await python;
  if ("missing" in found) return skipEach(t, "boto3", found.missing);
  const sandbox = await startTestSandbox(t);
  const { endpoint, controlToken, accountId, restricted } = sandbox;
  const setup = { endpoint, controlToken, accountId, restricted, keys: sandboxKeys(sandbox) };
  const output = await runBoto3(found.path, { mode: "check", ...setup });
  const lines = output.trim().split("\n");
  for (const { service, operation, title, error } of lines.map((line) => boto3Line.parse(JSON.parse(line))))
    await t.test(`boto3: ${service} ${operation} ${title}`, () =>
      recording(service, operation, "boto3", () => assert.equal(error, null)),
    );
}

async function skipEach(t: TestContext, column: Column, reason: string): Promise<void> {
  for (const { service, operation } of boto3Services.flatMap(samplesOf)) {
    report.record(service, operation, column, "skipped");
    await t.test(`${column}: ${service} ${operation}`, { skip: reason });
  }
}

function compareWithJavascript(): void {
  for (const service of javascript.services)
    test(`Our requests to ${service} are those of the AWS SDK for JavaScript`, async (t) => {
      const samples = samplesOf(service);
      const theirs = await startCapture(t);
      for (const sample of samples) await sendWith(javascript, theirs.endpoint, sample);
      await compare(t, samples, theirs);
    });
}

async function compareWithBoto3(t: TestContext): Promise<void> {
  const found = await python;
  if ("missing" in found) return skipEach(t, "sameRequest", found.missing);
  const samples = boto3Services.flatMap(samplesOf);
  const theirs = await startCapture(t);
  await runBoto3(found.path, { mode: "send", endpoint: theirs.endpoint, keys, requests: samples });
  await compare(t, samples, theirs);
}

/** Sends the same samples with our client to the same address, for the host is part of a request. */
async function compare(
  t: TestContext,
  samples: readonly Sample[],
  theirs: Awaited<ReturnType<typeof startCapture>>,
): Promise<void> {
  const expected = [...theirs.requests];
  assert.equal(expected.length, samples.length);
  theirs.requests.length = 0;
  for (const [index, sample] of samples.entries()) {
    await sendWith(ours, theirs.endpoint, sample);
    const { service, operation } = sample;
    await t.test(`${service} ${operation} ${JSON.stringify(sample.input)}`, () =>
      recording(service, operation, "sameRequest", () => assert.deepEqual(theirs.requests[index], expected[index])),
    );
  }
}

async function sendWith(
  client: Client,
  endpoint: string,
  { service, operation, region, input }: Sample,
): Promise<void> {
  const driver = client.connect(service, { endpoint, region, keys, maxAttempts: 1 });
  await assert.rejects(driver.call(operation, input), { name: "Captured" });
}

function sandboxKeys({ accessKeyId, secretAccessKey }: typeof keys | Awaited<ReturnType<typeof startTestSandbox>>) {
  return { accessKeyId, secretAccessKey };
}
