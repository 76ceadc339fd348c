import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { CancelledError } from "../../../../src/core/errors";
import { FormKeys } from "../../../../src/features/createForm/keys";
import type { KeyField } from "../../../../src/instances/kind";
import { FakeClock } from "../../../fakes/clock";
import { openWorld } from "../flowWorld";
import { openForm, RecordingHost } from "./formWorld";

const hang = { kind: "hang" } as const;
const denied = { kind: "status", status: 400, code: "AccessDeniedException" } as const;

/** The keys of a form in a sandbox, in time that the test moves. */
async function openKeys(t: TestContext) {
  const world = await openWorld(t);
  const clock = new FakeClock();
  const host = new RecordingHost();
  const keys = new FormKeys(clock, (message) => host.post(message));
  t.after(() => keys.dispose());
  const field = world.kind("supplyChain").fields.find((one): one is KeyField => one.control === "encryptionKey")!;
  return { world, clock, keys, field, host, until: host.until.bind(host) };
}

test("Without a connection no keys are loading, and the field says when they are listed", async (t) => {
  const { keys, field, host } = await openKeys(t);
  keys.setFields([field]);
  keys.postAll();
  const { status, text } = host.last("keys");
  assert.deepEqual([status, text], ["waiting", "Keys are listed once there is a connection."]);
});

test("A listing that hangs says so, and can be begun anew", async (t) => {
  const { world, clock, keys, field, until } = await openKeys(t);
  await world.sandbox.control.addFault("ListAliases", hang);
  keys.setFields([field]);
  keys.setSession(await world.session());
  await until("keys", ({ text, buttons }) => text === "Loading keys…" && buttons.length === 0);
  await clock.advance(8_000);
  const { buttons } = await until(
    "keys",
    ({ text }) => text === "Loading keys takes long. A key can be entered by its ARN.",
  );
  assert.deepEqual(buttons, [{ action: "listKeys", label: "List Again" }]);
  keys.listAgain();
  await until("keys", ({ keys: some }) => some.length > 0);
  assert.deepEqual(clock.pending, [], "nothing waits for the listing any more");
});

test("A listing that fails says why, and can be begun anew", async (t) => {
  const { world, keys, field, until } = await openKeys(t);
  await world.sandbox.control.addFault("ListAliases", denied);
  keys.setFields([field]);
  keys.setSession(await world.session());
  const { text, buttons } = await until("keys", ({ status }) => status === "error");
  assert.match(text ?? "", /^Could not list keys: You are not allowed to list keys \(kms:ListAliases\)\. A key can be/);
  assert.deepEqual(
    buttons.map(({ action }) => action),
    ["listKeys"],
  );
  keys.listAgain();
  await until("keys", ({ status }) => status === "ready");
});

test("A check that hangs can be left: the key is used anyway", async (t) => {
  const { world, clock, keys, field, until } = await openKeys(t);
  keys.setFields([field]);
  keys.setSession(await world.session());
  const listed = await until("keys", ({ keys: some }) => some.length > 0);
  await world.sandbox.control.addFault("DescribeKey", hang);
  const arn = listed.keys.find(({ label }) => label === "supply-chain")!.value;
  keys.check(() => arn);
  await until("keyChecked", ({ lines, isOpen }) => lines[0] === "Checking the key…" && !isOpen);
  const refusals = keys.refusals();
  await clock.advance(8_000);
  await until("keyChecked", ({ lines, isOpen }) => lines[0] === "Checking the key takes long." && isOpen);
  keys.decide(field.id, "useAnyway");
  assert.deepEqual(await refusals, []);
  await until("keyChecked", ({ tone, lines }) => tone === "warning" && lines[0] === "It is used anyway.");
});

test("A key that cannot be used keeps the form from creating until the user insists, for that key only", async (t) => {
  const world = await openWorld(t);
  const { host, edit, submit, send, ready } = openForm(world);
  await ready();
  const { keys } = await host.until("keys", ({ keys: some }) => some.length > 0);
  const arnOf = (alias: string) => keys.find(({ label }) => label === alias)!.value;
  const values = { instanceName: "x", kmsKeyArn: arnOf("supply-chain-no-access") };
  submit({ values });
  const { problems } = await host.until("refused", () => true);
  assert.deepEqual(problems, [{ field: "kmsKeyArn", message: "Choose another key, or use this one anyway." }]);
  assert.deepEqual(world.requests, []);

  const again = edit({ values });
  const stays = await host.until("checked", (message) => message.seq === again);
  assert.deepEqual(stays.problems, problems, "it stays until something is done about it");
  const seq = edit({ values });
  send({ type: "decideKey", field: "kmsKeyArn", decision: "useAnyway" });
  const { lines, tone, statement } = await host.until("keyChecked", ({ isOpen }) => !isOpen);
  assert.deepEqual([lines.at(-1), tone], ["It is used anyway.", "warning"]);
  assert.equal(statement, "7 statements for the key policy");
  const checked = await host.until("checked", (message) => message.seq === seq);
  assert.deepEqual(checked.problems, [], "the page is told that it may go on");
  edit({ values: { kmsKeyArn: arnOf("supply-chain") } });
  await host.until("keyChecked", ({ tone: now }) => now === "success");
  edit({ values });
  await host.until("keyChecked", ({ isOpen }) => isOpen);

  send({ type: "decideKey", field: "kmsKeyArn", decision: "checkAgain" });
  await host.until("keyChecked", ({ tone: now }) => now === "error");
  send({ type: "decideKey", field: "kmsKeyArn", decision: "useAnyway" });
  submit({ values });
  await host.until("outcome", () => true);
  assert.equal(world.requests.length, 1);
});

test("What is edited while the key of a submit is checked keeps the form from creating what is no longer shown", async (t) => {
  const world = await openWorld(t);
  const { host, edit, submit, ready } = openForm(world);
  await ready();
  const { keys } = await host.until("keys", ({ keys: some }) => some.length > 0);
  await world.sandbox.control.addFault("DescribeKey", hang);
  submit({ values: { instanceName: "x", kmsKeyArn: keys.find(({ label }) => label === "supply-chain")!.value } });
  await host.until("keyChecked", ({ tone }) => tone === "progress");
  edit({ values: { instanceName: "x" } });
  const { message } = await host.until("refused", () => true);
  assert.equal(message, "Something was changed meanwhile. Look through it, and create again.");
  assert.deepEqual(world.operations.list(), []);
});

test("Keys and a check that no MFA code is given for are not waited for for ever", async (t) => {
  const { world, clock, keys, field, host } = await openKeys(t);
  const decline = () => Promise.reject(new CancelledError());
  const session = await world.session();
  // Its credentials have ended, and whoever renews them is asked for a code.
  const client = {
    ...session.client,
    call: decline,
    pages: () => ({ [Symbol.asyncIterator]: () => ({ next: decline }) }),
  };
  keys.setFields([field]);
  keys.setSession({ ...session, client });
  keys.check(() => "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555");
  assert.equal((await keys.refusals())?.length, 1);
  const { status, text } = host.last("keys");
  assert.deepEqual(
    [status, text],
    ["error", "Could not list keys: Signing in was cancelled. A key can be entered by its ARN."],
  );
  const { tone, lines, isOpen } = host.last("keyChecked");
  assert.deepEqual([tone, lines, isOpen], ["warning", ["Could not check the key: Signing in was cancelled."], true]);
  assert.deepEqual(clock.pending, []);
});
