import { isOver } from "../../core/abort";
import { connectionKey, type Connection, type Sessions } from "../../instances/connection";
import type { Instance } from "../../instances/instance";
import type { Kinds } from "../../instances/kinds/registry";
import type { Tags } from "./instanceFilter";

/** Reading tags is a request for each instance: after so many somebody has to want more. */
export const tagBudget = 1_000;

export interface TagTarget {
  readonly connection: Connection;
  readonly kind: string;
  readonly instance: Pick<Instance, "id" | "arn">;
}

/** So many at a time: each is a request of its own, and the listings need their share of the service's rate. */
const readers = 4;

/** Tags that were read one by one, since no service lists them. */
export class KnownTags {
  readonly #deps: { readonly sessions: Sessions; readonly kinds: Kinds };
  readonly #byTarget = new Map<string, Tags>();
  /** The last question about each: what answers an older one may be over. */
  readonly #asked = new Map<string, symbol>();
  #revision = 0;

  constructor(deps: { readonly sessions: Sessions; readonly kinds: Kinds }) {
    this.#deps = deps;
  }

  /** Another number when any are known that were not. */
  get revision(): number {
    return this.#revision;
  }

  of(connectionKey: string, kind: string, instance: Pick<Instance, "id" | "tags">): Tags | undefined {
    return this.#byTarget.get(`${connectionKey}/${kind}/${instance.id}`) ?? instance.tags;
  }

  /** Any of them may have been changed. */
  forget(): void {
    this.#revision++;
    this.#byTarget.clear();
    this.#asked.clear();
  }

  /** They were changed, or may have been: reads them anew if they are known or about to be, and forgets them if they cannot be read. Never rejects. */
  async readAgain(target: TagTarget, signal: AbortSignal): Promise<void> {
    if (!this.#byTarget.has(keyOf(target)) && !this.#asked.has(keyOf(target))) return;
    try {
      await this.#readOne(target, signal);
    } catch {
      this.#revision++;
      this.#byTarget.delete(keyOf(target));
    }
  }

  /** Resolves when all are read. What cannot be read is passed over; the last reason is what it resolves with. */
  async read(targets: readonly TagTarget[], signal: AbortSignal, onRead: () => void): Promise<unknown> {
    const queue = targets.values();
    let failure: unknown;
    const work = async () => {
      for (const target of queue) {
        if (signal.aborted) return;
        try {
          await this.#readOne(target, signal);
        } catch (error) {
          if (isOver(signal)) return;
          failure = error;
        }
        onRead();
      }
    };
    await Promise.all(Array.from({ length: readers }, work));
    return failure;
  }

  async #readOne(target: TagTarget, signal: AbortSignal): Promise<void> {
    const { sessions, kinds } = this.#deps;
    const { connection, instance } = target;
    const kind = kinds.get(target.kind);
    if (!kind) return;
    const key = keyOf(target);
    const question = Symbol(key);
    this.#asked.set(key, question);
    try {
      const session = await sessions.open(connection, signal);
      const tags = await kind.listTags(session, instance, { signal });
      if (this.#asked.get(key) !== question) return;
      if (sessions.current(connection)?.generation !== session.generation) return;
      this.#byTarget.set(key, tags);
      this.#revision++;
    } catch (error) {
      // What answers a later question stands, whatever became of this one.
      if (this.#asked.get(key) === question) throw error;
    } finally {
      if (this.#asked.get(key) === question) this.#asked.delete(key);
    }
  }
}

function keyOf({ connection, kind, instance }: TagTarget): string {
  return `${connectionKey(connection)}/${kind}/${instance.id}`;
}
