import type { Clock } from "../../core/clock";
import { connectionKey } from "../../instances/connection";
import { relevantOf, type Subject } from "../../instances/prerequisites/checks";
import { needsAttention } from "../../instances/prerequisites/finding";
import { PrerequisitesRun } from "../../instances/prerequisites/prerequisitesRun";
import { plain } from "../../ui/prompts/prompts";

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

function keyOf(subject: Subject): string {
  const { session } = subject;
  return JSON.stringify([connectionKey(session.connection), session.generation, relevantOf(subject)]);
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

/** "1 of 7 needs attention: Domain north: north-plant has it": one alone can be said here. */
export function prerequisitesText({
  findings,
  summary,
  checkedAt,
}: Pick<PrerequisitesRun, "findings" | "summary" | "checkedAt">): string {
  const [first, ...more] = findings.filter(needsAttention);
  return first && more.length === 0 && checkedAt !== undefined ? `${summary}: ${plain(first.text)}` : summary;
}
