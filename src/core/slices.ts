import { setImmediate } from "node:timers/promises";

/** Work that can be left at any `yield` and gone on with later; returns what it was for. */
export type Sliced<T> = Generator<undefined, T>;

/** What nobody else has to wait for longer: less than a frame of the screen. */
const sliceMs = 8;

/** Lets everything else run in between. */
export async function inSlices<T>(work: Sliced<T>): Promise<T> {
  for (;;) {
    const started = performance.now();
    while (performance.now() - started < sliceMs) {
      const step = work.next();
      if (step.done) return step.value;
    }
    await setImmediate();
  }
}

export function atOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
