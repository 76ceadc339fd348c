import { Emitter } from "../../core/event";
import type { Clock } from "../../core/clock";
import type { Disposable } from "../../core/disposable";
import { checksFor, type Subject } from "./checks";
import { needsAttention, type Finding } from "./finding";
import { runChecks } from "./runChecks";

/** The checks of one subject at work: what they have found so far. Begins at once. */
export class PrerequisitesRun implements Disposable {
  readonly subject: Subject;
  /** Heard after each finding, and at the end. */
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #stop = new AbortController();
  readonly #order: readonly string[];
  #findings: readonly Finding[] = [];
  #checkedAt: number | undefined;
  /** Resolves when all are over, also when they were stopped. */
  readonly done: Promise<void>;

  constructor(subject: Subject, clock: Clock) {
    this.subject = subject;
    const checks = checksFor(subject);
    this.#order = checks.map(({ id }) => id);
    const onFinding = (finding: Finding) => {
      if (this.#stop.signal.aborted) return;
      this.#findings = [...this.#findings, finding].sort(
        (a, b) => this.#order.indexOf(a.id) - this.#order.indexOf(b.id),
      );
      this.#changed.fire();
    };
    this.done = runChecks(checks, { clock, signal: this.#stop.signal, onFinding }).then(
      () => {
        this.#checkedAt = clock.now();
        this.#changed.fire();
      },
      () => undefined,
    );
  }

  /** In the order of the checks. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** When all were over; undefined while they are not. */
  get checkedAt(): number | undefined {
    return this.#checkedAt;
  }

  /** "2 of 7 need attention" */
  get summary(): string {
    const count = this.#findings.length;
    if (this.#checkedAt === undefined) return `Checking… ${count} of ${this.#order.length}`;
    const open = this.#findings.filter(needsAttention).length;
    if (open === 0) return "Nothing was found that stands in the way";
    return `${open} of ${count} ${open === 1 ? "needs" : "need"} attention`;
  }

  dispose(): void {
    this.#stop.abort();
    this.#changed.dispose();
  }
}
