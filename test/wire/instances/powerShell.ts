import assert from "node:assert/strict";

/** What PowerShell hands to a program, for the part of its language that our commands use: the rules, read once more. */
export function argumentsFromPowerShell(command: string): string[] {
  const block = /^& \{ \$PSNativeCommandArgumentPassing = 'Legacy'; (.*) \}$/s.exec(command);
  const words = wordsOf(block?.[1] ?? command);
  // Without quotes inside, old and new versions agree.
  if (!block) for (const word of words) assert.ok(!word.includes('"'), `${word} needs the block`);
  return windowsArguments(legacyCommandLine(words)).slice(1);
}

/** Words of a command: bare ones, `'…'` with doubled quotes of any kind, and sums of texts and characters. */
function wordsOf(command: string): string[] {
  const words: string[] = [];
  let rest = command;
  while (rest !== "") {
    const [whole = "", bare, quoted, sum] =
      /^(?:([A-Za-z-][\w.:/-]*)|'((?:[^'‘’‚‛]|['‘’‚‛]{2})*)'|\(([^)]*(?:'\)'[^)]*)*)\))(?: |$)/s.exec(rest) ?? [];
    assert.ok(whole !== "", `PowerShell would not read this as a word: ${rest}`);
    if (bare !== undefined) words.push(bare);
    else if (quoted !== undefined) words.push(unquoted(quoted));
    else words.push(sumOf(sum ?? ""));
    rest = rest.slice(whole.length);
  }
  return words;
}

function unquoted(text: string): string {
  return text.replace(/['‘’‚‛](['‘’‚‛])/g, "$1");
}

function sumOf(expression: string): string {
  const operands = expression.match(/'(?:[^'‘’‚‛]|['‘’‚‛]{2})*'|\[char\]\d+/gs) ?? [];
  assert.equal(operands.join("+"), expression);
  return operands
    .map((operand) =>
      operand.startsWith("'")
        ? unquoted(operand.slice(1, -1))
        : String.fromCharCode(Number(operand.slice("[char]".length))),
    )
    .join("");
}

/** Old PowerShells put quotes around what has a space outside of quotes, and escape nothing. */
function legacyCommandLine(words: readonly string[]): string {
  return words.map((word) => (hasBareSpace(word) ? `"${word}${/\\*$/.exec(word)?.[0] ?? ""}"` : word)).join(" ");
}

function hasBareSpace(word: string): boolean {
  let quotes = 0;
  for (const [index, character] of Array.from(word).entries()) {
    if (character === '"' && word[index - 1] !== "\\") quotes += 1;
    else if (/\s/.test(character) && quotes % 2 === 0) return true;
  }
  return false;
}

/** How a program on Windows takes its command line apart (CommandLineToArgvW). */
function windowsArguments(line: string): string[] {
  const found: string[] = [];
  let current = "";
  let isOpen = false;
  let isQuoted = false;
  for (let index = 0; index < line.length;) {
    const backslashes = /^\\*/.exec(line.slice(index))?.[0].length ?? 0;
    const next = line[index + backslashes];
    if (next === '"') {
      current += "\\".repeat(Math.floor(backslashes / 2));
      if (backslashes % 2 === 1) current += '"';
      else isQuoted = !isQuoted;
      isOpen = true;
      index += backslashes + 1;
    } else if (backslashes > 0) {
      current += "\\".repeat(backslashes);
      isOpen = true;
      index += backslashes;
    } else if (!isQuoted && (next === " " || next === "\t")) {
      if (isOpen) found.push(current);
      current = "";
      isOpen = false;
      index += 1;
    } else {
      current += next ?? "";
      isOpen = true;
      index += 1;
    }
  }
  if (isOpen) found.push(current);
  return found;
}
