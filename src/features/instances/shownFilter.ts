import { Emitter, type Event } from "../../core/event";
import type { Disposable } from "../../core/disposable";
import type { InstanceStore } from "../../instances/store";
import type { FilterSearch, SearchDeps } from "./filterSearch";
import type { InstanceFilter } from "./instanceFilter";

export interface ShownFilterDeps extends Omit<SearchDeps, "onChange"> {
  readonly store: SearchDeps["store"] & Pick<InstanceStore, "onDidChange">;
  readonly setContext: (key: "isFiltered", value: boolean) => void;
}

/** The filter that the view shows, if any, and the search for what it lets through. */
export class ShownFilter implements Disposable {
  readonly #deps: ShownFilterDeps;
  readonly #changed = new Emitter<"filter" | "progress">();
  #search: FilterSearch | undefined;
  /** The search was stopped because nobody looks. */
  #isPaused = false;
  #revision = 0;

  readonly #listening: Disposable;

  /** To be made before whatever draws what it shows: both hear of each change of the store. */
  constructor(deps: ShownFilterDeps) {
    this.#deps = deps;
    this.#listening = deps.store.onDidChange((change) => {
      if (this.#search?.heed(change)) this.#revision++;
    });
  }

  get search(): FilterSearch | undefined {
    return this.#search;
  }

  /** Grows with every change, of the filter and of what was found. */
  get revision(): number {
    return this.#revision;
  }

  /** `filter`: another one, or none; `progress`: more was found, or looked at. */
  readonly onDidChange: Event<"filter" | "progress"> = (listener) => this.#changed.event(listener);

  /** `Search` comes with the command that filters: until then nobody needs it. */
  show(filter: InstanceFilter, Search: typeof FilterSearch): void {
    this.stop();
    const search: FilterSearch = new Search(filter, {
      ...this.#deps,
      onChange: () => {
        if (this.#search === search) this.#fire("progress");
      },
    });
    this.#search = search;
    this.#deps.setContext("isFiltered", true);
    this.#fire("filter");
    void search.run();
  }

  clear(): void {
    const search = this.#search;
    if (!search) return;
    this.stop();
    this.#search = undefined;
    this.#deps.setContext("isFiltered", false);
    this.#fire("filter");
  }

  stop(): void {
    this.#isPaused = false;
    this.#search?.stop();
  }

  /** What a hidden view finds nobody sees: the search goes on when it is shown again. */
  setVisible(isVisible: boolean): void {
    if (isVisible) {
      if (this.#isPaused) void this.searchOn();
      this.#isPaused = false;
    } else if (this.#search?.progress.status === "searching") {
      this.stop();
      this.#isPaused = true;
    }
  }

  /** Begins anew, or goes on with what is left; what was found stays. */
  async searchOn(): Promise<void> {
    await this.#search?.run();
  }

  /** It was deleted. */
  forget(connectionKey: string, kind: string, id: string): void {
    if (!this.#search) return;
    this.#search.forget(connectionKey, kind, id);
    this.#fire("progress");
  }

  dispose(): void {
    this.#listening.dispose();
    this.#search?.stop();
    this.#changed.dispose();
  }

  #fire(change: "filter" | "progress"): void {
    this.#revision++;
    this.#changed.fire(change);
  }
}
