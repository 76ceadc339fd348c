/** The first key with the prefix that AWS keeps for itself, in any case. */
export function reservedTagKey(keys: readonly string[]): string | undefined {
  return keys.find((key) => key.toLowerCase().startsWith("aws:"));
}

/** Milliseconds from a tag whose value is a number of seconds. */
export function secondsTag(tags: Readonly<Record<string, string>>, key: string, defaultSeconds: number): number {
  const value = Number(tags[key] ?? Number.NaN);
  return (Number.isFinite(value) && value >= 0 ? value : defaultSeconds) * 1000;
}

/** The text of a failure that a tag asks for: the tag's value, or the default where that is empty or `true`. */
export function forcedFailure(tags: Readonly<Record<string, string>>, key: string, defaultText: string): string | null {
  const value = tags[key];
  if (value === undefined) return null;
  return value === "" || value === "true" ? defaultText : value;
}
