import type { Draft } from "../../instances/draft";
import type { DraftProblem, Field, Kind } from "../../instances/kind";
import { onOneLine, tagLine, unsetText } from "../../ui/text/draftText";

/** One answer as the review shows it. */
export interface ReviewLine {
  /** Id of the step that asks for it. */
  readonly step: string;
  readonly label: string;
  readonly value: string;
  readonly problem?: string;
  readonly note?: string;
}

/** Id of the step that asks for tags, and `DraftProblem.field` of their problems. */
export const tagsStepId = "tags";

export function reviewLines(
  kind: Kind,
  draft: Draft,
  problems: readonly DraftProblem[],
  notes: Readonly<Record<string, string>> = {},
): readonly ReviewLine[] {
  const problemOf = (id: string) => problems.find(({ field }) => field === id)?.message;
  const lines = kind.fields.map((field) => ({ step: field.id, label: field.label, value: valueText(field, draft) }));
  const tags = Object.entries(draft.tags).map(([key, value]) => tagLine(key, value));
  return [...lines, { step: tagsStepId, label: "Tags", value: tags.join(", ") || "none" }].map((line) => {
    const problem = problemOf(line.step);
    const note = notes[line.step];
    return { ...line, ...(problem !== undefined && { problem }), ...(note !== undefined && { note }) };
  });
}

function valueText(field: Field, draft: Draft): string {
  const value = draft.values[field.id];
  if (value === undefined) return unsetText(field) ?? "none";
  return field.control === "domain" ? `${field.prefix ?? ""}${value}${field.suffix ?? ""}` : onOneLine(value);
}
