import type { Choice, FieldModel, KeyCheckModel, KeysModel } from "../src/ui/page/protocol";
import type { Sender } from "./failure";
import { copyButton, h, icon, replaceContent, type Child } from "./page";

/** One question of the form, with its rule, its count and its problem under it. */
export interface FieldView {
  readonly id: string;
  readonly element: HTMLElement;
  readonly showProblem: (message: string | undefined) => void;
  /** An example, while nothing is typed. */
  readonly suggest?: (example: string | undefined) => void;
  focus(): void;
}

export interface KeyFieldView extends FieldView {
  setKeys(model: KeysModel): void;
  setCheck(model: KeyCheckModel): void;
}

interface FieldEvents {
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
    count.textContent = countText(model, input.value);
    count.classList.toggle("over", lengthOf(model, input.value) > model.maxLength);
    if (model.control !== "domain") return;
    preview.textContent = input.value === "" ? "" : `${model.prefix ?? ""}${input.value}${model.suffix ?? ""}`;
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

const customKey = "custom";
const ownedKey = "";

/** A choice of usable keys, a key's ARN by hand, and what the check of the chosen one says. */
export function keyField(model: FieldModel, value: string, events: FieldEvents, sender: Sender): KeyFieldView {
  const id = `field-${model.id}`;
  let choices: readonly Choice[] = [];
  let isCustom = value !== "";
  const status = h("span", { class: "preview" });
  const check = h("div", { class: "check", id: `${id}-check`, role: "status" });
  const select = h("select", {
    id,
    "aria-describedby": `${id}-problem ${id}-help ${id}-check`,
    onchange: () => {
      isCustom = select.value === customKey;
      showArn();
      events.onInput(isCustom ? arn.value.trim() : select.value);
      if (isCustom) arn.focus();
      else events.onLeave();
    },
  });
  const arn = h("input", {
    ...inputProps(`${id}-arn`, model),
    "aria-label": `${model.label} ARN`,
    "aria-describedby": `${id}-problem ${id}-help ${id}-check`,
    type: "text",
    placeholder: "arn:aws:kms:…",
    oninput: () => events.onInput(arn.value.trim()),
    onblur: () => events.onLeave(),
  });
  arn.value = value;

  function showArn(): void {
    arn.hidden = !isCustom;
  }

  function fillSelect(): void {
    const current = isCustom ? arn.value.trim() : select.value;
    // A key that was given by its ARN and is one of the listed is shown as what it is.
    if (isCustom && document.activeElement !== arn && choices.some((key) => key.value === current)) isCustom = false;
    replaceContent(
      select,
      h("option", { value: ownedKey }, "AWS owned key (default)"),
      ...choices.map((key) =>
        h("option", { value: key.value }, key.description ? `${key.label} (${key.description})` : key.label),
      ),
      h("option", { value: customKey }, "Enter a key ARN…"),
    );
    if (!isCustom && current !== ownedKey && !choices.some((key) => key.value === current)) isCustom = true;
    if (isCustom) arn.value = current;
    select.value = isCustom ? customKey : current;
    showArn();
  }

  fillSelect();
  const { element, showProblem } = fieldRow(id, model, h("div", {}, select, arn), [select, arn], undefined, status);
  element.querySelector(".field-control")?.append(check);
  return {
    id: model.id,
    element,
    showProblem,
    focus: () => (isCustom ? arn : select).focus(),
    setKeys(keys) {
      choices = keys.keys;
      status.textContent = keys.status === "loading" ? "Loading keys…" : (keys.text ?? "");
      fillSelect();
    },
    setCheck(result) {
      check.replaceChildren(...checkLines(result));
    },
  };

  function checkLines({ tone, lines, statement }: KeyCheckModel): Node[] {
    if (tone === null) return [];
    const nodes: Node[] = lines.map((line, index) =>
      h("p", {}, ...(index === 0 ? [icon(tone), line] : [h("span", { class: "indent" }), line])),
    );
    if (statement !== undefined) {
      nodes.push(copyButton("keyPolicy", `Copy ${statement}`, () => sender.send({ type: "copy", what: "keyPolicy" })));
    }
    return nodes;
  }
}

function inputProps(id: string, model: FieldModel) {
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
function fieldRow(
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
  const used = lengthOf(model, value).toLocaleString();
  const limit = model.maxLength.toLocaleString();
  return model.lengthUnit === "bytes" ? `${used} of ${limit} bytes` : `${used} of ${limit}`;
}
