import assert from "node:assert/strict";
import { test } from "node:test";
import { withValue } from "../../../../src/instances/draft";
import { identityText } from "../../../../src/ui/text/instanceText";
import { newRecord } from "../../../../src/operations/newRecord";
import type { OperationRecord } from "../../../../src/operations/operationRecord";
import type { Operations } from "../../../../src/operations/operations";
import { recreate, showFailure } from "../../../../src/features/recreate/recreate";
import { ScriptedPrompts, type Reply } from "../../../fakes/scriptedPrompts";
import { connection, instanceNode, openWorld, restricted, type World } from "../flowWorld";

const values = { instanceName: "returns-emea", instanceDescription: "Returns", webAppDnsDomain: "returns-emea" };
const tags = { team: "logistics", "sandbox:fail-create": "Access denied when attempting to create an S3 bucket." };

function depsOf(world: World, ...replies: readonly Reply[]) {
  return { ...world, prompts: new ScriptedPrompts(...replies) };
}

test("A failed instance is recreated from the edited draft, once the user has agreed", async (t) => {
  const world = await openWorld(t);
  const failed = await world.create("supplyChain", { values, tags });
  assert.equal(failed.state, "CreateFailed");
  const deps = depsOf(world, { to: "Delete returns-emea and create it again?", confirm: true });
  await recreate(deps, instanceNode(failed));

  const { draft, submit, instance: shown } = world.form.lastAs("recreate");
  assert.equal(shown.errorMessage, failed.errorMessage);
  assert.deepEqual(draft, { kind: "supplyChain", values, tags });
  const mended = withValue({ ...draft, tags: { team: "logistics" } }, "instanceDescription", "Returns, EMEA");
  await submit(mended, await world.scope("supplyChain"));
  deps.prompts.assertDone();
  const question = deps.prompts.shown[0]!.text;
  assert.ok(
    question.includes(
      `Supply Chain instance, ${identityText(failed)}, account ${world.sandbox.accountId}, us-east-1, profile sandbox.`,
    ),
  );
  assert.ok(question.includes(`If its S3 bucket aws-supply-chain-data-${failed.id} was made, it is kept.`));

  const operation = await world.untilIdle();
  assert.equal(operation.status, "succeeded");
  const renewed = await world.kind("supplyChain").get(await world.session(), operation.created!.id);
  assert.equal(renewed?.state, "Active");
  assert.deepEqual(renewed.values, { ...values, instanceDescription: "Returns, EMEA" });
  assert.deepEqual(await world.tagsOf(renewed), { team: "logistics" });
  assert.deepEqual(await world.changes(), ["CreateInstance", "DeleteInstance", "CreateInstance"]);
});

test("Saying no to the confirmation leaves the form open and everything as it was", async (t) => {
  const world = await openWorld(t);
  const failed = await world.create("supplyChain", { values, tags });
  const deps = depsOf(world, { to: "Delete returns-emea", confirm: false });
  await recreate(deps, instanceNode(failed));
  const { submit, draft } = world.form.lastAs("recreate");
  assert.equal(await submit(draft, await world.scope("supplyChain")), undefined);
  deps.prompts.assertDone();
  assert.deepEqual(world.operations.list(), []);
});

test("An instance that has not failed is not recreated", async (t) => {
  const world = await openWorld(t);
  const active = await world.create("supplyChain", { values });
  const deps = depsOf(world);
  await assert.rejects(
    recreate(deps, instanceNode(active)),
    /returns-emea is Active\. Only an instance whose creation failed/,
  );
  assert.deepEqual(world.form.requests, []);
});

test("An instance that was deleted while the form was open is not created again behind the user's back", async (t) => {
  const world = await openWorld(t);
  const failed = await world.create("supplyChain", { values, tags });
  const deps = depsOf(world);
  await recreate(deps, instanceNode(failed));
  await world.kind("supplyChain").delete(await world.session(), failed.id);
  const { submit, draft } = world.form.lastAs("recreate");
  await assert.rejects(submit(draft, await world.scope("supplyChain")), /no longer exists/);
  assert.deepEqual(world.operations.list(), []);
});

test("What the form shows for one account is not done in another", async (t) => {
  const world = await openWorld(t);
  const failed = await world.create("supplyChain", { values, tags });
  const deps = depsOf(world);
  await recreate(deps, instanceNode(failed));
  const { submit, draft } = world.form.lastAs("recreate");
  await assert.rejects(
    submit(draft, { ...(await world.scope("supplyChain")), accountId: "999999999999" }),
    /confirmed for account 999999999999\. Nothing was changed/,
  );
  assert.deepEqual(world.operations.list(), []);
});

test("A draft whose new instance is gone again opens in the form, and only in the account that it was for", async (t) => {
  const world = await openWorld(t);
  const draft = { kind: "supplyChain", values, tags };
  const { id } = await world.operations.start(await world.scope("supplyChain"), { type: "create", draft });
  const failed = await world.untilIdle();
  assert.equal(failed.error?.code, "CreateFailed");
  await world.kind("supplyChain").delete(await world.session(), failed.created!.id);

  const deps = depsOf(world);
  const node = { type: "operation", connection, kind: "supplyChain", operationId: id };
  const operations = { ...deps.operations, get: () => ({ ...failed, accountId: "999999999999" }) };
  await assert.rejects(recreate({ ...deps, operations }, node), /confirmed for account 999999999999/);
  await recreate(deps, node);
  assert.deepEqual(world.form.last.draft, draft);
});

