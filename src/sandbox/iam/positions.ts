export interface Position {
  readonly Line: number;
  readonly Column: number;
}

export interface Span {
  readonly start: Position;
  readonly end: Position;
}

/** Where the statements of a policy stand in its text, which is good JSON: lines and columns from 1, the end after the last letter. */
export function statementSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let depth = 0;
  let key = "";
  let start = 0;
  const isStatement = (before: number, open: string) =>
    open === "{" && key === "Statement" && (before === 1 || before === 2);
  for (const token of text.matchAll(/"((?:[^"\\]|\\.)*)"(\s*:)?|[{}[\]]/g)) {
    const [whole, name, colon] = token;
    if (name !== undefined) {
      if (colon && depth === 1) key = name;
      continue;
    }
    if (whole === "{" || whole === "[") {
      if (isStatement(depth, whole)) start = token.index;
      depth += 1;
    } else {
      depth -= 1;
      if (isStatement(depth, whole === "}" ? "{" : "["))
        spans.push({ start: positionAt(text, start), end: positionAt(text, token.index + 1) });
    }
  }
  return spans;
}

function positionAt(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split("\n");
  return { Line: lines.length, Column: (lines.at(-1)?.length ?? 0) + 1 };
}
