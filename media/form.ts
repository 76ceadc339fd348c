import {
  receive,
  viewState,
  type ViewState,
  toForm,
  type FormModel,
  type FromForm,
  type Handlers,
  type FormDraft,
  type ToForm,
} from "../src/ui/page/protocol";
import { failurePanel } from "./failure";
import { outcomePanel } from "./outcome";
import { announce, byId, h, replaceContent, showCopied } from "./page";
import { Questions } from "./questions";
import { AccountSection, CommandSection, connectionPicker, heading, notice, SubmitSection } from "./sections";

type Outcome = Extract<ToForm, { readonly type: "outcome" }>;
type Refusal = Extract<ToForm, { readonly type: "refused" }>;

/** The page of a create: a draft that is edited, and then what became of it. It holds no rules: it asks the host. */
class FormPage {
  readonly #host = acquireVsCodeApi();
  readonly #sender = { send: (message: FromForm) => this.#host.postMessage(message) };
  readonly #form = h("form", {
    novalidate: true,
    hidden: true,
    onsubmit: (event) => this.#submit(event),
    onkeydown: (event) => this.#onKey(event),
  });
  readonly #outcome = h("div", { id: "outcome", hidden: true });
  readonly #account = new AccountSection(this.#sender);
  readonly #questions = new Questions(this.#sender, () => this.#edited());
  readonly #command = new CommandSection(this.#sender, () => this.#saveView());
  readonly #submission = new SubmitSection(
    this.#account.sentence,
    () => this.#sender.send({ type: "cancel" }),
    () => this.#goOnInWizard(),
  );
  #model: FormModel | undefined;
  #isBusy = false;
  /** Something was answered since the form was shown. */
  #isTouched = false;
  /** Of the last edit: answers to those before it are dropped. */
  #seq = 0;

  readonly #handlers: Handlers<ToForm> = {
    load: (message) => this.#load(message),
    connections: ({ connections, connection }) => {
      if (!this.#model) return;
      this.#model = { ...this.#model, connections, connection };
      byId("connection-choice")?.replaceWith(connectionPicker(this.#model, this.#choose));
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
      this.#questions.suggest(message.suggestions);
      this.#questions.setProblems(message.problems);
    },
    refused: (message) => this.#showRefusal(message),
    outcome: (message) => this.#showOutcome(message),
    copied: (message) => showCopied(message.what),
  };

  constructor(page: HTMLElement) {
    page.append(this.#form, this.#outcome);
  }

  start(): void {
    window.addEventListener("message", (event: MessageEvent<unknown>) => {
      // Only the host's message is of the form that the schema knows; a frame of another origin has no way in here.
      const wrong = receive(toForm, this.#handlers, event.data);
      if (wrong !== undefined) throw new Error(`Unexpected message: ${wrong}`);
    });
    this.#sender.send({ type: "ready" });
    for (const event of ["focusin", "scroll", "scrollend"])
      window.addEventListener(event, () => this.#saveView(), { passive: true });
  }

  #load(next: FormModel): void {
    const isFirst = this.#model === undefined;
    const isOtherKind = this.#model?.draft.kind !== next.draft.kind;
    this.#model = next;
    this.#isTouched = false;
    this.#questions.load(next, isOtherKind);
    this.#submission.setLabel(next.submitLabel);
    this.#submission.offerWizard(!next.isFixed);
    this.#setBusy(false);
    this.#outcome.hidden = true;
    this.#form.hidden = false;
    replaceContent(this.#form, ...this.#sections(next));
    this.#questions.showKeys();
    if (isFirst) this.#restoreView();
    if (isOtherKind && document.activeElement === document.body) this.#focusFirst(next);
    this.#sendEdit();
  }

  #sections(model: FormModel): HTMLElement[] {
    return [
      heading(model, this.#choose),
      ...(model.failure === undefined ? [] : [failurePanel(model.failure, this.#sender)]),
      ...(model.notice === undefined ? [] : [notice(model.notice, this.#sender)]),
      this.#account.element,
      ...this.#questions.elements,
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
    this.#sender.send({ type: "choose", kind: kind.value, connection: connection.value });
  };

  #edited(): void {
    this.#isTouched = true;
    this.#submission.hideProblem();
    this.#sendEdit();
  }

  #sendEdit(): void {
    this.#seq += 1;
    this.#sender.send({ type: "edit", seq: this.#seq, draft: this.#draft() });
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
    if (!this.#account.isReady) {
      this.#account.pointOut();
      return;
    }
    this.#questions.commitPending();
    this.#edited();
    this.#setBusy(true);
    this.#sender.send({ type: "submit", draft: this.#draft() });
  }

  #goOnInWizard(): void {
    this.#questions.commitPending();
    this.#edited();
    this.#sender.send({ type: "act", action: "continueInWizard" });
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
    this.#form.hidden = true;
    this.#outcome.hidden = false;
    replaceContent(this.#outcome, outcomePanel(message, this.#sender));
    if (isNew) byId("outcome-title")?.focus();
    announce(message.failure === undefined ? lastEvent(message) : `${message.title}. ${message.failure.error}`);
  }

  #saveView(): void {
    const state: ViewState = {
      version: 1,
      focus: document.activeElement?.id ?? "",
      scroll: window.scrollY,
      isCommandOpen: this.#command.element.open,
    };
    this.#host.setState(state);
  }

  /** The page was hidden, and is built anew. */
  #restoreView(): void {
    const saved = viewState.safeParse(this.#host.getState());
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

function lastEvent({ title, events }: Outcome): string {
  return `${title}. ${events.at(-1)?.text ?? ""}`;
}

new FormPage(byId("page") ?? document.body).start();
