import type { FormDraft } from "../../ui/page/protocol/form";
import { hasContent } from "./model";

/** What stands in a form, for each kind: changing the kind back and forth loses nothing. */
export class TypedDrafts {
  readonly #drafts = new Map<string, FormDraft>();
  #isEdited = false;

  /** Something was typed since the form began. */
  get isEdited(): boolean {
    return this.#isEdited;
  }

  of(kind: string): FormDraft {
    return this.#drafts.get(kind) ?? { kind, values: {}, tags: [] };
  }

  /** `isTyped`: by the user, somewhere else. */
  begin(draft: FormDraft, isTyped: boolean): void {
    this.#drafts.clear();
    this.#drafts.set(draft.kind, draft);
    this.#isEdited = isTyped && hasContent(draft);
  }

  edit(draft: FormDraft): void {
    if (!isSame(draft, this.of(draft.kind))) this.#isEdited = true;
    this.#drafts.set(draft.kind, draft);
  }

  bringBack(draft: FormDraft): void {
    this.#drafts.set(draft.kind, draft);
    this.#isEdited = true;
  }
}

export function isSame(one: FormDraft, other: FormDraft): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
