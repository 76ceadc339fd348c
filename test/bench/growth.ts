import { round } from "./measure";
import type { Row } from "./rows";

/** The sizes at which growth is looked at. */
export const growth = [100, 1_000, 10_000, 100_000] as const;

interface Point {
  readonly instances: number;
  readonly ms: number;
}

/**
 * By which power of the number of instances the time grows: the slope of the straight line through the logarithms, which is 1
 * for a straight line through zero, 2 for a square.
 */
export function growthExponent(points: readonly Point[]): number {
  const logs = points.map(({ instances, ms }) => ({ x: Math.log(instances), y: Math.log(ms) }));
  const mean = (of: "x" | "y") => logs.reduce((sum, point) => sum + point[of], 0) / logs.length;
  const [x, y] = [mean("x"), mean("y")];
  const covariance = logs.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
  return covariance / logs.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
}

/** A straight line may look like this on a machine that does other things too. */
const straight = 1.1;

export function growthRow(what: string, points: readonly Point[]): Row {
  const times = points.map(({ instances, ms }) => `${instances.toLocaleString("en-US")}: ${round(ms)} ms`);
  return {
    name: `growth of ${what}`,
    value: growthExponent(points),
    unit: "(exponent)",
    beside: `a straight line: 1, measured to within a tenth; ${times.join(", ")}`,
    goal: straight,
  };
}
