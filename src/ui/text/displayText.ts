/**
 * The text of a service as one line that can only be read: control characters become a space, other spaces an ordinary
 * one, and the invisible characters that reorder or hide text are shown as their code, unless what stands beside them
 * needs them.
 */
export function visibleText(text: string): string {
  if (isReadable(text)) return text;
  return shown(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")).trim();
}

/** Letters, digits and signs of ASCII with single spaces between: nearly every text, and nothing to do about it. */
function isReadable(text: string): boolean {
  return /^[!-~]+(?: [!-~]+)*$/.test(text);
}

/** The same for text that keeps its lines and its indentation. Other control characters are shown as their code. */
export function visibleLines(text: string): string {
  return shown(text.replace(/\r\n?|[\u0085\p{Zl}\p{Zp}]/gu, "\n"));
}

/** What to compare when a person types what was shown: spaces, and joiners that only a keyboard of that script has, may differ. */
export function toTyped(text: string): string {
  return visibleText(text)
    .replace(/\u200c|\u200d|\ufe0f/g, "")
    .replace(/ +/g, " ");
}

/** The first line, cut to a length that fits a tree row or a toast. */
export function shortText(text: string, maxLength = 120): string {
  if (text.length <= maxLength && isReadable(text)) return text;
  const line = visibleText(text.trim().split(/[\r\n]/, 1)[0] ?? "");
  const characters = Array.from(line);
  return characters.length <= maxLength ? line : `${characters.slice(0, maxLength - 1).join("")}…`;
}

/** The sentences of a text in lines of that length. Only a longer sentence goes on in the next line; a longer word has one of its own. */
export function linesOf(text: string, length: number): readonly string[] {
  const sentences = text.split(/(?<=[.!?]) (?=\p{Lu})/u);
  return filledLines(
    sentences.flatMap((sentence) => filledLines(sentence.split(" "), length)),
    length,
  );
}

function filledLines(parts: readonly string[], length: number): string[] {
  return parts.reduce<string[]>((lines, part) => {
    const last = lines.at(-1);
    const longer = `${last ?? ""} ${part}`;
    return last === undefined || longer.length > length ? [...lines, part] : [...lines.slice(0, -1), longer];
  }, []);
}

/** Toasts and prompts turn `[text](command:…)` into links that run commands: the texts of services stay text. */
export function withoutLinks(text: string): string {
  return text.replaceAll("](", "] (");
}

/** Labels and what stands under an input draw `$(name)` as an icon: the texts of services stay text. */
export function withoutIcons(text: string): string {
  return text.replace(/\$\((?=[a-z0-9~-]+\))/gi, "\\$(");
}

/** What stands under an input: both links and icons would be drawn there. */
export function promptText(text: string): string {
  return withoutIcons(withoutLinks(text));
}

/** The text of a toast: a long one leaves room for the buttons. */
export function toastText(message: string): string {
  return withoutLinks(shortText(visibleText(message), 1_000));
}

/**
 * An entry of the log: nothing in it is hidden, and every line but the first is indented, so that no text can pass for an
 * entry of its own. What is longer than anything that helps is cut.
 */
export function logEntry(text: string): string {
  const [first = "", ...rest] = visibleLines(text).split("\n").map(cutLine);
  const shown = rest.slice(0, maxLogLines).map((line) => (/^ {4}/.test(line) ? line : `    ${line}`));
  return [first, ...shown, ...(rest.length > shown.length ? ["    …"] : [])].join("\n");
}

const maxLogLines = 100;
const maxLogLine = 2_000;

function cutLine(line: string): string {
  const characters = Array.from(line);
  return characters.length <= maxLogLine ? line : `${characters.slice(0, maxLogLine - 1).join("")}…`;
}

/** "10,000" */
export function numberText(value: number): string {
  return value.toLocaleString("en");
}

const virama = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039\u103a\u17d2";
/** Arabic letters that do not join what follows: a non-joiner after them would not be seen. */
const notJoining =
  "\u0621-\u0625\u0627\u0629\u062f-\u0632\u0648\u0671-\u0677\u0688-\u0699\u06c0\u06c3-\u06cb\u06cd\u06cf\u06d2-\u06d5";

/** Where a joiner changes what is seen, so that it cannot hide: after Unicode's rules for identifiers (RFC 5892, A.1 and A.2). */
const neededJoiners = [
  String.raw`(?<=[${virama}])\u200d`,
  String.raw`(?<=[${virama}])\u200c(?=\p{L})`,
  String.raw`(?<=(?![${notJoining}])(?=\p{L})\p{Script=Arabic}\p{Mn}{0,3})\u200c(?=\p{Mn}{0,3}(?=\p{L})\p{Script=Arabic})`,
  String.raw`(?<=\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)\u200d(?=\p{Extended_Pictographic})`,
  String.raw`(?<=(?!\p{Emoji_Presentation})\p{Extended_Pictographic})\ufe0f`,
  String.raw`(?<=[0-9#*])\ufe0f(?=\u20e3)`,
];

/** Default-ignorable covers fillers, variation selectors and the tag characters; the blank Braille pattern is only blank. */
const invisible = String.raw`[[^\P{Cc}\n\t]\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]`;

const joinerOrInvisible = new RegExp(`(${neededJoiners.join("|")})|${invisible}`, "gv");

function shown(text: string): string {
  return text
    .replace(/\p{Zs}/gu, " ")
    .replace(joinerOrInvisible, (character, needed: string | undefined) => needed ?? hexCode(character));
}

function hexCode(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : codeUnit(character);
}

function codeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
