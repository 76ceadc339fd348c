import { validateTagKey, validateTagValue } from "../../instances/draftValidation";
import type { Kind, TagRules } from "../../instances/kind";
import { visibleText } from "../text/displayText";
import { tagLine, type Tags } from "../text/draftText";
import { plain, type Answer, type PickItem, type PromptFrame, type Prompts } from "./prompts";

type Choice =
  { readonly action: "done" } | { readonly action: "add" } | { readonly action: "tag"; readonly key: string };

const editButton = { id: "edit", icon: "edit", tooltip: "Edit" };
const removeButton = { id: "remove", icon: "trash", tooltip: "Remove" };

/** A tag whose key or value was typed and not accepted yet. */
export interface NewTag {
  readonly key: string;
  readonly value: string;
}

export interface TagsQuestion {
  readonly kind: Kind;
  readonly tags: Tags;
  readonly newTag?: NewTag | undefined;
  readonly frame: PromptFrame;
  /** Hears of every change, and of the tag that is not complete. */
  readonly onChange?: (tags: Tags, newTag: NewTag) => void;
}

const nothingTyped: NewTag = { key: "", value: "" };

/** A list of tags with Done, Add, edit and remove, until the user is done with it. */
export async function askTags(prompts: Prompts, question: TagsQuestion): Promise<Answer<Tags>> {
  const { kind, frame, onChange } = question;
  let { tags, newTag = nothingTyped } = question;
  const inner = { ...frame, canGoBack: true };
  const change = (changed: Tags, typed = newTag) => {
    tags = changed;
    newTag = typed;
    onChange?.(tags, newTag);
  };
  for (;;) {
    const answer = await prompts.pick<Choice>({
      ...frame,
      placeholder: "Tags: add, or choose one to change it",
      items: tagItems(kind, tags, newTag),
    });
    if (answer.type === "back") return answer;
    const choice = answer.value;
    if (choice.action === "done") return { type: "value", value: tags };
    if (choice.action === "add") {
      const added = await askNewTag(prompts, kind, tags, newTag, inner, (typed) => change(tags, typed));
      if (added) change(added, nothingTyped);
      continue;
    }
    const action = answer.type === "button" ? answer.button : await askTagAction(prompts, choice.key, inner);
    if (action === "remove") change(without(tags, choice.key));
    else if (action === "edit") {
      const { key } = choice;
      const value = await askTagValue(prompts, kind.tagRules, { key, value: tags[key] ?? "" }, inner, (typed) => {
        if (validateTagValue(kind.tagRules, typed) === undefined) change({ ...tags, [key]: typed });
      });
      if (value !== undefined) change({ ...tags, [key]: value });
    }
  }
}

function tagItems(kind: Kind, tags: Tags, newTag: NewTag): readonly PickItem<Choice>[] {
  const entries = Object.entries(tags);
  const isFull = entries.length >= kind.tagRules.max;
  return [
    { label: "$(check) Done", description: countTags(entries.length), value: { action: "done" } },
    ...entries.map(([key, value]): PickItem<Choice> => ({
      label: plain(tagLine(key, value)),
      buttons: [editButton, removeButton],
      value: { action: "tag", key },
    })),
    ...(isFull
      ? []
      : [
          {
            label: "$(add) Add tag…",
            ...(newTag.key !== "" && { description: `${plain(newTag.key)}: not added yet` }),
            value: { action: "add" } as const,
          },
        ]),
  ];
}

/** Buttons on items need the mouse; choosing the item itself asks the same. */
async function askTagAction(prompts: Prompts, key: string, frame: PromptFrame): Promise<string | undefined> {
  const answer = await prompts.pick<string>({
    ...frame,
    placeholder: visibleText(key),
    items: [
      { label: "$(edit) Edit value…", value: editButton.id },
      { label: "$(trash) Remove", value: removeButton.id },
    ],
  });
  return answer.type === "value" ? answer.value : undefined;
}

async function askNewTag(
  prompts: Prompts,
  { tagRules }: Kind,
  tags: Tags,
  begun: NewTag,
  frame: PromptFrame,
  onLeave: (typed: NewTag) => void,
): Promise<Tags | undefined> {
  let { key, value } = begun;
  for (;;) {
    const answer = await prompts.input({
      ...frame,
      placeholder: "Key",
      value: key,
      prompt: `Key of the new tag: up to ${tagRules.maxKeyLength} characters`,
      validate: (typed, isFinal) => (typed === "" && !isFinal ? undefined : newKeyProblem(tagRules, tags, typed)),
      onLeave: (typed) => onLeave({ key: typed, value }),
    });
    if (answer.type !== "value") return undefined;
    key = answer.value;
    const added = await askTagValue(prompts, tagRules, { key, value }, frame, (typed) => {
      value = typed;
      onLeave({ key, value });
    });
    if (added !== undefined) return { ...tags, [key]: added };
  }
}

async function askTagValue(
  prompts: Prompts,
  rules: TagRules,
  { key, value }: NewTag,
  frame: PromptFrame,
  onLeave: (typed: string) => void,
): Promise<string | undefined> {
  const { minValueLength, maxValueLength } = rules;
  const answer = await prompts.input({
    ...frame,
    placeholder: "Value",
    value,
    prompt: `Value of ${visibleText(key)}: up to ${maxValueLength} characters${minValueLength === 0 ? ", may be empty" : ""}`,
    validate: (typed, isFinal) => (typed === "" && !isFinal ? undefined : validateTagValue(rules, typed)),
    onLeave,
  });
  return answer.type === "value" ? answer.value : undefined;
}

function newKeyProblem(rules: TagRules, tags: Tags, key: string): string | undefined {
  if (Object.hasOwn(tags, key)) return `There is a tag ${visibleText(key)} already.`;
  return validateTagKey(rules, key);
}

function countTags(count: number): string {
  return count === 0 ? "no tags" : count === 1 ? "1 tag" : `${count} tags`;
}

function without(tags: Tags, key: string): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([other]) => other !== key));
}
