import { isSameConnection, type Connection, type Session } from "../../instances/connection";
import { typedValue, withTags, withValue, type Draft } from "../../instances/draft";
import { validateDraft } from "../../instances/draftValidation";
import type { Field, Kind } from "../../instances/kind";
import type { PrerequisitesRun } from "../../instances/prerequisites/prerequisitesRun";
import { scopeOf } from "../../instances/place";
import { askField } from "../../ui/prompts/fieldPrompt";
import { plain, type PickItem, type PromptFrame, type Prompts } from "../../ui/prompts/prompts";
import { placeLabel } from "../../ui/instance/read";
import { showPrerequisites, untilChecked } from "../../ui/prompts/prerequisitesPrompt";
import { askTags, type NewTag } from "../../ui/prompts/tagsPrompt";
import type { StepOutcome, WizardStep } from "../../ui/prompts/wizard";
import { askKey, type StepDeps } from "./keyStep";
import { prerequisitesLabel, prerequisitesText, ReviewPrerequisites } from "./reviewPrerequisites";
import { reviewLines, tagsStepId, type ReviewLine } from "./review";

/** What the create wizard has heard so far. */
export interface CreateState {
  readonly draft: Draft;
  /** Opened as soon as the connection is known: nobody should answer six questions only to be told to sign in. */
  readonly session?: Session;
  /** By field id: what stood in its input when it was left, where that is no answer. */
  readonly typed?: Readonly<Record<string, string>> | undefined;
  readonly newTag?: NewTag | undefined;
  /** By field id: why an answer that had been given is missing. */
  readonly leftOut?: Readonly<Record<string, string>> | undefined;
  /** Why the create could not be started with these answers. */
  readonly failure?: string;
  /** The rest is done in the form. */
  readonly goesOnInForm?: boolean;
}

/** Id of the last step. */
export const reviewStepId = "review";

export interface StepOptions {
  /** By field id: why an answer that one would expect is missing. */
  readonly notes?: Readonly<Record<string, string>>;
  /** The draft is somebody else's: the review begins at its first line instead of at Create. */
  readonly isCopy?: boolean;
  /** There are other connections: the review offers to choose another one. */
  readonly canMove?: boolean;
}

/** A step for each field of the kind, in its order, then tags and the review. */
export function createSteps(deps: StepDeps, kind: Kind, options: StepOptions = {}): readonly WizardStep<CreateState>[] {
  return [
    ...kind.fields.map((field) => fieldStep(deps, field, options.notes?.[field.id])),
    tagsStep(deps, kind),
    reviewStep(deps, kind, options),
  ];
}

function fieldStep(deps: StepDeps, field: Field, note: string | undefined): WizardStep<CreateState> {
  return {
    id: field.id,
    async ask(state, frame, keep) {
      const value = state.draft.values[field.id] ?? "";
      const common = { value, typed: state.typed?.[field.id], frame };
      const keepTyped = (typed: string) => keep({ ...state, typed: { ...state.typed, [field.id]: typed } });
      const answer =
        field.control === "encryptionKey"
          ? await askKey(deps, {
              ...common,
              field,
              session: sessionOf(state),
              note: state.leftOut?.[field.id],
              onLeave: keepTyped,
            })
          : await askField(deps.prompts, {
              ...common,
              field,
              ...(note !== undefined && value === "" && { note }),
              ...suggestionOf(field, state.draft),
              onLeave: (typed, isAnswer) => (isAnswer ? keep(withAnswer(state, field, typed)) : keepTyped(typed)),
            });
      return answer.type === "value"
        ? { type: "next", state: withAnswer(state, field, answer.value) }
        : { type: "back" };
    },
  };
}

function withAnswer(state: CreateState, field: Field, typed: string): CreateState {
  return {
    ...state,
    draft: withValue(state.draft, field.id, typedValue(field, typed)),
    typed: without(state.typed, field.id),
    leftOut: without(state.leftOut, field.id),
  };
}

function without(texts: Readonly<Record<string, string>> = {}, id: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).filter(([other]) => other !== id));
}

function suggestionOf(field: Field, draft: Draft): { readonly suggestion?: string } {
  const suggestion = field.suggest?.(draft);
  return suggestion === undefined ? {} : { suggestion };
}

function tagsStep({ prompts }: StepDeps, kind: Kind): WizardStep<CreateState> {
  return {
    id: tagsStepId,
    async ask(state, frame, keep) {
      let kept = state;
      const answer = await askTags(prompts, {
        kind,
        tags: state.draft.tags,
        frame,
        newTag: state.newTag,
        onChange: (tags, newTag) => keep((kept = { ...state, draft: withTags(state.draft, tags), newTag })),
      });
      return answer.type === "value" ? { type: "next", state: kept } : { type: "back" };
    },
  };
}

const create = Symbol("create");
const form = Symbol("form");
const prerequisites = Symbol("prerequisites");
const command = Symbol("command");
type ReviewChoice = string | typeof create | typeof form | typeof prerequisites | typeof command;

function reviewStep(deps: StepDeps, kind: Kind, options: StepOptions): WizardStep<CreateState> {
  const checks = new ReviewPrerequisites(deps.clock);
  return {
    id: reviewStepId,
    async ask(state, frame): Promise<StepOutcome<CreateState>> {
      try {
        return await askReview(deps, kind, options, checks, state, frame);
      } finally {
        checks.end();
      }
    },
  };
}

