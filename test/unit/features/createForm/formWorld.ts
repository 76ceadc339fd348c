import type { AwsClient, CallOptions } from "../../../../src/aws/awsClient";
import { untilAborted } from "../../../../src/core/abort";
import { CancelledError, isCancelled } from "../../../../src/core/errors";
import { Emitter } from "../../../../src/core/event";
import { silentLog } from "../../../../src/core/log";
import { FormController } from "../../../../src/features/createForm/controller";
import { connectionKey, type Connection, type Session, type Sessions } from "../../../../src/instances/connection";
import type { KeyField } from "../../../../src/instances/kind";
import { createKinds } from "../../../../src/instances/kinds/registry";
import { createStore } from "../../../../src/instances/memoryStore";
import { newRecord } from "../../../../src/operations/newRecord";
import type { OperationRecord } from "../../../../src/operations/operationRecord";
import type { OperationRequest, Operations, OperationScope } from "../../../../src/operations/operations";
import type { FormDraft, FromForm, KeyDecision, ToForm } from "../../../../src/ui/page/protocol/form";
import { FakeClock } from "../../../fakes/clock";
import { refusal } from "../../instances/prerequisites/prerequisitesWorld";

type Message<T extends ToForm["type"]> = Extract<ToForm, { type: T }>;

export const prod: Connection = { source: "profile", profile: "prod", region: "us-east-1" };
export const dev: Connection = { source: "profile", profile: "dev", region: "us-east-1" };

const kinds = createKinds({ chimeApi: () => "identity" });
export const keyField = kinds
  .get("supplyChain")!
  .fields.find((one): one is KeyField => one.control === "encryptionKey")!;
export const key = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";

/** Whatever is ready has run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Something that was asked for, by its name, and that the test answers when it wants to. */
interface Asked {
  readonly what: string;
  readonly answer: (isGood: boolean) => void;
}

export interface Started {
  readonly scope: OperationScope;
  readonly request: Extract<OperationRequest, { type: "create" }>;
}

/** Everything that a form waits for, in the hands of the test. */
class Surroundings {
  readonly clock = new FakeClock();
  readonly store = createStore(this.clock);
  readonly asked: Asked[] = [];
  readonly started: Started[] = [];
  /** Called with each request, right before it is begun. */
  onStart: (started: Started) => void = () => undefined;
  readonly #records = new Map<string, OperationRecord>();
  readonly #sessionChanged = new Emitter<string>();
  readonly #current = new Map<string, Session>();
  readonly #accounts = new Map([prod, dev].map((each, index) => [connectionKey(each), String(index + 1).repeat(12)]));
  #generation = 0;

  readonly sessions: Sessions = {
    open: async (connection, signal) => {
      const session = this.#current.get(connectionKey(connection)) ?? this.#session(connection);
      await this.#ask("open", signal, () => new Error("There is no way in."));
      this.#current.set(connectionKey(connection), session);
      return session;
    },
    current: (connection) => this.#current.get(connectionKey(connection)),
    invalidate: (connection) => {
      if (this.#current.delete(connectionKey(connection))) this.#sessionChanged.fire(connectionKey(connection));
    },
    reread: () => Promise.resolve(),
    onDidChange: this.#sessionChanged.event,
  };

  readonly operations = {
    start: async (scope: OperationScope, request: Started["request"]) => {
      const started = { scope, request };
      this.onStart(started);
      this.started.push(started);
      try {
        await this.#ask("start", undefined, () => new Error("The disk is full."));
      } catch (error) {
        this.started.splice(this.started.indexOf(started), 1);
        throw error;
      }
      const record = newRecord(scope, request, kinds.get(scope.kind)!, this.clock.now());
      this.#records.set(record.id, record);
      return record;
    },
    get: (id: string) => this.#records.get(id),
    list: () => [...this.#records.values()],
    onDidChange: new Emitter<string | undefined>().event,
  } as unknown as Operations;

  readonly prompts = { confirm: () => this.#ask("confirm", undefined, () => new CancelledError()) };

  /** Somebody signs in, or the profile leads to another account. */
  changeAccount(connection: Connection, accountId: string): void {
    const changed = connectionKey(connection);
    this.#accounts.set(changed, accountId);
    this.#current.delete(changed);
    this.#sessionChanged.fire(changed);
  }

  #session(connection: Connection): Session {
    const bad = () => refusal("InternalError", "no answer", 400);
    const client = {
      // There are no keys here: whatever is asked about one, the answer is none that it could be used with.
      call: async ({ name }: { name: string }, _input: object, { signal }: CallOptions = {}) => {
        await this.#ask(name, signal, bad);
        throw refusal("NotFoundException", "no such key", 400);
      },
      async *pages() {
        yield await Promise.resolve({ Aliases: [], Keys: [] });
      },
    } as unknown as AwsClient;
    return {
      connection,
      accountId: this.#accounts.get(connectionKey(connection))!,
      generation: ++this.#generation,
      isLoopback: false,
      client,
      endpointOf: () => ({ url: new URL("https://aws.example"), signingRegion: "us-east-1", isCustom: false }),
    };
  }

  #ask(what: string, signal: AbortSignal | undefined, bad: () => Error): Promise<void> {
    const asked = new Promise<void>((resolve, reject) => {
      this.asked.push({ what, answer: (isGood) => (isGood ? resolve() : reject(bad())) });
    });
    return untilAborted(asked, signal);
  }
}

/** A page as `media/form.ts` has it: it keeps what was loaded, shows what was chosen, and answers with its draft. */
class Page {
  model: Message<"load"> | undefined;
  draft: FormDraft | undefined;
  account: Message<"account"> | undefined;
  keyCheck: Message<"keyChecked"> | undefined;
  refused: Message<"refused"> | undefined;
  isBusy = false;
  hasOutcome = false;
  readonly #send: (message: FromForm) => void;
  #seq = 0;

