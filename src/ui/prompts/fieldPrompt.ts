import { typedValue } from "../../instances/draft";
import { characters, validateField } from "../../instances/draftValidation";
import type { Field } from "../../instances/kind";
import { numberText, visibleText } from "../text/displayText";
import { onOneLine } from "../text/draftText";
import type { Answer, PromptFrame, Prompts } from "./prompts";

export interface FieldQuestion {
  readonly field: Field;
  readonly value: string;
  /** What stood in the input when it was left, instead of the value. */
  readonly typed?: string | undefined;
  readonly frame: PromptFrame;
  /** Said before the rule: why an answer that one would expect is missing. */
  readonly note?: string | undefined;
  /** What may be typed here, shown while nothing is. */
  readonly suggestion?: string;
  /** Hears what stands in the input when it is left; `isAnswer` when it could have been one. */
  readonly onLeave?: (typed: string, isAnswer: boolean) => void;
}

/** Asks for one field; an empty answer leaves it out. */
export async function askField(prompts: Prompts, question: FieldQuestion): Promise<Answer<string>> {
  const { field, value, typed: left, frame, note, suggestion, onLeave } = question;
  if (hasLineBreaks(value)) return askLongField(prompts, question);
  const valueOf = (typed: string) => typedValue(field, typed);
  const problemOf = (typed: string) => fieldProblem(field, valueOf(typed));
  const answer = await prompts.input({
    ...frame,
    placeholder: suggestion === undefined ? field.label : `For example ${suggestion}`,
    value: left ?? value,
    prompt: (typed) => fieldPromptText(field, valueOf(typed), note),
    validate: (typed, isFinal) => (valueOf(typed) === "" && !isFinal ? undefined : problemOf(typed)),
    ...(onLeave && { onLeave: (typed) => onLeave(typed, problemOf(typed) === undefined) }),
  });
  return answer.type === "value" ? { type: "value", value: valueOf(answer.value) } : answer;
}

/** A native input has one line and would drop the line breaks, so such a value is kept or replaced as a whole. */
async function askLongField(prompts: Prompts, question: FieldQuestion): Promise<Answer<string>> {
  const { field, value, frame, onLeave } = question;
  let { typed = "" } = question;
  for (;;) {
    const answer = await prompts.pick<"keep" | "replace" | "clear">({
      ...frame,
      placeholder: `${field.label}: ${onOneLine(value)}`,
      items: [
        { label: "$(check) Keep it as it is", description: `${value.split(/\r\n|\r|\n/).length} lines`, value: "keep" },
        { label: "$(edit) Replace it…", description: "with one line; the form takes more", value: "replace" },
        ...(field.required ? [] : [{ label: "$(trash) Leave it out", value: "clear" as const }]),
      ],
    });
    if (answer.type === "back") return answer;
    if (answer.value === "keep") return { type: "value", value };
    if (answer.value === "clear") return { type: "value", value: "" };
    const replaced = await askField(prompts, {
      ...question,
      value: "",
      typed,
      frame: { ...frame, canGoBack: true },
      // The value stands until the line is complete.
      onLeave: (left) => onLeave?.((typed = left), false),
    });
    if (replaced.type !== "back") return replaced;
  }
}

/** What stands under the input while it is typed: a preview, the rule, the bytes used, and that Enter skips. */
export function fieldPromptText(field: Field, value: string, note?: string): string {
  const parts = [`${field.label}: ${field.help.replace(/\.$/, "")}`];
  if (note !== undefined) parts.unshift(note);
  if (field.control === "domain" && value !== "")
    parts.unshift(`${field.prefix ?? ""}${visibleText(value)}${field.suffix ?? ""}`);
  if (field.lengthUnit === "bytes")
    parts.push(`${numberText(byteLength(value))} of ${numberText(field.maxLength)} bytes`);
  if (!field.required && value === "") parts.push("Optional: Enter skips");
  return parts.join(" · ");
}

/** What is wrong stands where the count of bytes stood: how much too long it is, is said with it. */
function fieldProblem(field: Field, value: string): string | undefined {
  const problem = validateField(field, value);
  const length = field.lengthUnit === "bytes" ? byteLength(value) : characters(value);
  return problem === undefined || length <= field.maxLength ? problem : `${problem} It has ${numberText(length)}.`;
}

function hasLineBreaks(text: string): boolean {
  return /[\r\n]/.test(text);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
