import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServiceId } from "../../../../src/aws/operation";
import { CancelledError } from "../../../../src/core/errors";
import { DetailsController } from "../../../../src/features/details/controller";
import { connectionKey, type Connection, type Session } from "../../../../src/instances/connection";
import type { Instance } from "../../../../src/instances/instance";
import type { DetailsModel } from "../../../../src/ui/page/protocol/details";
import { connection, openWorld, restricted, type World } from "../flowWorld";
import { RecordingDetailsHost } from "./detailsHost";

function openDetails(world: World, { kind, id }: Pick<Instance, "kind" | "id">, where = connection, focus?: "failure") {
  const host = new RecordingDetailsHost();
  const session = new DetailsController(world, host, { connection: where, kind: world.kind(kind), id }, focus);
  session.receive({ type: "ready" });
  return { host, session };
}

/** Writes to the store what the sync would. */
async function storeWriter(world: World, where: Connection = connection) {
  const { accountId, generation, isLoopback } = await world.sessions.open(where);
  const scope = { connectionKey: connectionKey(where), generation };
  world.store.setConnected(scope, { accountId, isLoopback });
  return {
    put: (instance: Instance) => world.store.put(scope, instance),
    remove: (instance: Instance) => world.store.remove(scope, instance.kind, instance.id),
  };
}

const values = { instanceName: "demand-planning", webAppDnsDomain: "demand-planning" };

test("Every field is shown by its API name, with tags, account and links", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values, tags: { team: "planning" } });
  const { host, session } = openDetails(world, instance);
  const model = await host.until(({ tags }) => tags.status === "ready");
  assert.equal(model.title, "demand-planning");
  assert.equal(host.title, "demand-planning");
  assert.equal(model.subtitle, "Supply Chain instance · sandbox · us-east-1 · 123456789012");
  assert.deepEqual(model.state, { text: "Active", tone: "success" });
  const rows = new Map(model.rows.map(({ name, value }) => [name, value]));
  assert.equal(rows.get("instanceName"), "demand-planning");
  assert.equal(rows.get("kmsKeyArn"), "AWS owned key");
  assert.equal(rows.get("instanceDescription"), "");
  assert.equal(rows.get("instanceId"), instance.id);
  assert.equal(rows.get("awsAccountId"), world.sandbox.accountId);
  assert.equal(model.rows.find(({ name }) => name === "createdTime")?.at, instance.createdAt);
  assert.equal(rows.get("ARN"), instance.arn);
  assert.deepEqual(model.tags.items, [{ key: "team", value: "planning" }]);
  assert.deepEqual(JSON.parse(model.raw), instance.raw);
  assert.ok(
    !model.buttons.some(({ action }) => action === "openInConsole"),
    "the console knows nothing of the sandbox",
  );

  session.receive({ type: "act", action: "openWebApp" });
  assert.deepEqual(host.opened, ["https://demand-planning.scn.global.on.aws"]);
  session.receive({ type: "act", action: "copyArn" });
  assert.deepEqual(host.ran, [["copyArn", { type: "instance", connection, kind: "supplyChain", id: instance.id }]]);
  session.receive({ type: "copy", what: "raw" });
  assert.deepEqual(host.copied, [model.raw]);
});

test("Security 16: details show what is hidden in names, values and tags, and the raw JSON keeps its meaning", async (t) => {
  const world = await openWorld(t);
  const name = "a\u202eb\u{e0041}c\u3164";
  const tags = { "k\u2066": "v\u200b\n\tnext" };
  const instance = await world.create("chime", { values: { name, metadata: '{\n  "x": "\u00ad"\n}' }, tags });
  const { host, session } = openDetails(world, instance);
  const model = await host.until(({ tags: read }) => read.status === "ready");
  session.dispose();
  assert.equal(model.title, "a\\u202eb\\u{e0041}c\\u3164");
  assert.equal(host.title, model.title);
  const rows = new Map(model.rows.map((row) => [row.name, row.value]));
  assert.equal(rows.get("Name"), model.title);
  assert.equal(rows.get("Metadata"), '{\n  "x": "\\u00ad"\n}');
  assert.deepEqual(model.tags.items, [{ key: "k\\u2066", value: "v\\u200b\n\tnext" }]);
  assert.doesNotMatch(JSON.stringify(model), /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u);
  assert.deepEqual(JSON.parse(model.raw), instance.raw);
});

