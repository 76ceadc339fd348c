import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../../../src/core/clock";
import { CancelledError } from "../../../../src/core/errors";
import type { Connection } from "../../../../src/instances/connection";
import { emptyDraft } from "../../../../src/instances/draft";
import { createCreateWizard, type CreateWizardDeps } from "../../../../src/features/createWizard/wizard";
import type { OperationRecord } from "../../../../src/operations/operationRecord";
import { ScriptedPrompts, type Reply } from "../../../fakes/scriptedPrompts";
import { connection, openWorld, restricted, type World } from "../flowWorld";

function wizardOf(
  world: Omit<World, "operations"> & Pick<CreateWizardDeps, "operations">,
  ...replies: readonly Reply[]
) {
  const prompts = new ScriptedPrompts(...replies);
  const started: OperationRecord[] = [];
  const commands: string[] = [];
  const wizard = createCreateWizard({
    ...world,
    prompts,
    runCommand: (command) => {
      commands.push(command);
      world.store.setConnections([connection]);
      return Promise.resolve();
    },
    onStarted: (operation) => started.push(operation),
  });
  return { prompts, started, commands, wizard };
}

const throughTheRest: readonly Reply[] = [
  { to: "Description", type: "" },
  { to: "Encryption key", pick: "AWS owned key (default)" },
  { to: "Web app domain", type: "" },
  { to: "Tags", pick: "Done" },
];

