import type { FullCommandId } from "../../core/commandIds";
import { CancelledError, isCancelled, messageOf } from "../../core/errors";
import {
  connectionKey,
  connectionLabel,
  type Connection,
  type Session,
  type Sessions,
} from "../../instances/connection";
import { emptyDraft } from "../../instances/draft";
import { withPresentApi, type Kind } from "../../instances/kind";
import type { Kinds } from "../../instances/kinds/registry";
import { scopeOf } from "../../instances/place";
import type { InstanceStore } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import type { Operations } from "../../operations/operations";
import { signedOutText } from "../../ui/text/connectionText";
import { visibleText } from "../../ui/text/displayText";
import { plain, type PickItem } from "../../ui/prompts/prompts";
import { runWizard, type CreateWizard } from "../../ui/prompts/wizard";
import type { CreateRequest } from "../../ui/openers";
import { AnswerMemory, type KeptAnswers, type Memory } from "./keptAnswers";
import { tagsStepId } from "./review";
import { connectionStep, createSteps, reviewStepId, sessionOf, type CreateState } from "./steps";
import type { StepDeps } from "./keyStep";

export interface CreateWizardDeps extends StepDeps {
  readonly kinds: Kinds;
  readonly sessions: Sessions;
  readonly store: Pick<InstanceStore, "connections" | "connectionState" | "listing">;
  readonly operations: Pick<Operations, "start">;
  /** Runs one of the extension's commands: Add Connection…, Start Sandbox. */
  readonly runCommand: (command: FullCommandId) => PromiseLike<unknown>;
  /** Where answers are kept when the user leaves half-way. */
  readonly memory: Memory;
  /** Opens the form with the answers so far. */
  readonly openForm: (request: CreateRequest) => PromiseLike<unknown>;
  /** Shows where the new instance is going to appear. Not waited for. */
  readonly onStarted: (operation: OperationRecord) => void;
}

type WizardRequest = Parameters<CreateWizard["run"]>[0];

/** Asks everything first; the one effect, the operation's start, comes after the last answer. */
export function createCreateWizard(deps: CreateWizardDeps): CreateWizard {
  return { run: (request) => runCreateWizard(deps, request) };
}

async function runCreateWizard(deps: CreateWizardDeps, request: WizardRequest): Promise<void> {
  const found = deps.kinds.get(request.kind);
  if (!found) throw new Error(`There is no kind "${request.kind}"`);
  const kind = withPresentApi(found);
  const title = `Create ${kind.title}`;
  const memory = new AnswerMemory(deps.memory);
  const kept = await askToContinue(deps, memory, kind, title, request);
  const known = kept?.connection ?? request.connection ?? (await onlyConnection(deps, title));
  const session = known && (await openSession(deps, known));
  const steps = wizardSteps(deps, kind, request);
  const draft = kept?.draft ?? request.draft ?? emptyDraft(kind.id);
  const { typed, newTag, leftOut } = kept ?? {};
  let state: CreateState = { draft, typed, newTag, leftOut, ...(session && { session }) };
  let start = startOf(kind, request, kept);
  for (;;) {
    state = await runWizard<CreateState>({
      title,
      steps,
      state,
      ...(state.session && start && { start }),
      onAnswer: (answered, next) => {
        const answers = toKeep(answered, next);
        if (answers) memory.set(answers);
      },
    });
    if (state.goesOnInForm) {
      memory.forget(kind.id);
      await deps.openForm({ type: "create", draft: state.draft, connection: sessionOf(state).connection });
      return;
    }
    const scope = scopeOf(sessionOf(state), kind);
    try {
      const operation = await deps.operations.start(scope, { type: "create", draft: state.draft });
      memory.forget(kind.id);
      deps.onStarted(operation);
      return;
    } catch (error) {
      if (isCancelled(error)) throw error;
      // Nothing was sent, and nobody should have to type six answers again.
      state = { ...state, failure: messageOf(error) };
      start = reviewStepId;
    }
  }
}

/** Undefined before it is known where they belong. */
function toKeep(state: CreateState, next: string): KeptAnswers | undefined {
  const { draft, typed, newTag, leftOut, session } = state;
  return session && { draft, typed, newTag, leftOut, connection: session.connection, next };
}

