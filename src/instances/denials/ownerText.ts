import { utcText } from "../../core/timeText";
import { decisionWords } from "../prerequisites/rightsCheck";
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
  const { who, denials, rights, offer, notLooked } = explanation;
  const parts = [
    `The creation of the ${what} failed in account ${accountId}, ${region}, for ${who}.`,
    `The service says: ${error}`,
    denials.length === 0
      ? notLooked === undefined
        ? "CloudTrail shows nothing that was denied in that time, or not yet."
        : `CloudTrail was not looked at, because ${notLooked}.`
      : ["CloudTrail shows as denied in that time, likely the cause:", ...denials.map(denialLine)].join("\n"),
    rights &&
      `What IAM's simulation says now: ${rights.text}.${rights.wayOut === undefined ? "" : ` ${rights.wayOut}`}`,
    offer && `Policy with what is missing. ${offer.attachTo}\n\n${offer.json}`,
    offer &&
      [
        "Where each action comes from:",
        ...offer.reasons.map(({ action, sources }) => `- ${action}: ${sources.join("; ")}`),
      ].join("\n"),
  ];
  return `${parts.filter((part) => part !== undefined).join("\n\n")}\n`;
}

function denialLine({ at, action, resource, principal, invokedBy, code, message, now }: ExplainedDenial): string {
  const on = resource === undefined ? "" : ` on ${resource}`;
  const to = principal === undefined ? "" : ` to ${principal}`;
  const via = invokedBy === undefined ? "" : ` via ${invokedBy}`;
  const said = message === undefined ? "" : `: ${message}`;
  return `- ${utcText(at)}: ${action}${on}${to}${via}, ${code}${said}${nowText(now)}`;
}

function nowText(now: ExplainedDenial["now"]): string {
  if (now === undefined || now === "missingContext") return "";
  return now === "allowed" ? " (allowed now)" : ` (also denied by simulation now: ${decisionWords[now]})`;
}
