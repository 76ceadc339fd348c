import type { Clock } from "../../core/clock";
import type { Disposable } from "../../core/disposable";
import { relevantOf, type Subject } from "../../instances/prerequisites/checks";
import type { CheckId, Finding } from "../../instances/prerequisites/finding";
import { PrerequisitesRun } from "../../instances/prerequisites/prerequisitesRun";
import { visibleText } from "../text/displayText";
import { decisionMark, decisionText } from "../text/decisionText";
import type { PrerequisitesModel } from "./protocol/form";

const idle: PrerequisitesModel = {
  type: "prerequisites",
  status: "idle",
  summary: "Not checked yet",
  isOutdated: false,
  findings: [],
  actions: [],
};

/** The checks of a page's draft, on request: what they found is told as it comes, and never waited for. */
export class ShownPrerequisites implements Disposable {
  readonly #clock: Clock;
  readonly #post: (model: PrerequisitesModel) => void;
  #run: PrerequisitesRun | undefined;
  #isOutdated = false;

  constructor(clock: Clock, post: (model: PrerequisitesModel) => void) {
    this.#clock = clock;
    this.#post = post;
  }

  check(subject: Subject): void {
    this.#run?.dispose();
    this.#isOutdated = false;
    const run = (this.#run = new PrerequisitesRun(subject, this.#clock));
    run.onDidChange(() => this.postAll());
    this.postAll();
  }

  /** Only while it is at work: what is over stays to be read. */
  stop(): void {
    if (this.#run?.checkedAt === undefined) this.forget();
  }

  /** It was about something else. */
  forget(): void {
    this.#run?.dispose();
    this.#run = undefined;
    this.postAll();
  }

  /** The draft is another one now. */
  compare(subject: Subject | undefined): void {
    const isOutdated = this.#run !== undefined && (!subject || relevantOf(subject) !== relevantOf(this.#run.subject));
    if (isOutdated === this.#isOutdated) return;
    this.#isOutdated = isOutdated;
    this.postAll();
  }

  /** What the page's Copy button of that finding copies. */
  offerOf(id: CheckId): string | undefined {
    return this.#run?.findings.find((finding) => finding.id === id)?.offer?.json;
  }

  postAll(): void {
    this.#post(this.#model());
  }

  dispose(): void {
    this.#run?.dispose();
  }

  #model(): PrerequisitesModel {
    const run = this.#run;
    if (!run) return idle;
    const { checkedAt, findings, summary } = run;
    const actions = findings.flatMap((finding) => finding.actions ?? []);
    return {
      type: "prerequisites",
      status: checkedAt === undefined ? "running" : "done",
      summary,
      ...(checkedAt !== undefined && { checkedAt }),
      isOutdated: this.#isOutdated,
      findings: findings.map(findingModel),
      actions: actions.map((action) => ({
        name: visibleText(action.action),
        mark: decisionMark(action),
        text: visibleText([decisionText(action), ...action.sources].join(" · ")),
      })),
    };
  }
}

function findingModel({ id, mark, text, wayOut, offer }: Finding): PrerequisitesModel["findings"][number] {
  return {
    mark,
    text: visibleText(text),
    ...(wayOut !== undefined && { wayOut: visibleText(wayOut) }),
    ...(offer && {
      offer: { title: offer.title, copy: id === "key" ? ("missingKeyStatement" as const) : ("missingPolicy" as const) },
    }),
  };
}