/** A profile's connection of which only some services are on this machine, over the sandbox. */
async function openPartlyLocal(world: World, instance: Instance, localServices: readonly ServiceId[]) {
  const profile: Connection = { source: "profile", profile: localServices.join(), region: connection.region };
  const real = await world.sessions.open(connection);
  const session: Session = { ...real, connection: profile, isLoopback: false, localServices };
  const scope = { connectionKey: connectionKey(profile), generation: session.generation };
  const { accountId } = session;
  world.store.setConnections([profile]);
  world.store.setConnected(scope, { accountId, isLoopback: false, localServices });
  world.store.put(scope, instance);
  const sessions = {
    open: () => Promise.resolve(session),
    current: () => session,
    invalidate: () => undefined,
    reread: () => Promise.resolve(),
    onDidChange: world.sessions.onDidChange,
    dispose: () => undefined,
  };
  const { host, session: details } = openDetails({ ...world, sessions }, instance, profile);
  await host.until(({ tags }) => tags.status === "ready");
  details.dispose();
  const models = host.posted.filter((message) => message.type === "details");
  assert.ok(models.length > 1);
  return models.map(({ buttons }) => buttons.some(({ action }) => action === "openInConsole"));
}

test("Security 12: the details offer the console by where their own service is, before and after it was asked", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values });
  const local = await openPartlyLocal(world, instance, ["supplychain"]);
  assert.deepEqual(new Set(local), new Set([false]), "it is on this machine, though other services are not");
  const cloud = await openPartlyLocal(world, instance, ["chime-sdk-identity", "kms"]);
  assert.deepEqual(new Set(cloud), new Set([true]), "only others are on this machine");
});

test("A failure is shown in the service's words with what to do, and takes the focus when that was asked for", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values }, restricted);
  const { host, session } = openDetails(world, instance, restricted, "failure");
  const model = await host.until(({ failure }) => failure !== undefined);
  assert.equal(model.failure?.error, instance.errorMessage);
  assert.notEqual(model.failure?.advice, "");
  assert.deepEqual(model.state, { text: "CreateFailed", tone: "error" });
  assert.equal(model.buttons[0]?.label, "Recreate…");
  const focuses = () => host.posted.filter(({ type }) => type === "focusFailure").length;
  assert.equal(focuses(), 1);
  session.focusFailure();
  assert.equal(focuses(), 2);
});

test("The page follows the store: states with their times, then Gone with what was last seen", async (t) => {
  const world = await openWorld(t, { createSeconds: 3600 });
  const instance = await world.create("supplyChain", { values });
  const { put, remove } = await storeWriter(world);
  put(instance);
  const { host } = openDetails(world, instance);
  const creating = await host.until(({ state, tags }) => state.text === "Initializing" && tags.status === "ready");
  assert.equal(creating.state.tone, "progress");
  assert.equal(creating.since, creating.timeline?.segments.at(-1)?.from);

  put({ ...instance, state: "Active", phase: "ready", raw: { ...(instance.raw as object), state: "Active" } });
  const active = await host.until(({ timeline }) => timeline?.segments.length === 2);
  assert.deepEqual(
    active.timeline?.segments.map(({ text }) => text),
    ["Initializing", "Active"],
  );

  await world.kind("supplyChain").delete(await world.session(), instance.id);
  remove(instance);
  const gone = await host.until(({ state }) => state.text === "Gone");
  assert.match(gone.notice!.text, /no longer exists.* The S3 bucket aws-supply-chain-data-\S+ stays/);
  assert.equal(gone.title, "demand-planning");
  assert.deepEqual(gone.buttons, []);
});

test("A late answer to the page does not undo what was learnt meanwhile", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values });
  const { put } = await storeWriter(world);
  put(instance);
  let answer: (instance: Instance) => void = () => {};
  const get = () => new Promise<Instance>((resolve) => (answer = resolve));
  const kind = { ...world.kind("supplyChain"), get };
  const { host } = openDetails({ ...world, kind: () => kind }, instance);
  await host.until(({ state }) => state.text === "Active");
  const deleting: Instance = { ...instance, state: "Deleting", phase: "deleting" };
  put(deleting);
  answer(instance);
  await new Promise((resolve) => setImmediate(resolve));
  answer(deleting);
  const { state } = await host.until(({ tags }) => tags.status === "ready");
  assert.equal(state.text, "Deleting");
});

