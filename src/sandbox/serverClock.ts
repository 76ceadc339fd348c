/** Time as the sandbox has it: the wall clock for what happens, and a clock that may be wrong for what clients see. */
export class ServerClock {
  skewMs = 0;
  readonly #wallNow: () => number;

  constructor(wallNow: () => number = () => Date.now()) {
    this.#wallNow = wallNow;
  }

  /** Milliseconds since the epoch. States are derived from it, so that a skew for a test does not age instances. */
  now(): number {
    return this.#wallNow();
  }

  /** What the `Date` header says and signatures are judged by. */
  shown(): number {
    return this.#wallNow() + this.skewMs;
  }
}
