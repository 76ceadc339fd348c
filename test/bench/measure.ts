/** Median time in milliseconds of runs that follow a few that only warm up. */
export async function medianMs(runs: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let index = -3; index < runs; index++) {
    const started = performance.now();
    await work();
    if (index >= 0) times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
}

export function round(value: number, digits = 3): number {
  return Number(value.toPrecision(digits));
}