test("What the page reads is what the tree shows, but an instance that no list has is not added to it", async (t) => {
  const world = await openWorld(t, { deleteSeconds: 3600 });
  const listed = await world.create("supplyChain", { values });
  const other = await world.create("supplyChain", { values: { instanceName: "returns-emea" } });
  const { put } = await storeWriter(world);
  put(listed);
  for (const { id } of [listed, other]) await world.kind("supplyChain").delete(await world.session(), id);
  for (const instance of [listed, other]) {
    const { host } = openDetails(world, instance);
    await host.until(({ state, tags }) => state.text === "Deleting" && tags.status === "ready");
  }
  const { instances } = world.store.listing(connectionKey(connection), "supplyChain")!;
  assert.deepEqual(
    instances.map(({ id, state }) => [id, state]),
    [[listed.id, "Deleting"]],
  );
});

test("A page whose credentials were replaced while it read asks with the new ones", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values, tags: { team: "planning" } });
  const real = world.kind("supplyChain");
  let reads = 0;
  const get: typeof real.get = (...asked) => {
    if (++reads === 1) world.sessions.invalidate(connection);
    return real.get(...asked);
  };
  const { host } = openDetails({ ...world, kind: () => ({ ...real, get }) }, instance);
  const { state } = await host.until(({ tags }) => tags.status === "ready");
  assert.deepEqual([state.text, reads], ["Active", 2]);
});

test("Tags that an operation has changed are read again, as no list tells of them", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values, tags: { team: "planning" } });
  const { host } = openDetails(world, instance);
  await host.until(({ tags }) => tags.status === "ready");
  await world.operations.start(await world.scope("supplyChain"), {
    type: "tags",
    target: { id: instance.id, arn: instance.arn },
    changes: { set: { team: "logistics" }, remove: [] },
  });
  const { tags } = await host.until(({ tags: { items } }) => items[0]?.value === "logistics");
  assert.deepEqual(tags.items, [{ key: "team", value: "logistics" }]);
});

test("An instance that is not there is said to be missing, and can be asked for again", async (t) => {
  const world = await openWorld(t);
  const id = "00000000-0000-4000-8000-000000000000";
  const { host, session } = openDetails(world, { kind: "supplyChain", id });
  const model = await host.until(({ state }) => state.text === "Gone");
  assert.equal(model.title, id);
  assert.match(model.notice!.text, /There is no such instance in sandbox · us-east-1/);
  const before = (await world.sandbox.control.ledger()).requests.length;
  session.receive({ type: "act", action: "retry" });
  await host.until(({ state }) => state.text === "Gone");
  await assert.doesNotReject(async () => {
    while ((await world.sandbox.control.ledger()).requests.length === before) await new Promise(setImmediate);
  });
});

test("That the instance or its tags cannot be read is said in place", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values });
  await world.sandbox.control.addFault("ListTagsForResource", {
    kind: "status",
    status: 403,
    code: "AccessDeniedException",
  });
  const first = openDetails(world, instance);
  const { tags } = await first.host.until(({ tags: { status } }) => status === "error");
  assert.match(tags.text!, /^Could not read the tags: /);

  await world.sandbox.control.addFault("GetInstance", { kind: "status", status: 403, code: "AccessDeniedException" });
  const { host, session } = openDetails(world, instance);
  const { notice, state } = await host.until((model) => model.notice !== undefined);
  assert.match(notice!.text, /^Could not read the instance: /);
  assert.equal(state.text, "Unknown");
  session.receive({ type: "act", action: "retry" });
  await host.until((model) => model.state.text === "Active" && model.notice === undefined);
});

test("Tags that were read stay when the instance cannot be read any more, and are not called none when they never were", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("chime", { values: { name: "support-chat" }, tags: { team: "x" } });
  const { host, session } = openDetails(world, instance);
  await host.until(({ tags }) => tags.status === "ready");
  const refuse = () =>
    world.sandbox.control.addFault(
      "DescribeAppInstance",
      { kind: "status", status: 403, code: "ForbiddenException" },
      9,
    );
  await refuse();
  session.receive({ type: "act", action: "retry" });
  const { tags } = await host.until(({ notice }) => notice?.tone === "error");
  assert.deepEqual(tags.items, [{ key: "team", value: "x" }]);
  const other = openDetails(world, instance);
  const unread = await other.host.until(({ notice }) => notice?.tone === "error");
  assert.equal(unread.tags.status, "error");
});

