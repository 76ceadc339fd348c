import type { Disposable } from "../../core/disposable";
import { isCancelled, messageOf } from "../../core/errors";
import {
  explainFailure,
  type ExplainedDenial,
  type Explanation,
  type Failed,
} from "../../instances/denials/explainFailure";
import { ownerText, type OwnerTextSource } from "../../instances/denials/ownerText";
import type { Instance } from "../../instances/instance";
import { principalLabel } from "../../instances/prerequisites/caller";
import { decisionText } from "../text/decisionText";
import { shortText, visibleText } from "../text/displayText";
import type { ExplanationModel } from "./protocol/pieces";

/** What failed, as a page knows it; undefined while it has no session. */
export type FailedSource = () => (Failed & Pick<OwnerTextSource, "what" | "error">) | undefined;

const late = "Events may come up to 15 minutes late: look again.";
const shownAtMost = 10;
const maxLength = 500;

/** Looks for what was denied, on request. What was found is in memory for as long as its page is there, and nowhere else. */
export class FailureExplanation implements Disposable {
  readonly #source: FailedSource;
  readonly #onChange: () => void;
  #looking: AbortController | undefined;
  #found: { readonly explanation: Explanation; readonly text: string } | undefined;
  #problem: string | undefined;

  constructor(source: FailedSource, onChange: () => void) {
    this.#source = source;
    this.#onChange = onChange;
  }