/** The review for a draft that came with the request, else where the user was, else the first question. */
function startOf(kind: Kind, request: WizardRequest, kept: KeptAnswers | undefined): string | undefined {
  if (kept) return [...kind.fields.map(({ id }) => id), tagsStepId].find((id) => id === kept.next) ?? reviewStepId;
  return request.draft ? reviewStepId : kind.fields[0]?.id;
}

/** What was left half-way, when the user wants to go on with it. */
async function askToContinue(
  deps: CreateWizardDeps,
  memory: AnswerMemory,
  kind: Kind,
  title: string,
  { draft, connection }: WizardRequest,
): Promise<KeptAnswers | undefined> {
  const places = connection ? [connection] : deps.store.connections;
  const kept = draft ? undefined : memory.get(kind.id, places);
  if (!kept) return undefined;
  const name = kept.draft.values[kind.nameField];
  const answer = await deps.prompts.pick<boolean>({
    title,
    placeholder: "You left this half-way",
    items: [
      {
        label: `$(history) Continue with ${plain(name ?? "what you had answered")}`,
        detail: plain(connectionLabel(kept.connection)),
        value: true,
      },
      { label: "$(add) Begin anew", value: false },
    ],
  });
  if (answer.type !== "value") throw new CancelledError();
  if (answer.value) return kept;
  memory.forget(kind.id);
  return undefined;
}

function wizardSteps(deps: CreateWizardDeps, kind: Kind, { draft, notes }: WizardRequest) {
  const canMove = deps.store.connections.length > 1;
  const steps = createSteps(deps, kind, { isCopy: draft !== undefined, canMove, ...(notes && { notes }) });
  if (!canMove) return steps;
  const items = () => connectionItems(deps, kind);
  const open = (connection: Connection) => openSession(deps, connection);
  return [connectionStep(deps.prompts, kind, items, open), ...steps];
}

function openSession(deps: CreateWizardDeps, connection: Connection): Promise<Session> {
  return deps.prompts.busy(`Opening ${visibleText(connectionLabel(connection))}…`, (signal) =>
    deps.sessions.open(connection, signal),
  );
}

/** Undefined when there are several to choose from; without any, the user makes one first. */
async function onlyConnection(deps: CreateWizardDeps, title: string): Promise<Connection | undefined> {
  if (deps.store.connections.length === 0) await makeConnection(deps, title);
  const [first, ...others] = deps.store.connections;
  if (!first) throw new CancelledError();
  return others.length === 0 ? first : undefined;
}

async function makeConnection(deps: CreateWizardDeps, title: string): Promise<void> {
  const answer = await deps.prompts.pick<FullCommandId>({
    title,
    placeholder: "There is no connection yet",
    items: [
      {
        label: "$(plug) Add Connection…",
        detail: "A profile and a region of yours",
        value: "appInstances.addConnection",
      },
      { label: "$(beaker) Start Sandbox", detail: "Needs no AWS account", value: "appInstances.startSandbox" },
    ],
  });
  if (answer.type === "value") await deps.runCommand(answer.value);
}

function connectionItems({ store }: CreateWizardDeps, kind: Kind): readonly PickItem<Connection>[] {
  return store.connections.map((connection) => {
    const state = store.connectionState(connectionKey(connection));
    const note = connection.source === "sandbox" ? undefined : kind.regionNote?.(connection.region);
    const isSuggested = connection.source === "sandbox" || kind.suggestedRegions.includes(connection.region);
    return {
      label: `$(${connection.source === "sandbox" ? "beaker" : "cloud"}) ${plain(connectionLabel(connection))}`,
      ...(state?.status === "connected" && { description: state.accountId }),
      ...(state?.status === "signedOut" && { description: signedOutText(state) }),
      ...(state?.status === "error" && { description: "Could not connect" }),
      ...(!isSuggested && { detail: `${kind.groupTitle} is not documented for ${connection.region}` }),
      ...(note !== undefined && { detail: `${connection.region}: ${note}` }),
      value: connection,
    };
  });
}
