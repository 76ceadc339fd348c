import assert from "node:assert/strict";
import { test } from "node:test";
import { SignInRequiredError } from "../../../../src/aws/errors";
import { UserError } from "../../../../src/core/errors";
import { silentLog } from "../../../../src/core/log";
import { FormController } from "../../../../src/features/createForm/controller";
import { connectionKey } from "../../../../src/instances/connection";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";
import { connection, openWorld, restricted, type World } from "../flowWorld";
import { connectStore, openForm, RecordingHost, recreateOf } from "./formWorld";

const named = (instanceName: string) => ({ values: { instanceName } });

test("The form of a recreate can be left while what is recreated is read and confirmed", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", named("north"), restricted);
  let isAsked = () => {};
  const asked = new Promise<void>((resolve) => (isAsked = resolve));
  const submit = () => {
    isAsked();
    return new Promise<undefined>(() => undefined);
  };
  const { host, send, submit: press, ready } = openForm(world, recreateOf(world, instance, { submit }));
  await ready();
  press({});
  await asked;
  send({ type: "cancel" });
  assert.equal(host.isClosed, true);
});

test("A form opens with the kind's fields as plain data, usable keys, and the account it would create in", async (t) => {
  const world = await openWorld(t);
  const { host, ready } = openForm(world);
  const { text } = await ready();
  assert.equal(
    text,
    `Creates a Supply Chain instance in account ${world.sandbox.accountId}, us-east-1. Takes some minutes.`,
  );
  const load = host.last("load");
  assert.equal(load.title, "Create instance");
  assert.equal(load.submitLabel, "Create");
  assert.deepEqual(
    load.kinds.map(({ value }) => value),
    ["supplyChain", "chime"],
  );
  assert.deepEqual(
    load.fields.map(({ id, control }) => [id, control]),
    [
      ["instanceName", "text"],
      ["instanceDescription", "text"],
      ["kmsKeyArn", "encryptionKey"],
      ["webAppDnsDomain", "domain"],
    ],
  );
  const { keys } = await host.until("keys", ({ status }) => status === "ready");
  assert.ok(keys.some(({ label }) => label === "supply-chain"));
  assert.ok(!keys.some(({ label }) => label === "supply-chain-disabled"), "a disabled key is not offered");
});

test("A page is sent what it shows before it asks, and what it asks for is marked as the reply", async (t) => {
  const world = await openWorld(t);
  const host = new RecordingHost();
  const session = new FormController({ ...world, log: silentLog, prompts: new ScriptedPrompts() }, host, {
    type: "create",
  });
  t.after(() => session.dispose());
  assert.deepEqual([host.count("load"), host.last("load").isReply], [1, false]);
  session.receive({ type: "ready" });
  assert.deepEqual([host.count("load"), host.last("load").isReply], [2, true]);
});

test("Typing is answered once it pauses, for the last edit only, with problems and the CLI command", async (t) => {
  const world = await openWorld(t);
  const { host, edit, ready } = openForm(world);
  await ready();
  edit(named("b"));
  edit(named("ba"));
  const seq = edit({ ...named("bad.name"), tags: [{ key: "team", value: "it's" }] });
  const checked = await host.until("checked", (message) => message.seq === seq);
  assert.equal(host.count("checked"), 1);
  assert.deepEqual(
    checked.problems.map(({ field }) => field),
    ["instanceName"],
  );
  assert.match(checked.command, /^aws supplychain create-instance /);
  assert.match(checked.command, /--region us-east-1/);
});

test("Another connection brings another command and checks the key anew", async (t) => {
  const world = await openWorld(t);
  const elsewhere = { ...connection, region: "eu-west-1" };
  world.store.setConnections([connection, elsewhere]);
  const { host, edit, send, ready } = openForm(world);
  await ready();
  const { keys } = await host.until("keys", ({ status }) => status === "ready");
  edit({ values: { kmsKeyArn: keys.find(({ label }) => label === "supply-chain")!.value } });
  await host.until("keyChecked", ({ tone }) => tone === "success");
  assert.match(host.last("checked").command, /--region us-east-1/);
  send({ type: "choose", kind: "supplyChain", connection: connectionKey(elsewhere) });
  await host.until("account", ({ text }) => text.includes("in account 123456789012, eu-west-1."));
  assert.match(host.last("checked").command, /--region eu-west-1/);
  const { lines } = await host.until("keyChecked", ({ tone }) => tone === "warning");
  assert.match(lines[0]!, /us-east-1/);
});

