import type { ProblemModel } from "../src/ui/page/protocol/form";
import { showProblem } from "./fields";
import { announce, h, icon } from "./page";

export interface Tag {
  key: string;
  value: string;
}

/** Rows of key and value; the last row adds one. */
export class TagEditor {
  readonly element: HTMLElement;
  readonly #rows: TagRow[] = [];
  readonly #list = h("ul", { class: "tag-rows" });
  readonly #problem = h("p", { class: "problem", id: "tags-problem", hidden: true });
  readonly #newKey: HTMLInputElement;
  readonly #newValue: HTMLInputElement;
  readonly #onChange: () => void;
  #nextRow = 0;

  constructor(tags: readonly Tag[], maxTags: number, onChange: () => void) {
    this.#onChange = onChange;
    const addOnEnter = (event: Event) => {
      // Enter in this row means "add", not "create the instance"; in an empty row it means nothing.
      if (!(event instanceof KeyboardEvent) || event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      this.#addFromInputs();
    };
    // Begun and not added yet, it belongs to the draft as well.
    const edited = () => onChange();
    this.#newKey = tagInput("tag-new-key", "New tag key", "key", "", addOnEnter);
    this.#newValue = tagInput("tag-new-value", "New tag value", "value", "", addOnEnter);
    for (const input of [this.#newKey, this.#newValue]) input.addEventListener("input", edited);
    this.element = h(
      "div",
      { class: "field", role: "group", "aria-labelledby": "tags-label", "aria-describedby": "tags-help" },
      h("span", { class: "label", id: "tags-label" }, "Tags"),
      h(
        "div",
        { class: "field-control" },
        this.#list,
        h(
          "div",
          { class: "tag-row" },
          this.#newKey,
          this.#newValue,
          h(
            "button",
            { type: "button", id: "tag-add", class: "secondary", onclick: () => this.#addFromInputs() },
            "Add",
          ),
        ),
        this.#problem,
        h("p", { class: "hint", id: "tags-help" }, `Optional. Up to ${maxTags} tags.`),
      ),
    );
    for (const tag of tags) this.#addRow(tag);
  }

  /** What is in the rows, and what is typed in the last one without Add: nobody means to lose it. */
  get tags(): Tag[] {
    const pending = { key: this.#newKey.value, value: this.#newValue.value };
    const tags = this.#rows.map(({ key, value }) => ({ key: key.value, value: value.value }));
    return pending.key === "" && pending.value === "" ? tags : [...tags, pending];
  }

  /** Makes a row of what is typed in the last one, so that its problems have a place. */
  commitPending(): void {
    if (this.#newKey.value === "" && this.#newValue.value === "") return;
    this.#addRow({ key: this.#newKey.value, value: this.#newValue.value });
    this.#newKey.value = "";
    this.#newValue.value = "";
  }

  showProblems(problems: readonly ProblemModel[], showAll: boolean): void {
    for (const [index, row] of this.#rows.entries()) {
      const mine = problems.find((problem) => problem.tagIndex === index);
      showProblem(row.problem, [row.key, row.value], showAll || row.isTouched ? mine?.message : undefined);
    }
    const general = problems.find((problem) => problem.tagIndex === undefined);
    showProblem(this.#problem, [], general?.message);
  }

  /** The row of a problem, or the input for a new tag. */
  focus(index: number | undefined): void {
    const row = index === undefined ? undefined : this.#rows[index];
    (row?.key ?? this.#newKey).focus();
  }

  #addFromInputs(): void {
    if (this.#newKey.value === "") {
      this.#newKey.focus();
      return;
    }
    announce(`Added tag ${this.#newKey.value}`);
    this.commitPending();
    this.#newKey.focus();
    this.#onChange();
  }

  #addRow(tag: Tag): void {
    const id = `tag-${this.#nextRow++}`;
    const touched = () => {
      row.isTouched = true;
      this.#onChange();
    };
    const key = tagInput(`${id}-key`, "", "key", tag.key);
    const value = tagInput(`${id}-value`, "", "value", tag.value);
    for (const input of [key, value]) {
      input.setAttribute("aria-describedby", `${id}-problem`);
      input.addEventListener("input", () => this.#onChange());
      input.addEventListener("blur", touched);
    }
    const problem = h("p", { class: "problem", id: `${id}-problem`, hidden: true });
    const remove = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        id: `${id}-remove`,
        onclick: () => this.#remove(row),
      },
      icon("remove"),
    );
    const element = h("li", {}, h("div", { class: "tag-row" }, key, value, remove), problem);
    const label = () => {
      key.setAttribute("aria-label", `Key of tag ${key.value}`);
      value.setAttribute("aria-label", `Value of tag ${key.value}`);
      remove.setAttribute("aria-label", `Remove tag ${key.value}`);
      remove.title = `Remove tag ${key.value}`;
    };
    label();
    key.addEventListener("input", label);
    const row: TagRow = { element, key, value, problem, remove, isTouched: true };
    this.#rows.push(row);
    this.#list.append(element);
  }

  #remove(row: TagRow): void {
    const index = this.#rows.indexOf(row);
    this.#rows.splice(index, 1);
    row.element.remove();
    announce(`Removed tag ${row.key.value}`);
    (this.#rows[index]?.remove ?? this.#newKey).focus();
    this.#onChange();
  }
}

interface TagRow {
  readonly element: HTMLElement;
  readonly key: HTMLInputElement;
  readonly value: HTMLInputElement;
  readonly problem: HTMLElement;
  readonly remove: HTMLButtonElement;
  isTouched: boolean;
}

function tagInput(id: string, label: string, placeholder: string, value: string, onkeydown?: (event: Event) => void) {
  const input = h("input", {
    id,
    type: "text",
    "aria-label": label,
    placeholder,
    autocomplete: "off",
    spellcheck: "false",
    onkeydown,
  });
  input.value = value;
  return input;
}
