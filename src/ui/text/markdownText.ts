import { visibleText } from "./displayText";

/** Longer than any value that the services take but a long error message. */
const maxLength = 1_000;

/**
 * Text as Markdown that renders as exactly that text. Everything but letters, digits and spaces becomes a numeric
 * entity, so that no link, image, autolink, HTML, icon or block of any Markdown dialect can come from a service.
 */
export function markdownText(text: string): string {
  return cut(text)
    .split(/\r\n|\r|\n/)
    .map((line) => visibleText(line).replace(/[^\p{L}\p{M}\p{N} ]/gu, entity))
    .join("  \n");
}

/** A label in bold and its value on one line of their own. */
export function markdownField(label: string, value: string): string {
  return `**${markdownText(label)}**: ${markdownText(value)}`;
}

/** Paragraphs; undefined and empty ones are left out. */
export function markdownParagraphs(paragraphs: readonly (string | undefined)[]): string {
  return paragraphs.filter((paragraph) => paragraph).join("\n\n");
}

/** Lines of one paragraph. */
export function markdownLines(lines: readonly (string | undefined)[]): string {
  return lines.filter((line) => line).join("  \n");
}

/** VS Code cuts Markdown that is very long anywhere, in the middle of an entity too. */
function cut(text: string): string {
  if (text.length <= maxLength) return text;
  return `${Array.from(text.slice(0, maxLength)).slice(0, -1).join("")}…`;
}

function entity(character: string): string {
  return `&#${character.codePointAt(0) ?? 0xfffd};`;
}
