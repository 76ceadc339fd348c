import { messageOf } from "../../core/errors";
import { connectionKey } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore } from "../../instances/store";
import type { Rosters } from "../../ui/instance/roster";
import { numberText, shortText } from "../../ui/text/displayText";
import { tagBudget, type KnownTags, type TagTarget } from "./knownTags";

export interface TagGroupsDeps {
  readonly tags: KnownTags;
  readonly store: Pick<InstanceStore, "connections">;
  readonly rosters: Rosters;
  readonly kinds: Kinds;
  /** The view is grouped by a tag, and somebody looks. */
  readonly isWanted: () => boolean;
  /** Heard of each answer, and with true when it is the last. */
  readonly onRead: (isDue: boolean) => void;
}

/** Reads the tags of what is listed while the view is grouped by one: so many, then somebody has to want more. */
export class TagGroups {
  readonly #deps: TagGroupsDeps;
  readonly #end = new AbortController();
  #budget = 0;
  #reading: AbortController | undefined;
  #progress = { read: 0, wanted: 0 };
  #failure: string | undefined;

  constructor(deps: TagGroupsDeps) {
    this.#deps = deps;
  }

  /** "Reading tags: 240 of 1,000…" */
  get message(): string | undefined {
    if (!this.#deps.isWanted()) return undefined;
    const { read, wanted } = this.#progress;
    if (this.#reading) return `Reading tags: ${numberText(read)} of ${numberText(wanted)}…`;
    return this.#failure === undefined ? undefined : `Some tags could not be read: ${this.#failure}`;
  }

  /** Reads on, for as many again. */
  readOn(): void {
    this.#budget = tagBudget;
    this.#failure = undefined;
    this.heed();
  }

  /** To be called when more may be listed, and when somebody begins or ceases to look. */
  heed(): void {
    if (!this.#deps.isWanted()) this.#reading?.abort();
    if (this.#reading || this.#budget === 0 || !this.#deps.isWanted()) return;
    const targets = this.#unread().slice(0, this.#budget);
    if (targets.length > 0) void this.#read(targets);
  }

  dispose(): void {
    this.#end.abort();
  }

  /** Never rejects. */
  async #read(targets: readonly TagTarget[]): Promise<void> {
    const { tags, onRead } = this.#deps;
    const reading = (this.#reading = new AbortController());
    this.#budget -= targets.length;
    this.#progress = { read: 0, wanted: targets.length };
    onRead(true);
    const failure = await tags.read(targets, AbortSignal.any([this.#end.signal, reading.signal]), () => {
      this.#progress.read++;
      onRead(false);
    });
    this.#reading = undefined;
    if (this.#end.signal.aborted) return;
    this.#budget += targets.length - this.#progress.read;
    this.#failure = failure === undefined ? undefined : shortText(messageOf(failure), 80);
    // What could not be read is not asked for again by itself.
    if (failure !== undefined) this.#budget = 0;
    onRead(true);
    this.heed();
  }

  #unread(): readonly TagTarget[] {
    const { store, kinds, rosters, tags } = this.#deps;
    return store.connections.flatMap((connection) =>
      kinds.all.flatMap((kind) => {
        const key = connectionKey(connection);
        return [...rosters.of(key, kind.id).instances].flatMap((instance) =>
          tags.of(key, kind.id, instance) ? [] : [{ connection, kind: kind.id, instance }],
        );
      }),
    );
  }
}
