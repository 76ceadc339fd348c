import type { Mark } from "../../instances/prerequisites/finding";
import { decisionWords } from "../../instances/prerequisites/rightsCheck";
import type { JudgedAction } from "../../instances/prerequisites/simulation";

/** "no policy allows it" */
export function decisionText({ decision, missing = [] }: Pick<JudgedAction, "decision" | "missing">): string {
  if (decision === "allowed") return "allowed";
  return decision === "missingContext" ? `depends on ${missing.join(", ")}` : decisionWords[decision];
}

export function decisionMark({ decision }: Pick<JudgedAction, "decision">): Mark {
  if (decision === "allowed") return "pass";
  return decision === "missingContext" ? "unknown" : "error";
}
