import type { Clock } from "../../core/clock";
import { DisposableStore, toDisposable, type Disposable } from "../../core/disposable";
import { isCancelled, logTextOf, messageOf } from "../../core/errors";
import type { Log } from "../../core/log";
import type { Sessions } from "../../instances/connection";
import { withPresentApi, type Kind } from "../../instances/kind";
import type { Kinds } from "../../instances/kinds/registry";
import type { StatementToCopy } from "../../instances/mitigation";
import type { Subject } from "../../instances/prerequisites/checks";
import { scopeOf } from "../../instances/place";
import { ownerOf } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import type { Prompts } from "../../ui/prompts/prompts";
import type { CreateWizard } from "../../ui/prompts/wizard";
import type { FormRequest } from "../../ui/openers";
import { PageActions, type PageHost } from "../../ui/page/pageActions";
import { receive, type Handlers } from "../../ui/page/protocol/channel";
import { fromForm, type FormDraft, type FromForm, type ProblemModel, type ToForm } from "../../ui/page/protocol/form";
import type { Action } from "../../ui/page/protocol/pieces";
import { FormAdvice } from "./advice";
import { FormAccount } from "./account";
import { FormConnections } from "./connections";
import { FormKeys } from "./keys";
import type { KeptDraft } from "./keptDrafts";
import {
  changesOf,
  commandOf,
  failedOf,
  hasContent,
  problemsOf,
  replacedId,
  requestedConnection,
  requestedDraft,
  requestedKind,
  submitSentence,
  refusedValue,
  suggestionsOf,
  toDraft,
  toFormDraft,
  toLoad,
} from "./model";
import { startCreate } from "./startCreate";
import { isSame, TypedDrafts } from "./typedDrafts";
import { ShownOperation, type ShownOperationDeps } from "../../ui/page/shownOperation";

export interface FormDeps extends ShownOperationDeps {
  readonly kinds: Kinds;
  readonly sessions: Sessions;
  readonly prompts: Pick<Prompts, "confirm">;
  readonly clock: Clock;
  readonly log: Log;
  /** Goes on with a draft in the wizard. Not waited for. */
  readonly continueInWizard: (request: Parameters<CreateWizard["run"]>[0]) => void;
}

export interface FormHost extends PageHost<ToForm> {
  /** Remembers a draft that nothing was made of yet, for the next form about the same; undefined when there is none any more. */
  keep(request: FormRequest, draft: KeptDraft | undefined): void;
}

/** How long typing pauses before a draft is checked. */
const checkDelayMs = 100;

/** The host's side of one form: it keeps the draft, checks it, and starts what the user asks for. */
export class FormController implements Disposable {
  readonly #deps: FormDeps;
  readonly #host: FormHost;
  readonly #lifetime = new DisposableStore();
  readonly #account: FormAccount;
  readonly #connections: FormConnections;
  readonly #keys: FormKeys;
  readonly #advice: FormAdvice;
  readonly #actions: PageActions;
  #command = "";
  #statement: StatementToCopy | undefined;
  readonly #drafts = new TypedDrafts();
  #request: FormRequest;
  #kind: Kind;
  #notice: string | undefined;
  /** Number of the page's last edit. */
  #seq: number | undefined;
  #isSubmitting = false;
  /** What was submitted is being begun: it goes where it was confirmed for, and the page shows that place until it shows the outcome. */
  #isBeginning = false;
  #operation: ShownOperation | undefined;
  #checking: AbortController | undefined;

