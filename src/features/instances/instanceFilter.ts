import type { Instance } from "../../instances/instance";
import type { Kind, Wanted } from "../../instances/kind";
import type { OperationRecord } from "../../operations/operationRecord";
import { isFailed } from "../../ui/instance/roster";
import { nameText } from "../../ui/text/instanceText";

/** What is looked for: everything that it names must hold. */
export interface InstanceFilter {
  /** As it can be typed again. */
  readonly query: string;
  /** A part of the name or of the id. */
  readonly text: string;
  /** One of these, in the service's words. */
  readonly states: readonly string[];
  /** Failed, delete failed, refused or interrupted. */
  readonly needsAttention: boolean;
  readonly tags: readonly TagWanted[];
}

export interface TagWanted {
  readonly key: string;
  /** Absent: any value. */
  readonly value?: string;
}

export type Tags = Readonly<Record<string, string>>;

export const attentionQuery = "is:attention";
const maxQueryLength = 300;

/** The filter that was typed, or why it is none. */
export function parseFilter(query: string): { readonly filter: InstanceFilter } | { readonly problem: string } {
  const typed = query.trim();
  if (typed === "") return { problem: "Type a part of a name or an ID, state:Active, or tag:key=value." };
  if (typed.length > maxQueryLength) return { problem: `Shorten the filter to ${maxQueryLength} characters.` };
  if ((typed.match(/"/g)?.length ?? 0) % 2 === 1) return { problem: 'Close the quotation mark: "' };
  const states: string[] = [];
  const tags: TagWanted[] = [];
  let needsAttention = false;
  let problem: string | undefined;
  const rest = typed.replace(/(?<!\S)(state|tag|is):((?:"[^"]*"|[^\s"])*)/gi, (_, word: string, given: string) => {
    const value = given.replaceAll('"', "").trim();
    switch (word.toLowerCase()) {
      case "state":
        if (value === "") problem = "Name a state after state:, for example state:Active.";
        else states.push(value);
        break;
      case "tag": {
        const tag = tagOf(value);
        if (tag) tags.push(tag);
        else problem = "Name a tag after tag:, for example tag:team or tag:team=logistics.";
        break;
      }
      default:
        if (value.toLowerCase() === "attention") needsAttention = true;
        else problem = `There is only ${attentionQuery}.`;
    }
    return " ";
  });
  if (problem !== undefined) return { problem };
  const text = rest.replaceAll('"', "").replace(/\s+/g, " ").trim();
  return { filter: { query: typed, text, states, needsAttention, tags } };
}

function tagOf(text: string): TagWanted | undefined {
  const [, key = "", value] = /^([^=]+)(?:=(.*))?$/.exec(text) ?? [];
  return key === "" ? undefined : { key, ...(value !== undefined && { value }) };
}

/** What a person reads as the filter's name. */
export function filterLabel({ query }: InstanceFilter): string {
  return query === attentionQuery ? "Needs attention" : nameText(query);
}

/** All but the tags, which no service lists. */
export function matchesListed(filter: InstanceFilter, instance: Instance): boolean {
  if (filter.needsAttention && !isFailed(instance)) return false;
  if (filter.states.length > 0 && !filter.states.some((state) => isSame(state, instance.state ?? ""))) return false;
  return contains(instance.name ?? "", filter.text) || contains(instance.id, filter.text);
}

export function matchesTags({ tags: wanted }: InstanceFilter, tags: Tags | undefined): boolean {
  return wanted.every(({ key, value }) => {
    const found = tags && Object.hasOwn(tags, key) ? tags[key] : undefined;
    return found !== undefined && (value === undefined || value === found);
  });
}

/** A create without an instance has a name, its draft's tags and no state. */
export function matchesPending(filter: InstanceFilter, record: OperationRecord): boolean {
  if (filter.needsAttention && !needsAttention(record)) return false;
  if (filter.states.length > 0) return false;
  return contains(record.label, filter.text) && matchesTags(filter, record.draft?.tags);
}

/** Of our own creates: refused, or interrupted. */
export function needsAttention({ status }: Pick<OperationRecord, "status">): boolean {
  return status === "failed" || status === "interrupted";
}

/** What the service of a kind can be asked for, so that not everything has to be read; undefined when none can match. */
export function wantedFrom(filter: InstanceFilter, kind: Kind): Pick<Wanted, "states"> | undefined {
  const documented = Object.entries(kind.states);
  let states: readonly string[] | undefined;
  if (filter.states.length > 0) {
    if (documented.length === 0) return undefined;
    const asked = filter.states.map((wanted) => documented.find(([state]) => isSame(state, wanted))?.[0]);
    // A word that the documentation does not have may be in use all the same, and the service would refuse it.
    states = asked.every((state) => state !== undefined) ? asked : undefined;
  }
  if (!filter.needsAttention) return states ? { states } : {};
  const failed = documented.flatMap(([state, phase]) => (isFailed({ phase }) ? [state] : []));
  const both = states ? failed.filter((state) => states.includes(state)) : failed;
  return both.length === 0 ? undefined : { states: both };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function contains(text: string, part: string): boolean {
  return part === "" || text.toLowerCase().includes(part.toLowerCase());
}