test("Two tags of one key are a problem of the second, and a bad tag names its row", async (t) => {
  const world = await openWorld(t);
  const { host, edit } = openForm(world);
  edit({
    tags: [
      { key: "team", value: "a" },
      { key: "team", value: "b" },
      { key: "aws:x", value: "c" },
    ],
  });
  const { problems } = await host.until("checked", () => true);
  assert.deepEqual(
    problems.map(({ field, tagIndex }) => [field, tagIndex]),
    [
      ["tags", 2],
      ["tags", 1],
    ],
  );
});

test("A submit with problems starts nothing and names the fields", async (t) => {
  const world = await openWorld(t);
  const { host, submit, ready } = openForm(world);
  await ready();
  submit(named("-no-"));
  const { problems, message } = await host.until("refused", () => true);
  assert.deepEqual(
    problems.map(({ field }) => field),
    ["instanceName"],
  );
  assert.equal(message, "");
  assert.deepEqual(world.operations.list(), []);
});

test("A submit creates exactly once, however often it arrives, and shows its way to Active", async (t) => {
  const world = await openWorld(t, { createSeconds: 0.3 });
  await connectStore(world);
  const { host, submit, send, ready } = openForm(world);
  await ready();
  submit({ values: { instanceName: "from-form", webAppDnsDomain: "from-form" }, tags: [{ key: "team", value: "a" }] });
  submit(named("from-form"));
  await host.until("outcome", ({ isRunning, title }) => isRunning && title === "Creating from-form");
  submit(named("from-form"));

  const outcome = await host.until("outcome", ({ isRunning }) => !isRunning);
  assert.equal(outcome.title, "from-form is active");
  assert.equal(outcome.tone, "success");
  assert.deepEqual(await world.changes(), ["CreateInstance"]);
  const states = outcome.events.map(({ text }) => text);
  assert.ok(states.includes("Initializing") && states.includes("Active"), states.join());

  send({ type: "act", action: "openWebApp" });
  assert.deepEqual(host.opened, ["https://from-form.scn.global.on.aws"]);
  send({ type: "act", action: "showInTree" });
  const [operation] = world.operations.list();
  assert.deepEqual(host.revealed, [{ type: "instance", connection, kind: "supplyChain", id: operation!.created!.id }]);

  send({ type: "act", action: "createAnother" });
  assert.deepEqual(host.last("load").draft, { kind: "supplyChain", values: {}, tags: [] });
});

test("A failed create shows the service's words, what to do, a policy to copy, and leads to Recreate", async (t) => {
  const world = await openWorld(t);
  world.store.setConnections([restricted]);
  const { host, submit, send, ready } = openForm(world, { type: "create", connection: restricted });
  await ready();
  submit(named("returns-emea"));
  const { failure, title, buttons } = await host.until("outcome", ({ isRunning }) => !isRunning);
  assert.equal(title, "Could not create returns-emea");
  assert.match(failure!.error, /^Access denied when attempting to create an S3 bucket/);
  assert.notEqual(failure!.advice, "");
  assert.equal(buttons[0]?.label, "Recreate…");

  send({ type: "copy", what: "mitigation" });
  await host.until("copied", () => true);
  assert.ok(JSON.parse(host.copied[0]!));
  send({ type: "act", action: "recreate" });
  const id = world.operations.list()[0]!.created!.id;
  assert.deepEqual(host.ran, [["recreate", { type: "instance", connection: restricted, kind: "supplyChain", id }]]);
});