async function askReview(
  deps: StepDeps,
  kind: Kind,
  options: StepOptions,
  checks: ReviewPrerequisites,
  state: CreateState,
  frame: PromptFrame,
): Promise<StepOutcome<CreateState>> {
  const problems = validateDraft(kind, state.draft);
  const lines = reviewLines(kind, state.draft, problems, { ...options.notes, ...state.leftOut });
  const itemsOf = (run: PrerequisitesRun): readonly PickItem<ReviewChoice>[] => [
    ...lines.map(toLineItem),
    { label: prerequisitesLabel(run), description: prerequisitesText(run), value: prerequisites },
    ...createItems(kind, state, options),
    ...(problems.length === 0 ? [commandItem] : []),
  ];
  let active: ReviewChoice | undefined = options.isCopy ? lines[0]?.step : create;
  for (;;) {
    const run = checks.for({ kind, session: sessionOf(state), store: deps.store, draft: state.draft });
    const answer = await deps.prompts.pick<ReviewChoice>({
      ...frame,
      placeholder: options.isCopy
        ? "Choose a line to change it, then create"
        : "Review the answers: choose a line to change it, or create",
      items: itemsOf(run),
      ...(run.checkedAt === undefined && { load: (signal, show) => untilChecked(run, signal, show, itemsOf) }),
      isActive: (value) => value === active,
    });
    if (answer.type === "back") return answer;
    if (answer.value === form) return { type: "next", state: { ...state, goesOnInForm: true } };
    if (answer.value === prerequisites) {
      checks.keep(await showPrerequisites(deps, { ...frame, canGoBack: true }, run));
      continue;
    }
    if (answer.value === command) {
      await deps.clipboard.writeText(kind.createCommand(state.draft, sessionOf(state)));
      deps.prompts.inform("Copied the AWS CLI command.");
      // Another Enter must not create.
      active = command;
      continue;
    }
    if (answer.value !== create) return { type: "goTo", step: answer.value };
    const problem = problems[0];
    return problem ? { type: "goTo", step: problem.field } : { type: "next", state };
  }
}

function toLineItem({ step, label, value, problem, note }: ReviewLine): PickItem<ReviewChoice> {
  const detail = problem ?? note;
  return {
    label: `${problem === undefined ? "" : "$(warning) "}${label}`,
    description: plain(value),
    ...(detail !== undefined && { detail: plain(detail) }),
    value: step,
  };
}

const commandItem: PickItem<ReviewChoice> = { label: "$(copy) Copy AWS CLI command", value: command };

function createItems(kind: Kind, state: CreateState, { canMove }: StepOptions): readonly PickItem<ReviewChoice>[] {
  const { failure } = state;
  const label = plain(`Create in ${placeLabel(scopeOf(sessionOf(state), kind))}`);
  return [
    failure === undefined
      ? { label: `$(rocket) ${label}`, detail: kind.creationHint, value: create }
      : { label: `$(error) ${label}`, description: "again", detail: plain(failure), value: create },
    { label: "$(window) Continue in the form…", value: form },
    ...(canMove ? [{ label: "$(arrow-swap) Create somewhere else…", value: connectionStepId }] : []),
  ];
}

/** Id of the question that does not count. */
const connectionStepId = "connection";

/** Asks which of several connections to use and opens it; its number does not count. */
export function connectionStep(
  prompts: Prompts,
  kind: Kind,
  items: () => readonly PickItem<Connection>[],
  open: (connection: Connection) => Promise<Session>,
): WizardStep<CreateState> {
  return {
    id: connectionStepId,
    isPreliminary: true,
    async ask(state, frame) {
      const before = state.session?.connection;
      const isActive = (connection: Connection) => before !== undefined && isSameConnection(connection, before);
      const answer = await prompts.pick({
        ...frame,
        placeholder: "Choose where to create it",
        items: items(),
        isActive,
      });
      if (answer.type !== "value") return { type: "back" };
      const session = await open(answer.value);
      const { draft, typed, newTag, leftOut } = state.session
        ? withoutKeys(kind, state, state.session, session)
        : state;
      return { type: "next", state: { draft, session, typed, newTag, leftOut } };
    },
  };
}

/** A key belongs to one account and Region, whatever the profile is called: elsewhere it is left out, and that is said. */
function withoutKeys(kind: Kind, state: CreateState, before: Session, now: Session): CreateState {
  const isSameAccount = before.accountId === now.accountId;
  const placeOf = ({ accountId, connection: { region } }: Session) =>
    isSameAccount ? region : `account ${accountId}, ${region}`;
  if (placeOf(before) === placeOf(now)) return state;
  const note = `Left out: the key of ${placeOf(before)} cannot be used in ${placeOf(now)}`;
  const keys = kind.fields.filter(({ id, control }) => control === "encryptionKey" && state.draft.values[id]);
  return {
    ...state,
    draft: keys.reduce((kept, { id }) => withValue(kept, id, ""), state.draft),
    leftOut: { ...state.leftOut, ...Object.fromEntries(keys.map(({ id }) => [id, note])) },
  };
}

export function sessionOf(state: CreateState): Session {
  if (!state.session) throw new Error("The wizard asked for an answer before it had a session");
  return state.session;
}
