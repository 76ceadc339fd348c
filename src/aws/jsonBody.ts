/**
 * JSON as botocore writes it: ", " and ": " between the parts, and ASCII only.
 * The services accept any JSON. This form is chosen because the signature covers the bytes: with the official
 * client's own spelling a signed request can be compared with, and replayed against, what the AWS CLI sends.
 */
export function toJsonBody(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => toJsonBody(item ?? null)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => `${quote(name)}: ${toJsonBody(member)}`);
    return `{${members.join(", ")}}`;
  }
  return typeof value === "string" ? quote(value) : JSON.stringify(value);
}

/** Escapes by UTF-16 code unit, so that a character beyond U+FFFF becomes the two escapes that Python writes too. */
function quote(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
