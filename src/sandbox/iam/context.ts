/** What is known about a request, by names in lower case: names of context keys do not tell case. A list is a multivalued key. */
export type Context = ReadonlyMap<string, string | readonly string[]>;

export function contextOf(values: Readonly<Record<string, string | readonly string[] | undefined>>): Context {
  const known = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), value] as const],
  );
  return new Map(known);
}

/** `${aws:username}`, or with a default: `${aws:username, 'nobody'}`. Three letters stand for themselves: `${*}`. */
const variable = /\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}/;

/** The keys that a text of a policy needs for its variables. */
export function keysInText(text: string): readonly string[] {
  return [...text.matchAll(new RegExp(variable, "g"))]
    .map(([, name = ""]) => name)
    .filter((name) => !["*", "?", "$"].includes(name));
}

interface MatcherOptions {
  /** Absent: the policy's version is of before variables. */
  readonly context?: Context | undefined;
  readonly hasWildcards: boolean;
  readonly ignoresCase?: boolean;
}

/**
 * What a text of a policy matches: `*` any number of letters, `?` one, variables what they stand for, letter by letter.
 * Undefined when a variable has no single value: then it matches nothing, and nothing is known to be different from it.
 */
export function matcher(text: string, { context, hasWildcards, ignoresCase }: MatcherOptions): RegExp | undefined {
  let source = "";
  let rest = text;
  while (rest !== "") {
    const next = context && variable.exec(rest);
    const literal = next ? rest.slice(0, next.index) : rest;
    source += hasWildcards ? wildcards(literal) : escape(literal);
    if (!next) break;
    const value = valueOf(next[1] ?? "", next[2], context);
    if (value === undefined) return undefined;
    source += escape(value);
    rest = rest.slice(next.index + next[0].length);
  }
  return new RegExp(`^${source}$`, ignoresCase ? "isu" : "su");
}

function valueOf(name: string, fallback: string | undefined, context: Context): string | undefined {
  if (["*", "?", "$"].includes(name)) return name;
  const value = context.get(name.toLowerCase()) ?? fallback;
  return typeof value === "string" ? value : undefined;
}

function wildcards(text: string): string {
  return text.replace(/[*?]|[^*?]+/g, (part) => (part === "*" ? ".*" : part === "?" ? "." : escape(part)));
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
