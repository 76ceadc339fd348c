import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createClient } from "../../../src/aws/httpClient";
import type { Attempt, AwsClient } from "../../../src/aws/awsClient";
import { staticCredentials } from "../../../src/aws/credentials";
import { isAmbiguous, ServiceError, TransportError } from "../../../src/aws/errors";
import type { AnyOperation } from "../../../src/aws/operation";
import { allOperations, findOperation } from "../../../src/aws/services/registry";
import { CancelledError } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import type { FaultRule } from "../../../src/sandbox/faults";
import { startTestSandbox, type TestSandbox } from "../../fixtures/sandbox";

/*
 * Every kind of fault at every instance and tag operation of the three services. The outcome of each is documented here:
 *
 * - a fault that happens once is retried and the call succeeds; only a delete that was carried out before its reply was lost
 *   may find nothing left to delete, which its caller takes for success;
 * - a fault that stays becomes a typed error after three attempts, ambiguous where the service may have acted;
 * - a call that is cancelled ends at once.
 *
 * In each case the ledger has at most one creation for a token, and every promise settles.
 */

type Members = Readonly<Record<string, unknown>>;
type Kind = FaultRule["fault"]["kind"];

const operations = allOperations.filter(({ service }) =>
  ["supplychain", "chime-sdk-identity", "chime"].includes(service.id),
);
const afterCommit: ReadonlySet<Kind> = new Set<Kind>(["truncate", "garbage", "commitThenReset"]);
const deadlineMs = 60_000;

/** `hanging` attempts give up soon, because the sandbox will not answer them; all others wait as long as a slow machine needs. */
function connect(sandbox: TestSandbox, hanging = 0): AwsClient {
  let left = hanging;
  return createClient({
    region: sandbox.region,
    credentials: staticCredentials(sandbox),
    endpoints: { customUrl: () => sandbox.endpoint },
    log: silentLog,
    timeouts: {
      get idleMs() {
        return left-- > 0 ? 100 : 30_000;
      },
    },
    random: () => 0,
  });
}

