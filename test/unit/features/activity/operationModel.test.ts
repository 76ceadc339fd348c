import assert from "node:assert/strict";
import { test } from "node:test";
import { listedOperations, type ActivityFilter } from "../../../../src/features/activity/activityFilter";
import {
  instancesNode,
  toOperationModel,
  type OperationSource,
} from "../../../../src/features/activity/operationModel";
import { operationReport } from "../../../../src/features/activity/report";
import { openTree, prod, record, sandbox, supplyChain } from "../treeWorld";

const { kinds } = openTree();
const started = record().createdAt;
const recreating = record({
  type: "recreate",
  kind: "supplyChain",
  label: "returns-emea",
  draft: { kind: "supplyChain", values: { name: "returns-emea" }, tags: {} },
  target: { id: "1", arn: "arn:aws:scn:eu-west-1:210987654321:instance/1" },
  step: "waitDeleted",
  stepTimes: [
    { step: "check", at: started },
    { step: "delete", at: started + 1_000 },
    { step: "waitDeleted", at: started + 3_000 },
  ],
});
const modelOf = (changes: Partial<OperationSource> = {}) => {
  const source = {
    record: recreating,
    instance: undefined,
    canCancel: false,
    usual: undefined,
    isForgotten: false,
    isSandboxRunning: false,
  };
  return toOperationModel({ ...source, kind: kinds.get("supplyChain"), ...changes }).model;
};
const actions = (changes: Partial<OperationSource>) => modelOf(changes).buttons.map(({ action }) => action);

test("The page of an operation has every step, with the times of those that have begun", () => {
  const { steps, timeline, since, state } = modelOf();
  assert.deepEqual(
    steps.map(({ status, from, to }) => [status, from, to]),
    [
      ["done", started, started + 1_000],
      ["done", started + 1_000, started + 3_000],
      ["current", started + 3_000, undefined],
      ["waiting", undefined, undefined],
      ["waiting", undefined, undefined],
    ],
  );
  assert.deepEqual(
    timeline?.segments.map(({ tone, to }) => [tone, to === undefined]),
    [
      ["success", false],
      ["success", false],
      ["progress", true],
    ],
  );
  assert.equal(since, started);
  assert.equal(state.text, "Running");
});

test("A step at which an operation stopped ends on the timeline where it was interrupted, and is said to be the one", () => {
  const interrupted = { ...recreating, status: "interrupted" as const, updatedAt: started + 9_000 };
  const { steps, timeline, failure } = modelOf({
    record: { ...interrupted, error: { code: "TimeoutError", message: "No answer." } },
  });
  assert.equal(steps[2]?.status, "stopped");
  assert.equal(timeline?.segments.at(-1)?.to, started + 9_000);
  assert.match(failure?.advice ?? "", /Resume/);
});

test("What failed and was discarded later says both with their times, and why it failed", () => {
  const [failedAt, discardedAt] = [started + 9_000, started + 180_000];
  const deletion = record({
    ...recreating,
    type: "delete",
    status: "discarded",
    stepTimes: [
      { step: "delete", at: started },
      { step: "waitDeleted", at: started + 3_000 },
    ],
    error: { code: "DeleteFailed", message: "It is in use." },
    settledAt: failedAt,
    givenUp: { at: discardedAt, was: "failed", since: failedAt },
    updatedAt: discardedAt,
  });
  const { state, steps, rows, timeline, failure } = modelOf({ record: deletion });
  assert.deepEqual(state, { text: "Failed, then discarded", tone: "neutral" });
  assert.deepEqual([steps[1]?.status, steps[1]?.to], ["failed", failedAt]);
  assert.deepEqual([timeline?.segments[1]?.tone, timeline?.segments[1]?.to], ["error", failedAt]);
  assert.equal(failure?.error, "It is in use.");
  const times = rows.flatMap(({ name, at }) => (at === undefined ? [] : [[name, at]]));
  assert.deepEqual(times, [
    ["Started", started],
    ["Failed", failedAt],
    ["Discarded", discardedAt],
  ]);
  const givenUp = { at: discardedAt, was: "interrupted", since: failedAt } as const;
  const interrupted = modelOf({ record: { ...deletion, settledAt: discardedAt, givenUp } });
  assert.deepEqual([interrupted.steps[1]?.status, interrupted.steps[1]?.to], ["stopped", failedAt]);
  assert.equal(interrupted.state.text, "Discarded");
});

test("What can be done about an operation depends on where it is", () => {
  assert.deepEqual(actions({}), ["stopFollowing", "showInTree", "copyReport"]);
  assert.ok(actions({ canCancel: true, record: { ...recreating, step: "delete" } }).includes("cancel"));
  const interrupted = actions({ record: { ...recreating, status: "interrupted" } });
  assert.deepEqual(interrupted.slice(0, 2), ["resume", "discard"]);
  const failed = actions({ record: { ...recreating, status: "failed", error: { code: "X", message: "y" } } });
  assert.deepEqual(failed, ["recreate", "discard", "showInTree", "copyReport", "showLog"]);
  const done = { ...recreating, status: "succeeded" as const };
  assert.deepEqual(actions({ record: done, instance: supplyChain() }), ["showDetails", "showInTree", "copyReport"]);
  assert.deepEqual(actions({ record: done }), ["copyReport"]);
  assert.deepEqual(actions({ isForgotten: true }), []);
  const kept = modelOf({ record: { ...recreating, status: "discarded" } });
  assert.deepEqual(
    kept.buttons.map(({ label }) => label),
    ["Recreate…", "Give Up Draft…", "Copy Report for Support"],
  );
  assert.match(kept.notice ?? "", /draft of returns-emea is kept here and nowhere else/);
});

