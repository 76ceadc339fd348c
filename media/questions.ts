import type {
  FieldModel,
  FormDraft,
  FormModel,
  FromForm,
  KeyCheckModel,
  KeysModel,
  ProblemModel,
} from "../src/ui/page/protocol/form";
import { typedValue } from "../src/instances/draft";
import { textField, type FieldView } from "./fields";
import { keyField, type KeyFieldView } from "./keyField";
import { announce } from "./page";
import { afterPress } from "./press";
import { TagEditor } from "./tags";

/** The fields and the tags of a draft, and what is wrong with them. */
export class Questions {
  readonly #sender: { send(message: FromForm): void };
  readonly #onEdit: () => void;
  /** The page's own while the user edits; the host has a copy. */
  #values: Record<string, string> = {};
  #fields: readonly FieldView[] = [];
  #keyFields: readonly KeyFieldView[] = [];
  #tags: TagEditor | undefined;
  #keys: KeysModel | undefined;
  #problems: readonly ProblemModel[] = [];
  readonly #touched = new Set<string>();
  #showsAll = false;

  constructor(sender: { send(message: FromForm): void }, onEdit: () => void) {
    this.#sender = sender;
    this.#onEdit = onEdit;
  }

  get elements(): HTMLElement[] {
    const parts = [...this.#fields, ...(this.#tags ? [this.#tags] : [])];
    return parts.map(({ element }) => element);
  }

  get answers(): Pick<FormDraft, "values" | "tags"> {
    const kept = Object.entries(this.#values).filter(([, value]) => value !== "");
    return { values: Object.fromEntries(kept), tags: this.#tags?.tags ?? [] };
  }

  load(model: FormModel, isOtherKind: boolean): void {
    this.#values = { ...model.draft.values };
    this.#problems = [];
    if (isOtherKind) {
      this.#touched.clear();
      this.#showsAll = false;
    }
    // A draft that failed is whole: what is wrong with it is why it is here.
    if (model.failure) this.#showsAll = true;
    this.#keyFields = [];
    this.#fields = model.fields.map((field) => this.#field(field));
    this.#tags = new TagEditor(model.draft.tags, model.maxTags, this.#onEdit);
  }

  setKeys(keys: KeysModel): void {
    this.#keys = keys;
    this.showKeys();
  }

  /** To be called when the elements are on the page: which key is shown depends on where the focus is. */
  showKeys(): void {
    if (this.#keys) for (const field of this.#keyFields) field.setKeys(this.#keys);
  }

  setKeyCheck(check: KeyCheckModel & { readonly field: string }): void {
    this.#keyFields.find(({ id }) => id === check.field)?.setCheck(check);
  }

  /** What is typed into inert ones would be lost. */
  setInert(isInert: boolean): void {
    for (const element of this.elements) element.toggleAttribute("inert", isInert);
  }

  setProblems(problems: readonly ProblemModel[]): void {
    this.#problems = problems;
    this.#showProblems();
  }

  suggest(examples: Readonly<Record<string, string>>): void {
    for (const field of this.#fields) field.suggest?.(examples[field.id]);
  }

  /** Shows every problem, wherever the user has been so far. */
  refuse(problems: readonly ProblemModel[]): void {
    this.#problems = problems;
    this.#showsAll = true;
    this.#showProblems();
  }

  /** A tag that is typed and not added belongs to the draft. */
  commitPending(): void {
    this.#tags?.commitPending();
  }

  focusFirst(): void {
    this.#fields[0]?.focus();
  }

  focusFirstProblem(): void {
    const problems = this.#problems;
    const field = this.#fields.find(({ id }) => problems.some((problem) => problem.field === id));
    if (field) field.focus();
    else if (problems.length > 0) this.#tags?.focus(problems[0]?.tagIndex);
    if (problems.length > 0) announce(problems.length === 1 ? "1 problem" : `${problems.length} problems`);
  }

  #field(field: FieldModel): FieldView {
    const events = {
      onInput: (value: string) => {
        this.#values[field.id] = typedValue(field, value);
        this.#onEdit();
      },
      onLeave: () => {
        if (this.#values[field.id]) this.#touched.add(field.id);
        afterPress(() => this.#showProblems());
      },
    };
    const value = this.#values[field.id] ?? "";
    if (field.control !== "encryptionKey") return textField(field, value, events);
    const view = keyField(field, value, events, this.#sender);
    this.#keyFields = [...this.#keyFields, view];
    return view;
  }

  #showProblems(): void {
    for (const field of this.#fields) {
      const mine = this.#problems.find((problem) => problem.field === field.id);
      field.showProblem(this.#showsAll || this.#touched.has(field.id) ? mine?.message : undefined);
    }
    this.#tags?.showProblems(
      this.#problems.filter((problem) => problem.field === "tags"),
      this.#showsAll,
    );
  }
}
