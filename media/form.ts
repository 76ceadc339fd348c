import {
  receive,
  viewState,
  type ViewState,
  toForm,
  type AccountModel,
  type FormModel,
  type FromForm,
  type Handlers,
  type KeysModel,
  type ProblemModel,
  type FormDraft,
  type ToForm,
} from "../src/ui/page/protocol";
import { buttonRow, failurePanel } from "./failure";
import { keyField, textField, type FieldView, type KeyFieldView } from "./fields";
import { outcomePanel } from "./outcome";
import { announce, byId, copyButton, h, icon, replaceContent, showCopied } from "./page";
import { connectionPicker, heading, notice } from "./sections";
import { TagEditor } from "./tags";

const host = acquireVsCodeApi();
const page = byId("page") ?? document.body;
const sender = { send: (message: FromForm) => host.postMessage(message) };

const form = h("form", { novalidate: true, hidden: true, onsubmit: submit });
const outcome = h("div", { id: "outcome", hidden: true });
page.append(form, outcome);

const accountSlot = h("div", { id: "account" });
const sentence = h("p", { class: "sentence", id: "sentence" });
const submitError = h("p", { class: "problem", id: "submit-problem", role: "alert", hidden: true });
const command = h("code", { id: "command", tabindex: 0 });

/** What the form shows now. The values are the page's own while the user edits, the host has a copy. */
let model: FormModel | undefined;
let values: Record<string, string> = {};
let fields: readonly FieldView[] = [];
let keyFields: readonly KeyFieldView[] = [];
let tagEditor: TagEditor | undefined;
let submitButton: HTMLButtonElement | undefined;
let keys: KeysModel | undefined;
let account: AccountModel | undefined;
let problems: readonly ProblemModel[] = [];
const touched = new Set<string>();
let showsAll = false;
let isBusy = false;
let seq = 0;
let isCommandOpen = false;
let isPressed = false;

const handlers: Handlers<ToForm> = {
  load: (message) => load(message),
  connections: (message) => {
    if (!model) return;
    model = { ...model, connections: message.connections, connection: message.connection };
    byId("connection-choice")?.replaceWith(connectionPicker(model, choose));
  },
  account: (message) => showAccount(message),
  keys: (message) => {
    keys = message;
    for (const field of keyFields) field.setKeys(message);
  },
  keyChecked: (message) => keyFields.find((field) => field.id === message.field)?.setCheck(message),
  checked: (message) => {
    if (message.seq !== seq) return;
    command.textContent = message.command;
    byId("command-section")?.toggleAttribute("hidden", message.command === "");
    problems = message.problems;
    afterPress(showProblems);
  },
  refused: (message) => {
    setBusy(false);
    problems = message.problems;
    showsAll = true;
    showProblems();
    submitError.hidden = message.message === "";
    submitError.replaceChildren(...(message.message === "" ? [] : [icon("error"), message.message]));
    focusFirstProblem();
  },
  outcome: (message) => {
    const isNew = outcome.hidden;
    form.hidden = true;
    outcome.hidden = false;
    replaceContent(outcome, outcomePanel(message, sender));
    if (isNew) byId("outcome-title")?.focus();
    announce(message.failure === undefined ? lastEvent(message) : `${message.title}. ${message.failure.error}`);
  },
  copied: (message) => showCopied(message.what),
};

window.addEventListener("message", (event: MessageEvent<unknown>) => {
  // Only the host's message is of the form that the schema knows; a frame of another origin has no way in here.
  const wrong = receive(toForm, handlers, event.data);
  if (wrong !== undefined) throw new Error(`Unexpected message: ${wrong}`);
});
sender.send({ type: "ready" });
document.addEventListener("pointerdown", () => (isPressed = true), { capture: true });
for (const event of ["pointerup", "pointercancel"]) {
  document.addEventListener(event, () => (isPressed = false), { capture: true });
}
for (const event of ["focusin", "scroll", "scrollend"]) window.addEventListener(event, saveView, { passive: true });

function load(next: FormModel): void {
  const isFirst = model === undefined;
  const isOtherKind = model?.draft.kind !== next.draft.kind;
  model = next;
  values = { ...next.draft.values };
  problems = [];
  if (isOtherKind) {
    touched.clear();
    showsAll = false;
  }
  seq += 1;
  setBusy(false);
  outcome.hidden = true;
  form.hidden = false;
  replaceContent(form, ...sections(next));
  if (keys) for (const field of keyFields) field.setKeys(keys);
  if (account) showAccount(account);
  if (isFirst) restoreView();
  if (isOtherKind && document.activeElement === document.body) focusFirst(next);
  sender.send({ type: "edit", seq, draft: draft() });
}

