/** Values of VS Code's context keys; a key that is absent is false. */
export type WhenContext = Readonly<Record<string, string | boolean>>;

/**
 * Evaluates a `when` clause as VS Code does, for the operators that the manifest uses: `!`, `==`, `!=`, `=~`, `&&`, `||`.
 * Throws for anything else, so that a clause which this cannot judge fails its test.
 */
export function evaluateWhen(clause: string, context: WhenContext): boolean {
  return clause.split("||").some((part) => part.split("&&").every((term) => evaluateTerm(term.trim(), context)));
}

function evaluateTerm(term: string, context: WhenContext): boolean {
  if (term === "true" || term === "false") return term === "true";
  const [, negation = "", key = "", operator, operand = ""] =
    /^(!?)([\w.]+)(?:\s*(==|!=|=~)\s*(.+))?$/.exec(term) ?? [];
  if (key === "" || (negation && operator)) throw new Error(`Cannot judge ${JSON.stringify(term)}`);
  const value = context[key] ?? false;
  if (operator === undefined) return (value !== false && value !== "") !== (negation === "!");
  if (operator === "=~") return toRegExp(operand).test(String(value));
  return (String(value) === operand.replace(/^'(.*)'$/, "$1")) === (operator === "==");
}

function toRegExp(literal: string): RegExp {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/.exec(literal) ?? [];
  if (source === undefined) throw new Error(`${literal} is not a regular expression`);
  return new RegExp(source, flags);
}
