import { Emitter, type Event } from "../../core/event";
import type { Disposable } from "../../core/disposable";
import { sortOrders, type SortOrder } from "./treeOrder";

export const groupings = ["connection", "profile", "account", "kind", "tag"] as const;
export type Grouping = (typeof groupings)[number];

/** How the view is grouped and sorted. */
export interface Arrangement {
  readonly groupBy: Grouping;
  /** The tag whose values are the groups, when they are. */
  readonly tagKey: string;
  readonly sortBy: SortOrder;
}

export const defaultArrangement: Arrangement = { groupBy: "connection", tagKey: "", sortBy: "name" };

/** The part of `vscode.Memento` that is needed. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const memoryKey = "instances.arrangement";
/** What the services allow at most for a tag's key. */
export const maxTagKeyLength = 128;

/** A person's way to look at instances: kept for every window, since connections are the machine's and not a folder's. */
export class KeptArrangement implements Disposable {
  readonly #memory: Memory;
  readonly #changed = new Emitter<undefined>();
  #current: Arrangement;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#current = arrangementOf(memory.get(memoryKey));
  }

  get current(): Arrangement {
    return this.#current;
  }

  readonly onDidChange: Event<undefined> = (listener) => this.#changed.event(listener);

  async change(part: Partial<Arrangement>): Promise<void> {
    this.#current = { ...this.#current, ...part };
    this.#changed.fire(undefined);
    await this.#memory.update(memoryKey, this.#current);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

/** What was kept may be of another version, or damaged: what of it is of no use is the default. */
export function arrangementOf(kept: unknown): Arrangement {
  if (typeof kept !== "object" || kept === null) return defaultArrangement;
  const read = (name: keyof Arrangement): unknown => Object.entries(kept).find(([key]) => key === name)?.[1];
  const tagKey = read("tagKey");
  const isKey = typeof tagKey === "string" && tagKey.length <= maxTagKeyLength;
  const groupBy = groupings.find((one) => one === read("groupBy")) ?? defaultArrangement.groupBy;
  return {
    groupBy: groupBy === "tag" && (!isKey || tagKey === "") ? defaultArrangement.groupBy : groupBy,
    tagKey: isKey ? tagKey : defaultArrangement.tagKey,
    sortBy: sortOrders.find((one) => one === read("sortBy")) ?? defaultArrangement.sortBy,
  };
}
