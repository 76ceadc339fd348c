import type { Sliced } from "../../core/slices";
import type { Instance } from "../../instances/instance";

/** Less than none when the one comes first. Never none: of two that are equal the ids decide. */
export type Compare = (one: Instance, other: Instance) => number;

/** So many more than are shown are known, so that the next one is there when one of the shown goes. */
const spare = 500;
const chunkSize = 500;

/** The first so many of many in order, which stay so as single ones change. The others are never ordered. */
export class OrderedRows {
  readonly #compare: Compare;
  readonly #limit: number;
  readonly #ordered: Instance[];
  readonly #byId: Map<string, Instance>;
  /** What is not here does not come before it; undefined when everything is here. */
  #bound: Instance | undefined;

  private constructor(compare: Compare, limit: number, { ordered, bound }: Cut) {
    this.#compare = compare;
    this.#limit = limit;
    this.#ordered = ordered;
    this.#bound = bound;
    this.#byId = new Map(ordered.map((instance) => [instance.id, instance]));
  }

  /** Time that grows with their number, in a straight line. */
  static *of(instances: Iterable<Instance>, limit: number, compare: Compare): Sliced<OrderedRows> {
    return new OrderedRows(compare, limit, yield* cut(instances, limit + spare, compare));
  }

  get rows(): readonly Instance[] {
    return this.#ordered.slice(0, this.#limit);
  }

  /**
   * What these ids stand for now; undefined for what is gone. False when too many have gone: then it is not known who follows,
   * and all must be ordered anew.
   */
  update(changes: Iterable<readonly [id: string, now: Instance | undefined]>): boolean {
    for (const [id, now] of changes) {
      const before = this.#byId.get(id);
      if (before === now) continue;
      if (before) this.#ordered.splice(this.#placeOf(before), 1);
      this.#byId.delete(id);
      if (!now || (this.#bound && this.#compare(now, this.#bound) >= 0)) continue;
      this.#ordered.splice(this.#placeOf(now), 0, now);
      this.#byId.set(id, now);
    }
    const cutOff = this.#ordered.splice(this.#limit + 2 * spare);
    for (const { id } of cutOff) this.#byId.delete(id);
    if (cutOff.length > 0) this.#bound = this.#ordered.at(-1);
    return this.#bound === undefined || this.#ordered.length >= this.#limit;
  }

  #placeOf(instance: Instance): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#ordered[middle];
      if (other && this.#compare(other, instance) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface Cut {
  readonly ordered: Instance[];
  readonly bound: Instance | undefined;
}

/** Ordered runs that are merged when they are of a size, and cut: what comes after a whole run that was cut is not looked at. */
function* cut(instances: Iterable<Instance>, limit: number, compare: Compare): Sliced<Cut> {
  const runs: Instance[][] = [];
  let chunk: Instance[] = [];
  let bound: Instance | undefined;
  let seen = 0;
  function* addRun(): Sliced<void> {
    let run = chunk.sort(compare);
    chunk = [];
    yield;
    for (let last = runs.at(-1); last && last.length <= run.length; last = runs.at(-1)) {
      run = yield* merged(last, run, compare);
      runs.pop();
      if (run.length <= limit) continue;
      run.length = limit;
      bound = run.at(-1);
    }
    runs.push(run);
  }
  for (const instance of instances) {
    if (++seen % chunkSize === 0) yield;
    if (bound && compare(instance, bound) >= 0) continue;
    chunk.push(instance);
    if (chunk.length === chunkSize) yield* addRun();
  }
  yield* addRun();
  let ordered = runs.pop() ?? [];
  for (let run = runs.pop(); run; run = runs.pop()) ordered = yield* merged(run, ordered, compare);
  if (ordered.length > limit) {
    ordered.length = limit;
    bound = ordered.at(-1);
  }
  return { ordered, bound };
}

function* merged(one: readonly Instance[], other: readonly Instance[], compare: Compare): Sliced<Instance[]> {
  const result: Instance[] = [];
  let place = 0;
  for (const instance of one) {
    for (let next = other[place]; next && compare(next, instance) < 0; next = other[place]) {
      result.push(next);
      place++;
    }
    result.push(instance);
    if (result.length % chunkSize === 0) yield;
  }
  for (; place < other.length; place++) {
    const next = other[place];
    if (next) result.push(next);
  }
  return result;
}
