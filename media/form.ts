import type { Handlers } from "../src/ui/page/protocol/channel";
import {
  formState,
  type FormState,
  toForm,
  type FormModel,
  type FromForm,
  type FormDraft,
  type ToForm,
} from "../src/ui/page/protocol/form";
import { updateExplanation } from "./explanation";
import { failurePanel } from "./failure";
import { HostChannel } from "./host";
import { outcomePanel } from "./outcome";
import { Announced, byId, h, keepFocus, replaceContent, showCopied } from "./page";
import { PrerequisitesSection } from "./prerequisites";
import { Questions } from "./questions";
import {
  AccountSection,
  ChangesSection,
  CommandSection,
  connectionPicker,
  heading,
  notice,
  SubmitSection,
} from "./sections";

type Outcome = Extract<ToForm, { readonly type: "outcome" }>;
type Refusal = Extract<ToForm, { readonly type: "refused" }>;

/** The page of a create: a draft that is edited, and then what became of it. It holds no rules: it asks the host. */
export class FormPage {
  readonly #host = new HostChannel<FromForm>();
  readonly #form = h("form", {
    novalidate: true,
    hidden: true,
    onsubmit: (event) => this.#submit(event),
    onkeydown: (event) => this.#onKey(event),
  });
  readonly #outcome = h("div", { id: "outcome", hidden: true });
  readonly #account = new AccountSection(this.#host);
  readonly #questions = new Questions(this.#host, () => this.#edited());
  readonly #changes = new ChangesSection();
  readonly #prerequisites = new PrerequisitesSection(this.#host, () => this.#check());
  readonly #command = new CommandSection(this.#host, () => this.#saveView());
  readonly #submission = new SubmitSection(
    this.#account.sentence,
    () => this.#host.send({ type: "cancel" }),
    () => this.#goOnInWizard(),
  );
  #model: FormModel | undefined;
  readonly #announced = new Announced();
  #isBusy = false;
  /** What was started. */
  #operationId: string | undefined;
  /** Something was answered since the form was shown. */
  #isTouched = false;
  /** Of the last edit: answers to those before it are dropped. */
  #seq = 0;

  readonly #handlers: Handlers<ToForm> = {
    load: (message) => {
      if (!message.isReply || this.#model === undefined) this.#load(message);
    },
    connections: ({ connections, connection }) => {
      if (!this.#model) return;
      this.#model = { ...this.#model, connections, connection };
      const model = this.#model;
      const picker = byId("connection-choice");
      if (picker)
        keepFocus(
          picker,
          () => byId("connection")?.focus(),
          () => picker.replaceWith(connectionPicker(model, this.#choose)),
        );
    },
    account: (message) => {
      this.#account.show(message);
      this.#updateSubmit();
    },
    keys: (message) => this.#questions.setKeys(message),
    keyChecked: (message) => this.#questions.setKeyCheck(message),
    checked: (message) => {
      if (message.seq !== this.#seq) return;
      this.#command.show(message.command);
      this.#changes.show(message.changes);
      this.#questions.suggest(message.suggestions);
      this.#questions.setProblems(message.problems);
    },
    prerequisites: (message) => this.#prerequisites.show(message),
    explained: ({ explanation }) => updateExplanation(explanation, this.#host),
    refused: (message) => this.#showRefusal(message),
    outcome: (message) => this.#showOutcome(message),
    copied: (message) => showCopied(message.what),
  };

  constructor(page: HTMLElement) {
    page.append(this.#form, this.#outcome);
  }

  start(): void {
    this.#host.start({ schema: toForm, handlers: this.#handlers }, { type: "ready" });
    for (const event of ["focusin", "scroll", "scrollend"])
      window.addEventListener(event, () => this.#saveView(), { passive: true });
  }

  #load(next: FormModel): void {
    const isFirst = this.#model === undefined;
    const isOtherKind = this.#model?.draft.kind !== next.draft.kind;
    // Somebody works in the page: whatever becomes of what had the focus, it stays in it.
    const hadFocus = document.activeElement !== document.body;
    this.#model = next;
    this.#isTouched = false;
    this.#questions.load(next, isOtherKind);
    this.#submission.setLabel(next.submitLabel);
    this.#submission.offerWizard(!next.isFixed);
    this.#setBusy(false);
    this.#outcome.hidden = true;
    this.#form.hidden = false;
    keepFocus(
      this.#form,
      () => this.#focusFirst(next),
      () => this.#form.replaceChildren(...this.#sections(next)),
    );
    this.#questions.showKeys();
    if (isFirst) this.#restoreView();
    const isLost = !this.#form.contains(document.activeElement);
    if (isLost && (isFirst || hadFocus)) this.#focusFirst(next);
    this.#operationId = undefined;
    this.#sendEdit();
    this.#saveView();
  }

  #sections(model: FormModel): HTMLElement[] {
    return [
      heading(model, this.#choose),
      ...(model.failure === undefined ? [] : [failurePanel(model.failure, this.#host)]),
      ...(model.notice === undefined ? [] : [notice(model.notice, this.#host)]),
      this.#account.element,
      ...this.#questions.elements,
      this.#changes.element,
      this.#prerequisites.element,
      this.#command.element,
      this.#submission.problem,
      this.#submission.footer,
    ];
  }

  readonly #choose = (): void => {
    const kind = byId("kind");
    const connection = byId("connection");
    if (!(kind instanceof HTMLSelectElement) || !(connection instanceof HTMLSelectElement)) return;
    if (this.#model) this.#model = { ...this.#model, connection: connection.value };
    // The other kind's fields are on their way: what is typed until they are here would be lost.
    this.#questions.setInert(this.#model !== undefined && kind.value !== this.#model.draft.kind);
    this.#host.send({ type: "choose", kind: kind.value, connection: connection.value });
  };

  #edited(): void {
    this.#isTouched = true;
    this.#submission.hideProblem();
    this.#sendEdit();
  }

  #sendEdit(): void {
    this.#seq += 1;
    this.#saveView();
    this.#host.send({ type: "edit", seq: this.#seq, draft: this.#draft() });
  }

  #draft(): FormDraft {
    return { kind: this.#model?.draft.kind ?? "", ...this.#questions.answers };
  }

  /** The first field has the focus: an Enter that was meant for something before must not create anything. */
  #onKey(event: Event): void {
    const isEnter = event instanceof KeyboardEvent && event.key === "Enter";
    if (isEnter && !this.#isTouched && event.target instanceof HTMLInputElement) event.preventDefault();
  }

  #submit(event: Event): void {
    event.preventDefault();
    if (this.#isBusy) return;
    if (!this.#hasAccount()) return;
    this.#questions.commitPending();
    this.#edited();
    this.#setBusy(true);
    this.#host.send({ type: "submit", draft: this.#draft() });
  }

  #check(): void {
    if (this.#hasAccount()) this.#host.send({ type: "act", action: "checkPrerequisites" });
  }

  #hasAccount(): boolean {
    if (!this.#account.isReady) this.#account.pointOut();
    return this.#account.isReady;
  }

  #goOnInWizard(): void {
    this.#questions.commitPending();
    this.#edited();
    this.#host.send({ type: "act", action: "continueInWizard" });
  }

  #setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    this.#updateSubmit();
  }

  #updateSubmit(): void {
    this.#submission.setEnabled(!this.#isBusy && this.#account.isReady);
  }

  #showRefusal({ problems, message }: Refusal): void {
    this.#setBusy(false);
    this.#questions.refuse(problems);
    this.#submission.showProblem(message);
    this.#questions.focusFirstProblem();
  }

  #showOutcome(message: Outcome): void {
    const isNew = this.#outcome.hidden;
    if (message.operationId !== "") {
      this.#operationId = message.operationId;
      this.#saveView();
    }
    this.#form.hidden = true;
    this.#outcome.hidden = false;
    const titleBefore = byId("outcome-title")?.textContent;
    updatePanel(this.#outcome, outcomePanel(message, this.#host));
    // A new title is heard with the focus that it gets, and an old one was heard.
    if (isNew) byId("outcome-title")?.focus();
    const isHeard = isNew || titleBefore === message.title;
    const news = message.failure?.error ?? message.events.at(-1)?.text ?? "";
    this.#announced.say(isHeard ? news : `${message.title}. ${news}`);
  }

  #saveView(): void {
    if (!this.#model) return;
    const { subject, connection } = this.#model;
    // What was sent is the service's: it may be confidential, and VS Code keeps this on disk.
    const state: FormState = {
      version: 2,
      focus: document.activeElement?.id ?? "",
      scroll: window.scrollY,
      isCommandOpen: this.#command.element.open,
      subject,
      connection,
      draft: this.#operationId === undefined ? this.#draft() : { kind: this.#model.draft.kind, values: {}, tags: [] },
      ...(this.#operationId !== undefined && { operationId: this.#operationId }),
    };
    this.#host.state = state;
  }

  /** The page was hidden, and is built anew. */
  #restoreView(): void {
    const saved = formState.safeParse(this.#host.state);
    if (!saved.success) return;
    this.#command.element.open = saved.data.isCommandOpen;
    byId(saved.data.focus)?.focus();
    window.scrollTo({ top: saved.data.scroll });
  }

  #focusFirst(model: FormModel): void {
    if (model.failure === undefined) this.#questions.focusFirst();
    else byId("failure")?.focus();
  }
}

/** Leaves the heading where it is: one that is replaced while it has the focus is read out again. */
function updatePanel(parent: HTMLElement, panel: HTMLElement): void {
  const shown = parent.firstElementChild;
  const heading = shown?.firstElementChild;
  const [nextHeading, ...rest] = panel.children;
  if (!shown || !heading || !nextHeading) {
    replaceContent(parent, panel);
    return;
  }
  replaceContent(heading, ...nextHeading.childNodes);
  keepFocus(
    shown,
    () => byId("outcome-title")?.focus(),
    () => {
      while (heading.nextSibling) heading.nextSibling.remove();
      shown.append(...rest);
    },
  );
}
