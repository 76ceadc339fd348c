import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionKey } from "../../../../src/instances/connection";
import { dev, key, keyField, openForm, prod, type FormWorld } from "./formWorld";

const values = { instanceName: "north", [keyField.id]: key };

/** A form whose Create waits for what the check of its key says. */
async function openWaiting(): Promise<FormWorld> {
  const form = await openForm(values);
  form.page.submit();
  await form.settle();
  assert.deepEqual([form.started, form.asked.at(-1)?.what], [[], "DescribeKey"]);
  return form;
}

/** Why the page may not create: the fields that are pointed at, or the sentence. */
function refusalOf({ page }: FormWorld): readonly string[] | undefined {
  return page.refused && [...page.refused.problems.map(({ field }) => field), page.refused.message];
}

const ways: Readonly<Record<string, (form: FormWorld) => void>> = {
  Cancel: (form) => form.send({ type: "cancel" }),
  "Closing the tab": (form) => form.close(),
  "Continue in the wizard": (form) => form.send({ type: "act", action: "continueInWizard" }),
};
for (const [way, leave] of Object.entries(ways))
  test(`${way} while Create waits for the key's check creates nothing`, async () => {
    const form = await openWaiting();
    leave(form);
    await form.settle();
    await form.answer(false, "DescribeKey");
    assert.deepEqual([form.isOpen, form.started, form.errors], [false, [], []]);
  });

test("A page that is built anew while Create waits for the key's check hears what that says, and is refused", async () => {
  const form = await openWaiting();
  form.page.buildAnew();
  await form.settle();
  assert.deepEqual(form.started, []);
  assert.equal(refusalOf(form), undefined, "the check goes on");
  await form.answer(true, "DescribeKey");
  assert.equal(form.page.keyCheck?.tone, "error");
  assert.deepEqual([refusalOf(form), form.started], [[keyField.id, ""], []]);
});

test("A key that is checked again while Create waits is not used for what its first check did not say", async () => {
  const form = await openWaiting();
  form.decide("checkAgain");
  await form.settle();
  assert.deepEqual([refusalOf(form), form.started], [[keyField.id, ""], []]);
});

test("Somebody who uses the key anyway while Create waits for its check has created", async () => {
  const form = await openWaiting();
  form.decide("useAnyway");
  await form.settle();
  await form.answer(true, "start");
  assert.deepEqual([form.started.length, form.page.hasOutcome], [1, true]);
});

test("A connection that is chosen while Create waits is where the next Create goes, and the first goes nowhere", async () => {
  const form = await openWaiting();
  form.page.choose("supplyChain", dev);
  await form.settle();
  assert.deepEqual(refusalOf(form), ["The connection has changed meanwhile."]);
  await form.answer(true, "open");
  form.decide("useAnyway");
  form.page.submit();
  await form.settle();
  assert.deepEqual(
    form.started.map(({ scope }) => scope.connection),
    [dev],
  );
  assert.equal(form.page.model?.connection, connectionKey(dev));
});

test("What is chosen while an operation is being begun is not taken, and the page shows where it is begun", async () => {
  for (const kind of ["supplyChain", "chime"]) {
    const form = await openForm({ instanceName: "north" });
    form.page.submit();
    await form.settle();
    form.page.choose(kind, dev);
    await form.settle();
    assert.deepEqual([form.page.model?.connection, form.page.draft?.kind], [connectionKey(prod), "supplyChain"]);
    await form.answer(false, "start");
    assert.deepEqual(refusalOf(form), ["The disk is full."]);
    form.page.submit();
    await form.settle();
    assert.deepEqual(
      form.started.map(({ scope }) => [scope.connection, scope.kind]),
      [[prod, "supplyChain"]],
    );
  }
});

for (const way of ["cancel", "continueInWizard", "startOver"] as const)
  test(`What is being begun is not left by ${way}: its outcome is shown`, async () => {
    const form = await openForm({ instanceName: "north" });
    form.page.submit();
    await form.settle();
    form.send(way === "cancel" ? { type: "cancel" } : { type: "act", action: way });
    await form.settle();
    assert.deepEqual([form.isOpen, form.page.draft?.values.instanceName], [true, "north"]);
    await form.answer(true, "start");
    assert.deepEqual([form.started.length, form.page.hasOutcome, form.errors], [1, true, []]);
  });

test("A kind and a connection that are chosen at once are both what the page then shows", async () => {
  const form = await openForm();
  form.page.choose("chime", dev);
  await form.answer(true, "open");
  assert.deepEqual([form.page.model?.connection, form.page.draft?.kind], [connectionKey(dev), "chime"]);
  form.page.edit({ values: { name: "sales" } });
  form.page.submit();
  await form.settle();
  assert.deepEqual(
    form.started.map(({ scope }) => [scope.connection, scope.kind]),
    [[dev, "chime"]],
  );
});
