import type { PrerequisitesModel } from "../src/ui/page/protocol/form";
import type { MarkModel } from "../src/ui/page/protocol/pieces";
import type { Sender } from "./sender";
import { announce, copyButton, h, icon, replaceContent, shortTimeElement, type Child } from "./page";

const markWords: Readonly<Record<MarkModel, string>> = {
  pass: "Fine",
  warning: "Warning",
  error: "Problem",
  unknown: "Not known",
  unchecked: "Not checked",
};

const markIcons = {
  pass: "success",
  warning: "warning",
  error: "error",
  unknown: "unknown",
  unchecked: "unchecked",
} as const;

/** A mark that is read as a word. */
export function markedText(mark: MarkModel, ...children: readonly Child[]): HTMLElement {
  return h(
    "span",
    { class: "marked", dir: "auto" },
    icon(markIcons[mark]),
    h("span", { class: "spoken" }, `${markWords[mark]}: `),
    ...children,
  );
}

/** What stands in the way of a create. It fills while the checks run, and never holds up the rest of the page. */
export class PrerequisitesSection {
  readonly element = h("section", { class: "prerequisites", "aria-labelledby": "prerequisites-title" });
  readonly #sender: Sender;
  readonly #onCheck: () => void;
  #isOpen = false;
  #wasRunning = false;

  constructor(sender: Sender, onCheck: () => void) {
    this.#sender = sender;
    this.#onCheck = onCheck;
  }

  show(model: PrerequisitesModel): void {
    replaceContent(this.element, this.#head(model), ...this.#body(model));
    if (this.#wasRunning && model.status === "done") announce(`Prerequisites: ${model.summary}`);
    this.#wasRunning = model.status === "running";
  }

  /** The button keeps its place and its focus, whatever it does next. */
  #head({ status, summary, checkedAt, isOutdated }: PrerequisitesModel): HTMLElement {
    const isRunning = status === "running";
    return h(
      "div",
      { class: "prerequisites-head" },
      h("h2", { id: "prerequisites-title" }, "Prerequisites"),
      h(
        "p",
        { class: "hint", id: "prerequisites-summary" },
        isOutdated ? "You have changed the draft since. " : undefined,
        summary,
        ...(checkedAt === undefined ? [] : [" · checked ", shortTimeElement(checkedAt)]),
      ),
      h(
        "button",
        {
          type: "button",
          class: "secondary",
          id: "prerequisites-check",
          "aria-describedby": "prerequisites-summary",
          onclick: isRunning ? () => this.#sender.send({ type: "act", action: "stopChecking" }) : this.#onCheck,
        },
        isRunning ? "Stop Checking" : status === "done" ? "Check Again" : "Check",
      ),
    );
  }

  #body({ findings, actions }: PrerequisitesModel): readonly Child[] {
    if (findings.length === 0) return [];
    return [
      h("ul", { class: "findings" }, ...findings.map((finding) => this.#finding(finding))),
      actions.length === 0 ? undefined : this.#all(actions),
    ];
  }

  #finding({ mark, text, wayOut, offer }: PrerequisitesModel["findings"][number]): HTMLElement {
    return h(
      "li",
      {},
      markedText(mark, text),
      wayOut === undefined ? undefined : h("p", { class: "hint", dir: "auto" }, wayOut),
      offer && this.#copyButton(offer),
    );
  }

  #copyButton({ title, copy }: { readonly title: string; readonly copy: "missingPolicy" | "missingKeyStatement" }) {
    return copyButton(copy, `Copy ${title}`, () => this.#sender.send({ type: "copy", what: copy }));
  }

  #all(actions: PrerequisitesModel["actions"]): HTMLElement {
    return h(
      "details",
      {
        open: this.#isOpen,
        ontoggle: (event) => (this.#isOpen = event.target instanceof HTMLDetailsElement && event.target.open),
      },
      h("summary", { id: "prerequisites-all" }, `Show all ${actions.length} actions`),
      h(
        "ul",
        { class: "findings actions" },
        ...actions.map(({ name, mark, text }) => h("li", {}, markedText(mark, h("code", {}, name), ` ${text}`))),
      ),
    );
  }
}