test("A create that the service refuses leaves an attempt, and Recreate is told about that", async (t) => {
  const world = await openWorld(t);
  await world.create("supplyChain", { values: { webAppDnsDomain: "taken" } });
  const { host, submit, send, ready } = openForm(world);
  await ready();
  submit({ values: { instanceName: "second", webAppDnsDomain: "taken" } });
  const { failure } = await host.until("outcome", ({ isRunning }) => !isRunning);
  assert.match(failure!.error, /taken/);
  send({ type: "act", action: "recreate" });
  const operationId = world.operations.list()[0]!.id;
  assert.deepEqual(host.ran, [["recreate", { type: "pendingCreate", connection, kind: "supplyChain", operationId }]]);
  assert.equal(host.last("outcome").buttons[0]?.label, "Edit and Try Again");
});

test("A refused create leads back to the form, with the error at its field until that is changed", async (t) => {
  const world = await openWorld(t);
  await world.create("supplyChain", { values: { instanceName: "first", webAppDnsDomain: "taken" } });
  const draft = { kind: "supplyChain", values: { instanceName: "second", webAppDnsDomain: "taken" }, tags: {} };
  const { id } = await world.operations.start(await world.scope("supplyChain"), { type: "create", draft });
  const operation = await world.operations.untilIdle(id);
  const submit = () => Promise.resolve(undefined);
  const { host, edit } = openForm(world, { type: "repeat", operation, draft, before: draft, submit });
  const load = host.last("load");
  assert.deepEqual([load.title, load.submitLabel], ["Create second", "Create"]);
  assert.match(load.failure!.error, /taken/);
  const problemsAfter = async (webAppDnsDomain: string) => {
    const seq = edit({ values: { instanceName: "second", webAppDnsDomain } });
    const { problems } = await host.until("checked", (message) => message.seq === seq);
    return problems;
  };
  assert.deepEqual(await problemsAfter("taken"), [
    { field: "webAppDnsDomain", message: "The service refused this value." },
  ]);
  assert.deepEqual(await problemsAfter("free"), []);
});

test("To recreate, kind and connection stand, the error is shown, and the caller confirms and starts", async (t) => {
  const world = await openWorld(t);
  const failed = await world.create("supplyChain", {
    ...named("returns-emea"),
    tags: { "sandbox:fail-create": "No <b>" },
  });
  const asked: unknown[] = [];
  const request = recreateOf(world, failed, {
    tags: { team: "logistics" },
    submit: (draft, scope) => {
      asked.push(draft, scope);
      return Promise.resolve(undefined);
    },
  });
  const { host, edit, submit, send, ready } = openForm(world, request);
  const { text } = await ready();
  assert.match(text, /^Deletes returns-emea and creates it again in account 123456789012, us-east-1\./);
  const load = host.last("load");
  assert.equal(load.isFixed, true);
  assert.equal(load.title, "Recreate returns-emea");
  assert.equal(load.submitLabel, "Recreate");
  assert.equal(load.failure?.error, failed.errorMessage);
  assert.deepEqual(load.draft.tags, [{ key: "team", value: "logistics" }]);

  send({ type: "choose", kind: "chime", connection: connectionKey(restricted) });
  assert.equal(host.last("load").draft.kind, "supplyChain");
  const changesAfter = async (edited: number) =>
    (await host.until("checked", (message) => message.seq === edited)).changes;
  assert.deepEqual(await changesAfter(edit({})), []);
  assert.deepEqual(await changesAfter(edit({ ...named("returns"), tags: [{ key: "env", value: "prod" }] })), [
    "Name: returns-emea → returns",
    "Tag + env = prod",
    "Tag - team = logistics",
  ]);

  const { command } = await host.until("checked", () => true);
  assert.match(command, /delete-instance .*get-instance .*create-instance /, "the command does what the form does");

  submit(named("returns-emea"));
  // The user said no: the form stays.
  assert.deepEqual(await host.until("refused", () => true), { type: "refused", problems: [], message: "" });
  assert.deepEqual(asked, [
    { kind: "supplyChain", values: { instanceName: "returns-emea" }, tags: { team: "logistics" } },
    await world.scope("supplyChain"),
  ]);
  assert.equal(host.count("outcome"), 0);
});