  /** `notice` says where the request's draft comes from, when the user did not ask for it just now. */
  constructor(deps: FormDeps, host: FormHost, request: FormRequest, notice?: string) {
    this.#deps = deps;
    this.#host = host;
    this.#actions = new PageActions(host);
    this.#actions.offerCopy("command", () => this.#command);
    this.#actions.offerCopy("mitigation", () => this.#statement?.load());
    this.#actions.offerCopy("nextStatement", () => this.#operation?.nextStatement?.load());
    this.#actions.offerCopy("keyPolicy", () => this.#keys.policy);
    this.#request = request;
    this.#kind = this.#kindOf(request);
    const source = {
      subject: () => this.#subject,
      failed: () => failedOf(this.#request, this.#kind, this.#account.session),
    };
    this.#advice = this.#lifetime.add(new FormAdvice(source, deps.clock, (message) => host.post(message)));
    this.#advice.offerCopies(this.#actions);
    this.#keys = this.#lifetime.add(new FormKeys(deps.clock, (message) => host.post(message)));
    this.#account = this.#lifetime.add(new FormAccount(deps.sessions, () => this.#onAccount()));
    this.#connections = new FormConnections(deps.store, this.#account);
    this.#lifetime.add(
      deps.store.onDidChange((change) => {
        if (change.type === "connections") this.#onConnections();
        else if (change.type === "connection" && change.connectionKey === this.#account.key)
          this.#connections.lookAtState();
      }),
    );
    this.#lifetime.add(toDisposable(() => this.#operation?.dispose()));
    this.#lifetime.add(toDisposable(() => this.#checking?.abort()));
    this.#start(request, notice);
    // Waits for the page where that is not there yet: it need not ask first.
    this.#postAll();
  }

  /** A message of the page; returns what is wrong with one that cannot be understood. */
  receive(data: unknown): string | undefined {
    return receive(fromForm, this.#handlers, data);
  }

  /** Nothing was typed, and nothing started: whatever is shown can make way. */
  get isUntouched(): boolean {
    return !this.#drafts.isEdited && !this.#isSubmitting && !this.#operation;
  }

  /** Being filled in, for something new. */
  get isDraft(): boolean {
    return !this.#operation && this.#request.type === "create";
  }

  /** Nothing is being asked or awaited any more: the page can be used for something else. */
  get isDone(): boolean {
    return this.#operation?.isSettled ?? false;
  }

  /** Of what was started. */
  get operationId(): string | undefined {
    return this.#operation?.record?.id;
  }

  /** The form for the same failed instance or refused create, still being filled in. */
  isAbout(request: FormRequest): boolean {
    const replaced = replacedId(request);
    return replaced !== undefined && replaced === replacedId(this.#request) && !this.#operation;
  }

  /** Begins anew, in the same page. */
  restart(request: FormRequest, notice?: string): void {
    this.#start(request, notice);
    this.#postAll();
  }

  /** What was typed before the form was closed, or the window reloaded: more than a draft can hold, two tags of one key for example. */
  bringBack(draft: FormDraft): void {
    if (draft.kind !== this.#kind.id) return;
    this.#drafts.bringBack(draft);
    this.#postAll();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  readonly #handlers: Handlers<FromForm> = {
    ready: () => this.#postAll({ isReply: true }),
    edit: ({ seq, draft }) => this.#edit(seq, draft),
    choose: ({ kind, connection }) => this.#choose(kind, connection),
    submit: ({ draft }) => this.#actions.try(() => this.#submit(draft)),
    cancel: () => {
      // A recreate is read anew and confirmed first: whoever leaves is asked still.
      if (this.#isBeginning && this.#request.type !== "recreate") return;
      if (!this.#operation) this.#host.keep(this.#request, undefined);
      this.#host.close();
    },
    decideKey: ({ field, decision }) => {
      this.#keys.decide(field, decision);
      this.#check();
    },
    copy: ({ what }) => this.#actions.copy(what),
    act: ({ action }) => this.#actions.try(() => this.#act(action)),
  };

  get #draft(): FormDraft {
    return this.#drafts.of(this.#kind.id);
  }

  #kindOf(request: FormRequest): Kind {
    const { kinds } = this.#deps;
    const kind = kinds.get(requestedKind(request) ?? "") ?? kinds.all[0];
    if (!kind) throw new Error("No kind of instance is registered");
    return withPresentApi(kind);
  }

  #start(request: FormRequest, notice: string | undefined): void {
    this.#request = request;
    this.#notice = notice;
    this.#kind = this.#kindOf(request);
    // What was answered in the wizard was typed by the user as well.
    this.#drafts.begin(this.#requested, request.type === "create");
    this.#operation?.dispose();
    this.#operation = undefined;
    this.#advice.forgetFailure();
    this.#connections.begin(requestedConnection(request));
    this.#keep();
  }

  /** What was typed outlives the form, until something is made of it. */
  #keep(): void {
    if (!this.#drafts.isEdited || this.#operation) return;
    const draft = this.#draft;
    const { connection, session } = this.#account;
    const isWork = this.isDraft ? hasContent(draft) : !isSame(draft, this.#requested);
    const owner = session && !this.isDraft ? { owner: ownerOf(session) } : {};
    const where = { ...(connection && { connection }), ...owner };
    this.#host.keep(this.#request, isWork ? { draft, ...where } : undefined);
  }

  get #requested(): FormDraft {
    return toFormDraft(requestedDraft(this.#request, this.#kind));
  }

  #edit(seq: number, draft: FormDraft): void {
    if (draft.kind !== this.#kind.id) return;
    this.#seq = seq;
    this.#drafts.edit(draft);
    this.#checkSoon();
  }

  #choose(kindId: string, key: string): void {
    if (this.#request.type !== "create" || this.#operation) return;
    const isOtherKind = kindId !== this.#kind.id;
    if (this.#isBeginning) {
      if (isOtherKind) this.#postLoad();
      else this.#postConnections();
      return;
    }
    const kind = this.#deps.kinds.get(kindId);
    if (kind && isOtherKind) {
      this.#kind = withPresentApi(kind);
      this.#postLoad();
      this.#onAccount();
    }
    if (this.#account.key === key) return;
    const connection = this.#connections.of(key);
    const wasGone = this.#account.isGone;
    if (connection) this.#account.choose(connection);
    // The page offers one that is there no more, or was told of the kind with the connection before.
    if (!connection || wasGone || isOtherKind) this.#postConnections();
  }

  #onAccount(): void {
    this.#keys.setSession(this.#account.session);
    this.#advice.forgetChecks();
    this.#postAccount();
    // The command names the region, and a key belongs to an account.
    this.#check();
  }

  /** What is replaced is where it is. */
  get #isFixed(): boolean {
    return this.#request.type !== "create";
  }

  #postAccount(): void {
    this.#host.post(this.#account.model((session) => submitSentence(this.#kind, session, this.#request)));
  }

  #onConnections(): void {
    if (!this.#operation) this.#connections.look();
    this.#postConnections();
  }

  #postConnections(): void {
    const connections = this.#connections.choices(this.#isFixed);
    this.#host.post({ type: "connections", connections, connection: this.#account.key });
  }

  #postAll({ isReply = false } = {}): void {
    this.#postLoad(isReply);
    this.#postAccount();
    this.#keys.postAll();
    this.#advice.postAll();
    this.#operation?.update({ isAgain: true });
  }

  #postLoad(isReply = false): void {
    const { load, statement } = toLoad({
      isReply,
      request: this.#request,
      kinds: this.#deps.kinds.all,
      kind: this.#kind,
      connections: this.#connections.choices(this.#isFixed),
      connection: this.#account.key,
      draft: this.#draft,
      notice: this.#notice,
      explanation: this.#advice.explanation,
    });
    this.#statement = statement ?? this.#statement;
    // A page that is built anew has the same fields: their checks go on.
    if (!isReply) this.#keys.setFields(this.#kind.fields.filter((field) => field.control === "encryptionKey"));
    this.#host.setTitle(load.title);
    this.#host.post(load);
  }