/** A promise that does not settle is a failure of its own, told by name. */
async function settled<T>(work: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} never settled`)), deadlineMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function named(operation: AnyOperation, name: string): AnyOperation {
  const found = findOperation(operation.service.id, name);
  assert.ok(found);
  return found;
}

/** An input that succeeds, and the resource that must exist for it. */
async function arrange(client: AwsClient, operation: AnyOperation): Promise<{ input: Members; resource?: string }> {
  const isSupplyChain = operation.service.id === "supplychain";
  const token = randomUUID();
  const createInput: Members = isSupplyChain
    ? { instanceName: "campaign", clientToken: token }
    : { Name: "campaign", ClientRequestToken: token };
  if (operation.idempotencyToken !== undefined) return { input: createInput };
  const created = (await client.call(
    named(operation, isSupplyChain ? "CreateInstance" : "CreateAppInstance"),
    createInput,
  )) as { instance?: { instanceId: string; awsAccountId: string }; AppInstanceArn?: string };
  const id = created.instance?.instanceId ?? created.AppInstanceArn ?? "";
  const arn = isSupplyChain ? `arn:aws:scn:us-east-1:${created.instance?.awsAccountId ?? ""}:instance/${id}` : id;
  const inputs: Readonly<Record<string, Members>> = {
    GetInstance: { instanceId: id },
    ListInstances: {},
    UpdateInstance: { instanceId: id, instanceName: "renamed" },
    DeleteInstance: { instanceId: id },
    DescribeAppInstance: { AppInstanceArn: id },
    ListAppInstances: {},
    UpdateAppInstance: { AppInstanceArn: id, Name: "renamed", Metadata: "" },
    DeleteAppInstance: { AppInstanceArn: id },
    TagResource: isSupplyChain
      ? { resourceArn: arn, tags: { a: "b" } }
      : { ResourceARN: arn, Tags: [{ Key: "a", Value: "b" }] },
    UntagResource: isSupplyChain ? { resourceArn: arn, tagKeys: ["a"] } : { ResourceARN: arn, TagKeys: ["a"] },
    ListTagsForResource: isSupplyChain ? { resourceArn: arn } : { ResourceARN: arn },
  };
  const input = inputs[operation.name];
  assert.ok(input, `${operation.name} has an input`);
  return { input, resource: id };
}

/** The quota of Supply Chain instances is ten. */
async function cleanUp(client: AwsClient, operation: AnyOperation): Promise<void> {
  if (operation.service.id !== "supplychain") return;
  const { instances } = (await client.call(named(operation, "ListInstances"), {})) as {
    instances: { instanceId: string }[];
  };
  for (const { instanceId } of instances) await client.call(named(operation, "DeleteInstance"), { instanceId });
}

async function assertOneCreationPerToken(sandbox: TestSandbox): Promise<void> {
  const { requests, resources } = await sandbox.control.ledger();
  const tokens = resources.flatMap(({ token }) => token ?? []);
  assert.deepEqual(
    tokens.filter((token, index) => tokens.indexOf(token) !== index),
    [],
    "no token made two resources",
  );
  const creations = requests.filter(({ resourceId, isReplay, token }) => token && resourceId && !isReplay);
  assert.equal(new Set(creations.map(({ token }) => token)).size, creations.length, "no token was carried out twice");
}

const once: readonly FaultRule["fault"][] = [
  { kind: "status", status: 500 },
  { kind: "status", status: 503 },
  { kind: "status", status: 429 },
  { kind: "status", status: 400, code: "ThrottlingException" },
  { kind: "reset" },
  { kind: "hang" },
  { kind: "truncate" },
  { kind: "garbage" },
  { kind: "latency", ms: 20 },
  { kind: "commitThenReset" },
];

for (const operation of operations) {
  const title = `${operation.service.id} ${operation.name}`;

  test(`${title}: a fault that happens once is survived`, async (t) => {
    const sandbox = await startTestSandbox(t);
    const client = connect(sandbox);
    for (const fault of once) {
      const what = `${title} with ${JSON.stringify(fault)}`;
      const { input } = await arrange(client, operation);
      await sandbox.control.addFault(operation.name, fault);
      const attempts: Attempt[] = [];
      const impatient = connect(sandbox, fault.kind === "hang" ? 1 : 0);
      const call = impatient.call(operation, input, { onAttempt: (attempt) => attempts.push(attempt) });
      const outcome = await settled(call, what).then(
        () => "success",
        (error: unknown) => error,
      );
      const isLostDelete = operation.name.startsWith("Delete") && afterCommit.has(fault.kind);
      if (outcome !== "success") {
        assert.ok(isLostDelete && outcome instanceof ServiceError, `${what}: ${String(outcome)}`);
        assert.ok([403, 404].includes(outcome.status), `${what}: ${outcome.status}`);
      }
      // A reply without a body cannot be garbage: 204 is 204.
      const expected = fault.kind === "latency" ? [1] : operation.status === 204 ? [1, 2] : [2];
      assert.ok(expected.includes(attempts.length), `${what}: ${attempts.length} attempts`);
      await sandbox.control.clearFaults();
      await cleanUp(client, operation);
    }
    await assertOneCreationPerToken(sandbox);
  });

  test(`${title}: a fault that stays is a typed error, and cancelling ends the wait`, async (t) => {
    const sandbox = await startTestSandbox(t);
    const client = connect(sandbox);
    const failsWith = async (fault: FaultRule["fault"], check: (error: unknown) => void) => {
      const what = `${title} with a lasting ${fault.kind}`;
      const { input } = await arrange(client, operation);
      await sandbox.control.addFault(operation.name, fault, 3);
      const impatient = connect(sandbox, fault.kind === "hang" ? 3 : 0);
      const error = await settled(impatient.call(operation, input), what).then(
        () => assert.fail(`${what} succeeded`),
        (reason: unknown) => reason,
      );
      check(error);
      await sandbox.control.clearFaults();
      await cleanUp(client, operation);
    };
    const isTransport = (code: string) => (error: unknown) => {
      assert.ok(error instanceof TransportError, String(error));
      assert.deepEqual([error.code, error.attempts, isAmbiguous(error)], [code, 3, true]);
    };
    await failsWith({ kind: "status", status: 503 }, (error) => {
      assert.ok(error instanceof ServiceError, String(error));
      assert.deepEqual([error.status, error.attempts, error.isRetryable, isAmbiguous(error)], [503, 3, true, true]);
      assert.ok(error.requestId);
    });
    await failsWith({ kind: "status", status: 403, code: "AccessDeniedException" }, (error) => {
      assert.ok(error instanceof ServiceError, String(error));
      assert.deepEqual([error.name, error.status, error.attempts], ["AccessDeniedException", 403, 1]);
      assert.equal(isAmbiguous(error), false);
    });
    await failsWith({ kind: "reset" }, isTransport("ECONNRESET"));
    // Three time-outs take a while; that an operation's time-out is one is shown above for each.
    if (operation.idempotencyToken !== undefined) await failsWith({ kind: "hang" }, isTransport("TimeoutError"));

    const { input } = await arrange(client, operation);
    await sandbox.control.addFault(operation.name, { kind: "hang" }, 3);
    const controller = new AbortController();
    const call = client.call(operation, input, controller);
    setImmediate(() => controller.abort());
    await assert.rejects(settled(call, `${title}, cancelled`), CancelledError);
    await assertOneCreationPerToken(sandbox);
  });
}

test("The campaign covers the 24 instance and tag operations", () => {
  assert.equal(operations.length, 24);
});
