import { orDeclined } from "../../aws/errors";
import type { Clock } from "../../core/clock";
import { DisposableStore, toDisposable, type Disposable } from "../../core/disposable";
import {
  connectionKey,
  isOnThisMachine,
  type Connection,
  type Session,
  type Sessions,
} from "../../instances/connection";
import type { Instance } from "../../instances/instance";
import type { Kind } from "../../instances/kind";
import type { StatementToCopy } from "../../instances/mitigation";
import { readOne, type ReadOne } from "../../instances/readOne";
import { isWhole, ownerOf, type InstanceStore, type InstanceWriter } from "../../instances/store";
import type { Operations } from "../../operations/operations";
import { usualDuration } from "../../operations/usualDuration";
import { isWorkedOn } from "../../ui/instance/abilities";
import type { TreeNode } from "../../ui/tree/nodes";
import { FailureExplanation, timesOf, type FailedSource } from "../../ui/page/explanation";
import { instanceText } from "../../ui/text/instanceText";
import { PageActions, type PageHost } from "../../ui/page/pageActions";
import { receive, type Handlers } from "../../ui/page/protocol/channel";
import { fromDetails, type FromDetails, type ToDetails } from "../../ui/page/protocol/details";
import type { Action } from "../../ui/page/protocol/pieces";
import { toDetails, type TagsRead } from "./model";

export interface DetailsDeps {
  readonly sessions: Sessions;
  readonly store: InstanceStore & InstanceWriter;
  readonly operations: Pick<Operations, "list" | "onDidChange">;
  readonly clock: Pick<Clock, "now">;
}

export interface DetailsHost extends PageHost<ToDetails> {
  /** Its tab shows this instance only, and is not used for the next one. */
  isPinned(): boolean;
  pin(): void;
}

export interface DetailsSubject {
  readonly connection: Connection;
  readonly kind: Kind;
  readonly id: string;
}

/** The host's side of one details page: reads the instance once, then shows what the store hears of it. */
export class DetailsController implements Disposable {
  readonly #deps: DetailsDeps;
  readonly #host: DetailsHost;
  readonly #subject: DetailsSubject;
  readonly #lifetime = new DisposableStore();
  readonly #actions: PageActions;
  readonly #explanation: FailureExplanation;
  #statement: StatementToCopy | undefined;
  #raw = "";
  #session: Session | undefined;
  #instance: Instance | undefined;
  #goneAt: number | undefined;
  #error: unknown;
  #tags: TagsRead = { status: "loading" };
  #reading: AbortController | undefined;
  #readingTags: AbortController | undefined;
  #focusesFailure: boolean;
  #isReady = false;
  #wasStored: boolean;
  #wasBusy: boolean;
  #last = "";

