import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { resolveEndpoint } from "../../src/aws/endpoint";
import { silentLog } from "../../src/core/log";
import { activityRow, activityTooltip } from "../../src/features/activity/activityRow";
import { resumeOperation } from "../../src/features/activity/operationCommands";
import { copyCreateCommand, createLikeThis } from "../../src/features/change/copyInstance";
import { deleteInstance } from "../../src/features/change/deleteInstance";
import { editInstance } from "../../src/features/change/editInstance";
import { editTags } from "../../src/features/change/editTags";
import { createCreateWizard } from "../../src/features/createWizard/wizard";
import { DetailsController } from "../../src/features/details/controller";
import { createRosters } from "../../src/ui/instance/roster";
import { InstanceTree } from "../../src/features/instances/instanceTree";
import { recreate } from "../../src/features/recreate/recreate";
import { connectionKey } from "../../src/instances/connection";
import { validateDraft } from "../../src/instances/draftValidation";
import type { Instance } from "../../src/instances/instance";
import { kindsOf } from "../../src/instances/kinds/registry";
import { mitigationFor } from "../../src/instances/mitigation";
import { createSync } from "../../src/instances/sync";
import { createOperations } from "../../src/operations/durableOperations";
import type { SandboxOptions } from "../../src/sandbox/server";
import { services } from "../../src/sandbox/services/registry";
import type { TreeNode } from "../../src/ui/tree/nodes";
import { ScriptedPrompts, type Reply } from "../fakes/scriptedPrompts";
import { plant } from "../fixtures/greenhouse/kind";
import { greenhouseService } from "../fixtures/greenhouse/sandbox";
import { greenhouse } from "../fixtures/greenhouse/service";
import { heldTime } from "../fixtures/sandbox";
import { connectStore, openForm } from "./features/createForm/formWorld";
import { RecordingDetailsHost } from "./features/details/detailsHost";
import { connection, instanceNode, openWorld, type World } from "./features/flowWorld";
import { createWorld, sandboxConnection, sandboxKey } from "./instances/world";

/**
 * A kind of instance, its service and its part of the sandbox, made up in the three files of test/fixtures/greenhouse.
 * Nothing else is told of them but the registries, and everything has to work.
 */
const withGreenhouse = [...services, greenhouseService];

const openGreenhouse = (t: TestContext, options: Partial<SandboxOptions> = {}) =>
  openWorld(t, { services: withGreenhouse, moreKinds: [plant], ...options });

/** One more than a plant's tags may have. */
const longKey = "x".repeat(21);

function depsOf(world: World, ...replies: readonly Reply[]) {
  return { ...world, prompts: new ScriptedPrompts(...replies), deleteConfirmation: () => "typeName" as const };
}

/** Plants of the demo, by name. */
async function plantsOf(world: World): Promise<Readonly<Record<string, Instance>>> {
  const found: Instance[] = [];
  for await (const page of plant.list(await world.session())) found.push(...page);
  return Object.fromEntries(found.map((one) => [one.name ?? "", one]));
}

test("A third service is asked at its own host, and its kind knows that API only", () => {
  const { url, signingRegion } = resolveEndpoint(greenhouse, "eu-west-1", { useFips: true });
  assert.deepEqual([url.href, signingRegion], ["https://glass-fips.eu-west-1.amazonaws.com/", "eu-west-1"]);
  assert.deepEqual([plant.forService("greenhouse"), plant.forService("chime")], [plant, undefined]);
});

