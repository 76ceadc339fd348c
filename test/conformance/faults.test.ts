import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test, type TestContext } from "node:test";
import { createClient } from "../../src/aws/httpClient";
import { staticCredentials } from "../../src/aws/credentials";
import { ServiceError, TransportError } from "../../src/aws/errors";
import type { AnyOperation, ServiceId } from "../../src/aws/operation";
import { findOperation, allOperations } from "../../src/aws/services/registry";
import { CancelledError } from "../../src/core/errors";
import { silentLog } from "../../src/core/log";
import type { FaultRule } from "../../src/sandbox/faults";
import type { LedgerRequest } from "../../src/sandbox/ledger";
import { startTestSandbox } from "../fixtures/sandbox";
import type { Members } from "./driver";
import { systemClock } from "../../src/core/clock";

type Fault = FaultRule["fault"];

interface Case {
  readonly title: string;
  readonly fault: Fault;
  readonly times: number;
  /** What our client makes of it. */
  readonly outcome: "success" | "typed error" | "transport error" | "cancelled";
  /** How often the sandbox is asked. */
  readonly attempts: number;
  /** The fault comes after the request was carried out, so a deletion that is tried again finds nothing. */
  readonly isLate?: boolean;
}

const status = (code: number): Fault => ({ kind: "status", status: code });
const final = (code: number): Case => ({
  title: `${code} is final`,
  fault: status(code),
  times: 1,
  outcome: "typed error",
  attempts: 1,
});

/** What the documentation of retries promises. */
const cases: readonly Case[] = [
  ...[400, 402, 403, 404, 409].map(final),
  { title: "a 500 is tried again", fault: status(500), times: 1, outcome: "success", attempts: 2 },
  { title: "two 503 are tried again", fault: status(503), times: 2, outcome: "success", attempts: 3 },
  { title: "throttling is tried again", fault: status(429), times: 1, outcome: "success", attempts: 2 },
  { title: "three 500 are an error", fault: status(500), times: 3, outcome: "typed error", attempts: 3 },
  { title: "a reset is tried again", fault: { kind: "reset" }, times: 1, outcome: "success", attempts: 2 },
  { title: "three resets are an error", fault: { kind: "reset" }, times: 3, outcome: "transport error", attempts: 3 },
  {
    title: "a lost reply is asked for again",
    fault: { kind: "commitThenReset" },
    times: 1,
    outcome: "success",
    attempts: 2,
    isLate: true,
  },
  {
    title: "a truncated reply is asked for again",
    fault: { kind: "truncate" },
    times: 1,
    outcome: "success",
    attempts: 2,
    isLate: true,
  },
  { title: "latency is waited for", fault: { kind: "latency", ms: 5 }, times: 1, outcome: "success", attempts: 1 },
  { title: "a silent service can be left", fault: { kind: "hang" }, times: 1, outcome: "cancelled", attempts: 1 },
];

const services: readonly ServiceId[] = ["supplychain", "chime-sdk-identity", "chime"];

for (const operation of allOperations.filter(({ service }) => services.includes(service.id)))
  test(`${operation.service.id} ${operation.name}: each fault ends as documented`, async (t) => {
    for (const subject of cases) await t.test(subject.title, (subtest) => meet(subtest, operation, subject));
    await t.test("garbage ends in success or an error, and in one resource", (subtest) =>
      meetGarbage(subtest, operation),
    );
  });

async function meet(t: TestContext, operation: AnyOperation, subject: Case): Promise<void> {
  const { call, faultyRequests, control } = await prepare(t, operation);
  await control.addFault(operation.name, subject.fault, subject.times);
  const abort = new AbortController();
  const result = call(abort.signal).then(
    () => "success",
    (error: unknown) => error,
  );
  if (subject.outcome === "cancelled") {
    while ((await faultyRequests()).length === 0);
    abort.abort();
  }
  assertOutcome(operation, subject, await result);
  const requests = await faultyRequests();
  assert.equal(requests.length, subject.attempts);
  await assertOneLifePerToken(control, requests);
}

