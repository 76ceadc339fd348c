import type { Clock } from "../../core/clock";
import type { Disposable } from "../../core/disposable";

export interface Redraws<T> extends Disposable {
  /** Something may look different. The same thing twice is one. */
  add(change: T): void;
  /** Draws what is pending, for whoever needs its row now. */
  flush(): void;
}

export interface RedrawDeps<T> {
  readonly clock: Clock;
  readonly keyOf: (change: T) => string;
  /** Draws all that has come together, with one event. */
  readonly draw: (changes: readonly T[]) => void;
  /** How many rows have been drawn since the beginning. */
  readonly drawnRows: () => number;
}

/** VS Code draws the first event at once and the next ones 200 ms after the last of them, however long that takes to come. */
const leastPauseMs = 300;
/** So that drawing takes a small part of the time, however many rows there are. */
const pauseMsPerRow = 0.2;
const longestPauseMs = 3_000;

/**
 * Has the first change drawn at once and those that come soon after it together: rows appear while they are being listed, and
 * an open menu, which loses its row when this is drawn again, does so seldom. After many rows the pause is longer.
 */
export function createRedraws<T>({ clock, keyOf, draw, drawnRows }: RedrawDeps<T>): Redraws<T> {
  const end = new AbortController();
  const pending = new Map<string, T>();
  let isPausing = false;
  let drawnBefore = 0;

  const flush = () => {
    if (pending.size === 0) return;
    const changes = [...pending.values()];
    pending.clear();
    drawnBefore = drawnRows();
    draw(changes);
    if (!isPausing) void pause();
  };
  const pause = async () => {
    isPausing = true;
    try {
      await clock.sleep(leastPauseMs, end.signal);
      const restMs = Math.min((drawnRows() - drawnBefore) * pauseMsPerRow, longestPauseMs) - leastPauseMs;
      if (restMs > 0) await clock.sleep(restMs, end.signal);
    } catch {
      return;
    }
    isPausing = false;
    flush();
  };
  return {
    add(change) {
      pending.set(keyOf(change), change);
      if (!isPausing) flush();
    },
    flush,
    dispose: () => end.abort(),
  };
}
