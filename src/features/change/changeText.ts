import { diffTags, type TagChanges } from "../../instances/draft";
import { isReservedTagKey } from "../../instances/draftValidation";
import type { Instance } from "../../instances/instance";
import type { Field, Kind } from "../../instances/kind";
import { onOneLine } from "../../ui/prompts/fieldPrompt";
import { tagLine, type Tags } from "../../ui/prompts/tagsPrompt";

/** One changed field: what it was, and what it is going to be. */
export interface FieldChange {
  readonly field: Field;
  readonly before: string;
  readonly after: string;
}

export function editableFields(kind: Kind): readonly Field[] {
  return kind.fields.filter((field) => field.editable);
}

/** Only fields that differ. */
export function fieldChanges(
  kind: Kind,
  instance: Instance,
  values: Readonly<Record<string, string>>,
): readonly FieldChange[] {
  return editableFields(kind).flatMap((field) => {
    const before = instance.values[field.id] ?? "";
    const after = values[field.id] ?? "";
    return before === after ? [] : [{ field, before, after }];
  });
}

/** "demand → demand-planning" */
export function changeText({ before, after }: FieldChange): string {
  return `${textOrNone(before)} → ${textOrNone(after)}`;
}

/** A name can be changed, but not removed: the services have no way to say "no name". */
export function toEditedField(kind: Kind, instance: Instance, field: Field): Field {
  const hasName = field.id === kind.nameField && (instance.values[field.id] ?? "") !== "";
  return hasName ? { ...field, required: true } : field;
}

/** Tags that AWS set itself are nobody's to change. */
export function editableTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !isReservedTagKey(key)));
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

export function isEmptyChange({ set, remove }: TagChanges): boolean {
  return Object.keys(set).length === 0 && remove.length === 0;
}

export function countChanges(count: number): string {
  return count === 1 ? "1 change" : `${count} changes`;
}

function textOrNone(text: string): string {
  return text === "" ? "(empty)" : onOneLine(text);
}