test("What keeps an operation from starting is said in the form, which can be submitted again", async (t) => {
  const world = await openWorld(t);
  const failed = await world.create("supplyChain", { tags: { "sandbox:fail-create": "No" } });
  let tries = 0;
  const submitted = () => {
    tries += 1;
    return Promise.reject(new UserError("The disk is full."));
  };
  const { host, submit, ready } = openForm(world, recreateOf(world, failed, { submit: submitted }));
  await ready();
  submit(named("one"));
  assert.equal((await host.until("refused", () => true)).message, "The disk is full.");
  submit(named("one"));
  await host.until("refused", () => host.count("refused") === 2);
  assert.equal(tries, 2);
});

test("An instance without a name is asked about before anything is written or sent", async (t) => {
  const world = await openWorld(t);
  const prompts = new ScriptedPrompts(
    { to: "Create a Supply Chain instance without a name?", confirm: false },
    { to: "us-east-1, profile sandbox", confirm: true },
  );
  const { host, submit, ready } = openForm(world, { type: "create" }, prompts);
  await ready();
  submit({ values: {} });
  assert.deepEqual(await host.until("refused", () => true), { type: "refused", problems: [], message: "" });
  assert.deepEqual([world.operations.list(), await world.changes()], [[], []]);
  submit({ values: {} });
  await host.until("outcome", ({ isRunning }) => !isRunning);
  prompts.assertDone();
  assert.deepEqual(await world.changes(), ["CreateInstance"]);
});

test("Changing the kind keeps what was typed for the other one", async (t) => {
  const world = await openWorld(t);
  const { host, send, edit, ready } = openForm(world);
  await ready();
  edit(named("kept"));
  send({ type: "choose", kind: "chime", connection: connectionKey(connection) });
  assert.deepEqual(
    host.last("load").fields.map(({ id }) => id),
    ["name", "metadata"],
  );
  assert.match(host.last("account").text, /^Creates a Chime app instance in account/);
  send({ type: "choose", kind: "supplyChain", connection: connectionKey(connection) });
  assert.deepEqual(host.last("load").draft.values, { instanceName: "kept" });
});

test("A page that is shown again gets everything again, also what became of its create", async (t) => {
  const world = await openWorld(t);
  const { host, edit, submit, send, ready } = openForm(world);
  await ready();
  edit({ ...named("kept"), tags: [{ key: "a", value: "b" }] });
  send({ type: "ready" });
  assert.deepEqual(host.last("load").draft, {
    kind: "supplyChain",
    values: { instanceName: "kept" },
    tags: [{ key: "a", value: "b" }],
  });
  submit({});
  await host.until("outcome", ({ isRunning }) => !isRunning);
  const before = host.count("outcome");
  send({ type: "ready" });
  assert.equal(host.count("outcome"), before + 1);
});

test("The chosen key is checked, and the policy that it lacks can be copied", async (t) => {
  const world = await openWorld(t);
  const { host, edit, send, ready } = openForm(world);
  await ready();
  const { keys } = await host.until("keys", ({ status }) => status === "ready");
  const arnOf = (alias: string) => keys.find(({ label }) => label === alias)!.value;
  edit({ values: { kmsKeyArn: arnOf("supply-chain") } });
  await host.until("keyChecked", ({ tone, lines }) => tone === "success" && lines[0] === "Key is ready");
  edit({ values: { kmsKeyArn: arnOf("supply-chain-no-access") } });
  const check = await host.until("keyChecked", ({ statement }) => statement !== undefined);
  assert.equal(check.tone, "error");
  send({ type: "copy", what: "keyPolicy" });
  await host.until("copied", () => true);
  assert.match(host.copied[0]!, /scn|kms:/);
  edit({ values: {} });
  await host.until("keyChecked", ({ tone }) => tone === null);
});

