import type { Clock } from "../../core/clock";
import type { Disposable } from "../../core/disposable";
import type { Subject } from "../../instances/prerequisites/checks";
import { FailureExplanation, type FailedSource } from "../../ui/page/explanation";
import type { PageActions } from "../../ui/page/pageActions";
import { ShownPrerequisites } from "../../ui/page/prerequisites";
import type { ToForm } from "../../ui/page/protocol/form";
import type { Action, ExplanationModel } from "../../ui/page/protocol/pieces";

export interface AdviceSource {
  /** What is going to be created; undefined while there is no account to check. */
  readonly subject: () => Subject | undefined;
  /** What it makes good. */
  readonly failed: FailedSource;
}

/** What a form knows beyond the draft's own rules: what stands in the way, and why it failed before. On request only. */
export class FormAdvice implements Disposable {
  readonly #source: AdviceSource;
  readonly #prerequisites: ShownPrerequisites;
  readonly #explanation: FailureExplanation;

  constructor(source: AdviceSource, clock: Clock, post: (message: ToForm) => void) {
    this.#source = source;
    this.#prerequisites = new ShownPrerequisites(clock, post);
    this.#explanation = new FailureExplanation(source.failed, () =>
      post({ type: "explained", explanation: this.explanation }),
    );
  }

  get explanation(): ExplanationModel {
    return this.#explanation.model;
  }

  offerCopies(actions: PageActions): void {
    actions.offerCopy("missingPolicy", () => this.#prerequisites.offerOf("rights"));
    actions.offerCopy("missingKeyStatement", () => this.#prerequisites.offerOf("key"));
    actions.offerCopy("explainedPolicy", () => this.#explanation.policy);
    actions.offerCopy("ownerText", () => this.#explanation.ownerText);
  }

  /** Another account: what was found out is not about it. */
  forgetChecks(): void {
    this.#prerequisites.forget();
  }

  forgetFailure(): void {
    this.#explanation.forget();
  }

  /** The draft was edited. */
  compare(): void {
    this.#prerequisites.compare(this.#source.subject());
  }

  postAll(): void {
    this.#prerequisites.postAll();
  }

  /** False when it is none of its buttons. */
  act(action: Action): boolean {
    switch (action) {
      case "checkPrerequisites": {
        const subject = this.#source.subject();
        if (subject) this.#prerequisites.check(subject);
        return true;
      }
      case "stopChecking":
        this.#prerequisites.stop();
        return true;
      case "lookInCloudTrail":
        this.#explanation.look();
        return true;
      case "stopLooking":
        this.#explanation.stop();
        return true;
      default:
        return false;
    }
  }

  dispose(): void {
    this.#prerequisites.dispose();
    this.#explanation.dispose();
  }
}