test("A refused create is repeated as a plain create, and only then is the refused one discarded", async (t) => {
  const world = await openWorld(t);
  await world.create("supplyChain", { values: { instanceName: "first", webAppDnsDomain: "taken" } });
  const draft = { kind: "supplyChain", values: { instanceName: "second", webAppDnsDomain: "taken" }, tags: {} };
  const { id } = await world.operations.start(await world.scope("supplyChain"), { type: "create", draft });
  assert.equal((await world.untilIdle()).error?.code, "ConflictException");

  const deps = depsOf(world);
  const node = { type: "pendingCreate", connection, kind: "supplyChain", operationId: id };
  await recreate(deps, node);
  const { operation, submit } = world.form.lastAs("repeat");
  assert.equal(operation.id, id);
  assert.deepEqual(world.form.last.draft, draft);
  await submit(withValue(draft, "webAppDnsDomain", "free"), await world.scope("supplyChain"));
  assert.equal((await world.untilIdle()).status, "succeeded");
  assert.equal(world.operations.get(id)?.status, "discarded");

  await assert.rejects(recreate(deps, node), /second has not failed/);
});

test("The draft of a recreate that was discarded after it deleted is created from the form, and given up only then", async (t) => {
  const world = await openWorld(t);
  const failed = await world.create("supplyChain", { values, tags });
  await world.kind("supplyChain").delete(await world.session(), failed.id);
  const draft = { kind: "supplyChain", values, tags: { team: "logistics" } };
  const discarded: OperationRecord = {
    ...newRecord(
      await world.scope("supplyChain"),
      { type: "recreate", draft, target: { id: failed.id, arn: failed.arn } },
      world.kind("supplyChain"),
      0,
    ),
    status: "discarded",
    error: { code: "UserError", message: "The sandbox is not running." },
    step: "waitDeleted",
    attempts: 1,
  };
  const given: unknown[][] = [];
  const operations: Pick<Operations, "list" | "get" | "start" | "discard"> = {
    list: () => [discarded],
    get: () => discarded,
    start: (...request) => world.operations.start(...request),
    discard: (...args) => Promise.resolve(void given.push(args)),
  };
  const deps = depsOf(world);
  await recreate({ ...deps, operations }, { type: "operation", connection, operationId: discarded.id });
  const { submit } = world.form.lastAs("repeat");
  assert.deepEqual(world.form.last.draft, draft);
  assert.deepEqual(given, []);
  await submit(draft, await world.scope("supplyChain"));
  assert.equal((await world.untilIdle()).status, "succeeded");
  assert.deepEqual(given, [[discarded.id, { withDraft: true }]]);
  const without = { ...operations, get: () => ({ ...discarded, draft: undefined }) };
  await assert.rejects(
    recreate({ ...deps, operations: without }, { type: "operation", connection, operationId: discarded.id }),
    /has not failed/,
  );
});

test("A create that ended in CreateFailed leads to the instance that it made", async (t) => {
  const world = await openWorld(t);
  world.store.setConnections([connection, restricted]);
  const { id } = await world.operations.start(await world.scope("supplyChain", restricted), {
    type: "create",
    draft: { kind: "supplyChain", values, tags: { team: "a" } },
  });
  const operation = await world.untilIdle();
  assert.equal(operation.status, "failed");
  const deps = depsOf(world);
  await recreate(deps, { type: "operation", connection: restricted, kind: "supplyChain", operationId: id });
  const { instance: shown, draft } = world.form.lastAs("recreate");
  assert.equal(shown.id, operation.created?.id);
  assert.deepEqual(draft, { kind: "supplyChain", values, tags: { team: "a" } });
});

test("Without a target, failed instances and refused creates are offered", async (t) => {
  const world = await openWorld(t);
  await world.create("supplyChain", { values, tags });
  await world.create("supplyChain", { values: { instanceName: "fine", webAppDnsDomain: "taken" } });
  const draft = { kind: "supplyChain", values: { instanceName: "refused", webAppDnsDomain: "taken" }, tags: {} };
  await world.operations.start(await world.scope("supplyChain"), { type: "create", draft });
  await world.untilIdle();

  const first = depsOf(world, { to: "returns-emea", pick: "refused" });
  await recreate(first);
  first.prompts.assertDone();
  assert.doesNotMatch(first.prompts.shown[0]!.text, /fine/);
  assert.equal(world.form.lastAs("repeat").operation.label, "refused");

  const second = depsOf(world, { to: "refused", pick: "returns-emea" });
  await recreate(second);
  assert.equal(world.form.lastAs("recreate").instance.name, "returns-emea");
});

test("The failure of an instance is shown on its details page, that of a refused create in the form", async (t) => {
  const world = await openWorld(t);
  const failed = await world.create("supplyChain", { values, tags });
  const deps = depsOf(world);
  await showFailure(deps, instanceNode(failed));
  assert.deepEqual(world.shownDetails, [[connection, "supplyChain", failed.id, "failure"]]);

  const draft = {
    kind: "supplyChain",
    values: { instanceName: "x", webAppDnsDomain: values.webAppDnsDomain },
    tags: {},
  };
  const { id } = await world.operations.start(await world.scope("supplyChain"), { type: "create", draft });
  assert.equal((await world.untilIdle()).status, "failed");
  await showFailure(deps, { type: "pendingCreate", connection, kind: "supplyChain", operationId: id });
  assert.equal(world.form.lastAs("repeat").operation.id, id);
});
