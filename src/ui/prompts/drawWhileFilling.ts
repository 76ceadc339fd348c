import type { Clock } from "../../core/clock";
import { isCancelled } from "../../core/errors";

/** So soon after being drawn a list is not drawn again; one of ten thousand items ten times later, since it costs as much more. */
const restMs = 300;
const itemsPerRest = 1_000;

/**
 * Draws a list that fills: at its first change at once, then what has come since, together. `draw` tells how many items
 * there were: the longer the list the rarer, so that drawing costs in all what the list is long, not its square.
 */
export function drawWhileFilling(
  draw: () => number,
  { clock, signal }: { readonly clock: Pick<Clock, "sleep">; readonly signal: AbortSignal },
): () => void {
  let isResting = false;
  let changes = 0;
  const drawAndRest = async () => {
    isResting = true;
    try {
      for (let drawn = -1; drawn !== changes;) {
        drawn = changes;
        await clock.sleep(restMs * Math.max(1, draw() / itemsPerRest), signal);
      }
    } catch (error) {
      if (!isCancelled(error)) throw error;
    } finally {
      isResting = false;
    }
  };
  return () => {
    changes += 1;
    if (!isResting && !signal.aborted) void drawAndRest();
  };
}
