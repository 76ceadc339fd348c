import { escapedJson, hasUnseen, plainestJson } from "../core/escapedJson";

/** How a command is written for the shell that it is going to be pasted into. */
export interface ShellQuoting {
  /** Whether a text can be an argument of its own; else it travels in JSON. */
  canCarry(text: string): boolean;
  /** `--option value`, also for a value that begins with `-`, which the argument parser would take for an option. */
  option(option: string, value: string): string;
  /** JSON as one word without any control character, whatever it means. */
  json(value: unknown): string;
  command(words: readonly string[]): string;
  /** Commands in turn: the AWS CLI has no waiter, so what is deleted is read until it is gone. */
  replace(commands: Replacing): string;
}

export interface Replacing {
  readonly remove: string;
  /** Prints the state. */
  readonly read: string;
  /** What the state, or the error, says when it is gone. */
  readonly gone: RegExp;
  readonly create: string;
}

/** sh, bash, dash, ksh and zsh. A line editor acts on control characters inside quotes too, so none is ever written. */
export const posixQuoting: ShellQuoting = {
  canCarry: (text) => !hasUnseen(text),
  option(option, value) {
    const word = hasUnseen(value) ? printedWord(value) : quoteForShell(value);
    return value.startsWith("-") ? `${option}=${word}` : `${option} ${word}`;
  },
  json: (value) => quoteForShell(escapedJson(JSON.stringify(value))),
  command: (words) => words.join(" "),
  replace: ({ remove, read, gone, create }) =>
    `${remove} && until ${read} 2>&1 | grep -qE '${gone.source}'; do sleep 10; done && ${create}`,
};

/**
 * Windows PowerShell 5.1 and PowerShell 7. They differ in how quotes reach a program, and `aws` may be a batch file,
 * which reads its arguments once more: texts with quotes or backslashes travel in JSON that has neither inside.
 */
export const powerShellQuoting: ShellQuoting = {
  canCarry: (text) => !hasUnseen(text) && !/["\\]/.test(text),
  option: (option, value) =>
    value.startsWith("-") ? quoteForPowerShell(`${option}=${value}`) : `${option} ${quoteForPowerShell(value)}`,
  json: (value) => quoteForPowerShell(plainestJson(value)),
  command(words) {
    const command = words.join(" ");
    // Since 7.3 PowerShell escapes the quotes itself, unless told otherwise; to older ones the variable means nothing.
    return command.includes('"') ? `& { $PSNativeCommandArgumentPassing = 'Legacy'; ${command} }` : command;
  },
  replace: ({ remove, read, gone, create }) =>
    `${remove}; if ($LASTEXITCODE -eq 0) { while (-not (${read} 2>&1 | Select-String '${gone.source}')) { Start-Sleep 10 }; ${create} }`,
};

/** For the terminals of the machine that this runs on. */
export function shellQuoting(platform: NodeJS.Platform = process.platform): ShellQuoting {
  return platform === "win32" ? powerShellQuoting : posixQuoting;
}

/** One word of a POSIX shell, whatever it contains. */
export function quoteForShell(value: string): string {
  if (/^[A-Za-z0-9_./:@,+-]+$/.test(value)) return value;
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** A word that `printf` makes of its bytes: the name of a profile cannot travel in JSON. */
function printedWord(value: string): string {
  const bytes = Array.from(Buffer.from(value), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_.-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `"$(printf '${bytes.join("")}')"`;
}

/** One argument of a program started by PowerShell, whatever it contains. */
export function quoteForPowerShell(value: string): string {
  if (/^[A-Za-z][A-Za-z0-9_.:/-]*$/.test(value)) return value;
  if (value === "") return `'""'`;
  // The program's own parser takes quotes out, and counts the backslashes before them.
  const argument = value.replace(/(\\*)"/g, String.raw`$1$1\"`);
  if (!hasUnseen(argument)) return literal(argument);
  const parts = Array.from(argument, (character) =>
    hasUnseen(character) ? character.split("").map((unit) => `[char]${unit.charCodeAt(0)}`) : literal(character),
  );
  // The first operand makes it a sum of texts.
  return `(''+${parts.flat().join("+")})`;
}

/** PowerShell takes typographic quotes for quotes. */
function literal(text: string): string {
  return `'${text.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
}
