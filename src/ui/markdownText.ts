import { visibleText } from "./displayText";

/**
 * Text as Markdown that renders as exactly that text. Everything but letters, digits and spaces becomes a numeric
 * entity, so that no link, image, autolink, HTML, icon or block of any Markdown dialect can come from a service.
 */
export function markdownText(text: string): string {
  return text
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

function entity(character: string): string {
  return `&#${character.codePointAt(0) ?? 0xfffd};`;
}
