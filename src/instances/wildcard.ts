/**
 * Whether a pattern of a policy, in which `*` is any text and `?` any character, matches the whole value. Patterns come
 * from a service, so no pattern may be slow: after a mismatch only the last star takes more, never an earlier one, and
 * the work is at most the product of both lengths.
 */
export function matchesWildcard(pattern: string, value: string): boolean {
  let at = 0;
  let star = -1;
  let afterStar = 0;
  for (let position = 0; position < value.length;) {
    const symbol = pattern[at];
    if (symbol === "*") {
      star = at;
      afterStar = position;
      at += 1;
    } else if (symbol === "?" || symbol === value[position]) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      at = star + 1;
      afterStar += 1;
      position = afterStar;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}
