import type { Clock } from "../core/clock";
import type { Disposable } from "../core/disposable";

export interface Ticking extends Disposable {
  /** To be called whenever there may be something new to count. */
  arm(): void;
}

export interface TickingDeps {
  readonly clock: Clock;
  readonly isVisible: () => boolean;
  /** Since when each of the rows counts that count time, in milliseconds since the epoch. */
  readonly counting: () => readonly number[];
  readonly tick: () => void;
}

/** Time passes on rows that count it: each second at first, then every five, and only while somebody can see it. */
export function createTicking(deps: TickingDeps): Ticking {
  const { clock, isVisible } = deps;
  const stop = new AbortController();
  let isArmed = false;
  const arm = () => {
    if (isArmed || !isVisible()) return;
    const counting = deps.counting();
    if (counting.length === 0) return;
    isArmed = true;
    const youngest = Math.max(...counting);
    clock.sleep(clock.now() - youngest < 60_000 ? 1_000 : 5_000, stop.signal).then(
      () => {
        isArmed = false;
        if (isVisible()) deps.tick();
        arm();
      },
      () => undefined,
    );
  };
  return { arm, dispose: () => stop.abort() };
}
