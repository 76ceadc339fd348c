import type { Draft } from "./draft";
import type { DraftProblem, Field, Kind, TagRules } from "./kind";

/** Every reason why the service would refuse the draft, in the order of the fields; tags come last. */
export function validateDraft(kind: Kind, draft: Draft): readonly DraftProblem[] {
  const problems: DraftProblem[] = [];
  for (const field of kind.fields) {
    const message = validateField(field, draft.values[field.id] ?? "");
    if (message) problems.push({ field: field.id, message });
  }
  return [...problems, ...validateTags(kind.tagRules, draft.tags)];
}

/** One short sentence when the field cannot have this value. */
export function validateField(field: Field, value: string): string | undefined {
  if (value === "") return field.required ? `Enter a ${field.label.toLowerCase()}.` : undefined;
  return field.validate(value);
}

export function validateTags(rules: TagRules, tags: Readonly<Record<string, string>>): readonly DraftProblem[] {
  const problems: DraftProblem[] = [];
  const entries = Object.entries(tags);
  for (const [tagKey, value] of entries) {
    const message = validateTagKey(rules, tagKey) ?? validateTagValue(rules, value);
    if (message) problems.push({ field: "tags", tagKey, message });
  }
  if (entries.length > rules.max)
    problems.push({ field: "tags", message: `Remove tags until at most ${rules.max} are left.` });
  return problems;
}

export function validateTagKey(rules: TagRules, key: string): string | undefined {
  if (key === "") return "Enter a tag key.";
  if (isReservedTagKey(key)) return "Choose a tag key that does not begin with aws:, which AWS reserves.";
  if (characters(key) > rules.maxKeyLength) return `Shorten the tag key to ${rules.maxKeyLength} characters.`;
  return wellFormed(key);
}

export function validateTagValue(rules: TagRules, value: string): string | undefined {
  const length = characters(value);
  if (length < rules.minValueLength) return "Enter a tag value.";
  if (length > rules.maxValueLength) return `Shorten the tag value to ${rules.maxValueLength} characters.`;
  return wellFormed(value);
}

/** AWS sets these itself and lets nobody else set them. */
export function isReservedTagKey(key: string): boolean {
  return key.toLowerCase().startsWith("aws:");
}

/** Length as the services count it: in Unicode code points. */
export function characters(value: string): number {
  let count = 0;
  for (const character of value) count += character.length > 0 ? 1 : 0;
  return count;
}

/** Half of a surrogate pair has no UTF-8 form: it would arrive as another character. */
export function wellFormed(value: string): string | undefined {
  return /\p{Surrogate}/u.test(value) ? "Remove the broken character." : undefined;
}
