/** What the user asks for: field id to value, and tags. Immutable; the wizard and the form edit the same one. */
export interface Draft {
  /** `Kind.id`. */
  readonly kind: string;
  /** Only fields with a value; an empty string is not kept. */
  readonly values: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export function emptyDraft(kind: string): Draft {
  return { kind, values: {}, tags: {} };
}

export function withValue(draft: Draft, fieldId: string, value: string): Draft {
  const others = Object.entries(draft.values).filter(([id]) => id !== fieldId);
  const values = Object.fromEntries(value === "" ? others : [...others, [fieldId, value]]);
  return { ...draft, values };
}

/** What was typed or pasted for a field, as it counts: neither a key nor a domain has spaces around it. */
export function typedValue({ control }: { readonly control: string }, typed: string): string {
  return control === "encryptionKey" || control === "domain" ? typed.trim() : typed;
}

export function withTags(draft: Draft, tags: Readonly<Record<string, string>>): Draft {
  return { ...draft, tags: { ...tags } };
}

/** The smallest change from one set of tags to another. */
export interface TagChanges {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

export function diffTags(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): TagChanges {
  const changed = Object.entries(after).filter(([key, value]) => !Object.hasOwn(before, key) || before[key] !== value);
  return { set: Object.fromEntries(changed), remove: Object.keys(before).filter((key) => !Object.hasOwn(after, key)) };
}