function assertOutcome(operation: AnyOperation, subject: Case, result: unknown): void {
  if (subject.isLate && operation.name.startsWith("Delete")) {
    assert.ok(result instanceof ServiceError, String(result));
    assert.equal(result.status, 404);
    return;
  }
  switch (subject.outcome) {
    case "success": {
      assertIs(result === "success", result);
      return;
    }
    case "typed error":
      assertIs(result instanceof ServiceError && result.status === subject.fault.status, result);
      {
        assertIs(/^[0-9a-f-]{36}$/.test((result as ServiceError).requestId ?? ""), result);
        return;
      }
    case "transport error": {
      assertIs(result instanceof TransportError && result.maybeSent, result);
      return;
    }
    case "cancelled": {
      assertIs(result instanceof CancelledError, result);
      return;
    }
  }
}

function assertIs(isExpected: boolean, result: unknown): void {
  assert.ok(isExpected, `ended with ${String(result)}`);
}

/** An operation without output may take any 2xx for success; one with output has to ask again. */
async function meetGarbage(t: TestContext, operation: AnyOperation): Promise<void> {
  const { call, faultyRequests, control } = await prepare(t, operation);
  await control.addFault(operation.name, { kind: "garbage" });
  const result = await call().then(
    () => "success",
    (error: unknown) => error,
  );
  assertIs(result === "success" || (operation.name.startsWith("Delete") && result instanceof ServiceError), result);
  await assertOneLifePerToken(control, await faultyRequests());
}

async function assertOneLifePerToken(
  control: Awaited<ReturnType<typeof startTestSandbox>>["control"],
  requests: readonly LedgerRequest[],
): Promise<void> {
  const { resources } = await control.ledger();
  const tokens = new Set(requests.flatMap(({ token }) => token ?? []));
  assert.ok(tokens.size <= 1, "every attempt carries the same token");
  for (const token of tokens) assert.ok(resources.filter((resource) => resource.token === token).length <= 1);
}

/** A sandbox with one instance, and the call of the operation on it. */
async function prepare(t: TestContext, operation: AnyOperation) {
  const sandbox = await startTestSandbox(t);
  const client = createClient({
    region: sandbox.region,
    credentials: staticCredentials(sandbox),
    endpoints: { customUrl: () => sandbox.endpoint },
    log: silentLog,
    // Waiting between attempts is not what this is about.
    clock: { ...systemClock, sleep: () => Promise.resolve() },
  });
  const { id } = operation.service;
  const isSupplyChain = id === "supplychain";
  const create = findOperation(id, isSupplyChain ? "CreateInstance" : "CreateAppInstance");
  assert.ok(create);
  const created = (await client.call(
    create,
    isSupplyChain ? { clientToken: randomUUID() } : { Name: "first", ClientRequestToken: randomUUID() },
  )) as Members;
  const before = (await sandbox.control.ledger()).requests.length;
  const input = isSupplyChain
    ? supplyChainInput(operation.name, (created.instance as { instanceId: string }).instanceId)
    : chimeInput(operation.name, String(created.AppInstanceArn));
  return {
    call: (signal?: AbortSignal) => client.call(operation, input, signal && { signal }) as Promise<object>,
    faultyRequests: async () => (await sandbox.control.ledger()).requests.slice(before),
    control: sandbox.control,
  };
}

function supplyChainInput(operation: string, instanceId: string): Members {
  const resourceArn = `arn:aws:scn:us-east-1:123456789012:instance/${instanceId}`;
  const inputs: Readonly<Record<string, Members>> = {
    CreateInstance: { clientToken: randomUUID(), instanceName: "second" },
    ListInstances: {},
    TagResource: { resourceArn, tags: { a: "1" } },
    UntagResource: { resourceArn, tagKeys: ["a"] },
    ListTagsForResource: { resourceArn },
  };
  return inputs[operation] ?? { instanceId };
}

function chimeInput(operation: string, arn: string): Members {
  const inputs: Readonly<Record<string, Members>> = {
    CreateAppInstance: { Name: "second", ClientRequestToken: randomUUID() },
    ListAppInstances: {},
    UpdateAppInstance: { AppInstanceArn: arn, Name: "changed", Metadata: "" },
    TagResource: { ResourceARN: arn, Tags: [{ Key: "a", Value: "1" }] },
    UntagResource: { ResourceARN: arn, TagKeys: ["a"] },
    ListTagsForResource: { ResourceARN: arn },
  };
  return inputs[operation] ?? { AppInstanceArn: arn };
}