test("A key that is not the ARN of a key is not looked up", async (t) => {
  const world = await openWorld(t);
  const { host, edit, ready } = openForm(world);
  await ready();
  await host.until("keys", ({ status }) => status === "ready");
  const before = (await world.sandbox.control.ledger()).requests.length;
  const seq = edit({ values: { kmsKeyArn: "alias/supply-chain" } });
  await host.until("checked", (message) => message.seq === seq);
  assert.equal((await world.sandbox.control.ledger()).requests.length, before);
});

test("A failed connection is said in place, and is used as soon as it works elsewhere", async (t) => {
  const world = await openWorld(t);
  await world.sandbox.control.addFault("GetCallerIdentity", {
    kind: "status",
    status: 403,
    code: "InvalidClientTokenId",
  });
  const { host, submit, ready } = openForm(world);
  const { text, buttons } = await host.until("account", ({ status }) => status !== "connecting");
  assert.match(text, /^(Could not connect|Not signed in) to sandbox · us-east-1: /);
  assert.ok(buttons.some(({ action }) => action === "retry"));
  submit(named("too-early"));
  assert.notEqual((await host.until("refused", () => true)).message, "");
  assert.deepEqual(world.operations.list(), []);

  await connectStore(world);
  await ready();
});

test("A profile that is signed out offers to sign in, and the form goes on once that is done", async (t) => {
  const world = await openWorld(t);
  const { sessions } = world;
  let isSignedIn = false;
  const { host, send, ready } = openForm({
    ...world,
    sessions: {
      open: (of, signal) =>
        isSignedIn
          ? sessions.open(of, signal)
          : Promise.reject(new SignInRequiredError("prod", "The token expired.", "sso")),
      current: (of) => sessions.current(of),
      invalidate: (of) => sessions.invalidate(of),
      reread: (of) => sessions.reread(of),
      onDidChange: sessions.onDidChange,
    },
  } as World);
  const { text, buttons } = await host.until("account", ({ status }) => status === "signedOut");
  assert.equal(text, "Not signed in to sandbox · us-east-1: The token expired.");
  assert.deepEqual(
    buttons.map(({ label }) => label),
    ["Sign In…", "Try Again"],
  );
  send({ type: "act", action: "signIn" });
  assert.deepEqual(host.ran, [["signIn", { type: "connection", connection }]]);
  isSignedIn = true;
  send({ type: "act", action: "retry" });
  await ready();
});

test("Without a connection the form offers to add one or to start the sandbox, and takes the first that comes", async (t) => {
  const world = await openWorld(t);
  world.store.setConnections([]);
  const { host, send, ready } = openForm(world);
  const { status, buttons } = host.last("account");
  assert.equal(status, "none");
  assert.deepEqual(
    buttons.map(({ action }) => action),
    ["addConnection", "startSandbox"],
  );
  send({ type: "act", action: "startSandbox" });
  assert.deepEqual(host.ran, [["startSandbox"]]);
  world.store.setConnections([connection]);
  await ready();
  assert.equal(host.last("connections").connection, connectionKey(connection));
});

test("A form whose connection goes away stays with it, creates nothing, and goes on when it is back", async (t) => {
  const world = await openWorld(t);
  world.store.setConnections([connection, restricted]);
  const { host, edit, submit, ready } = openForm(world);
  await ready();
  edit(named("half-filled"));
  world.store.setConnections([restricted]);
  const gone = await host.until("account", ({ status }) => status === "error");
  assert.match(gone.text, /^The sandbox was stopped: nothing is created until it runs again/);
  assert.deepEqual(gone.buttons, [{ action: "startSandbox", label: "Start Sandbox" }]);
  const offered = host.last("connections");
  assert.equal(offered.connection, connectionKey(connection));
  assert.deepEqual(
    offered.connections.map(({ value }) => value),
    [connectionKey(connection), connectionKey(restricted)],
  );
  submit(named("half-filled"));
  await host.until("refused", () => true);
  assert.deepEqual([world.operations.list(), await world.changes()], [[], []]);
  world.store.setConnections([restricted, connection]);
  await ready();
  assert.equal(host.last("connections").connection, connectionKey(connection));
});

