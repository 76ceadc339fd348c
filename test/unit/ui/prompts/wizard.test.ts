import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError } from "../../../../src/core/errors";
import { runWizard, type WizardStep } from "../../../../src/ui/prompts/wizard";
import { ScriptedPrompts, type Reply } from "../../../fakes/scriptedPrompts";

type State = Readonly<Record<string, string>>;

function inputStep(prompts: ScriptedPrompts, id: string, isPreliminary = false): WizardStep<State> {
  return {
    id,
    isPreliminary,
    async ask(state, frame) {
      const answer = await prompts.input({ ...frame, prompt: id, value: state[id] ?? "" });
      return answer.type === "value" ? { type: "next", state: { ...state, [id]: answer.value } } : { type: "back" };
    },
  };
}

/** A review whose typed answer names the step to go to; an empty one accepts. */
function reviewStep(prompts: ScriptedPrompts): WizardStep<State> {
  return {
    id: "review",
    async ask(state, frame) {
      const answer = await prompts.input({ ...frame, prompt: "review" });
      if (answer.type !== "value") return { type: "back" };
      return answer.value === "" ? { type: "next", state } : { type: "goTo", step: answer.value };
    },
  };
}

function run(replies: readonly Reply[], options: { readonly start?: string } = {}) {
  const prompts = new ScriptedPrompts(...replies);
  const steps = [
    inputStep(prompts, "where", true),
    inputStep(prompts, "name"),
    inputStep(prompts, "domain"),
    reviewStep(prompts),
  ];
  return { prompts, result: runWizard<State>({ title: "Create", steps, state: {}, ...options }) };
}

test("Steps are numbered by themselves, and a preliminary question has no number", async () => {
  const { prompts, result } = run([
    { to: "where", type: "here" },
    { to: "name", type: "a" },
    { to: "domain", type: "b" },
    { to: "review", type: "" },
  ]);
  assert.deepEqual(await result, { where: "here", name: "a", domain: "b" });
  assert.deepEqual(
    prompts.shown.map(({ step }) => step),
    ["", "1/3", "2/3", "3/3"],
  );
  prompts.assertDone();
});

test("Going back keeps every answer", async () => {
  const { prompts, result } = run([
    { to: "where", type: "here" },
    { to: "name", type: "a" },
    { to: "domain", back: true },
    { to: "value: a", back: true },
    { to: "value: here", type: "there" },
    { to: "value: a", type: "a2" },
    { to: "domain", type: "b" },
    { to: "review", type: "" },
  ]);
  assert.deepEqual(await result, { where: "there", name: "a2", domain: "b" });
  prompts.assertDone();
});

test("A line of the review leads to its question and straight back", async () => {
  const { prompts, result } = run([
    { to: "where", type: "here" },
    { to: "name", type: "a" },
    { to: "domain", type: "b" },
    { to: "review", type: "name" },
    { to: "value: a", type: "changed" },
    { to: "review", type: "name" },
    { to: "value: changed", back: true },
    { to: "review", type: "" },
  ]);
  assert.deepEqual(await result, { where: "here", name: "changed", domain: "b" });
  prompts.assertDone();
});

test("The first question has no Back, and leaving any question leaves the wizard", async () => {
  const first = run([{ to: "where", back: true }]);
  await assert.rejects(first.result, /has no way back/);
  const later = run([
    { to: "where", type: "here" },
    { to: "name", cancel: true },
  ]);
  await assert.rejects(later.result, CancelledError);
  later.prompts.assertDone();
});

test("A wizard can start at its review and still go back", async () => {
  const { prompts, result } = run(
    [
      { to: "review", back: true },
      { to: "domain", type: "b" },
      { to: "3/3", type: "" },
    ],
    { start: "review" },
  );
  assert.deepEqual(await result, { domain: "b" });
  prompts.assertDone();
});
