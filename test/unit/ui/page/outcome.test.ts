import assert from "node:assert/strict";
import { test } from "node:test";
import { toOutcome } from "../../../../src/ui/page/outcome";
import { createKinds } from "../../../../src/instances/kinds/registry";
import type { Instance } from "../../../../src/instances/instance";
import { record, sandbox, supplyChain } from "../../features/treeWorld";

test("An interrupted create is to be resumed or discarded: there is nothing to correct, and no name of ours to read", () => {
  const kind = createKinds({ chimeApi: () => "identity" }).get("chime")!;
  const error = { code: "UserError", message: "The sandbox is not running." };
  const { model } = toOutcome({
    record: record({ status: "interrupted", error }),
    kind,
    instance: undefined,
    seen: [],
    isSandboxRunning: false,
  });
  assert.equal(model.subtitle, `${kind.title} · prod · eu-west-1 · ${record().accountId}`);
  assert.deepEqual(model.failure, {
    title: "Interrupted",
    error: error.message,
    advice:
      "Resume goes on where it stopped. If you discard it: The create of sales-chat was sent: it may exist by now, and then stays. The draft is forgotten.",
  });
  assert.deepEqual(
    model.buttons.map(({ label }) => label),
    ["Resume", "Discard…", "Show in Instances", "Show Log"],
  );
});

test("A Supply Chain instance that is active has something left to do elsewhere, more so with a key of its own", async () => {
  const kind = createKinds({ chimeApi: () => "identity" }).get("supplyChain")!;
  const done = record({ kind: "supplyChain", status: "succeeded", created: { id: "1", arn: "arn:1" } });
  const outcome = (instance: Instance) =>
    toOutcome({ record: done, kind, instance, seen: [], isSandboxRunning: false }).model;
  assert.match(outcome(supplyChain()).next?.text ?? "", /^Invite the application administrator in the AWS console/);
  assert.equal(outcome(supplyChain()).next?.statement, undefined);
  assert.ok(outcome(supplyChain()).buttons.some(({ action }) => action === "openInConsole"));
  const arn = "arn:aws:scn:eu-west-1:210987654321:instance/1";
  const keyed = supplyChain({ id: "1", arn, values: { kmsKeyArn: "arn:aws:kms:eu-west-1:210987654321:key/k" } });
  assert.equal(outcome(keyed).next?.statement, "key policy statement for the instance's role");
  const statement = JSON.parse(await kind.nextSteps!(keyed)!.statement!.load()) as { Statement: readonly object[] };
  assert.deepEqual(statement.Statement, [
    {
      Sid: "AllowSupplyChainInstanceRole",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::210987654321:role/service-role/scn-instance-role-1" },
      Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
    },
  ]);
  assert.equal(outcome(supplyChain({ phase: "creating" })).next, undefined);
});

test("What could not be deleted is to be deleted again, also after a recreate that came no further", () => {
  const kind = createKinds({ chimeApi: () => "identity" }).get("supplyChain")!;
  const failed = {
    kind: "supplyChain",
    status: "failed",
    error: { code: "DeleteFailed", message: "It holds." },
  } as const;
  const instance = supplyChain({ phase: "deleteFailed" });
  for (const outcome of [
    toOutcome({
      record: record({ ...failed, type: "delete" }),
      kind,
      instance: undefined,
      seen: [],
      isSandboxRunning: false,
    }),
    toOutcome({ record: record({ ...failed, type: "recreate" }), kind, instance, seen: [], isSandboxRunning: false }),
  ])
    assert.equal(outcome.model.failure?.advice, "Correct what the message names, then delete it again.");
});

test("The web app of an instance in the sandbox is not offered: nothing answers there", () => {
  const kind = createKinds({ chimeApi: () => "identity" }).get("supplyChain")!;
  const instance = supplyChain({ values: { webAppDnsDomain: "plan" } });
  const done = record({ kind: "supplyChain", status: "succeeded", created: { id: instance.id, arn: instance.arn } });
  const firstOf = (of: typeof done) =>
    toOutcome({ record: of, kind, instance, seen: [], isSandboxRunning: true }).model.buttons[0]?.action;
  assert.equal(firstOf(done), "openWebApp");
  assert.equal(firstOf({ ...done, connection: sandbox }), "showDetails");
});