test("The page of what a stopped sandbox interrupted offers to start it, and says so no longer once it runs", () => {
  const error = { code: "SandboxStopped", message: "The sandbox is not running." };
  const stopped = record({ ...recreating, status: "interrupted", connection: sandbox, error });
  const shown = (isSandboxRunning: boolean) => {
    const { buttons, failure } = modelOf({ record: stopped, isSandboxRunning });
    return { first: buttons[0], text: `${failure?.error} ${failure?.advice}` };
  };
  assert.deepEqual(shown(false).first, { action: "startSandbox", label: "Start Sandbox" });
  assert.match(shown(false).text, /is not running\. It can be resumed once the sandbox runs/);
  assert.deepEqual(shown(true).first, { action: "resume", label: "Resume" });
  assert.match(shown(true).text, /The sandbox was stopped\. It runs again\. Resume goes on/);
});

test("Show in Instances leads to the instance, or to the create that has none", () => {
  const instance = supplyChain();
  assert.equal(instancesNode(recreating, instance)?.type, "instance");
  assert.equal(instancesNode(recreating, supplyChain({ phase: "deleted" }))?.type, "pendingCreate");
  assert.equal(instancesNode(record({ type: "delete" }), undefined), undefined);
  const created = { id: instance.id, arn: instance.arn };
  const failed = record({ ...recreating, type: "create", status: "failed", created });
  assert.equal(instancesNode(failed, instance)?.type, "instance");
  assert.equal(instancesNode(failed, undefined), undefined, "recreated or deleted since");
  assert.equal(instancesNode({ ...failed, status: "running" }, undefined)?.type, "pendingCreate");
});

test("An operation that a newer version recorded is shown by what is known of it", () => {
  const { steps, subtitle, rows } = modelOf({ kind: undefined });
  assert.deepEqual(steps, []);
  assert.match(subtitle, /prod/);
  assert.ok(rows.some(({ value }) => value === recreating.id));
});

test("A report has the ids that support asks for, and nothing that may be confidential", () => {
  const secret = record({
    ...recreating,
    label: "secret-name",
    connection: { ...prod, profile: "secret-profile" },
    target: { id: "arn:aws:chime:us-east-1:210987654321:app-instance/abc", arn: "x", name: "secret-name" },
    draft: { kind: "supplyChain", values: { name: "secret-name", description: "secret" }, tags: { secret: "secret" } },
    error: { code: "ConflictException", message: "secret-name is taken" },
    history: [{ at: 0, text: "secret-name" }],
    requestIds: ["r-1", "r-2"],
    place: { service: "supplychain", region: "eu-west-1", endpoint: "https://secret.example" },
  });
  const place = { extension: "0.1.0", vscode: "1.103.0", system: "linux x64" };
  const report = operationReport(secret, kinds.get("supplyChain"), place);
  assert.doesNotMatch(report, /secret|210987654321/);
  for (const part of ["r-1", "r-2", "abc", "ConflictException", "ends in 4321", "a custom one", "0.1.0", "eu-west-1"])
    assert.ok(report.includes(part), `${part} is missing:\n${report}`);
  const aws = { ...secret, place: { ...secret.place!, endpoint: "https://scn.eu-west-1.amazonaws.com" } };
  assert.match(operationReport(aws, undefined, place), /Endpoint: https:\/\/scn\.eu-west-1\.amazonaws\.com/);
  for (const own of [
    "vpce-0secret-1.scn.eu-west-1.vpce",
    "secret.execute-api.eu-west-1",
    "secret-bucket.s3.eu-west-1",
  ]) {
    const endpoint = `https://${own}.amazonaws.com`;
    const text = operationReport({ ...secret, place: { ...secret.place!, endpoint } }, undefined, place);
    assert.match(text, /^Endpoint: a custom one$/m, own);
  }
});

test("A filter lists what it says, and what was cleared is in none", () => {
  const records = [
    record({ id: "running" }),
    record({ id: "interrupted", status: "interrupted", type: "edit" }),
    record({ id: "failed", status: "failed", type: "delete" }),
    record({ id: "done", status: "succeeded" }),
    record({ id: "cleared", status: "succeeded", isCleared: true }),
  ];
  const listed = (filter: ActivityFilter) => listedOperations(records, filter).map(({ id }) => id);
  assert.deepEqual(listed("all"), ["running", "interrupted", "failed", "done"]);
  assert.deepEqual(listed("unfinished"), ["running", "interrupted"]);
  assert.deepEqual(listed("attention"), ["interrupted", "failed"]);
  assert.deepEqual(listed("failed"), ["failed"]);
  assert.deepEqual(listed("creates"), ["running", "done"]);
  assert.deepEqual(listed("deletes"), ["failed"]);
  assert.deepEqual(listed("changes"), ["interrupted"]);
});

test("The page of a deletion says what stays, and leads there unless it was in the sandbox", () => {
  const deletion = record({
    type: "delete",
    kind: "supplyChain",
    status: "succeeded",
    target: { id: "1", arn: "arn:1" },
  });
  assert.equal(
    modelOf({ record: deletion }).notice,
    "The S3 bucket aws-supply-chain-data-1 stays, with its data and its cost.",
  );
  assert.equal(
    modelOf({ record: { ...deletion, target: { id: "1", arn: "arn:1", isUnfinished: true } } }).notice,
    "If its S3 bucket aws-supply-chain-data-1 was made, it stays.",
  );
  assert.ok(actions({ record: deletion }).includes("openRemains"));
  assert.ok(!actions({ record: { ...deletion, connection: { ...prod, source: "sandbox" } } }).includes("openRemains"));
  assert.equal(modelOf({ record: { ...deletion, status: "failed" } }).notice, undefined);
});
