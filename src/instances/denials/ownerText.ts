import { utcText } from "../../core/timeText";
import { decisionWords, waysOutOf } from "../prerequisites/rightsCheck";
import type { ExplainedDenial, Explanation } from "./explainFailure";

export interface OwnerTextSource {
  /** "Supply Chain instance returns-emea" */
  readonly what: string;
  readonly accountId: string;
  readonly region: string;
  /** The service's own words. */
  readonly error: string;
}

/** What the person who owns IAM has to know, as plain text. */
export function ownerText({ what, accountId, region, error }: OwnerTextSource, explanation: Explanation): string {
  const { who, creator, denials, rights, offer } = explanation;
  const isCreators = creator === who;
  const waysOut = waysOutOf(rights?.actions ?? []);
  const missing = isCreators ? "Policy with what is missing." : `Policy with what ${who} lacks to create it again.`;
  const parts = [
    `The creation of the ${what} failed in account ${accountId}, ${region}${whose(explanation)}`,
    `The service says: ${error}`,
    denials.length === 0
      ? nothingText(explanation)
      : [foundText(denials), ...denials.map((denial) => denialLine(denial, who))].join("\n"),
    rights &&
      `What IAM's simulation says now${isCreators ? "" : ` for ${who}`}: ${rights.text}.${waysOut === "" ? "" : ` ${waysOut}`}`,
    offer && `${missing} ${offer.attachTo}\n\n${offer.json}`,
    offer &&
      [
        "Where each action comes from:",
        ...offer.reasons.map(({ action, sources }) => `- ${action}: ${sources.join("; ")}`),
      ].join("\n"),
  ];
  return `${parts.filter((part) => part !== undefined).join("\n\n")}\n`;
}

/** The rest of a sentence. */
function whose({ who, creator }: Explanation): string {
  if (creator === who) return `, for ${who}.`;
  const known = creator === undefined ? ". CloudTrail does not say for whom." : `, for ${creator}.`;
  return `${known} ${who} looked for the cause.`;
}

function nothingText({ who, notLooked, isAccountWide }: Explanation): string {
  if (notLooked !== undefined) return `CloudTrail was not looked at, because ${notLooked}.`;
  return isAccountWide
    ? "CloudTrail shows nothing of this creation that was denied in that time, or not yet."
    : `CloudTrail shows nothing that was denied to ${who} in that time, or not yet. Not all events of others were looked through.`;
}

function foundText(denials: readonly ExplainedDenial[]): string {
  return denials.some(({ isDoubtful }) => isDoubtful)
    ? "CloudTrail shows as denied to others in that time, perhaps for other instances:"
    : "CloudTrail shows as denied in that time, likely the cause:";
}

function denialLine(denial: ExplainedDenial, who: string): string {
  const { at, action, resource, principal, invokedBy, code, message } = denial;
  const on = resource === undefined ? "" : ` on ${resource}`;
  const to = principal === undefined ? "" : ` to ${principal}`;
  const via = invokedBy === undefined ? "" : ` via ${invokedBy}`;
  const said = message === undefined ? "" : `: ${message}`;
  return `- ${utcText(at)}: ${action}${on}${to}${via}, ${code}${said}${nowText(denial, who)}`;
}

function nowText({ now, isOthers }: ExplainedDenial, who: string): string {
  if (now === undefined || now === "missingContext") return "";
  const to = isOthers ? ` to ${who}` : "";
  return now === "allowed" ? ` (allowed${to} now)` : ` (also denied${to} by simulation now: ${decisionWords[now]})`;
}