test("A Supply Chain instance is asked for in six steps and created once", async (t) => {
  const world = await openWorld(t);
  const { wizard, prompts, started } = wizardOf(
    world,
    { to: "Create Supply Chain instance 1/6", type: "demand.planning", refusedWith: "Use only letters" },
    { to: "1/6", type: "demand-planning" },
    { to: "2/6", type: "Demand, EMEA" },
    { to: "3/6", pick: "$(key) supply-chain" },
    { to: "3/6", pick: "Key is ready" },
    { to: "4/6", type: "demand-planning" },
    { to: "5/6", pick: "Add tag" },
    { to: "Key of the new tag", type: "team" },
    { to: "Value of team", type: "logistics" },
    { to: "team = logistics", pick: "Done" },
    { to: "6/6", pick: "Create in sandbox · us-east-1" },
  );
  await wizard.run({ kind: "supplyChain" });
  prompts.assertDone();
  const review = prompts.shown.at(-1)!.text;
  assert.match(review, /Name\ndemand-planning\n/);
  assert.match(review, /https:\/\/demand-planning\.scn\.global\.on\.aws/);
  assert.match(review, /Tags\nteam = logistics\n/);
  assert.ok(review.includes(`Create in sandbox · us-east-1 (${world.sandbox.accountId})\nTakes some minutes.`));

  assert.deepEqual(
    started.map(({ label }) => label),
    ["demand-planning"],
  );
  const operation = await world.untilIdle();
  assert.equal(operation.status, "succeeded");
  const instance = await world.kind("supplyChain").get(await world.session(), operation.created!.id);
  assert.equal(instance?.state, "Active");
  assert.match(instance.values.kmsKeyArn ?? "", /^arn:aws:kms:us-east-1:\d{12}:key\//);
  assert.deepEqual(await world.tagsOf(instance), { team: "logistics" });
  assert.deepEqual(await world.changes(), ["CreateInstance"]);
});

test("A Chime app instance is asked for in four steps", async (t) => {
  const world = await openWorld(t);
  const { wizard, prompts } = wizardOf(
    world,
    { to: "Create Chime app instance 1/4", type: "", refusedWith: "Enter a name." },
    { to: "1/4", type: "support-chat" },
    { to: "2/4", type: "é".repeat(513), refusedWith: "Shorten the metadata to 1,024 bytes. It has 1,026." },
    { to: "0 of 1,024 bytes", type: '{"tier":1}' },
    { to: "3/4", pick: "Done" },
    { to: "4/4", pick: "Create in" },
  );
  await wizard.run({ kind: "chime", connection });
  prompts.assertDone();
  assert.equal((await world.untilIdle()).status, "succeeded");
  assert.deepEqual(await world.changes(), ["CreateAppInstance"]);
});

test("With several connections the first question is where, and the steps are still counted from one", async (t) => {
  const world = await openWorld(t);
  world.store.setConnections([connection, restricted]);
  const { wizard, prompts } = wizardOf(
    world,
    { to: "Choose where to create it", pick: "sandbox · us-east-1" },
    { to: "1/6", back: true },
    { to: "Choose where to create it", pick: "sandbox-restricted · us-east-1" },
    { to: "1/6", type: "" },
    ...throughTheRest,
    { to: "6/6", pick: "Create in sandbox-restricted · us-east-1" },
  );
  await wizard.run({ kind: "supplyChain" });
  prompts.assertDone();
  assert.deepEqual((await world.untilIdle()).connection, restricted);
});

test("Leaving at the review starts nothing", async (t) => {
  const world = await openWorld(t);
  const { wizard, prompts, started } = wizardOf(world, { to: "1/6", type: "x" }, ...throughTheRest, {
    to: "6/6",
    cancel: true,
  });
  await assert.rejects(wizard.run({ kind: "supplyChain" }), CancelledError);
  prompts.assertDone();
  assert.deepEqual(started, []);
  assert.deepEqual(world.operations.list(), []);
  assert.deepEqual(await world.changes(), []);
});

test("Without any connection the wizard offers to make one, and goes on with it", async (t) => {
  const world = await openWorld(t);
  world.store.setConnections([]);
  const { wizard, prompts, commands } = wizardOf(
    world,
    { to: "There is no connection yet", pick: "Start Sandbox" },
    { to: "1/6", type: "x" },
    ...throughTheRest,
    { to: "6/6", pick: "Create in sandbox" },
  );
  await wizard.run({ kind: "supplyChain" });
  prompts.assertDone();
  assert.deepEqual(commands, ["appInstances.startSandbox"]);
});

test("A key that cannot be used is shown with what is missing, and used only if the user insists", async (t) => {
  const world = await openWorld(t);
  const { wizard, prompts } = wizardOf(
    world,
    { to: "1/6", type: "x" },
    { to: "2/6", type: "" },
    { to: "3/6", pick: "supply-chain-no-access" },
    { to: "Use anyway", pick: "Copy 7 statements for the key policy" },
    { to: "Use anyway", back: true },
    { to: "3/6", pick: "Enter a key ARN" },
    { to: "3/6", type: "alias/supply-chain", refusedWith: "not of an alias" },
    { to: "3/6", back: true },
    { to: "3/6", pick: "supply-chain-no-access" },
    { to: "Use anyway", pick: "Use anyway" },
    { to: "4/6", cancel: true },
  );
  await assert.rejects(wizard.run({ kind: "supplyChain" }), CancelledError);
  prompts.assertDone();
  assert.match(world.copied[0] ?? "", /scn/);
  assert.match(
    prompts.informed[0] ?? "",
    /^Copied 7 statements for the key policy\. Add them to the key's policy; replace nothing\./,
  );
});

test("A key ARN that is typed or pasted into the list is offered, and a finding is whole, in one row where it fits", async (t) => {
  const world = await openWorld(t);
  const arn = `arn:aws:kms:us-east-1:${world.sandbox.accountId}:key/00000000-0000-4000-8000-000000000000`;
  const { wizard, prompts } = wizardOf(
    world,
    { to: "1/6", type: "x" },
    { to: "2/6", type: "" },
    { to: "3/6", pick: "supply-chain-no-access" },
    { to: "3/6", back: true },
    { to: "3/6", type: ` ${arn} ` },
    { to: "There is no such key in this account", pick: "Use anyway" },
    { to: "4/6", cancel: true },
  );
  await assert.rejects(wizard.run({ kind: "supplyChain" }), CancelledError);
  prompts.assertDone();
  const finding = prompts.shown.find(({ text }) => text.includes("would fail to come up"))!.text.split("\n");
  assert.deepEqual(finding.slice(1, 3), [
    "$(error) The policy of the key does not allow AWS Supply Chain kms:DescribeKey,",
    "kms:CreateGrant, kms:Encrypt, kms:Decrypt, kms:GenerateDataKey.",
  ]);
});

test("Keys that cannot be listed do not keep anybody from naming one", async (t) => {
  const world = await openWorld(t);
  const arn = `arn:aws:kms:us-east-1:${world.sandbox.accountId}:key/00000000-0000-4000-8000-000000000000`;
  for (const operation of ["ListKeys", "ListAliases"])
    await world.sandbox.control.addFault(operation, { kind: "status", status: 400, code: "AccessDeniedException" }, 50);
  const { wizard, prompts } = wizardOf(
    world,
    { to: "1/6", type: "x" },
    { to: "2/6", type: "" },
    { to: "Could not list keys", pick: "Try again" },
    { to: "Could not list keys", pick: "Enter a key ARN" },
    { to: "3/6", type: arn },
    { to: "3/6", pick: "Use anyway" },
    { to: "4/6", back: true },
    { to: "chosen before", pick: "AWS owned key" },
    { to: "4/6", cancel: true },
  );
  await assert.rejects(wizard.run({ kind: "supplyChain" }), CancelledError);
  prompts.assertDone();
});

test("Keys are listed and checked with the credentials of that moment, in the account that was chosen", async (t) => {
  const world = await openWorld(t);
  /** Each answer is kept: then somebody signs in anew. */
  const memory = {
    ...world.memory,
    update: (key: string, value: unknown) => {
      world.sessions.invalidate(connection);
      return world.memory.update(key, value);
    },
  };
  const { wizard, prompts } = wizardOf(
    { ...world, memory },
    { to: "1/6", type: "x" },
    { to: "2/6", type: "" },
    { to: "3/6", pick: "$(key) supply-chain" },
    { to: "3/6", pick: "Key is ready" },
    { to: "4/6", cancel: true },
  );
  await assert.rejects(wizard.run({ kind: "supplyChain" }), CancelledError);
  prompts.assertDone();

  const elsewhere = {
    ...world.sessions,
    current: () => undefined,
    open: async (of: Connection) => ({
      ...(await world.sessions.open(of)),
      accountId: opened++ === 0 ? world.sandbox.accountId : "210987654321",
    }),
  };
  let opened = 0;
  const other = wizardOf(
    { ...world, sessions: elsewhere, memory: { ...world.memory, get: () => undefined } },
    { to: "1/6", type: "x" },
    { to: "2/6", type: "" },
    { to: "sandbox · us-east-1 now belongs to account 210987654321", cancel: true },
  );
  await assert.rejects(other.wizard.run({ kind: "supplyChain" }), CancelledError);
  other.prompts.assertDone();
});

test("A copy begins with its review, says what was left out, and asks again for what is wrong", async (t) => {
  const world = await openWorld(t);
  const draft = { kind: "supplyChain", values: { instanceName: "-bad" }, tags: { team: "a" } };
  const { wizard, prompts } = wizardOf(
    world,
    { to: "6/6", pick: "Create in" },
    { to: "value: -bad", type: "good" },
    { to: "Not copied", pick: "Web app domain" },
    { to: "Not copied · Web app domain", type: "good-web" },
    { to: "good-web", pick: "Create in" },
  );
  await wizard.run({ kind: "supplyChain", connection, draft, notes: { webAppDnsDomain: "Not copied" } });
  prompts.assertDone();
  assert.match(prompts.shown[0]!.text, /Begin and end the name/);
  assert.equal((await world.untilIdle()).status, "succeeded");
});

test("A create that cannot be written to disk leads back to the answers", async (t) => {
  const world = await openWorld(t);
  let tries = 0;
  const start: CreateWizardDeps["operations"]["start"] = (scope, request) =>
    ++tries === 1 ? Promise.reject(new Error("The disk is full")) : world.operations.start(scope, request);
  const { wizard, prompts, started } = wizardOf(
    { ...world, operations: { start } },
    { to: "1/6", type: "x" },
    ...throughTheRest,
    { to: "6/6", pick: "Create in" },
    { to: "The disk is full", pick: "Create in" },
  );
  await wizard.run({ kind: "supplyChain" });
  prompts.assertDone();
  assert.equal(started.length, 1);
});

test("A copy keeps its key where another profile is of the same account and Region", async (t) => {
  const world = await openWorld(t);
  world.store.setConnections([connection, restricted]);
  const kmsKeyArn = `arn:aws:kms:us-east-1:${world.sandbox.accountId}:key/00000000-0000-4000-8000-000000000000`;
  const draft = { kind: "supplyChain", values: { instanceName: "demand", kmsKeyArn }, tags: {} };
  const { wizard, prompts } = wizardOf(
    world,
    { to: kmsKeyArn, pick: "Create somewhere else" },
    { to: "Choose where to create it", pick: "sandbox-restricted" },
    { to: `Encryption key\n${kmsKeyArn}`, pick: "Create in sandbox-restricted · us-east-1" },
  );
  await wizard.run({ kind: "supplyChain", connection, draft });
  prompts.assertDone();
  assert.deepEqual(
    world.requests.map((request) => request.type === "create" && request.draft.values),
    [{ instanceName: "demand", kmsKeyArn }],
  );
});

test("A key of another Region or account is left out, which is said until another answer is given", async (t) => {
  const world = await openWorld(t);
  const elsewhere = { ...connection, region: "eu-west-1" };
  const foreign = { ...connection, profile: "foreign" };
  world.store.setConnections([connection, elsewhere, foreign]);
  const open = world.sessions.open.bind(world.sessions);
  world.sessions.open = async (wanted, signal) =>
    wanted === foreign
      ? { ...(await open(connection, signal)), connection: foreign, accountId: "210987654321" }
      : open(wanted, signal);
  const { accountId } = world.sandbox;
  const kmsKeyArn = `arn:aws:kms:us-east-1:${accountId}:key/00000000-0000-4000-8000-000000000000`;
  const draft = { kind: "supplyChain", values: { instanceName: "demand", kmsKeyArn }, tags: {} };
  const ofRegion = "AWS owned key\nLeft out: the key of us-east-1 cannot be used in eu-west-1";
  const { wizard, prompts } = wizardOf(
    world,
    { to: kmsKeyArn, pick: "Create somewhere else" },
    { to: "Choose where to create it", pick: "sandbox · eu-west-1" },
    { to: ofRegion, pick: "Description" },
    { to: "2/6", cancel: true },
  );
  await assert.rejects(wizard.run({ kind: "supplyChain", connection, draft }), CancelledError);
  prompts.assertDone();
  const again = wizardOf(
    world,
    { to: "You left this half-way", pick: "Continue with demand" },
    { to: "2/6", type: "" },
    { to: "Left out: the key of us-east-1", back: true },
    { to: "2/6", type: "" },
    { to: "Left out: the key of us-east-1", pick: "AWS owned key" },
    ...throughTheRest.slice(2),
    { to: "6/6", cancel: true },
  );
  await assert.rejects(again.wizard.run({ kind: "supplyChain" }), CancelledError);
  again.prompts.assertDone();
  assert.doesNotMatch(again.prompts.shown.at(-1)!.text, /Left out/);
  const other = wizardOf(
    world,
    { to: kmsKeyArn, pick: "Create somewhere else" },
    { to: "Choose where to create it", pick: "foreign" },
    {
      to: `Left out: the key of account ${accountId}, us-east-1 cannot be used in account 210987654321, us-east-1`,
      cancel: true,
    },
  );
  await assert.rejects(other.wizard.run({ kind: "supplyChain", connection, draft }), CancelledError);
  other.prompts.assertDone();
});

test("A connection that cannot be opened is reported before the first question", async (t) => {
  const world = await openWorld(t);
  const { wizard, prompts } = wizardOf(world);
  const missing = { ...connection, profile: "nobody" };
  await assert.rejects(
    wizard.run({ kind: "chime", connection: missing, draft: emptyDraft("chime") }),
    /sandbox is not running/,
  );
  prompts.assertDone();
});

test("Every kind has its command", async (t) => {
  const world = await openWorld(t);
  assert.deepEqual(
    world.kinds.all.map(({ createCommandId }) => createCommandId),
    ["createSupplyChainInstance", "createChimeAppInstance"],
  );
});

test("Who leaves half-way goes on where they were, with what they had answered", async (t) => {
  const world = await openWorld(t);
  const left = wizardOf(
    world,
    { to: "1/6", type: "north-plant" },
    { to: "2/6", type: "Plant" },
    { to: "3/6", cancel: true },
  );
  await assert.rejects(left.wizard.run({ kind: "supplyChain" }), CancelledError);
  const again = wizardOf(
    world,
    { to: "You left this half-way", pick: "Continue with north-plant" },
    { to: "3/6", pick: "AWS owned key (default)" },
    { to: "4/6", type: "" },
    { to: "Tags", pick: "Done" },
    { to: "6/6", pick: "Create in sandbox" },
  );
  await again.wizard.run({ kind: "supplyChain" });
  again.prompts.assertDone();
  assert.deepEqual(
    world.requests.map((request) => request.type === "create" && request.draft.values),
    [{ instanceName: "north-plant", instanceDescription: "Plant" }],
  );
  const fresh = wizardOf(world, { to: "1/6", cancel: true });
  await assert.rejects(fresh.wizard.run({ kind: "supplyChain" }), CancelledError);
});

test("Every tag is kept as soon as it is there, and the one that is being typed as it stands", async (t) => {
  const world = await openWorld(t);
  const { wizard, prompts } = wizardOf(
    world,
    { to: "1/6", type: "north-plant" },
    ...throughTheRest.slice(0, -1),
    { to: "5/6\nTags", pick: "Add tag" },
    { to: "Key of the new tag", type: "team" },
    { to: "Value of team", type: "logistics" },
    { to: "team = logistics", back: true },
    { to: "4/6", type: "" },
    { to: "team = logistics", pick: "Add tag" },
    { to: "Key of the new tag", type: "env" },
    { to: "Value of env", back: true, typed: "pro" },
    { to: "value: env", back: true },
    { to: "env: not added yet", pick: "team = logistics" },
    { to: "Edit value", pick: "Edit value" },
    { to: "value: logistics", back: true, typed: "sales" },
    { to: "team = sales", pick: "Add tag" },
    { to: "value: env", type: "env" },
    { to: "value: pro", cancel: true, typed: "prod" },
  );
  await assert.rejects(wizard.run({ kind: "supplyChain" }), CancelledError);
  prompts.assertDone();
  const again = wizardOf(
    world,
    { to: "You left this half-way", pick: "Continue with north-plant" },
    { to: "env: not added yet", pick: "Add tag" },
    { to: "value: env", type: "env" },
    { to: "value: prod", type: "prod" },
    { to: "2 tags", pick: "Done" },
    { to: "6/6", pick: "Create in sandbox" },
  );
  await again.wizard.run({ kind: "supplyChain" });
  again.prompts.assertDone();
  assert.doesNotMatch(again.prompts.shown.at(-2)!.text, /not added yet/);
  assert.deepEqual(
    world.requests.map((request) => request.type === "create" && request.draft.tags),
    [{ team: "sales", env: "prod" }],
  );
});

test("What stands in an input when it is left is the answer where it can be one, and stands there again where not", async (t) => {
  const world = await openWorld(t);
  const arn = `arn:aws:kms:us-east-1:${world.sandbox.accountId}:key/0000`;
  const { wizard, prompts } = wizardOf(
    world,
    { to: "1/6", type: "north-plant" },
    { to: "2/6", back: true, typed: "Plant" },
    { to: "value: north-plant", type: "north" },
    { to: "value: Plant", type: "Plant" },
    { to: "3/6", pick: "Enter a key ARN" },
    { to: "3/6", back: true, typed: arn },
    { to: "3/6", pick: "Enter a key ARN" },
    { to: `value: ${arn}`, back: true },
    { to: "3/6", pick: "AWS owned key" },
    { to: "4/6", back: true, typed: "north.plant" },
    { to: "3/6", pick: "AWS owned key" },
    { to: "value: north.plant", cancel: true },
  );
  await assert.rejects(wizard.run({ kind: "supplyChain" }), CancelledError);
  prompts.assertDone();
  const again = wizardOf(
    world,
    { to: "You left this half-way", pick: "Continue with north" },
    { to: "value: north.plant", type: "north.plant", refusedWith: "without dots" },
    { to: "4/6", type: "" },
    { to: "5/6", pick: "Done" },
    { to: "Description\nPlant", pick: "Web app domain" },
    { to: "For example north", back: true, typed: "north" },
    { to: "https://north.scn", pick: "Create in sandbox" },
  );
  await again.wizard.run({ kind: "supplyChain" });
  again.prompts.assertDone();
  assert.deepEqual(
    world.requests.map((request) => request.type === "create" && request.draft.values),
    [{ instanceName: "north", instanceDescription: "Plant", webAppDnsDomain: "north" }],
  );
});

test("A first answer that was only typed is kept as well, and one that was taken back is not", async (t) => {
  const world = await openWorld(t);
  const typed = wizardOf(world, { to: "1/6", cancel: true, typed: "north.plant" });
  await assert.rejects(typed.wizard.run({ kind: "supplyChain" }), CancelledError);
  const again = wizardOf(
    world,
    { to: "You left this half-way", pick: "Continue with what you had answered" },
    { to: "value: north.plant", cancel: true, typed: "" },
  );
  await assert.rejects(again.wizard.run({ kind: "supplyChain" }), CancelledError);
  const fresh = wizardOf(world, { to: "1/6", cancel: true });
  await assert.rejects(fresh.wizard.run({ kind: "supplyChain" }), CancelledError);
  for (const { prompts } of [typed, again, fresh]) prompts.assertDone();
});

test("A text of several lines stands until the one that replaces it is complete", async (t) => {
  const world = await openWorld(t);
  const lines = "first\nsecond";
  const draft = { kind: "chime", values: { name: "chat", metadata: lines }, tags: {} };
  const { wizard, prompts } = wizardOf(
    world,
    { to: "4/4", pick: "Metadata" },
    { to: "first ⏎ second", pick: "Replace it" },
    { to: "2/4", back: true, typed: "one" },
    { to: "first ⏎ second", pick: "Replace it" },
    { to: "value: one", back: true },
    { to: "first ⏎ second", pick: "Keep it as it is" },
    { to: "first ⏎ second", pick: "Create in sandbox" },
  );
  await wizard.run({ kind: "chime", connection, draft });
  prompts.assertDone();
  assert.deepEqual(
    world.requests.map((request) => request.type === "create" && request.draft.values.metadata),
    [lines],
  );
});

test("Who begins anew forgets the answers, and those of a connection that is gone are not offered", async (t) => {
  const world = await openWorld(t);
  const leave = () =>
    wizardOf(world, { to: "1/6", type: "north-plant" }, { to: "2/6", cancel: true }).wizard.run({
      kind: "supplyChain",
    });
  await assert.rejects(leave(), CancelledError);
  const anew = wizardOf(world, { to: "You left this half-way", pick: "Begin anew" }, { to: "1/6", cancel: true });
  await assert.rejects(anew.wizard.run({ kind: "supplyChain" }), CancelledError);
  await assert.rejects(leave(), CancelledError);
  world.store.setConnections([restricted]);
  const elsewhere = wizardOf(world, { to: "1/6", cancel: true });
  await assert.rejects(elsewhere.wizard.run({ kind: "supplyChain" }), CancelledError);
  elsewhere.prompts.assertDone();
});

test("The review copies the AWS CLI command of its answers, and stays there", async (t) => {
  const world = await openWorld(t);
  const copy = { to: "6/6", pick: "Copy AWS CLI command" };
  const { wizard, prompts } = wizardOf(world, { to: "1/6", type: "north-plant" }, ...throughTheRest, copy, {
    to: "6/6",
    cancel: true,
  });
  await assert.rejects(wizard.run({ kind: "supplyChain" }), CancelledError);
  prompts.assertDone();
  assert.match(world.copied.at(-1) ?? "", /^aws supplychain create-instance .*--instance-name north-plant/s);
  assert.deepEqual(prompts.informed, ["Copied the AWS CLI command."]);
  assert.deepEqual(world.requests, []);

  const problem = { ...emptyDraft("supplyChain"), values: { instanceName: "north.plant" } };
  const refused = wizardOf(world, { to: "6/6", cancel: true });
  await assert.rejects(refused.wizard.run({ kind: "supplyChain", draft: problem }), CancelledError);
  assert.doesNotMatch(refused.prompts.shown.at(-1)!.text, /Copy AWS CLI command/, "it would be refused as well");
});

test("The wizard goes on in the form with the same draft and connection, and creates nothing itself", async (t) => {
  const world = await openWorld(t);
  const { wizard, prompts } = wizardOf(world, { to: "1/6", type: "north-plant" }, ...throughTheRest, {
    to: "6/6",
    pick: "Continue in the form",
  });
  await wizard.run({ kind: "supplyChain" });
  prompts.assertDone();
  const { draft, connection: where } = world.form.lastAs("create");
  assert.deepEqual([draft?.values, where], [{ instanceName: "north-plant" }, connection]);
  assert.deepEqual(world.requests, []);
  const next = wizardOf(world, { to: "1/6", cancel: true });
  await assert.rejects(next.wizard.run({ kind: "supplyChain" }), CancelledError);
});

test("A domain is suggested from the name and not filled in", async (t) => {
  const world = await openWorld(t);
  const { wizard, prompts } = wizardOf(
    world,
    { to: "1/6", type: "North Plant %1a" },
    { to: "Description", type: "" },
    { to: "Encryption key", pick: "AWS owned key (default)" },
    { to: "4/6", cancel: true },
  );
  await assert.rejects(wizard.run({ kind: "supplyChain" }), CancelledError);
  assert.match(prompts.shown.at(-1)!.text, /For example north-plant-1a/);
});

test("A copy that is begun in between leaves the answers that were left half-way as they are", async (t) => {
  const world = await openWorld(t);
  const left = wizardOf(world, { to: "1/6", type: "north-plant" }, { to: "2/6", cancel: true });
  await assert.rejects(left.wizard.run({ kind: "supplyChain" }), CancelledError);
  const copy = wizardOf(world, { to: "6/6", cancel: true });
  const draft = { ...emptyDraft("supplyChain"), values: { instanceName: "copy" } };
  await assert.rejects(copy.wizard.run({ kind: "supplyChain", draft }), CancelledError);
  const again = wizardOf(world, { to: "Continue with north-plant", cancel: true });
  await assert.rejects(again.wizard.run({ kind: "supplyChain" }), CancelledError);
  again.prompts.assertDone();
});

test("The review says by itself what stands in the way and opens the list of it; it is created all the same", async (t) => {
  const world = { ...(await openWorld(t)), clock: systemClock };
  world.store.setConnections([restricted]);
  const { wizard, prompts, started } = wizardOf(
    world,
    { to: "1/6", type: "north" },
    ...throughTheRest,
    { to: "6/6", pick: "$(error) Prerequisites" },
    { to: "Supply Chain instance in sandbox-restricted", pick: "Copy missing policy" },
    { to: "Supply Chain instance in sandbox-restricted", back: true },
    { to: "6/6", pick: "Tags" },
    { to: "5/6", pick: "Done" },
    { to: "6/6", pick: "Create in sandbox-restricted" },
  );
  await wizard.run({ kind: "supplyChain" });
  prompts.assertDone();
  const reviews = prompts.shown.filter(({ step }) => step === "6/6");
  assert.match(reviews[0]?.text ?? "", /Prerequisites\n2 of \d need attention/);
  assert.match(world.copied[0] ?? "", /"s3:CreateBucket"/);
  assert.equal(started.length, 1);
});

test("Create does not wait for checks that hang, and they end with the review", async (t) => {
  const world = { ...(await openWorld(t)), clock: systemClock };
  await world.sandbox.control.addFault("SimulatePrincipalPolicy", { kind: "hang" }, 9);
  const { wizard, prompts, started } = wizardOf(world, { to: "1/6", type: "north" }, ...throughTheRest, {
    to: "6/6",
    pick: "Create in sandbox",
    early: true,
  });
  await wizard.run({ kind: "supplyChain" });
  prompts.assertDone();
  assert.match(prompts.shown.at(-1)?.text ?? "", /Checking… \d of 7/);
  assert.equal(started.length, 1);
});
