import type { Clock } from "../../core/clock";
import { connectionKey } from "../../instances/connection";
import type { Subject } from "../../instances/prerequisites/checks";
import { needsAttention } from "../../instances/prerequisites/finding";
import { PrerequisitesRun } from "../../instances/prerequisites/prerequisitesRun";

/** The checks of a wizard's answers. They are made again only when an answer has changed that they depend on. */
export class ReviewPrerequisites {
  readonly #clock: Clock;
  #run: PrerequisitesRun | undefined;
  #key = "";

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  for(subject: Subject): PrerequisitesRun {
    const key = keyOf(subject);
    if (this.#run && key === this.#key) return this.#run;
    this.#run?.dispose();
    this.#key = key;
    return (this.#run = new PrerequisitesRun(subject, this.#clock));
  }

  /** Made again by the user. */
  keep(run: PrerequisitesRun): void {
    this.#run = run;
  }

  /** Nobody waits for them any more. They begin anew when somebody does. */
  end(): void {
    this.#run?.dispose();
    this.#run = undefined;
  }
}

/** Of the answers only those that a check looks at. */
function keyOf({ kind, session, draft }: Subject): string {
  const values = kind.fields
    .filter(({ control }) => control === "encryptionKey" || control === "domain")
    .map(({ id }) => draft?.values[id]);
  const hasTags = Object.keys(draft?.tags ?? {}).length > 0;
  return JSON.stringify([connectionKey(session.connection), session.generation, values, hasTags]);
}

/** "$(warning) Prerequisites" */
export function prerequisitesLabel({ findings }: PrerequisitesRun): string {
  const icon = findings.some(({ mark }) => mark === "error")
    ? "error"
    : findings.some(needsAttention)
      ? "warning"
      : "checklist";
  return `$(${icon}) Prerequisites`;
}
