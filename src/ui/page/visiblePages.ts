import type { Event } from "../../core/event";
import type { OperationRecord } from "../../operations/operationRecord";

type Shown = Pick<OperationRecord, "id" | "kind" | "connection" | "created" | "target">;

interface PageInView {
  readonly isVisible: boolean;
  readonly onDidDispose: Event<void>;
}

/** What the pages in view are about: nobody has to be told what they see. */
export class VisiblePages {
  readonly #pages = new Map<PageInView, (record: Shown) => boolean>();

  /** `isAbout` counts for as long as the page is open; another one for the same page takes its place. */
  add(page: PageInView, isAbout: (record: Shown) => boolean): void {
    if (!this.#pages.has(page)) page.onDidDispose(() => this.#pages.delete(page));
    this.#pages.set(page, isAbout);
  }

  /** Whether somebody sees what becomes of an operation. */
  show(record: Shown): boolean {
    return [...this.#pages].some(([page, isAbout]) => page.isVisible && isAbout(record));
  }
}
