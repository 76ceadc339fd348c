import { randomUUID } from "node:crypto";
import { ServiceError, TransportError } from "../../src/aws/errors";
import type { AwsClient } from "../../src/aws/awsClient";
import { supplychain } from "../../src/aws/services/supplychain";
import { Emitter } from "../../src/core/event";
import { connectionKey, type Connection, type Session, type Sessions } from "../../src/instances/connection";
import type { Instance, Phase } from "../../src/instances/instance";
import type { Field, Kind, KindCallOptions } from "../../src/instances/kind";

type Call = "get" | "list" | "create" | "update" | "delete" | "setTags" | "removeTags";

interface Resource {
  readonly id: string;
  readonly accountId: string;
  phase: Phase;
  readonly values: Record<string, string>;
  readonly tags: Record<string, string>;
  readonly createdAt: number;
  errorMessage?: string;
}

/**
 * What happens to one attempt: the error comes instead of the call, or after it was carried out. When it is retried, the
 * client makes another attempt in the same call.
 */
interface Fault {
  readonly call: Call;
  readonly error: unknown;
  readonly isCommitted: boolean;
  readonly isRetried: boolean;
}

/**
 * A small service in memory, with a kind that speaks to it: for tests of the runner's rules that need no wire. Instances
 * change when a test says so, or at the next read when `isInstant`.
 */
export class FakeCloud {
  readonly resources = new Map<string, Resource>();
  /** Every call that was carried out: `create`, `delete i-1`. */
  readonly calls: string[] = [];
  readonly tokens: string[] = [];
  accountId = "123456789012";
  /** The service's clock. */
  now: () => number = () => Date.now();
  isInstant = true;
  createOutcome: { readonly phase: Phase; readonly errorMessage?: string } = { phase: "ready" };
  deleteOutcome: { readonly phase: Phase; readonly errorMessage?: string } = { phase: "deleted" };
  /** Called before an attempt is made: by then it is too late to cancel it. */
  before: (call: Call) => void | Promise<void> = () => undefined;
  /** Called while the client waits between two attempts of one call. */
  between: (call: Call) => void | Promise<void> = () => undefined;
  #faults: Fault[] = [];
  readonly #byToken = new Map<string, string>();

  /** The next call of that name gets the error; committed: after the change was made. */
  fail(
    call: Call,
    error: unknown = reset(),
    options: { readonly isCommitted?: boolean; readonly isRetried?: boolean; readonly times?: number } = {},
  ): void {
    const { isCommitted = false, isRetried = false, times = 1 } = options;
    for (let i = 0; i < times; i++) this.#faults.push({ call, error, isCommitted, isRetried });
  }

  add(
    phase: Phase,
    name: string,
    options: { readonly tags?: Record<string, string>; readonly createdAt?: number } = {},
  ): Instance {
    const id = `i-${this.resources.size + 1}`;
    const createdAt = options.createdAt ?? this.now();
    const resource: Resource = {
      id,
      accountId: this.accountId,
      phase,
      values: { name },
      tags: { ...options.tags },
      createdAt,
    };
    this.resources.set(id, resource);
    return this.#toInstance(resource);
  }

  get live(): readonly Resource[] {
    return [...this.resources.values()].filter(({ phase }) => phase !== "deleted");
  }

  async carryOut<T>(
    call: Call,
    what: string,
    session: Session,
    options: KindCallOptions | undefined,
    change: () => T,
  ): Promise<T> {
    for (let number = 1; ; number++) {
      await options?.beforeAttempt?.(number);
      await this.before(call);
      options?.signal?.throwIfAborted();
      const index = this.#faults.findIndex((fault) => fault.call === call);
      const [fault] = index < 0 ? [] : this.#faults.splice(index, 1);
      const answer =
        fault?.error instanceof ServiceError ? { error: fault.error.name, status: fault.error.status } : {};
      options?.onAttempt?.({ number, requestId: randomUUID(), ...answer });
      if (fault?.isCommitted !== false) this.calls.push(what);
      const result = fault?.isCommitted === false ? undefined : change();
      if (!fault) return result as T;
      if (!fault.isRetried) throw fault.error;
      await this.between(call);
    }
  }

  create(
    accountId: string,
    values: Readonly<Record<string, string>>,
    tags: Readonly<Record<string, string>>,
    token: string,
  ): Resource {
    this.tokens.push(token);
    const known = this.#byToken.get(token);
    if (known !== undefined) return this.resources.get(known)!;
    const id = `i-${this.resources.size + 1}`;
    const resource: Resource = {
      id,
      accountId,
      phase: "creating",
      values: { ...values },
      tags: { ...tags },
      createdAt: this.now(),
    };
    this.resources.set(id, resource);
    this.#byToken.set(token, id);
    return resource;
  }

  forgetTokens(): void {
    this.#byToken.clear();
  }

  find(session: Session, id: string): Instance | undefined {
    const resource = this.resources.get(id);
    if (resource?.accountId !== session.accountId) return undefined;
    const instance = this.#toInstance(resource);
    if (this.isInstant && resource.phase === "creating") Object.assign(resource, this.createOutcome);
    else if (this.isInstant && resource.phase === "deleting") Object.assign(resource, this.deleteOutcome);
    return instance;
  }

