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
import { visibleText } from "../../ui/text/displayText";
import { plain, type PickItem } from "../../ui/prompts/prompts";
import { runWizard, type CreateWizard } from "../../ui/prompts/wizard";
import { connectionStep, createSteps, reviewStepId, sessionOf, type CreateState } from "./steps";
import type { StepDeps } from "./keyStep";

export interface CreateWizardDeps extends StepDeps {
  readonly kinds: Kinds;
  readonly sessions: Sessions;
  readonly store: Pick<InstanceStore, "connections" | "connectionState">;
  readonly operations: Pick<Operations, "start">;
  /** Runs one of the extension's commands: Add Connection…, Start Sandbox. */
  readonly runCommand: (command: FullCommandId) => PromiseLike<unknown>;
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
  const known = request.connection ?? (await onlyConnection(deps, title));
  const session = known && (await openSession(deps, known));
  const steps = wizardSteps(deps, kind, request);
  let state: CreateState = { draft: request.draft ?? emptyDraft(kind.id), ...(session && { session }) };
  let start = request.draft ? reviewStepId : kind.fields[0]?.id;
  for (;;) {
    state = await runWizard<CreateState>({ title, steps, state, ...(state.session && start && { start }) });
    const scope = scopeOf(sessionOf(state), kind);
    try {
      deps.onStarted(await deps.operations.start(scope, { type: "create", draft: state.draft }));
      return;
    } catch (error) {
      if (isCancelled(error)) throw error;
      // Nothing was sent, and nobody should have to type six answers again.
      state = { ...state, failure: messageOf(error) };
      start = reviewStepId;
    }
  }
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
    const isSuggested = connection.source === "sandbox" || kind.suggestedRegions.includes(connection.region);
    return {
      label: `$(${connection.source === "sandbox" ? "beaker" : "cloud"}) ${plain(connectionLabel(connection))}`,
      ...(state?.status === "connected" && { description: state.accountId }),
      ...(state?.status === "signedOut" && { description: "Not signed in" }),
      ...(state?.status === "error" && { description: "Could not connect" }),
      ...(!isSuggested && { detail: `${kind.groupTitle} is not documented for ${connection.region}` }),
      value: connection,
    };
  });
}
