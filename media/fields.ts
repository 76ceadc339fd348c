import type { FieldModel } from "../src/ui/page/protocol/form";
import { typedValue } from "../src/instances/draft";
import { h, icon, type Child } from "./page";

/** One question of the form, with its rule, its count and its problem under it. */
export interface FieldView {
  readonly id: string;
  readonly element: HTMLElement;
  readonly showProblem: (message: string | undefined) => void;
  /** An example, while nothing is typed. */
  readonly suggest?: (example: string | undefined) => void;
  focus(): void;
}

export interface FieldEvents {
  /** Every keystroke. */
  onInput(value: string): void;
  /** The user left the field: from now on its problem is shown. */
  onLeave(): void;
}

export function textField(model: FieldModel, value: string, events: FieldEvents): FieldView {
  const id = `field-${model.id}`;
  const count = h("span", { class: "count", id: `${id}-count` });
  const preview = h("span", { class: "preview" });
  const multiline = model.control === "multiline";
  const input = h(multiline ? "textarea" : "input", {
    ...inputProps(id, model),
    ...(multiline ? { rows: 3 } : { type: "text" }),
    oninput: () => {
      describe();
      events.onInput(input.value);
    },
    onblur: () => events.onLeave(),
  });
  input.value = value;

  function describe(): void {
    const typed = typedValue(model, input.value);
    count.textContent = countText(model, typed);
    count.classList.toggle("over", lengthOf(model, typed) > model.maxLength);
    if (model.control !== "domain") return;
    preview.textContent = typed === "" ? "" : `${model.prefix ?? ""}${typed}${model.suffix ?? ""}`;
  }

  describe();
  const control =
    model.control === "domain"
      ? h("div", { class: "affixed" }, input, h("span", { class: "suffix" }, model.suffix ?? ""))
      : input;
  const { element, showProblem } = fieldRow(id, model, control, [input], count, preview);
  const suggest = (example: string | undefined) => (input.placeholder = example ?? "");
  return { id: model.id, element, showProblem, suggest, focus: () => input.focus() };
}

export function inputProps(id: string, model: FieldModel) {
  return {
    id,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-required": model.required ? "true" : undefined,
    "aria-describedby": `${id}-problem ${id}-help ${id}-count`,
  } as const;
}

/** The frame around a control: label, rule, count, problem. */
export function fieldRow(
  id: string,
  model: FieldModel,
  control: Child,
  inputs: readonly HTMLElement[],
  count: HTMLElement | undefined,
  preview: HTMLElement,
) {
  const problem = h("p", { class: "problem", id: `${id}-problem`, hidden: true });
  const element = h(
    "div",
    { class: "field" },
    h("label", { for: id }, model.label, model.required ? h("span", { class: "required" }, " (required)") : undefined),
    h(
      "div",
      { class: "field-control" },
      control,
      problem,
      h("p", { class: "help" }, h("span", { id: `${id}-help` }, model.help), count),
      preview,
    ),
  );
  return {
    element,
    showProblem: (message: string | undefined) => showProblem(problem, inputs, message),
  };
}

/** Says what is wrong under the inputs, and to those who cannot see that. */
export function showProblem(problem: HTMLElement, inputs: readonly HTMLElement[], message: string | undefined): void {
  problem.hidden = message === undefined;
  problem.replaceChildren(...(message === undefined ? [] : [icon("error"), message]));
  for (const input of inputs) {
    if (message === undefined) input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
  }
}

function lengthOf(model: FieldModel, value: string): number {
  return model.lengthUnit === "bytes" ? new TextEncoder().encode(value).length : Array.from(value).length;
}

function countText(model: FieldModel, value: string): string {
  const used = lengthOf(model, value).toLocaleString("en");
  const limit = model.maxLength.toLocaleString("en");
  return model.lengthUnit === "bytes" ? `${used} of ${limit} bytes` : `${used} of ${limit}`;
}