test("A removed profile's connection is not exchanged for another one, not when the form opens either", async (t) => {
  const world = await openWorld(t);
  const prod = { source: "profile", profile: "prod", region: "us-east-1" } as const;
  const { host, send, ready } = openForm(world, { type: "create", connection: prod });
  const { text, buttons } = host.last("account");
  assert.match(text, /^prod · us-east-1 was removed/);
  assert.deepEqual(
    buttons.map(({ action }) => action),
    ["addConnection"],
  );
  assert.equal(host.last("load").connection, connectionKey(prod));
  send({ type: "choose", kind: "supplyChain", connection: connectionKey(connection) });
  await ready();
  const left = host.last("connections");
  assert.deepEqual(
    [left.connection, left.connections.map(({ value }) => value)],
    [connectionKey(connection), [connectionKey(connection)]],
    "what was left and is gone cannot be chosen again",
  );
  host.posted.length = 0;
  send({ type: "choose", kind: "supplyChain", connection: connectionKey(prod) });
  assert.equal(host.last("connections").connection, connectionKey(connection), "the page shows where it would create");
});

test("An unfinished draft is remembered, with its connection, until something is made of it", async (t) => {
  const world = await openWorld(t);
  const { host, edit, submit, ready } = openForm(world);
  await ready();
  const seq = edit(named("begun"));
  await host.until("checked", (message) => message.seq === seq);
  const draft = { kind: "supplyChain", values: { instanceName: "begun" }, tags: [] };
  assert.deepEqual(host.kept.at(-1), { draft, connection });
  submit(named("begun"));
  await host.until("outcome", () => true);
  assert.equal(host.kept.at(-1), undefined);
});

test("What was typed to replace something is remembered as well, until it is sent or begun anew", async (t) => {
  const world = await openWorld(t);
  const failed = await world.create("supplyChain", { ...named("failed"), tags: { "sandbox:fail-create": "No" } });
  const request = recreateOf(world, failed, {
    submit: (draft, scope) => world.operations.start(scope, { type: "create", draft }),
  });
  const { host, edit, submit, send, ready } = openForm(world, request);
  await ready();
  const keptAfter = async (seq: number) => {
    await host.until("checked", (message) => message.seq === seq);
    return host.kept.at(-1)?.draft.values;
  };
  await keptAfter(edit({}));
  assert.equal(host.kept.length, 0, "nothing was typed yet");
  assert.deepEqual(await keptAfter(edit(named("mended"))), { instanceName: "mended" });
  assert.equal(await keptAfter(edit(named("failed"))), undefined, "it is as it was");
  await keptAfter(edit(named("mended")));
  send({ type: "act", action: "startOver" });
  assert.equal(host.kept.at(-1), undefined);
  assert.equal(host.last("load").submitLabel, "Recreate");
  assert.deepEqual(host.last("load").draft.values, { instanceName: "failed" });

  await keptAfter(edit(named("sent")));
  submit(named("sent"));
  await host.until("outcome", () => true);
  assert.equal(host.kept.at(-1), undefined);
  assert.ok(host.keptFor.every((type) => type === "recreate"));
});

test("What was typed comes back into a form that is opened anew, with its notice", async (t) => {
  const world = await openWorld(t);
  const failed = await world.create("supplyChain", { ...named("failed"), tags: { "sandbox:fail-create": "No" } });
  const { session, host, ready } = openForm(world);
  await ready();
  session.restart(recreateOf(world, failed), "This is the draft that you had begun.");
  session.bringBack({ kind: "supplyChain", ...named("mended"), tags: [] });
  const load = host.last("load");
  assert.deepEqual(
    [load.title, load.notice, load.draft.values],
    ["Recreate failed", "This is the draft that you had begun.", named("mended").values],
  );
  assert.equal(session.isUntouched, false);
});