test("A kind that is only registered works through validation, listing, paging, following and events", async (t) => {
  const problems = validateDraft(plant, { kind: "plant", values: { name: "oak tree" }, tags: { [longKey]: "x" } });
  assert.deepEqual(
    problems.map(({ field }) => field),
    ["name", "tags"],
  );

  const held = heldTime();
  const kinds = kindsOf([plant]);
  const world = await createWorld(t, { kinds, services: withGreenhouse, createSeconds: 10, now: held.now });
  const session = await world.open();
  const add = async (name: string) =>
    (await plant.create(session, { kind: "plant", values: { name }, tags: {} }, `token ${name}`)).id;
  const [a] = [await add("a"), await add("c")];
  held.advance(60);
  const b = await add("b");

  const { store, sync, clock } = world;
  sync.setConnections([sandboxConnection]);
  sync.setVisible(true);
  await world.until(() => store.listing(sandboxKey, "plant")?.status === "ready");
  assert.deepEqual(
    store.listing(sandboxKey, "plant")?.instances.map(({ name, state }) => `${name ?? ""} ${state ?? ""}`),
    ["a Grown", "c Grown", "b Growing"],
  );
  assert.equal(await world.count("ListPlants"), 2, "a page holds two");

  await clock.untilSleeping(2);
  world.changes.length = 0;
  held.advance(10);
  const grown = world.until(() => store.instance(sandboxKey, "plant", b)?.phase === "ready");
  await clock.advance(5_000);
  await grown;
  assert.deepEqual(
    world.changes.map((change) => change.type === "instance" && change.id),
    [b],
  );
  assert.ok((await world.count("GetPlant")) > 0);

  await plant.delete(session, a);
  held.advance(60);
  const seen: unknown[] = [];
  for await (const instance of world.follower.follow(sandboxConnection, plant, a, new AbortController().signal))
    seen.push(instance);
  assert.deepEqual([seen, store.instance(sandboxKey, "plant", a)], [[undefined], undefined]);
});

test("The tree has its group, its rows, its failure and what to do about it, and can create it", async (t) => {
  const world = await openGreenhouse(t, { seed: "demo" });
  const sync = createSync({ ...world, log: silentLog, refreshIntervalSeconds: () => 0 });
  t.after(() => sync.dispose());
  const key = connectionKey(connection);
  const listed = new Promise<void>((resolve) => {
    world.store.onDidChange(() => {
      if (world.store.listing(key, "plant")?.status === "ready") resolve();
    });
  });
  sync.setConnections([connection]);
  sync.setVisible(true);
  await listed;

  const tree = new InstanceTree({ ...world, rosters: createRosters(world.store) });
  const below = (node?: TreeNode) => tree.children(node).map((child) => ({ child, row: tree.row(child) }));
  const [top] = below();
  assert.match(top!.row.contextValue, /\bcan-create-plant\b/);
  const groups = below(top!.child);
  assert.deepEqual(
    groups.map(({ row }) => row.label),
    ["Supply Chain", "Chime app instances", "Plants"],
  );
  const { child, row } = groups[2]!;
  assert.equal(row.description, "3 · 1 failed");
  assert.match(row.contextValue, /\bcan-create-plant\b/);
  const rows = below(child);
  assert.deepEqual(rows.map(({ row: { label } }) => label).sort(), ["elm", "fir", "oak"]);
  assert.equal(rows.find(({ row: { label } }) => label === "oak")?.row.icon?.id, "pass-filled");
  const failed = rows.find(({ row: { label } }) => label === "elm")!;
  assert.match(failed.row.contextValue, /\bcan-recreate\b/);
  assert.match(tree.tooltip(failed.child) ?? "", /It was too dry[^]*Water it/);
});

test("The wizard asks for its fields, checks its key and creates it", async (t) => {
  const world = await openGreenhouse(t);
  const prompts = new ScriptedPrompts(
    { to: "Create Plant 1/4", type: "oak tree", refusedWith: "Use up to 5 letters." },
    { to: "1/4", type: "oak" },
    { to: "Pot key: it cannot be changed later", pick: "$(key) supply-chain" },
    { to: "would fail to come up", pick: "greenhouse kms:Encrypt" },
    { to: "would fail to come up", pick: "for the key" },
    { to: "would fail to come up", back: true },
    { to: "Pot key", pick: "$(key) pots" },
    { to: "The service can use this key", pick: "Key is ready" },
    { to: "3/4", pick: "Add tag" },
    { to: "Key of the new tag", type: "bed" },
    { to: "Value of bed", type: "north" },
    { to: "bed = north", pick: "Done" },
    { to: "Takes a season.", pick: "Create in sandbox · us-east-1" },
  );
  const started: unknown[] = [];
  const runCommand = () => Promise.resolve();
  const wizard = createCreateWizard({ ...world, prompts, runCommand, onStarted: ({ label }) => started.push(label) });
  await wizard.run({ kind: "plant" });
  prompts.assertDone();
  assert.deepEqual(started, ["oak"]);
  assert.match(world.copied[0] ?? "", /"Service": "greenhouse\.amazonaws\.com"/);
  assert.equal((await world.untilIdle()).status, "succeeded");
  const { oak } = await plantsOf(world);
  assert.equal(oak?.state, "Grown");
  assert.match(oak.values.potKey ?? "", /^arn:aws:kms:us-east-1:/);
  assert.deepEqual(await world.tagsOf(oak), { bed: "north" });
  assert.deepEqual(await world.changes(), ["CreatePlant"]);
});

