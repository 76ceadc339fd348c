/**
 * The text of a service as one line that can only be read: control characters become spaces, and the invisible
 * characters that reorder or hide text are shown as their code.
 */
export function visibleText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, hexCode)
    .trim();
}

/** The first line, cut to a length that fits a tree row or a toast. */
export function shortText(text: string, maxLength = 120): string {
  const line = visibleText(text.trim().split(/[\r\n]/, 1)[0] ?? "");
  const characters = Array.from(line);
  return characters.length <= maxLength ? line : `${characters.slice(0, maxLength - 1).join("")}…`;
}

/** "20 s", "1 min 12 s", "2 h 5 min". Never negative: clocks differ. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "12:04:31", in local time. */
export function clockText(ms: number): string {
  const time = new Date(ms);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(":");
}

/** "2026-11-21 12:04:31", in local time. */
export function dateText(ms: number): string {
  const time = new Date(ms);
  const day = [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(twoDigits).join("-");
  return `${day} ${clockText(ms)}`;
}

function hexCode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
