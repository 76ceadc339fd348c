/** Time and processor time that something took, in milliseconds. */
export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export async function costOf(work: () => unknown): Promise<Cost> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Measures several things in turn, round after round, so that whatever else the machine does hits all of them alike.
 * Resolves with the measurements of each, in the order of the rounds.
 */
export async function alternate<Name extends string, T>(
  rounds: number,
  measures: Readonly<Record<Name, () => Promise<T>>>,
): Promise<Record<Name, T[]>> {
  const names = Object.keys(measures) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
  for (let round = 0; round < rounds; round++) {
    // Whoever comes after an expensive one may inherit a slower machine: each has every place once.
    const turn = round % names.length;
    for (const name of [...names.slice(turn), ...names.slice(0, turn)]) results[name].push(await measures[name]());
  }
  return results;
}

/** The median of the rounds' ratios: what was measured side by side is compared with each other only. */
export function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}

/** Median time in milliseconds of runs that follow a few that only warm up. */
export async function medianMs(runs: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let index = -3; index < runs; index++) {
    const { wallMs } = await costOf(work);
    if (index >= 0) times.push(wallMs);
  }
  return median(times);
}

/** Three digits: more would be noise. */
export function round(value: number, digits = 3): number {
  return Math.abs(value) >= 10 ** digits ? Math.round(value) : Number(value.toPrecision(digits));
}

/** What something took, and for how long at a time nothing else could run. */
export async function measured(
  work: () => Promise<unknown>,
): Promise<{ readonly ms: number; readonly longestBlockMs: number }> {
  let isOver = false;
  let last = performance.now();
  let longestBlockMs = 0;
  const watch = () => {
    const now = performance.now();
    longestBlockMs = Math.max(longestBlockMs, now - last);
    last = now;
    if (!isOver) setImmediate(watch);
  };
  setImmediate(watch);
  const started = last;
  await work();
  const ms = performance.now() - started;
  isOver = true;
  await new Promise((resolve) => setImmediate(resolve));
  return { ms, longestBlockMs };
}