  /** Checks the draft once typing pauses. The answer carries the edit's number, so that the page can drop old ones. */
  #checkSoon(): void {
    this.#checking?.abort();
    const checking = (this.#checking = new AbortController());
    this.#deps.clock.sleep(checkDelayMs, checking.signal).then(
      () => this.#check(),
      () => undefined,
    );
  }

  #check(): void {
    const seq = this.#seq;
    if (seq === undefined) return;
    const form = this.#draft;
    this.#keep();
    const problems = [...problemsOf(this.#kind, form), ...refusedValue(this.#request, this.#kind, form)];
    const { connection, session } = this.#account;
    const command = connection ? commandOf(this.#request, this.#kind, toDraft(form), session ?? { connection }) : "";
    this.#advice.compare();
    const isFine = (field: string) => !problems.some((problem) => problem.field === field);
    this.#keys.check((field) => (isFine(field) ? (form.values[field] ?? "") : ""));
    this.#command = command;
    this.#host.post({
      type: "checked",
      seq,
      problems: [...problems, ...this.#keys.problems],
      command,
      suggestions: suggestionsOf(this.#kind, toDraft(form)),
      ...changesOf(this.#request, this.#kind, toDraft(form)),
    });
  }

  /** What the checks are about; undefined while there is no account to check. */
  get #subject(): Subject | undefined {
    const { session } = this.#account;
    if (!session) return undefined;
    const replaced = this.#request.type === "recreate" ? { replaced: this.#request.instance } : {};
    return { kind: this.#kind, session, store: this.#deps.store, draft: toDraft(this.#draft), ...replaced };
  }

  async #submit(form: FormDraft): Promise<void> {
    // A second submit changes nothing: the answer to the first one is on its way.
    if (form.kind !== this.#kind.id || this.#isSubmitting || this.#operation) return;
    this.#drafts.edit(form);
    const problems = problemsOf(this.#kind, form);
    const { session } = this.#account;
    if (problems.length > 0 || !session) {
      this.#refuse(problems.length > 0 ? "" : "There is no connection to an account yet.", problems);
      return;
    }
    this.#isSubmitting = true;
    try {
      this.#keys.check((field) => form.values[field] ?? "");
      const refusals = await this.#keys.refusals();
      const isRefused = refusals !== undefined && refusals.length > 0;
      if (isRefused || this.#account.session !== session) {
        this.#refuse(isRefused ? "" : "The connection has changed meanwhile.", refusals);
        return;
      }
      if (refusals === undefined || !isSame(this.#draft, form)) {
        this.#refuse("Something was changed meanwhile. Look through it, and create again.");
        return;
      }
      this.#isBeginning = true;
      const draft = toDraft(form);
      const scope = scopeOf(session, this.#kind);
      const record =
        this.#request.type === "create"
          ? await startCreate(this.#deps, this.#kind, draft, scope)
          : await this.#request.submit(draft, scope);
      if (record) this.#started(record);
      else this.#refuse("");
    } catch (error) {
      this.#deps.log.warn(`The form could not start what it was asked for: ${logTextOf(error)}`);
      this.#refuse(isCancelled(error) ? "" : messageOf(error));
    } finally {
      this.#isSubmitting = false;
      this.#isBeginning = false;
    }
  }

  #refuse(message: string, problems: readonly ProblemModel[] = []): void {
    this.#host.post({ type: "refused", problems: [...problems], message });
  }

  #started(record: OperationRecord): void {
    this.#host.keep(this.#request, undefined);
    if (this.#lifetime.isDisposed) return;
    this.#operation = new ShownOperation(this.#deps, this.#kind, record, this.#onOutcome);
    this.#operation.update();
  }

  /** The tab keeps its title: VS Code writes that down, and a name may be confidential. */
  readonly #onOutcome: ConstructorParameters<typeof ShownOperation>[3] = (model, mitigation) => {
    this.#statement = mitigation?.statement ?? this.#statement;
    this.#host.post(model);
  };

  /** Of the same kind, in the same place. */
  get #another(): FormRequest {
    const { connection } = this.#account;
    return { type: "create", kind: this.#kind.id, ...(connection && { connection }) };
  }

  async #act(action: Action): Promise<void> {
    const { connection } = this.#account;
    const common = this.#actions.act(action, connection);
    if (common) {
      await common;
      return;
    }
    if (this.#advice.act(action)) return;
    if (this.#isBeginning && (action === "continueInWizard" || action === "startOver")) return;
    switch (action) {
      case "showLog":
        await this.#host.run(action);
        return;
      case "retry":
        this.#account.retry();
        return;
      case "listKeys":
        this.#keys.listAgain();
        return;
      case "continueInWizard":
        if (!connection || !this.isDraft) return;
        this.#deps.continueInWizard({ kind: this.#kind.id, connection, draft: toDraft(this.#draft) });
        this.#host.close();
        return;
      case "startOver":
        this.#host.keep(this.#request, undefined);
        this.restart(this.#request.type === "create" ? this.#another : this.#request);
        return;
      case "createAnother":
        this.restart(this.#another);
        return;
      default:
        await this.#operation?.act(action, this.#host);
    }
  }
}