  #toInstance({ id, phase, values, createdAt, errorMessage }: Resource): Instance {
    return {
      kind: "fake",
      id,
      arn: `arn:fake:${id}`,
      ...(values.name === undefined ? {} : { name: values.name }),
      state: phase,
      phase,
      ...(errorMessage === undefined ? {} : { errorMessage }),
      createdAt,
      values: { ...values },
      raw: {},
    };
  }

  readonly kind: Kind = this.#makeKind();

  #makeKind(): Kind {
    const field = (id: string, control: "text" | "domain"): Field => ({
      id,
      label: id,
      apiName: id,
      help: "",
      control,
      required: false,
      editable: true,
      maxLength: 63,
      lengthUnit: "characters",
      validate: () => undefined,
    });
    const missing = () =>
      new ServiceError("ResourceNotFoundException", "No such instance", {
        status: 404,
        isRetryable: false,
        attempts: 1,
      });
    const required = (session: Session, id: string) => {
      const resource = this.resources.get(id);
      if (resource?.accountId !== session.accountId || resource.phase === "deleted") throw missing();
      return resource;
    };
    return {
      id: "fake",
      title: "fake instance",
      groupTitle: "Fake",
      icon: "beaker",
      createCommandId: "createFake",
      service: supplychain,
      forService(service) {
        return service === "supplychain" ? this : undefined;
      },
      fields: [field("name", "text"), field("domain", "domain")],
      nameField: "name",
      tagRules: { max: 50, maxKeyLength: 128, minValueLength: 0, maxValueLength: 256 },
      mitigations: { rules: [] },
      loadNeeds: () =>
        Promise.resolve({
          rights: { reading: [], creating: [], changing: [], deleting: [] },
          quota: { max: 10, counts: ["creating", "ready"], countedWords: "active", canBeRaised: false },
          needsIdentityCenter: false,
          notes: [],
        }),
      hasStates: true,
      states: { Active: "ready" },
      creationHint: "",
      suggestedRegions: [],
      list: (session, options) => this.#pages(session, options),
      get: (session, id, options) => this.carryOut("get", `get ${id}`, session, options, () => this.find(session, id)),
      findByName: (session, name, options) =>
        this.carryOut("list", `find ${name}`, session, options, () =>
          this.live.filter(({ values }) => values.name === name).map((resource) => this.#toInstance(resource)),
        ),
      listTags: (session, { id }) => Promise.resolve({ ...required(session, id).tags }),
      create: async (session, draft, token, options) => {
        const resource = await this.carryOut("create", "create", session, options, () =>
          this.create(session.accountId, draft.values, draft.tags, token),
        );
        return { id: resource.id, instance: this.#toInstance(resource) };
      },
      update: (session, { id }, values, options) =>
        this.carryOut(
          "update",
          `update ${id}`,
          session,
          options,
          () => void Object.assign(required(session, id).values, values),
        ),
      delete: (session, id, options) =>
        this.carryOut("delete", `delete ${id}`, session, options, () => {
          const resource = this.resources.get(id);
          if (resource && resource.phase !== "deleted") resource.phase = "deleting";
        }),
      setTags: (session, { id }, tags, options) =>
        this.carryOut(
          "setTags",
          `setTags ${id}`,
          session,
          options,
          () => void Object.assign(required(session, id).tags, tags),
        ),
      removeTags: (session, { id }, keys, options) =>
        this.carryOut("removeTags", `removeTags ${id}`, session, options, () => {
          const resource = required(session, id);
          for (const key of keys) Reflect.deleteProperty(resource.tags, key);
        }),
      capture: (instance, tags) => ({ kind: "fake", values: { ...instance.values }, tags: { ...tags } }),
      createCommand: () => "",
      consoleUrl: () => "",
      deletionWarnings: () => [],
    };
  }

  async *#pages(session: Session, options: KindCallOptions | undefined): AsyncGenerator<readonly Instance[]> {
    yield await this.carryOut("list", "list", session, options, () =>
      this.live
        .filter(({ accountId }) => accountId === session.accountId)
        .map((resource) => this.#toInstance(resource)),
    );
  }
}

export function reset(): TransportError {
  return new TransportError("The connection was reset", { code: "ECONNRESET", attempts: 3, maybeSent: true });
}

export function refusal(name: string, status: number, message = name): ServiceError {
  return new ServiceError(name, message, { status, isRetryable: false, attempts: 1 });
}

/** Sessions in whatever account the cloud says; `error` refuses to open any. */
export class FakeSessions implements Sessions {
  error: Error | undefined;
  /** How far the service's clock is ahead, as the client has learnt it. */
  clockOffsetMs: number | undefined = 0;
  /** Where requests go. */
  endpoint = "https://scn.us-east-1.amazonaws.com";
  readonly #cloud: FakeCloud;
  readonly #changed = new Emitter<string>();
  #generation = 1;
  readonly onDidChange = this.#changed.event;

  constructor(cloud: FakeCloud) {
    this.#cloud = cloud;
  }

  open(connection: Connection): Promise<Session> {
    return this.error === undefined ? Promise.resolve(this.#session(connection)) : Promise.reject(this.error);
  }

  current(connection: Connection): Session | undefined {
    return this.error === undefined ? this.#session(connection) : undefined;
  }

  invalidate(connection: Connection): void {
    this.#generation++;
    this.#changed.fire(connectionKey(connection));
  }

  reread(): Promise<void> {
    return Promise.resolve();
  }

  #session(connection: Connection): Session {
    const client: AwsClient = {
      region: connection.region,
      clockOffsetMs: this.clockOffsetMs,
      call: () => Promise.reject(new Error("The fake kind makes no wire calls")),
      pages: () => {
        throw new Error("The fake kind makes no wire calls");
      },
    };
    return {
      connection,
      accountId: this.#cloud.accountId,
      generation: this.#generation,
      client,
      endpointOf: () => ({ url: new URL(this.endpoint), signingRegion: connection.region, isCustom: false }),
      isLoopback: true,
    };
  }
}