test("A draft that comes from the wizard is the user's work from the start", async (t) => {
  const world = await openWorld(t);
  const draft = { kind: "supplyChain", values: { instanceName: "answered" }, tags: { team: "a" } };
  const { session, host } = openForm(world, { type: "create", draft, connection });
  assert.equal(session.isUntouched, false);
  assert.deepEqual(host.kept, [
    { draft: { kind: "supplyChain", ...named("answered"), tags: [{ key: "team", value: "a" }] }, connection },
  ]);
  const empty = openForm(world, { type: "create", draft: { ...draft, values: {}, tags: {} } });
  assert.deepEqual([empty.session.isUntouched, empty.host.kept], [true, []]);
});

test("Cancel closes the form and forgets its draft, and no other one", async (t) => {
  const world = await openWorld(t);
  const plain = openForm(world);
  plain.send({ type: "cancel" });
  assert.deepEqual([plain.host.isClosed, plain.host.kept], [true, [undefined]]);
  const failed = await world.create("supplyChain", { tags: { "sandbox:fail-create": "No" } });
  const replacing = openForm(world, recreateOf(world, failed));
  replacing.send({ type: "cancel" });
  assert.deepEqual(
    [replacing.host.isClosed, replacing.host.kept, replacing.host.keptFor],
    [true, [undefined], ["recreate"]],
  );
});

test("A message that no schema knows is refused with a reason and does nothing", async (t) => {
  const world = await openWorld(t);
  const { host, session, ready } = openForm(world);
  await ready();
  const before = host.posted.length;
  for (const message of [
    undefined,
    "submit",
    { type: "submit" },
    { type: "submit", draft: { kind: "supplyChain", values: { instanceName: 7 }, tags: [] } },
    { type: "act", action: "workbench.action.quit" },
    { type: "copy", what: "clipboard" },
    { type: "eval", code: "1" },
  ]) {
    assert.notEqual(session.receive(message), undefined, JSON.stringify(message));
  }
  assert.equal(host.posted.length, before);
  assert.deepEqual(world.operations.list(), []);
});

test("A closed form listens to nothing any more, and what it started goes on", async (t) => {
  const world = await openWorld(t);
  const { session, host, submit, ready } = openForm(world);
  await ready();
  submit(named("goes-on"));
  session.dispose();
  const before = host.posted.length;
  await new Promise<void>((resolve) => {
    const listening = world.operations.onDidSettle(() => {
      listening.dispose();
      resolve();
    });
  });
  assert.equal(host.posted.length, before);
  assert.equal((await world.untilIdle()).status, "succeeded");
});

test("A form is taken for the same failed instance, and for nothing else once that was started", async (t) => {
  const world = await openWorld(t);
  const failed = await world.create("supplyChain", { tags: { "sandbox:fail-create": "No" } });
  const request = recreateOf(world, failed);
  const { session } = openForm(world, request);
  assert.equal(session.isAbout(request), true);
  assert.equal(session.isAbout({ type: "create" }), false);
  assert.equal(session.isAbout({ ...request, instance: { ...failed, id: "other" } }), false);
});

test("The form goes on in the wizard with what was typed last, and leaves; a recreate stays where it is confirmed", async (t) => {
  const world = await openWorld(t);
  const { host, edit, send, ready } = openForm(world);
  await ready();
  const seq = edit({ values: { instanceName: "North Plant" }, tags: [{ key: "team", value: "logistics" }] });
  const { suggestions } = await host.until("checked", (message) => message.seq === seq);
  assert.deepEqual(suggestions, { webAppDnsDomain: "north-plant" });
  send({ type: "act", action: "continueInWizard" });
  const draft = { kind: "supplyChain", values: { instanceName: "North Plant" }, tags: { team: "logistics" } };
  assert.deepEqual(world.inWizard, [{ kind: "supplyChain", connection, draft }]);
  assert.equal(host.isClosed, true);
  const tags = { "sandbox:fail-create": "No S3" };
  const failed = await world.create("supplyChain", { ...named("failed"), tags });
  const recreating = openForm(world, recreateOf(world, failed));
  recreating.send({ type: "act", action: "continueInWizard" });
  assert.equal(world.inWizard.length, 1);
  assert.equal(recreating.host.isClosed, false);
});
