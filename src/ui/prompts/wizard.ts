import { CancelledError } from "../../core/errors";
import type { Connection } from "../../instances/connection";
import type { Draft } from "../../instances/draft";
import type { PromptFrame } from "./prompts";

/** One question of a wizard, or a few that belong together. It knows neither its number nor its neighbours. */
export interface WizardStep<S> {
  readonly id: string;
  /** Asked before the counting starts: which of several connections, for example. */
  readonly isPreliminary?: boolean;
  /** `keep` takes what is known before the answer is complete: it stays, also when the step is left. */
  ask(state: S, frame: PromptFrame, keep: (state: S) => void): Promise<StepOutcome<S>>;
}

/** `goTo` asks an earlier question again; its answer leads back to the step that sent there. */
export type StepOutcome<S> =
  | { readonly type: "next"; readonly state: S }
  | { readonly type: "back" }
  | { readonly type: "goTo"; readonly step: string };

export interface WizardRequest<S> {
  readonly title: string;
  readonly steps: readonly WizardStep<S>[];
  readonly state: S;
  /** Id of the step to begin with; the first one by default. */
  readonly start?: string;
  /** Hears of every answer and of what is kept before it, and which step is asked next: whoever leaves half-way need not begin anew. */
  readonly onAnswer?: (state: S, next: string) => void;
}

/**
 * Asks every step in turn and resolves with the last state; nothing is done before that. Going back keeps the answers
 * of the state, and what was kept. Rejects with CancelledError when the user leaves.
 */
export async function runWizard<S>(request: WizardRequest<S>): Promise<S> {
  const { steps } = request;
  const counted = steps.filter((step) => !step.isPreliminary);
  let state = request.state;
  let index = request.start === undefined ? 0 : indexOf(steps, request.start);
  /** Where to return to from a step that was asked again. */
  let returnTo: number | undefined;
  for (let step = steps[index]; step; step = steps[index]) {
    const number = counted.indexOf(step) + 1;
    const frame: PromptFrame = {
      title: request.title,
      canGoBack: index > 0 || returnTo !== undefined,
      ...(number > 0 && { step: { number, total: counted.length } }),
    };
    const outcome = await step.ask(state, frame, (kept) => {
      state = kept;
      request.onAnswer?.(kept, step.id);
    });
    if (outcome.type === "goTo") {
      returnTo = index;
      index = indexOf(steps, outcome.step);
      continue;
    }
    if (outcome.type === "next") state = outcome.state;
    if (returnTo === undefined) index += outcome.type === "next" ? 1 : -1;
    else index = returnTo;
    returnTo = undefined;
    if (index < 0) throw new CancelledError();
    const next = steps[index];
    if (next) request.onAnswer?.(state, next.id);
  }
  return state;
}

function indexOf<S>(steps: readonly WizardStep<S>[], id: string): number {
  const index = steps.findIndex((step) => step.id === id);
  if (index < 0) throw new Error(`The wizard has no step "${id}"`);
  return index;
}

/** The create wizard, for features that start it with answers of their own. Implemented in features/create. */
export interface CreateWizard {
  /** Begins with the review when there is a draft. `notes` say by field id why an answer was left out. */
  run(request: {
    readonly kind: string;
    readonly connection?: Connection;
    readonly draft?: Draft;
    readonly notes?: Readonly<Record<string, string>>;
  }): Promise<void>;
}
