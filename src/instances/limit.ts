/** Runs at most `max` tasks at a time; the others wait their turn, in the order in which they came. */
export function createLimit(max: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      // A place is handed on, not given back and taken again.
      if (next) next();
      else running--;
    }
  };
}