function sections(next: FormModel): HTMLElement[] {
  keyFields = [];
  fields = next.fields.map((field) => {
    const events = {
      onInput: (value: string) => {
        values[field.id] = value;
        edited();
      },
      onLeave: () => {
        if (values[field.id]) touched.add(field.id);
        afterPress(showProblems);
      },
    };
    const value = values[field.id] ?? "";
    if (field.control !== "encryptionKey") return textField(field, value, events);
    const view = keyField(field, value, events, sender);
    keyFields = [...keyFields, view];
    return view;
  });
  tagEditor = new TagEditor(next.draft.tags, next.maxTags, edited);
  submitButton = h("button", { type: "submit", class: "primary", id: "submit" }, next.submitLabel);
  return [
    heading(next, choose),
    ...(next.failure === undefined ? [] : [failurePanel(next.failure, sender)]),
    ...(next.notice === undefined ? [] : [notice(next.notice, sender)]),
    accountSlot,
    ...fields.map((field) => field.element),
    tagEditor.element,
    h(
      "details",
      {
        class: "command",
        id: "command-section",
        open: isCommandOpen,
        ontoggle: (event) => {
          isCommandOpen = event.target instanceof HTMLDetailsElement && event.target.open;
          saveView();
        },
      },
      h("summary", { id: "command-summary" }, "Equivalent AWS CLI command"),
      h("pre", {}, command),
      copyButton("command", "Copy", () => sender.send({ type: "copy", what: "command" })),
    ),
    submitError,
    h(
      "footer",
      {},
      h(
        "div",
        { class: "buttons" },
        submitButton,
        h("button", { type: "button", class: "secondary", onclick: () => sender.send({ type: "cancel" }) }, "Cancel"),
      ),
      sentence,
    ),
  ];
}

function choose(): void {
  const kind = byId("kind");
  const connection = byId("connection");
  if (!(kind instanceof HTMLSelectElement) || !(connection instanceof HTMLSelectElement)) return;
  if (model) model = { ...model, connection: connection.value };
  // The other kind's fields are on their way: what is typed until they are here would be lost.
  const isOtherKind = model !== undefined && kind.value !== model.draft.kind;
  for (const part of [...fields, tagEditor]) part?.element.toggleAttribute("inert", isOtherKind);
  sender.send({ type: "choose", kind: kind.value, connection: connection.value });
}

function showAccount(message: AccountModel): void {
  account = message;
  const isReady = message.status === "ready";
  sentence.textContent = isReady || message.status === "connecting" ? message.text : "";
  const tone = message.status === "none" ? "neutral" : "error";
  replaceContent(
    accountSlot,
    ...(isReady || message.status === "connecting"
      ? []
      : [
          h(
            "section",
            { class: message.status === "none" ? "notice" : "failure", role: "status" },
            h("p", { class: "service-text", dir: "auto" }, icon(tone), message.text),
            buttonRow(message.buttons, sender, message.buttons[0]?.action),
          ),
        ]),
  );
  updateSubmit();
}

function edited(): void {
  submitError.hidden = true;
  seq += 1;
  sender.send({ type: "edit", seq, draft: draft() });
}

/** A problem that appears while a button is being pressed would move the button away from under the pointer. */
function afterPress(work: () => void): void {
  if (!isPressed) work();
  else document.addEventListener("pointerup", () => setTimeout(work), { once: true });
}

function draft(): FormDraft {
  const kept = Object.entries(values).filter(([, value]) => value !== "");
  return { kind: model?.draft.kind ?? "", values: Object.fromEntries(kept), tags: tagEditor?.tags ?? [] };
}

function saveView(): void {
  const state: ViewState = {
    version: 1,
    focus: document.activeElement?.id ?? "",
    scroll: window.scrollY,
    isCommandOpen: isCommandOpen,
  };
  host.setState(state);
}

/** The page was hidden, and is built anew. */
function restoreView(): void {
  const saved = viewState.safeParse(host.getState());
  if (!saved.success) return;
  isCommandOpen = saved.data.isCommandOpen;
  document.getElementById("command-section")?.toggleAttribute("open", isCommandOpen);
  byId(saved.data.focus)?.focus();
  window.scrollTo({ top: saved.data.scroll });
}

function submit(event: Event): void {
  event.preventDefault();
  if (isBusy) return;
  if (account?.status !== "ready") {
    // What is missing is said above the fields; so that Enter in a field does not seem to do nothing:
    accountSlot.querySelector("button")?.focus();
    announce(account?.text ?? "");
    return;
  }
  tagEditor?.commitPending();
  edited();
  setBusy(true);
  sender.send({ type: "submit", draft: draft() });
}

function setBusy(busy: boolean): void {
  isBusy = busy;
  updateSubmit();
}

/** Not `disabled`: a disabled button cannot keep the focus. */
function updateSubmit(): void {
  const isIdle = !isBusy && account?.status === "ready";
  submitButton?.setAttribute("aria-disabled", String(!isIdle));
}

function showProblems(): void {
  for (const field of fields) {
    const mine = problems.find((problem) => problem.field === field.id);
    field.showProblem(showsAll || touched.has(field.id) ? mine?.message : undefined);
  }
  tagEditor?.showProblems(
    problems.filter((problem) => problem.field === "tags"),
    showsAll,
  );
}

function focusFirstProblem(): void {
  const field = fields.find(({ id }) => problems.some((problem) => problem.field === id));
  if (field) field.focus();
  else if (problems.length > 0) tagEditor?.focus(problems[0]?.tagIndex);
  if (problems.length > 0) announce(problems.length === 1 ? "1 problem" : `${problems.length} problems`);
}

function focusFirst(next: FormModel): void {
  if (next.failure === undefined) fields[0]?.focus();
  else byId("failure")?.focus();
}

function lastEvent(message: { title: string; events: readonly { text: string }[] }): string {
  return `${message.title}. ${message.events.at(-1)?.text ?? ""}`;
}
