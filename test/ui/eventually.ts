import { setTimeout as delay } from "node:timers/promises";

/** Asks again until the check no longer throws; then, or when time is up, answers as it did last. */
export async function eventually<T>(check: () => T | Promise<T>, timeoutMs = 30_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(50);
  }
}
