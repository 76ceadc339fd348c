import type { TagChanges } from "../../instances/draft";
import { isReservedTagKey } from "../../instances/draftValidation";
import type { Instance } from "../../instances/instance";
import type { Field, Kind } from "../../instances/kind";
import { fieldChanges, type FieldChange, type Tags } from "../../ui/text/draftText";

export function editableFields(kind: Kind): readonly Field[] {
  return kind.fields.filter((field) => field.editable);
}

/** Of the fields that can be edited, those that differ. */
export function editedFields(kind: Kind, instance: Instance, values: Instance["values"]): readonly FieldChange[] {
  return fieldChanges(editableFields(kind), instance.values, values);
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

export function isEmptyChange({ set, remove }: TagChanges): boolean {
  return Object.keys(set).length === 0 && remove.length === 0;
}

export function countChanges(count: number): string {
  return count === 1 ? "1 change" : `${count} changes`;
}
