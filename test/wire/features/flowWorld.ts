import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { hurriedClock } from "../../fakes/clock";
import { silentLog, type Log } from "../../../src/core/log";
import type { Connection, Session } from "../../../src/instances/connection";
import { emptyDraft, type Draft } from "../../../src/instances/draft";
import { createFollower } from "../../../src/instances/follow";
import type { Instance } from "../../../src/instances/instance";
import type { Kind } from "../../../src/instances/kind";
import type { ChimeApi } from "../../../src/instances/kinds/chime";
import { createKinds, kindsOf } from "../../../src/instances/kinds/registry";
import { scopeOf } from "../../../src/instances/place";
import { createSessions } from "../../../src/instances/sessions";
import { createStore } from "../../../src/instances/memoryStore";
import { createOperations } from "../../../src/operations/durableOperations";
import type { OperationRequest } from "../../../src/operations/operations";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import type { CreateWizard } from "../../../src/ui/prompts/wizard";
import type { DetailsView, DraftForm, FormRequest } from "../../../src/ui/openers";
import type { SandboxOptions } from "../../../src/sandbox/server";
import { startTestSandbox } from "../../fixtures/sandbox";

export const connection: Connection = { source: "sandbox", profile: "sandbox", region: "us-east-1" };
export const restricted: Connection = { ...connection, profile: "sandbox-restricted" };

/** The form as a flow sees it: what it was opened with. */
class OpenedForms implements DraftForm {
  readonly requests: FormRequest[] = [];

  get last(): FormRequest {
    const request = this.requests.at(-1);
    if (!request) throw new Error("The form was not opened");
    return request;
  }

  /** The last one, which is to be of this type. */
  lastAs<T extends FormRequest["type"]>(type: T): Extract<FormRequest, { readonly type: T }> {
    const { last } = this;
    if (last.type !== type) throw new Error(`The form was opened to ${last.type}`);
    return last as Extract<FormRequest, { readonly type: T }>;
  }

  open(request: FormRequest): Promise<void> {
    this.requests.push(request);
    return Promise.resolve();
  }
}

type WizardRequest = Parameters<CreateWizard["run"]>[0];

/** A sandbox over a real socket, and everything below the UI as the extension composes it. */
export async function openWorld(
  t: TestContext,
  options: Partial<SandboxOptions> & { readonly moreKinds?: readonly Kind[] } = {},
  log: Log = silentLog,
) {
  const { moreKinds = [], ...sandboxOptions } = options;
  const sandbox = await startTestSandbox(t, sandboxOptions);
  const directory = await mkdtemp(join(tmpdir(), "flows-"));
  const { endpoint, region } = sandbox;
  const keys = {
    sandbox: { accessKeyId: sandbox.accessKeyId, secretAccessKey: sandbox.secretAccessKey },
    "sandbox-restricted": sandbox.restricted,
  };
  const sessions = createSessions({
    log,
    env: {},
    promptMfa: () => Promise.reject(new Error("No MFA here")),
    sandboxAccess: () => ({ endpoint, region, keys }),
    endpointUrls: () => ({}),
  });
  const settings: { chimeApi: ChimeApi } = { chimeApi: "identity" };
  const kinds = kindsOf([...createKinds({ chimeApi: () => settings.chimeApi }).all, ...moreKinds]);
  const store = createStore();
  const follower = createFollower({ sessions, store, clock: hurriedClock, log });
  const operations = createOperations({ directory, sessions, kinds, follower, log, clock: hurriedClock });
  await operations.open();
  const requests: OperationRequest[] = [];
  const start = operations.start.bind(operations);
  operations.start = (scope, request) => {
    requests.push(request);
    return start(scope, request);
  };
  t.after(async () => {
    operations.dispose();
    sessions.dispose();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });
  store.setConnections([connection]);

  const form = new OpenedForms();
  const inWizard: WizardRequest[] = [];
  const kept = new Map<string, unknown>();
  const shownDetails: unknown[][] = [];
  const details: DetailsView = {
    show: (...args) => {
      shownDetails.push(args);
      return Promise.resolve();
    },
  };
  const copied: string[] = [];
  const clipboard = {
    writeText: (text: string) => {
      copied.push(text);
      return Promise.resolve();
    },
  };
  const kind = (id: string): Kind => {
    const found = kinds.get(id);
    if (!found) throw new Error(`There is no kind ${id}`);
    return found;
  };

  return {
    sandbox,
    directory,
    clock: hurriedClock,
    follower,
    /** What the user may change at any time. */
    settings,
    sessions,
    kinds,
    store,
    operations,
    /** What operations were started with: a settled record keeps it no longer. */
    requests,
    form,
    openForm: form.open.bind(form),
    /** What the form went on with in the wizard. */
    inWizard,
    continueInWizard: (request: WizardRequest) => void inWizard.push(request),
    memory: {
      get: (key: string) => kept.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
    },
    details,
    shownDetails,
    clipboard,
    copied,
    kind,
    session: (of: Connection = connection): Promise<Session> => sessions.open(of),
    /** As a user would confirm a change there now. */
    scope: async (kindId: string, of: Connection = connection) => scopeOf(await sessions.open(of), kind(kindId)),
    /** Creates an instance behind the flow's back and waits until it has left its first state. */
    async create(kindId: string, draft: Partial<Draft>, where: Connection = connection): Promise<Instance> {
      const session = await sessions.open(where);
      const created = await kind(kindId).create(session, { ...emptyDraft(kindId), ...draft }, crypto.randomUUID());
      const instance = await kind(kindId).get(session, created.id);
      if (!instance) throw new Error("The instance is not there");
      return instance;
    },
    async tagsOf(instance: Instance): Promise<Readonly<Record<string, string>>> {
      return kind(instance.kind).listTags(await sessions.open(connection), instance);
    },
    /** The newest operation, once it is settled or interrupted. */
    async untilIdle(): Promise<OperationRecord> {
      const [newest] = operations.list();
      if (!newest) throw new Error("No operation was started");
      return operations.untilIdle(newest.id);
    },
    /** Names of the operations that were accepted, for "exactly these were sent". */
    async changes(): Promise<readonly string[]> {
      const { requests } = await sandbox.control.ledger();
      return requests
        .map(({ operation }) => operation)
        .filter((name) => !/^(Get|List|Describe|Lookup|Simulate)/.test(name));
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

export function instanceNode(instance: Instance, where: Connection = connection) {
  return { type: "instance", connection: where, kind: instance.kind, id: instance.id };
}
