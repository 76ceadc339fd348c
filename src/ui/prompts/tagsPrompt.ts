import { validateTagKey, validateTagValue } from "../../instances/draftValidation";
import type { Kind, TagRules } from "../../instances/kind";
import { visibleText } from "../text/displayText";
import { tagLine, type Tags } from "../text/draftText";
import { plain, type Answer, type PickItem, type PromptFrame, type Prompts } from "./prompts";

type Choice =
  { readonly action: "done" } | { readonly action: "add" } | { readonly action: "tag"; readonly key: string };

const editButton = { id: "edit", icon: "edit", tooltip: "Edit" };
const removeButton = { id: "remove", icon: "trash", tooltip: "Remove" };

/** A list of tags with Done, Add, edit and remove, until the user is done with it. */
export async function askTags(prompts: Prompts, kind: Kind, before: Tags, frame: PromptFrame): Promise<Answer<Tags>> {
  let tags = before;
  const inner = { ...frame, canGoBack: true };
  for (;;) {
    const answer = await prompts.pick<Choice>({
      ...frame,
      placeholder: "Tags: add, or choose one to change it",
      items: tagItems(kind, tags),
    });
    if (answer.type === "back") return answer;
    const choice = answer.value;
    if (choice.action === "done") return { type: "value", value: tags };
    if (choice.action === "add") {
      tags = (await askNewTag(prompts, kind, tags, inner)) ?? tags;
      continue;
    }
    const action = answer.type === "button" ? answer.button : await askTagAction(prompts, choice.key, inner);
    if (action === "remove") tags = without(tags, choice.key);
    else if (action === "edit") tags = (await askTagValue(prompts, kind, tags, choice.key, inner)) ?? tags;
  }
}

function tagItems(kind: Kind, tags: Tags): readonly PickItem<Choice>[] {
  const entries = Object.entries(tags);
  const isFull = entries.length >= kind.tagRules.max;
  return [
    { label: "$(check) Done", description: countTags(entries.length), value: { action: "done" } },
    ...entries.map(([key, value]): PickItem<Choice> => ({
      label: plain(tagLine(key, value)),
      buttons: [editButton, removeButton],
      value: { action: "tag", key },
    })),
    ...(isFull ? [] : [{ label: "$(add) Add tag…", value: { action: "add" } as const }]),
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

async function askNewTag(prompts: Prompts, kind: Kind, tags: Tags, frame: PromptFrame): Promise<Tags | undefined> {
  let key = "";
  for (;;) {
    const answer = await prompts.input({
      ...frame,
      placeholder: "Key",
      value: key,
      prompt: `Key of the new tag: up to ${kind.tagRules.maxKeyLength} characters`,
      validate: (typed, isFinal) => (typed === "" && !isFinal ? undefined : newKeyProblem(kind.tagRules, tags, typed)),
    });
    if (answer.type !== "value") return undefined;
    key = answer.value;
    const changed = await askTagValue(prompts, kind, tags, key, frame);
    if (changed) return changed;
  }
}

async function askTagValue(
  prompts: Prompts,
  kind: Kind,
  tags: Tags,
  key: string,
  frame: PromptFrame,
): Promise<Tags | undefined> {
  const { minValueLength, maxValueLength } = kind.tagRules;
  const answer = await prompts.input({
    ...frame,
    placeholder: "Value",
    value: tags[key] ?? "",
    prompt: `Value of ${visibleText(key)}: up to ${maxValueLength} characters${minValueLength === 0 ? ", may be empty" : ""}`,
    validate: (value, isFinal) => (value === "" && !isFinal ? undefined : validateTagValue(kind.tagRules, value)),
  });
  return answer.type === "value" ? { ...tags, [key]: answer.value } : undefined;
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
