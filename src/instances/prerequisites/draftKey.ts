import type { Draft } from "../draft";
import type { KeyField, Kind } from "../kind";

/** The customer's key that a draft names. */
export function draftKey(
  { fields }: Kind,
  draft: Draft | undefined,
): { readonly field: KeyField; readonly arn: string } | undefined {
  const field = fields.find((candidate) => candidate.control === "encryptionKey");
  const arn = field && draft?.values[field.id];
  return field && arn ? { field, arn } : undefined;
}
