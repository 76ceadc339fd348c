import { CancelledError } from "../../core/errors";
import type { PickItem, Prompts } from "../../ui/prompts/prompts";
import { visibleText } from "../../ui/text/displayText";
import { maxTagKeyLength, type Arrangement, type Grouping } from "./arrangement";
import type { SortOrder } from "./treeOrder";

export interface ArrangeDeps {
  readonly prompts: Prompts;
  readonly arrangement: { readonly current: Arrangement; change(part: Partial<Arrangement>): Promise<void> };
}

const groupTexts: Readonly<Record<Grouping, readonly [label: string, description: string]>> = {
  connection: ["$(cloud) Connection", "profile and region"],
  profile: ["$(account) Profile", "its regions below it"],
  account: ["$(organization) Account", "its connections below it"],
  kind: ["$(layers) Kind", "its connections below it"],
  tag: ["$(tag) Tag…", "by the values of one tag, read one by one"],
};

const sortTexts: Readonly<Record<SortOrder, readonly [label: string, description: string]>> = {
  name: ["Name", "failed ones first"],
  state: ["State", "failed ones first"],
  date: ["Date created", "failed ones first, then the newest"],
};

/** Group By…: what the rows at the top stand for. */
export async function groupBy({ prompts, arrangement }: ArrangeDeps): Promise<void> {
  const { current } = arrangement;
  for (;;) {
    const choice = await choose(prompts, "Group instances by", groupTexts, current.groupBy);
    if (choice !== "tag") return arrangement.change({ groupBy: choice });
    const answer = await prompts.input({
      title: "Group instances by tag",
      canGoBack: true,
      value: visibleText(current.tagKey),
      placeholder: "team",
      prompt: "The tag's key. Tags are read one by one, for what is listed.",
      validate: (typed, isFinal) => (typed.trim() === "" && !isFinal ? undefined : tagKeyProblem(typed)),
    });
    if (answer.type === "value") return arrangement.change({ groupBy: "tag", tagKey: answer.value.trim() });
  }
}

/** Sort By…: in which order instances stand; what failed is first in each. */
export async function sortBy({ prompts, arrangement }: ArrangeDeps): Promise<void> {
  const choice = await choose(prompts, "Sort instances by", sortTexts, arrangement.current.sortBy);
  await arrangement.change({ sortBy: choice });
}

async function choose<T extends string>(
  prompts: Prompts,
  title: string,
  texts: Readonly<Record<T, readonly [label: string, description: string]>>,
  present: T,
): Promise<T> {
  const entries = Object.entries(texts) as [T, readonly [string, string]][];
  const items = entries.map(([value, [label, description]]): PickItem<T> => ({
    label,
    description: value === present ? `${description} · current` : description,
    value,
  }));
  const answer = await prompts.pick<T>({ title, placeholder: title, items, isActive: (value) => value === present });
  if (answer.type !== "value") throw new CancelledError();
  return answer.value;
}

function tagKeyProblem(typed: string): string | undefined {
  const key = typed.trim();
  if (key === "") return "Type the tag's key.";
  if (key.length > maxTagKeyLength) return `Shorten the key to ${maxTagKeyLength} characters.`;
  return visibleText(key) === key ? undefined : "Remove what cannot be seen from the key.";
}