test("The form shows its fields, its command and its key's check, and creates it; a failure has its advice", async (t) => {
  const world = await openGreenhouse(t);
  await connectStore(world);
  const { host, edit, submit, send, ready } = openForm(world, { type: "create", kind: "plant" });
  const { text } = await ready();
  assert.equal(text, `Creates a Plant in account ${world.sandbox.accountId}, us-east-1. Takes a season.`);
  const load = host.last("load");
  assert.deepEqual(
    load.kinds.map(({ value }) => value),
    ["supplyChain", "chime", "plant"],
  );
  assert.deepEqual(
    load.fields.map(({ id, control }) => [id, control]),
    [
      ["name", "text"],
      ["potKey", "encryptionKey"],
    ],
  );
  const { keys } = await host.until("keys", ({ status }) => status === "ready");
  const keyOf = (label: string) => keys.find((key) => key.label === label)!.value;
  edit({ values: { name: "elm", potKey: keyOf("supply-chain") } });
  const { lines } = await host.until("keyChecked", ({ tone }) => tone === "error");
  assert.match(lines[0]!, /does not allow the greenhouse kms:Encrypt/);
  edit({ values: { name: "elm", potKey: keyOf("pots") } });
  await host.until("keyChecked", ({ tone }) => tone === "success");
  const { command } = await host.until("checked", ({ command: told }) => told.includes(keyOf("pots")));
  assert.match(command, /^aws greenhouse create-plant --name elm --pot-key '?arn:aws:kms:/);

  submit({ values: { name: "elm" }, tags: [{ key: "sandbox:fail-create", value: "true" }] });
  const { title, failure } = await host.until("outcome", ({ isRunning }) => !isRunning);
  assert.equal(title, "Could not create elm");
  assert.deepEqual([failure?.error, failure?.advice], ["It was too dry.", "Water it, then plant it again."]);
  send({ type: "copy", what: "mitigation" });
  await host.until("copied", () => true);
  assert.match(host.copied[0] ?? "", /greenhouse:Water-us-east-1/);
});

test("The details show it, with the advice of its kind and the console page of its own", async (t) => {
  const world = await openGreenhouse(t, { seed: "demo" });
  const { elm } = await plantsOf(world);
  const host = new RecordingDetailsHost();
  const details = new DetailsController(world, host, { connection, kind: plant, id: elm!.id }, "failure");
  t.after(() => details.dispose());
  details.receive({ type: "ready" });
  const model = await host.until(({ tags }) => tags.status === "ready");
  assert.equal(model.subtitle, `Plant · sandbox · us-east-1 · ${world.sandbox.accountId}`);
  assert.deepEqual(model.state, { text: "Withered", tone: "error" });
  assert.equal(model.failure?.advice, "Water it, then plant it again.");
  assert.equal(model.failure.statement, "Policy for watering");
  const rows = new Map(model.rows.map(({ name, value }) => [name, value]));
  assert.deepEqual([rows.get("Name"), rows.get("PotKey"), rows.get("Stage")], ["elm", "AWS owned key", "Withered"]);
  assert.equal(model.buttons[0]?.action, "recreate");
  assert.match(plant.consoleUrl(elm!, connection), /\/greenhouse\//);
  assert.equal(mitigationFor(plant, "Nobody knows").summary, "Ask a gardener.");
  assert.match(mitigationFor(plant, "explicit deny").summary, /organization/, "what holds for any kind holds for it");
});

test("A failed one is recreated from its draft", async (t) => {
  const world = await openGreenhouse(t, { seed: "demo" });
  const { elm } = await plantsOf(world);
  const deps = depsOf(world, { to: "Its roots go with it.", confirm: true });
  await recreate(deps, instanceNode(elm!));
  const { draft, submit } = world.form.lastAs("recreate");
  assert.deepEqual(draft, { kind: "plant", values: { name: "elm" }, tags: {} });
  await submit(draft, await world.scope("plant"));
  deps.prompts.assertDone();
  assert.equal((await world.untilIdle()).status, "succeeded");
  assert.equal((await plantsOf(world)).elm?.state, "Grown");
  assert.deepEqual(await world.changes(), ["DeletePlant", "CreatePlant"]);
});

test("It is edited, tagged, copied and deleted", async (t) => {
  const world = await openGreenhouse(t);
  const oak = await world.create("plant", { values: { name: "oak" }, tags: { bed: "north" } });
  const node = instanceNode(oak);

  const edit = depsOf(world, { to: "value: oak", type: "yew" }, { to: "oak → yew", pick: "Save in sandbox" });
  await editInstance(edit, node);
  edit.prompts.assertDone();
  assert.equal((await world.untilIdle()).status, "succeeded");
  const tag = depsOf(
    world,
    { to: "Edit tags of yew", pick: "Add tag" },
    { to: "Key of the new tag", type: "owner" },
    { to: "Value of owner", type: "mia" },
    { to: "owner = mia", pick: "bed = north", button: "remove" },
    { to: "1 tag", pick: "Done" },
    { to: "- bed = north", pick: "Save 2 changes" },
  );
  await editTags(tag, node);
  tag.prompts.assertDone();
  assert.equal((await world.untilIdle()).status, "succeeded");
  const changed = await plant.get(await world.session(), oak.id);
  assert.equal(changed?.name, "yew");
  assert.deepEqual(await world.tagsOf(oak), { owner: "mia" });

  await copyCreateCommand(depsOf(world), node);
  assert.match(world.copied[0] ?? "", /^aws greenhouse create-plant --name yew --tags .*--endpoint-url http/);
  const copies: unknown[] = [];
  const wizard = { run: (request: unknown) => Promise.resolve(void copies.push(request)) };
  await createLikeThis({ ...depsOf(world), wizard }, node);
  const draft = { kind: "plant", values: { name: "yew" }, tags: { owner: "mia" } };
  assert.deepEqual(copies, [{ kind: "plant", connection, draft, notes: {} }]);

  const remove = depsOf(world, { to: "Its roots go with it.", type: "yew" });
  await deleteInstance(remove, node);
  remove.prompts.assertDone();
  assert.equal((await world.untilIdle()).status, "succeeded");
  assert.deepEqual(await plantsOf(world), {});
  assert.deepEqual(await world.changes(), ["CreatePlant", "RenamePlant", "LabelPlant", "LabelPlant", "DeletePlant"]);
});

test("Its operations are in the journal with its service, shown in Activity, and carried on by another window", async (t) => {
  const world = await openGreenhouse(t, { createSeconds: 1 });
  const draft = { kind: "plant", values: { name: "oak" }, tags: {} };
  const { id } = await world.operations.start(await world.scope("plant"), { type: "create", draft });
  await new Promise<void>((resolve) => {
    const look = () => {
      if (world.operations.get(id)?.created) resolve();
    };
    world.operations.onDidChange(look);
    look();
  });
  world.operations.dispose();
  const onDisk = readdirSync(world.directory, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.includes(id),
  );
  assert.ok(
    onDisk.some((name) => readFileSync(join(world.directory, name), "utf8").includes('"service":"greenhouse"')),
  );

  const operations = createOperations({ ...world, log: silentLog });
  t.after(() => operations.dispose());
  await operations.open();
  const record = operations.get(id);
  assert.ok(record);
  assert.deepEqual([record.kind, record.place?.service, record.place?.region], ["plant", "greenhouse", "us-east-1"]);
  const row = activityRow(record, world.kinds.get(record.kind), {
    now: world.clock.now(),
    canCancel: false,
    isSandboxRunning: false,
  });
  assert.equal(row.label, "Create oak");
  assert.match(activityTooltip(record, plant, false), /oak/);
  // Nobody is at work on it any more, so it is offered.
  assert.equal((await operations.untilIdle(id)).status, "interrupted");
  const node = { type: "operation", connection, kind: "plant", operationId: id };
  await resumeOperation({ ...depsOf(world), operations }, node);
  assert.equal((await operations.untilIdle(id)).status, "succeeded");
  assert.equal((await plantsOf(world)).oak?.state, "Grown");
  assert.deepEqual(await world.changes(), ["CreatePlant"]);
});
