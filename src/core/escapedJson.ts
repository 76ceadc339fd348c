/** What a terminal, an editor or a reader could take for something else than itself, or not see at all. */
const unseen = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]`;
const anyUnseen = new RegExp(unseen, "u");
const eachUnseen = new RegExp(`(?!\\n)${unseen}`, "gu");

/** Control characters, and those that hide or reorder text. */
export function hasUnseen(text: string): boolean {
  return anyUnseen.test(text);
}

/** JSON with the same meaning, in which everything that could not be seen is an escape. Its line breaks stay. */
export function escapedJson(json: string): string {
  return json.replace(eachUnseen, escapedUnits);
}

/** JSON without a space, whose strings are letters, digits, `_.:/-` and escapes. */
export function plainestJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /"(?:[^"\\]|\\.)*"/g,
    (string) => `"${String(JSON.parse(string)).replace(/[^A-Za-z0-9_.:/-]/g, escapedUnits)}"`,
  );
}

function escapedUnits(text: string): string {
  return Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`)
    .join("");
}
