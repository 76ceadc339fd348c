import type { AccountModel, FormModel } from "../src/ui/page/protocol/form";
import { actionButton, buttonRow } from "./failure";
import type { Sender } from "./sender";
import { announce, Announced, copyButton, h, icon, replaceContent } from "./page";

/** What is to be made, and where. */
export function heading(next: FormModel, onChoose: () => void): HTMLElement {
  return h(
    "header",
    {},
    h("h1", { tabindex: -1 }, next.title),
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
    ...(choices.length === 0 ? [h("option", { value: "" }, "None yet")] : []),
    ...choices.map((choice) => h("option", { value: choice.value }, choice.label)),
  );
  select.value = value;
  return h("div", { class: "choice", id: `${id}-choice` }, h("label", { for: id }, label), select);
}

/** Says where the draft comes from. */
export function notice(text: string, sender: Sender): HTMLElement {
  return h(
    "div",
    { class: "notice" },
    h("p", {}, text),
    buttonRow([{ action: "startOver", label: "Start Over" }], sender),
  );
}

/** In which account the work will be done, or what is missing before there is one. */
export class AccountSection {
  readonly element = h("div", { id: "account" });
  /** What a submit will do; it stands beside the button. */
  readonly sentence = h("p", { class: "sentence", id: "sentence" });
  readonly #sender: Sender;
  readonly #announced = new Announced();
  #model: AccountModel | undefined;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  get isReady(): boolean {
    return this.#model?.status === "ready";
  }

  show(model: AccountModel): void {
    this.#model = model;
    const isFine = model.status === "ready" || model.status === "connecting";
    this.sentence.textContent = isFine ? model.text : "";
    replaceContent(this.element, isFine ? undefined : this.#missing(model));
    this.#announced.say(isFine ? "" : model.text);
  }

  /** So that Enter in a field, or Check, does not seem to do nothing: what is missing is said above the fields. */
  pointOut(): void {
    this.element.querySelector("button")?.focus();
    announce(this.#model?.text ?? "");
  }

  #missing({ status, text, buttons }: AccountModel): HTMLElement {
    const isNone = status === "none";
    return h(
      "section",
      { class: isNone ? "notice" : "failure" },
      h("p", { class: "service-text", dir: "auto" }, icon(isNone ? "neutral" : "error"), text),
      buttonRow(buttons, this.#sender, buttons[0]?.action),
    );
  }
}

/** What is going to be other than in what is replaced. */
export class ChangesSection {
  readonly element = h("section", { id: "changes", "aria-labelledby": "changes-title", hidden: true });

  /** Undefined when nothing is replaced. */
  show(lines: readonly string[] | undefined): void {
    this.element.hidden = lines === undefined;
    this.element.replaceChildren(
      h("h2", { id: "changes-title" }, "What changes"),
      lines === undefined || lines.length === 0
        ? h("p", { class: "hint" }, "Nothing: the draft is as it was.")
        : h("ul", { class: "changes" }, ...lines.map((line) => h("li", { dir: "auto" }, line))),
    );
  }
}

/** What does the same as the form, for a terminal. */
export class CommandSection {
  readonly element: HTMLDetailsElement;
  readonly #command = h("code", { id: "command", tabindex: 0 });

  constructor(sender: Sender, onToggle: () => void) {
    this.element = h(
      "details",
      { class: "command", id: "command-section", ontoggle: onToggle },
      h("summary", { id: "command-summary" }, "Equivalent AWS CLI command"),
      h("pre", {}, this.#command),
      h(
        "div",
        { class: "buttons" },
        copyButton("command", "Copy", () => sender.send({ type: "copy", what: "command" })),
        actionButton({ action: "openTerminal", label: "Open Terminal Here" }, sender),
      ),
    );
  }

  show(command: string): void {
    const words = command.split(" ").flatMap((word) => [" ", h("span", { class: "word" }, word)]);
    this.#command.replaceChildren(...words.slice(1));
    this.element.hidden = command === "";
  }
}

/** The buttons at the end, and why a submit started nothing. */
export class SubmitSection {
  readonly problem = h("p", { class: "problem", id: "submit-problem", role: "alert", hidden: true });
  readonly footer: HTMLElement;
  readonly #button = h("button", { type: "submit", class: "primary", id: "submit" });

  readonly #wizard: HTMLButtonElement;

  constructor(sentence: HTMLElement, onCancel: () => void, onWizard: () => void) {
    const cancel = h("button", { type: "button", class: "secondary", onclick: onCancel }, "Cancel");
    this.#wizard = h("button", { type: "button", class: "secondary", onclick: onWizard }, "Continue in Wizard…");
    this.footer = h("footer", {}, h("div", { class: "buttons" }, this.#button, cancel, this.#wizard), sentence);
  }

  /** The wizard makes something new only. */
  offerWizard(isOffered: boolean): void {
    this.#wizard.hidden = !isOffered;
  }

  setLabel(label: string): void {
    this.#button.textContent = label;
  }

  /** Not `disabled`: a disabled button cannot keep the focus. */
  setEnabled(isEnabled: boolean): void {
    this.#button.setAttribute("aria-disabled", String(!isEnabled));
  }

  /** Empty when there is nothing to say. */
  showProblem(message: string): void {
    this.problem.hidden = message === "";
    this.problem.replaceChildren(...(message === "" ? [] : [icon("error"), message]));
  }

  hideProblem(): void {
    this.problem.hidden = true;
  }
}
