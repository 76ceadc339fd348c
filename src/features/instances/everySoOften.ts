import type { Clock } from "../../core/clock";

const pauseMs = 300;

/** What is worth a drawing, but not each of a thousand times: the first at once, others a while apart, and what must be seen. */
export function everySoOften(clock: Pick<Clock, "monotonic">, draw: () => void): (isDue?: boolean) => void {
  let drawnAt = -Infinity;
  return (isDue = false) => {
    const now = clock.monotonic();
    if (!isDue && now - drawnAt < pauseMs) return;
    drawnAt = now;
    draw();
  };
}
