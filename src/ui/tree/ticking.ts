import type { Clock } from "../../core/clock";
import type { Disposable } from "../../core/disposable";

export interface Ticking extends Disposable {
  /** To be called whenever there may be something new to count. */
  arm(): void;
}

export interface TickingDeps {
  readonly clock: Clock;
  readonly isVisible: () => boolean;
  /** How many rows count time. */
  readonly count: () => number;
  readonly tick: () => void;
}

/** Drawing a row anew closes its tooltip, so a row that counts time must not do it each second. */
const intervalMs = 5_000;

/** Time passes on rows that count it, and only while somebody can see it. */
export function createTicking(deps: TickingDeps): Ticking {
  const { clock, isVisible } = deps;
  const stop = new AbortController();
  let isArmed = false;
  const arm = () => {
    if (isArmed || !isVisible()) return;
    if (deps.count() === 0) return;
    isArmed = true;
    clock.sleep(intervalMs, stop.signal).then(
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
