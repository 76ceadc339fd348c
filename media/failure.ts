import type { Button, Failure, NextModel } from "../src/ui/page/protocol/pieces";
import { explanationPanel } from "./explanation";
import { copyButton, h, icon } from "./page";
import type { Sender } from "./sender";

/** A failure in the service's own words, and what to do about it. */
export function failurePanel(failure: Failure, sender: Sender, canRecreate = false): HTMLElement {
  return h(
    "section",
    { class: "failure", "aria-label": failure.title, tabindex: -1, id: "failure" },
    h("h2", {}, icon("error"), failure.title),
    h("p", { class: "service-text", dir: "auto", id: "failure-text" }, failure.error),
    failure.advice === "" ? undefined : h("p", {}, h("strong", {}, "What to do: "), failure.advice),
    failure.statement === undefined
      ? undefined
      : copyButton("mitigation", `Copy ${failure.statement}`, () => sender.send({ type: "copy", what: "mitigation" })),
    failure.explanation && explanationPanel(failure.explanation, sender, canRecreate),
  );
}

/** What is left to be done elsewhere. */
export function nextPanel({ text, statement }: NextModel, sender: Sender): HTMLElement {
  return h(
    "section",
    { class: "notice", "aria-labelledby": "next-title" },
    h("h2", { id: "next-title" }, "What comes next"),
    h("p", { dir: "auto" }, text),
    statement === undefined
      ? undefined
      : copyButton("nextStatement", `Copy ${statement}`, () => sender.send({ type: "copy", what: "nextStatement" })),
  );
}

/** The ways on from a page, the first of them foremost, unless it deletes or merely copies. */
export function pageButtons(buttons: readonly Button[], sender: Sender): HTMLElement {
  const [first] = buttons;
  return buttonRow(buttons, sender, first && /^(?:copy|delete)/.test(first.action) ? undefined : first?.action);
}

export function buttonRow(buttons: readonly Button[], sender: Sender, primary?: Button["action"]): HTMLElement {
  const all = buttons.map((button) => actionButton(button, sender, button.action === primary));
  return h("div", { class: "buttons" }, ...all);
}

export function actionButton({ action, label }: Button, sender: Sender, isPrimary = false): HTMLElement {
  return h(
    "button",
    {
      type: "button",
      id: `act-${action}`,
      class: isPrimary ? "primary" : "secondary",
      onclick: () => sender.send({ type: "act", action }),
    },
    label,
  );
}
