import { CancelledError } from "../../core/errors";
import { connectionKey } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore } from "../../instances/store";
import type { Rosters } from "../../ui/instance/roster";
import { plain, type PickItem, type Prompts } from "../../ui/prompts/prompts";
import { FilterSearch } from "./filterSearch";
import { attentionQuery, parseFilter, type InstanceFilter } from "./instanceFilter";

export interface FilterDeps {
  readonly prompts: Prompts;
  readonly kinds: Kinds;
  readonly store: Pick<InstanceStore, "connections">;
  readonly rosters: Rosters;
  readonly shown: {
    readonly search: { readonly filter: InstanceFilter } | undefined;
    show(filter: InstanceFilter, Search: typeof FilterSearch): void;
  };
}

const title = "Filter instances";
const rule = 'A part of a name or an ID, state:Active, tag:key or tag:key=value; what has spaces in "quotation marks".';

type Choice = { readonly query: string } | { readonly typed: string };

/** Filter Instances…: a preset, or whatever is typed; all of it must hold. */
export async function filterInstances(deps: FilterDeps): Promise<void> {
  for (;;) {
    const choice = await pickPreset(deps);
    if ("query" in choice) {
      deps.shown.show(filterOf(choice.query), FilterSearch);
      return;
    }
    const answer = await deps.prompts.input({
      title,
      canGoBack: true,
      value: choice.typed,
      placeholder: "demand state:CreateFailed tag:team=logistics",
      prompt: rule,
      validate: (typed, isFinal) => problemOf(typed, isFinal),
    });
    if (answer.type === "value") {
      deps.shown.show(filterOf(answer.value), FilterSearch);
      return;
    }
  }
}

async function pickPreset({ prompts, shown, kinds, store, rosters }: FilterDeps): Promise<Choice> {
  const present = shown.search?.filter.query ?? "";
  const seen = store.connections.flatMap((connection) =>
    kinds.all.flatMap((kind) => statesOf(rosters, connectionKey(connection), kind.id)),
  );
  const documented = kinds.all.flatMap((kind) => Object.keys(kind.states));
  // What cannot be quoted cannot be typed again.
  const states = [...new Set([...documented, ...seen])].filter((state) => state !== "" && !state.includes('"'));
  const items: readonly PickItem<Choice>[] = [
    {
      label: "$(warning) Needs attention",
      description: "failed, delete failed, refused or interrupted",
      value: { query: attentionQuery },
    },
    {
      label: "$(search) Name, ID, state or tag…",
      ...(present !== "" && { description: plain(present) }),
      value: { typed: present },
    },
    { label: "$(tag) Tag…", description: "read one by one, as no service lists them", value: { typed: "tag:" } },
    ...states.map((state): PickItem<Choice> => ({
      label: plain(state),
      value: { query: `state:${/\s/.test(state) ? `"${state}"` : state}` },
      group: "State",
    })),
  ];
  const answer = await prompts.pick<Choice>({ title, placeholder: "Show only…", items, fromText: typedFilter });
  if (answer.type !== "value") throw new CancelledError();
  return answer.value;
}

/** Where no preset matches, Enter shows what was typed; what is no filter yet is gone on with where the rule stands. */
function typedFilter(text: string): PickItem<Choice> | undefined {
  const typed = text.trim();
  if (typed === "") return undefined;
  return "problem" in parseFilter(typed)
    ? { label: `$(edit) Go on with "${plain(typed)}"…`, value: { typed } }
    : { label: `$(search) Show "${plain(typed)}"`, value: { query: typed } };
}

/** Words that a service uses and its documentation does not have, among them. */
function statesOf(rosters: Rosters, connectionKey: string, kind: string): readonly string[] {
  const states = new Set<string>();
  for (const { state } of rosters.of(connectionKey, kind).instances) if (state !== undefined) states.add(state);
  return [...states];
}

function problemOf(typed: string, isFinal: boolean): string | undefined {
  // What is only unfinished needs no complaint yet.
  if (!isFinal && (typed.trim() === "" || /(?:^|\s)(?:state|tag|is):\S*$/i.test(typed) || /"[^"]*$/.test(typed)))
    return undefined;
  const parsed = parseFilter(typed);
  return "problem" in parsed ? parsed.problem : undefined;
}

function filterOf(query: string): InstanceFilter {
  const parsed = parseFilter(query);
  // Only what was judged before gets here.
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.filter;
}