  constructor(send: (message: FromForm) => void) {
    this.#send = send;
  }

  receive(message: ToForm): void {
    switch (message.type) {
      case "load":
        if (!message.isReply || this.model === undefined) this.#load(message);
        return;
      case "connections":
        if (this.model) this.model = { ...this.model, ...message, type: "load" };
        return;
      case "account":
        this.account = message;
        return;
      case "keyChecked":
        this.keyCheck = message;
        return;
      case "refused":
        this.isBusy = false;
        this.refused = message;
        return;
      case "outcome":
        this.hasOutcome = true;
        return;
      default:
    }
  }

  edit(changes: Partial<FormDraft>): void {
    if (!this.draft) return;
    this.draft = { ...this.draft, ...changes };
    this.#sendEdit();
  }

  choose(kind: string, connection: Connection): void {
    if (this.model) this.model = { ...this.model, connection: connectionKey(connection) };
    this.#send({ type: "choose", kind, connection: connectionKey(connection) });
  }

  submit(): void {
    if (this.isBusy || this.account?.status !== "ready" || !this.draft) return;
    this.#sendEdit();
    this.isBusy = true;
    this.#send({ type: "submit", draft: this.draft });
  }

  /** As VS Code does with a tab that was hidden and is shown again. */
  buildAnew(): void {
    this.model = undefined;
    this.isBusy = false;
    this.#send({ type: "ready" });
  }

  #load(message: Message<"load">): void {
    this.model = message;
    this.draft = message.draft;
    this.isBusy = false;
    this.#sendEdit();
  }

  #sendEdit(): void {
    if (this.draft) this.#send({ type: "edit", seq: ++this.#seq, draft: this.draft });
  }
}

/** A form for something new, and its page. */
export class FormWorld extends Surroundings {
  readonly inWizard: unknown[] = [];
  readonly errors: unknown[] = [];
  readonly page: Page;
  /** What the host has said and the page has not heard yet. */
  readonly #messages: ToForm[] = [];
  readonly #controller: FormController;
  isOpen = true;

  constructor() {
    super();
    this.store.setConnections([prod, dev]);
    this.page = new Page((message) => this.send(message));
    const nothing = () => Promise.resolve();
    this.#controller = new FormController(
      {
        kinds,
        sessions: this.sessions,
        store: this.store,
        operations: this.operations,
        clock: this.clock,
        log: silentLog,
        prompts: this.prompts,
        continueInWizard: (request: unknown) => void this.inWizard.push(request),
      },
      {
        post: (message) => {
          if (this.isOpen) this.#messages.push(structuredClone(message));
        },
        setTitle: () => undefined,
        close: () => this.close(),
        copy: nothing,
        openUrl: nothing,
        run: nothing,
        reveal: nothing,
        reportError: (error) => {
          if (!isCancelled(error)) this.errors.push(error);
        },
        keep: () => undefined,
      },
      { type: "create", kind: "supplyChain" },
    );
    this.send({ type: "ready" });
  }

  send(message: FromForm): void {
    const problem = this.isOpen ? this.#controller.receive(message) : undefined;
    if (problem !== undefined) this.errors.push(problem);
  }

  decide(decision: KeyDecision): void {
    this.send({ type: "decideKey", field: keyField.id, decision });
  }

  /** The tab, by whatever closes it. */
  close(): void {
    this.isOpen = false;
    this.#controller.dispose();
  }

  /** Whatever is ready has run, and the page has heard of it. */
  async settle(): Promise<void> {
    await settle();
    for (let message = this.#messages.shift(); message; message = this.#messages.shift()) this.page.receive(message);
  }

  /** Answers the oldest that was asked, or the oldest of that name. */
  async answer(isGood: boolean, what?: string): Promise<void> {
    const index = what === undefined ? 0 : this.asked.findIndex((each) => each.what === what);
    const [asked] = index < 0 ? [] : this.asked.splice(index, 1);
    asked?.answer(isGood);
    await this.settle();
  }
}

/** A form that is connected to its account, with these answers. */
export async function openForm(values: Readonly<Record<string, string>> = {}): Promise<FormWorld> {
  const form = new FormWorld();
  await form.settle();
  await form.answer(true, "open");
  form.page.edit({ values });
  await form.clock.advance(100);
  await form.settle();
  return form;
}