  constructor(deps: DetailsDeps, host: DetailsHost, subject: DetailsSubject, focus?: "failure") {
    this.#deps = deps;
    this.#host = host;
    this.#actions = new PageActions(host);
    this.#actions.offerCopy("mitigation", () => this.#statement?.load());
    this.#actions.offerCopy("raw", () => this.#raw);
    this.#explanation = this.#lifetime.add(
      new FailureExplanation(
        () => this.#failed,
        () => this.#post(),
      ),
    );
    this.#actions.offerCopy("explainedPolicy", () => this.#explanation.policy);
    this.#actions.offerCopy(
      "nextStatement",
      () => this.#instance && subject.kind.nextSteps?.(this.#instance)?.statement?.load(),
    );
    this.#actions.offerCopy("ownerText", () => this.#explanation.ownerText);
    this.#subject = subject;
    this.#focusesFailure = focus === "failure";
    this.#instance = this.#stored();
    this.#wasStored = this.#instance !== undefined;
    this.#wasBusy = this.#isBusy;
    this.#lifetime.add(
      deps.store.onDidChange((change) => {
        if (
          change.type === "instance"
            ? change.id === subject.id
            : "connectionKey" in change && change.connectionKey === this.#key
        ) {
          this.#onStore();
        }
      }),
    );
    this.#lifetime.add(deps.sessions.onDidChange((key) => key === this.#key && this.#onSession()));
    this.#lifetime.add(deps.operations.onDidChange(() => this.#onOperations()));
    this.#lifetime.add(toDisposable(() => this.#stop()));
    this.#read();
  }

  receive(data: unknown): string | undefined {
    return receive(fromDetails, this.#handlers, data);
  }

  focusFailure(): void {
    this.#focusesFailure = true;
    this.#focusIfReady();
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  readonly #handlers: Handlers<FromDetails> = {
    ready: () => {
      this.#isReady = true;
      this.#last = "";
      this.#post();
    },
    copy: ({ what }) => this.#actions.copy(what),
    act: ({ action }) => this.#actions.try(() => this.#act(action)),
  };

  get #key(): string {
    return connectionKey(this.#subject.connection);
  }

  get #node(): TreeNode {
    const { connection, kind, id } = this.#subject;
    return { type: "instance", connection, kind: kind.id, id };
  }

  get #failed(): ReturnType<FailedSource> {
    const { kind } = this.#subject;
    const session = this.#session;
    const instance = this.#instance;
    if (!session || instance?.errorMessage === undefined) return undefined;
    return {
      kind,
      session,
      draft: kind.capture(instance, this.#tags.status === "ready" ? this.#tags.tags : {}),
      ...timesOf(instance),
      instanceId: instance.id,
      what: `${kind.title} ${instanceText(instance)}`,
      error: instance.errorMessage,
    };
  }

  #stored(): Instance | undefined {
    return this.#deps.store.instance(this.#key, this.#subject.kind.id, this.#subject.id);
  }

  get #isBusy(): boolean {
    return isWorkedOn(this.#deps.operations.list(), this.#subject.connection, this.#subject.id);
  }

  #stop(): void {
    this.#reading?.abort();
    this.#readingTags?.abort();
  }

  /** Reads the instance, also for the tree where it has it, and its tags. */
  #read(): void {
    this.#stop();
    const reading = (this.#reading = new AbortController());
    const { signal } = reading;
    const { connection, kind, id } = this.#subject;
    this.#error = undefined;
    this.#post();
    readOne(this.#deps, connection, kind, id, { signal, isUpdate: true }).then(
      (answer) => {
        if (signal.aborted) return;
        this.#reading = undefined;
        if (answer?.isLatest) this.#show(answer);
        // Other credentials are in use by now, or something newer is known, of which a list may say less.
        else this.#read();
      },
      (error: unknown) => {
        if (signal.aborted) return;
        this.#reading = undefined;
        this.#error = orDeclined(error, connection.profile);
        if (this.#tags.status === "loading") this.#tags = { status: "error", error: this.#error };
        this.#post();
      },
    );
  }

  #show({ session, instance }: ReadOne): void {
    // What another account has is not gone because this one has no such instance.
    if (this.#session && ownerOf(this.#session) !== ownerOf(session)) this.#forget();
    this.#session = session;
    this.#setGone(instance === undefined || instance.phase === "deleted");
    if (instance) this.#instance = instance;
    this.#post();
    if (instance && this.#goneAt === undefined) void this.#readTags(session, instance);
  }

  #setGone(isGone: boolean): void {
    this.#goneAt = isGone ? (this.#goneAt ?? this.#deps.clock.now()) : undefined;
  }

  #forget(): void {
    this.#instance = undefined;
    this.#tags = { status: "loading" };
  }

  /** Never rejects. */
  async #readTags(session: Session, instance: Instance): Promise<void> {
    const { signal } = (this.#readingTags = new AbortController());
    let read: TagsRead;
    try {
      read = { status: "ready", tags: await this.#subject.kind.listTags(session, instance, { signal }) };
    } catch (error) {
      read = { status: "error", error: orDeclined(error, session.connection.profile) };
    }
    if (signal.aborted) return;
    this.#tags = read;
    this.#post();
  }

  /** What is shown belongs to credentials that are no longer the present ones. */
  #onSession(): void {
    const current = this.#deps.sessions.current(this.#subject.connection);
    const isOther = !current || current.generation !== this.#session?.generation;
    if (isOther && !this.#reading) this.#read();
  }

  /** What one of ours has changed no list may tell: neither service lists tags. */
  #onOperations(): void {
    const isOver = this.#wasBusy && !this.#isBusy;
    this.#wasBusy = this.#isBusy;
    if (isOver) this.#read();
    else this.#post();
  }

  #onStore(): void {
    const stored = this.#stored();
    const isOpen = stored ? this.#update(stored) : this.#isInDoubt();
    this.#wasStored = stored !== undefined;
    if (isOpen && !this.#reading) this.#read();
  }

  /** Gone, or never listed; or signed in meanwhile: only the service can tell. */
  #isInDoubt(): boolean {
    if (this.#wasStored) return true;
    if (this.#error !== undefined) return this.#connected !== undefined;
    const listing = this.#deps.store.listing(this.#key, this.#subject.kind.id);
    return this.#instance !== undefined && this.#goneAt === undefined && isWhole(listing);
  }

  get #connected() {
    const state = this.#deps.store.connectionState(this.#key);
    return state?.status === "connected" ? state : undefined;
  }

  /** Says whether there is more to be read. */
  #update(stored: Instance): boolean {
    const known = this.#instance;
    const isBack = this.#error !== undefined && !this.#wasStored;
    this.#setGone(stored.phase === "deleted");
    this.#error = undefined;
    this.#instance = overlaid(known, stored);
    if (stored.tags) this.#tags = { status: "ready", tags: stored.tags };
    this.#post();
    return (
      !known ||
      isBack ||
      known.state !== stored.state ||
      (stored.changedAt !== undefined && known.changedAt !== stored.changedAt)
    );
  }

  #post(): void {
    const { connection, kind, id } = this.#subject;
    const { model, mitigation } = toDetails({
      connection,
      isPinned: this.#host.isPinned(),
      accountId: this.#session?.accountId,
      isLoopback: isOnThisMachine(connection, this.#session ?? this.#connected, kind.service),
      kind,
      id,
      instance: this.#instance,
      goneAt: this.#goneAt,
      isBusy: this.#isBusy,
      error: this.#error,
      explanation: this.#explanation.model,
      tags: this.#tags,
      seen: this.#deps.store.seen(this.#key, kind.id, id),
      usual: usualDuration(this.#deps.operations.list(), { type: "create", kind: kind.id, connection }),
    });
    const text = JSON.stringify(model);
    if (text === this.#last) return;
    this.#last = text;
    this.#statement = mitigation?.statement ?? this.#statement;
    this.#raw = model.raw;
    this.#host.setTitle(model.title);
    this.#host.post(model);
    this.#focusIfReady();
  }

  #focusIfReady(): void {
    if (!this.#focusesFailure || !this.#isReady || this.#instance?.errorMessage === undefined) return;
    this.#focusesFailure = false;
    this.#host.post({ type: "focusFailure" });
  }

  async #act(action: Action): Promise<void> {
    const { connection, kind } = this.#subject;
    const common = this.#actions.act(action, connection);
    if (common) {
      await common;
      return;
    }
    switch (action) {
      case "retry":
        this.#read();
        return;
      case "lookInCloudTrail":
        this.#explanation.look();
        return;
      case "stopLooking":
        this.#explanation.stop();
        return;
      case "pin":
        this.#host.pin();
        this.#post();
        return;
      case "showInTree":
        await this.#host.reveal(this.#node);
        return;
      case "openWebApp": {
        const url = this.#instance && kind.webAppUrl?.(this.#instance);
        if (url !== undefined) await this.#host.openUrl(url);
        return;
      }
      case "openRemains": {
        const remains = kind.remains?.(this.#subject, connection);
        if (remains) await this.#host.openUrl(remains.url);
        return;
      }
      case "recreate":
      case "edit":
      case "editTags":
      case "delete":
      case "copyId":
      case "copyArn":
      case "openInConsole":
      case "showLog":
        await this.#host.run(action, this.#node);
        return;
      default:
    }
  }
}

/** A list may say less than the read of one instance did: what it leaves out is kept, except an error that is over. */
function overlaid(known: Instance | undefined, stored: Instance): Instance {
  return { ...withoutError(known), ...stored, raw: merged(known?.raw, stored.raw) };
}

function withoutError(instance: Instance | undefined): Partial<Instance> {
  const rest: { errorMessage?: string } & Partial<Instance> = { ...instance };
  delete rest.errorMessage;
  return rest;
}

function merged(known: unknown, stored: unknown): unknown {
  const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
  return isObject(known) && isObject(stored) ? { ...known, ...stored } : stored;
}