test("An instance of the account that a profile belonged to before is not said to exist no longer", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("chime", { values: { name: "support-chat" } });
  const first = await world.session();
  let current: Session = first;
  const sessions = { ...world.sessions, open: () => Promise.resolve(current), current: () => current };
  const { host, session } = openDetails({ ...world, sessions }, instance);
  await host.until(({ tags }) => tags.status === "ready");
  const kind = world.kind("chime");
  await kind.delete(first, instance.id);
  current = { ...first, accountId: "222222222222", generation: first.generation + 1 };
  session.receive({ type: "act", action: "retry" });
  const { notice, rows } = await host.until(({ notice: said }) => said?.tone === "neutral");
  assert.equal(notice?.text, "There is no such instance in sandbox · us-east-1.");
  assert.deepEqual(rows, []);
});

test("What a list leaves out of a Chime app instance is kept from the read of the one", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("chime", { values: { name: "support-chat", metadata: "{}" } });
  const { put } = await storeWriter(world);
  const { host } = openDetails(world, instance);
  await host.until(({ tags }) => tags.status === "ready");
  const { kind, id, arn, phase } = instance;
  const listed = { kind, id, arn, phase };
  put({ ...listed, name: "renamed", values: { name: "renamed" }, raw: { Name: "renamed" } });
  const model = await host.until(({ title }) => title === "renamed");
  const rows = new Map(model.rows.map(({ name, value }) => [name, value]));
  assert.equal(rows.get("Name"), "renamed");
  assert.equal(model.rows.find(({ name }) => name === "CreatedTimestamp")?.at, instance.createdAt);
  assert.equal(model.state.text, "Present");
});

test("A page whose user gives no MFA code says so, and reads the instance and its tags once they are signed in", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values, tags: { team: "planning" } });
  const { sessions } = world;
  let isDeclined = true;
  const { host, session } = openDetails(
    {
      ...world,
      sessions: {
        open: (of, signal) => (isDeclined ? Promise.reject(new CancelledError()) : sessions.open(of, signal)),
        current: (of) => (isDeclined ? undefined : sessions.current(of)),
        invalidate: (of) => sessions.invalidate(of),
        reread: (of) => sessions.reread(of),
        onDidChange: sessions.onDidChange,
        dispose: () => undefined,
      },
    },
    instance,
  );
  const { notice, tags } = await host.until((model) => model.notice !== undefined);
  assert.equal(notice?.text, "Could not read the instance: Signing in was cancelled.");
  assert.deepEqual([notice.buttons, tags.status], [[{ action: "retry", label: "Try Again" }], "error"]);
  isDeclined = false;
  session.receive({ type: "act", action: "retry" });
  await host.until((model) => model.notice === undefined && model.tags.status === "ready");
});

test("Tags that no MFA code is given for are not loading for ever", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values });
  const kind = { ...world.kind("supplyChain"), listTags: () => Promise.reject(new CancelledError()) };
  const { host } = openDetails({ ...world, kind: () => kind }, instance);
  const { tags } = await host.until((model) => model.tags.status === "error");
  assert.equal(tags.text, "Could not read the tags: Signing in was cancelled.");
});

test("A message that no schema knows is refused, and a closed page asks nothing more", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values });
  const { host, session } = openDetails(world, instance);
  await host.until(({ tags }) => tags.status === "ready");
  assert.notEqual(session.receive({ type: "act", action: "deleteEverything" }), undefined);
  session.dispose();
  const before = host.posted.length;
  const { put } = await storeWriter(world);
  put({ ...instance, name: "other" });
  assert.equal(host.posted.length, before);
});

test("A page that is not kept open offers it, and no longer when it is", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values });
  const { host, session } = openDetails(world, instance);
  const offers = ({ buttons }: DetailsModel) => buttons.some(({ action }) => action === "pin");
  const preview = await host.until(offers);
  assert.equal(preview.subject.isPinned, false);
  session.receive({ type: "act", action: "pin" });
  const kept = await host.until((model) => !offers(model));
  assert.equal(kept.subject.isPinned, true);
});

test("What others are deleting can be deleted once more from its page, and what we are deleting cannot", async (t) => {
  const world = await openWorld(t, { deleteSeconds: 60 });
  const instance = await world.create("supplyChain", { values });
  await world.kind("supplyChain").delete(await world.session(), instance.id);
  const { host } = openDetails(world, instance);
  const canDelete = ({ buttons }: DetailsModel) => buttons.some(({ action }) => action === "delete");
  await host.until((model) => model.state.text === "Deleting" && canDelete(model));
  const target = { id: instance.id, arn: instance.arn };
  const { id } = await world.operations.start(await world.scope("supplyChain"), { type: "delete", target });
  await host.until((model) => !canDelete(model));
  await world.operations.discard(id, { evenAtWork: true });
  await host.until(canDelete);
});
