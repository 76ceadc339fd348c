import type { FormModel } from "../src/ui/page/protocol";
import { buttonRow, type Sender } from "./failure";
import { h } from "./page";

/** What is to be made, and where. */
export function heading(next: FormModel, onChoose: () => void): HTMLElement {
  return h(
    "header",
    {},
    h("h1", {}, next.title),
    h(
      "div",
      { class: "choices" },
      picker("kind", "Kind", next.kinds, next.draft.kind, next.isFixed, onChoose),
      connectionPicker(next, onChoose),
    ),
  );
}

export function connectionPicker(next: FormModel, onChoose: () => void): HTMLElement {
  return picker("connection", "Connection", next.connections, next.connection, next.isFixed, onChoose);
}

function picker(
  id: string,
  label: string,
  choices: FormModel["kinds"],
  value: string,
  disabled: boolean,
  onChoose: () => void,
): HTMLElement {
  const select = h(
    "select",
    { id, disabled: disabled || choices.length === 0, onchange: onChoose },
    ...choices.map((choice) => h("option", { value: choice.value }, choice.label)),
  );
  select.value = value;
  return h("div", { class: "choice", id: `${id}-choice` }, h("label", { for: id }, label), select);
}

/** Says what the form was begun with. */
export function notice(text: string, sender: Sender): HTMLElement {
  return h(
    "div",
    { class: "notice" },
    h("p", {}, text),
    buttonRow([{ action: "startOver", label: "Start Over" }], sender),
  );
}