  get model(): ExplanationModel {
    if (this.#looking) return { ...nothing, status: "looking", text: "Looking in CloudTrail…" };
    if (this.#problem !== undefined) return { ...nothing, status: "done", text: this.#problem };
    return this.#found ? foundModel(this.#found.explanation) : nothing;
  }

  /** For the person who owns IAM. */
  get ownerText(): string | undefined {
    return this.#found?.text;
  }

  get policy(): string | undefined {
    return this.#found?.explanation.offer?.json;
  }

  look(): void {
    const failed = this.#source();
    if (!failed) {
      this.#problem = "Could not look: the account is not known yet.";
      this.stop();
      return;
    }
    this.#looking?.abort();
    const looking = (this.#looking = new AbortController());
    this.#problem = undefined;
    this.#onChange();
    const finish = (change: () => void) => {
      if (this.#looking !== looking) return;
      this.#looking = undefined;
      change();
      this.#onChange();
    };
    const { accountId, connection } = failed.session;
    explainFailure(failed, looking.signal).then(
      (explanation) =>
        finish(() => {
          const source = { what: failed.what, error: failed.error, accountId, region: connection.region };
          this.#found = { explanation, text: ownerText(source, explanation) };
        }),
      (error: unknown) =>
        finish(() => {
          if (!isCancelled(error)) this.#problem = `Could not look: ${shortText(messageOf(error), maxLength)}`;
        }),
    );
  }

  stop(): void {
    this.#looking?.abort();
    this.#looking = undefined;
    this.#onChange();
  }

  /** It is about another failure now. */
  forget(): void {
    this.#looking?.abort();
    this.#looking = undefined;
    this.#found = undefined;
    this.#problem = undefined;
  }

  dispose(): void {
    this.#looking?.abort();
  }
}

const nothing: ExplanationModel = {
  status: "offered",
  text: "",
  denials: [],
  notes: [],
  hasPolicy: false,
  isAllowedNow: false,
};

function foundModel(explanation: Explanation): ExplanationModel {
  const { who, denials, isCut, notLooked, notSimulated, rights, offer, isAllowedNow } = explanation;
  const isOwn = isOfWhoLooks(explanation);
  const more = denials.length - shownAtMost;
  return {
    status: "done",
    text: summary(explanation),
    denials: denials.slice(0, shownAtMost).map(denialModel),
    ...(rights && {
      rights: {
        mark: rights.mark,
        text: visibleText(`Now, by simulation${isOwn ? "" : `, for ${who}`}: ${rights.text}`),
      },
    }),
    notes: [
      ...(more > 0 ? [`${more} more were denied.`] : []),
      ...creatorNotes(explanation),
      ...(notSimulated === undefined
        ? []
        : [visibleText(`What is allowed now is not known, because ${notSimulated}.`)]),
      ...(isCut ? ["There were more events than were looked through."] : []),
      ...(offer
        ? [
            visibleText(
              `Copy the missing policy${isOwn ? "" : ", which you need to create it again"}. ${offer.attachTo}`,
            ),
          ]
        : []),
      ...(notLooked === undefined && denials.length === 0 ? [late] : []),
    ],
    hasPolicy: offer !== undefined,
    isAllowedNow,
  };
}

/** As far as anything says. */
function isOfWhoLooks({ who, creator, denials }: Explanation): boolean {
  return creator === undefined ? denials.some(({ isOthers }) => !isOthers) : creator === who;
}

/** Whose creation it was, unless it is plain. */
function creatorNotes(explanation: Explanation): readonly string[] {
  const { creator, notLooked } = explanation;
  if (notLooked !== undefined || isOfWhoLooks(explanation)) return [];
  return creator === undefined
    ? ["CloudTrail does not say who created it."]
    : [visibleText(`CloudTrail says that ${creator} created it.`)];
}

function summary(explanation: Explanation): string {
  const { denials, isAllowedNow } = explanation;
  const whom = denials.some(({ isOthers }) => isOthers) ? " to you" : "";
  return [foundText(explanation), ...(isAllowedNow ? [`All of it is allowed${whom} now.`] : [])].join(" ");
}

function foundText({ denials, notLooked, isAccountWide }: Explanation): string {
  const count = denials.length;
  if (notLooked !== undefined) return visibleText(`CloudTrail was not looked at, because ${notLooked}.`);
  if (count === 0)
    return isAccountWide
      ? "CloudTrail shows nothing of this creation that was denied in that time."
      : "CloudTrail shows nothing that was denied to you in that time.";
  const what = `${count} ${count === 1 ? "action was" : "actions were"} denied`;
  return denials.some(({ isDoubtful }) => isDoubtful)
    ? `CloudTrail, perhaps: ${what} to others in that time. Whether for this instance is not known.`
    : `CloudTrail, likely: ${what}.`;
}

/** "s3:CreateBucket on arn:aws:s3:::… was denied to user/mia (AccessDenied)" */
function denialModel(denial: ExplainedDenial): ExplanationModel["denials"][number] {
  const { action, resource, principal, invokedBy, code, at, message, now, isOthers } = denial;
  const on = resource === undefined ? "" : ` on ${resource}`;
  const to = principal === undefined ? "" : ` to ${principalLabel(principal) || principal}`;
  const via = invokedBy === undefined ? "" : ` via ${invokedBy}`;
  return {
    text: shortText(`${action}${on} was denied${to}${via} (${code})`, maxLength),
    at,
    ...(message !== undefined && { message: shortText(message, maxLength) }),
    ...(now && { now: nowModel(action, now, isOthers ? " to you" : "") }),
  };
}

/** The policies of who looks decide: of what was denied to somebody else that has to be said. */
function nowModel(action: string, now: NonNullable<ExplainedDenial["now"]>, whom: string) {
  const name = shortText(action);
  if (now === "allowed") return { mark: "pass" as const, text: `${name} is allowed${whom} now` };
  if (now === "missingContext") return { mark: "unknown" as const, text: `${name} depends on conditions of policies` };
  return { mark: "error" as const, text: `Also denied${whom} by simulation now: ${decisionText({ decision: now })}` };
}

/** When it failed, as far as the service says. */
export function timesOf({ createdAt, changedAt }: Pick<Instance, "createdAt" | "changedAt">): {
  from: number;
  to: number;
} {
  const from = createdAt ?? (changedAt ?? 0) - hourMs;
  return { from, to: changedAt ?? from + hourMs };
}

const hourMs = 60 * 60_000;
