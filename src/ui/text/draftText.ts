import { diffTags, type Draft } from "../../instances/draft";
import type { Field, Kind } from "../../instances/kind";
import { visibleText } from "./displayText";

export type Tags = Readonly<Record<string, string>>;
type Values = Draft["values"];

export function onOneLine(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(visibleText)
    .join(" ⏎ ");
}

export function tagLine(key: string, value: string): string {
  return `${key} = ${value}`;
}

/** One changed field: what it was, and what it is going to be. */
export interface FieldChange {
  readonly field: Field;
  readonly before: string;
  readonly after: string;
}

/** Only fields that differ. */
export function fieldChanges(fields: readonly Field[], before: Values, after: Values): readonly FieldChange[] {
  return fields.flatMap((field) => {
    const change = { field, before: before[field.id] ?? "", after: after[field.id] ?? "" };
    return change.before === change.after ? [] : [change];
  });
}

/** "demand → demand-planning" */
export function changeText({ field, before, after }: FieldChange): string {
  return `${valueText(field, before)} → ${valueText(field, after)}`;
}

export interface TagChange {
  readonly sign: "+" | "~" | "-";
  readonly text: string;
}

/** `+` added, `~` changed, `-` removed: each the smallest change. */
export function tagChangeLines(before: Tags, after: Tags): readonly TagChange[] {
  const { set, remove } = diffTags(before, after);
  return [
    ...Object.entries(set).map(([key, value]): TagChange =>
      Object.hasOwn(before, key)
        ? { sign: "~", text: `${tagLine(key, before[key] ?? "")} → ${textOrNone(value)}` }
        : { sign: "+", text: tagLine(key, value) },
    ),
    ...remove.map((key): TagChange => ({ sign: "-", text: tagLine(key, before[key] ?? "") })),
  ];
}

/** What of a draft is other than before, a line for each: "Name: returns → returns-emea", "Tag + team = logistics". */
export function differenceLines({ fields }: Pick<Kind, "fields">, before: Draft, after: Draft): readonly string[] {
  return [
    ...fieldChanges(fields, before.values, after.values).map(
      (change) => `${change.field.label}: ${changeText(change)}`,
    ),
    ...tagChangeLines(before.tags, after.tags).map(({ sign, text }) => `Tag ${sign} ${onOneLine(text)}`),
  ];
}

function valueText(field: Field, value: string): string {
  return value === "" ? (unsetText(field) ?? "(empty)") : onOneLine(value);
}

/** What it means that a field has no value, where it means something. */
export function unsetText({ control }: Pick<Field, "control">): string | undefined {
  return control === "encryptionKey" ? "AWS owned key" : undefined;
}

function textOrNone(text: string): string {
  return text === "" ? "(empty)" : onOneLine(text);
}
