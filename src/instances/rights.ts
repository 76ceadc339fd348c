import { policyJson, type PolicyStatement } from "./policy";

/** A document that says which actions are needed. */
export interface RightSource {
  /** One word, for the `Sid` of a statement. */
  readonly id: string;
  /** Where room is short. */
  readonly name: string;
  readonly title: string;
}

/** Something that somebody must be allowed to do, and who says so. */
export interface Right {
  /** As a policy names it. Some documents have a wildcard: `chime:*`. */
  readonly action: string;
  readonly sources: readonly RightSource[];
  /** ARN pattern, as documented; `*` where none is. */
  readonly resource: string;
  /** One that the pattern is for: what a simulation is asked about. */
  readonly exampleResource?: string;
  /** What stands for a wildcard in a simulation, which takes none. */
  readonly examples?: readonly string[];
  /** Needed only by a draft with tags. */
  readonly onlyWithTags?: true;
  /** Its documentation names conditions on the tags of a request, and these are not confidential: a simulation is told them. */
  readonly seesTags?: true;
  /** The key of the draft is the resource, where there is one. */
  readonly isOnKey?: true;
}

/** Several of the same documents and the same resource. */
export function rights(
  sources: readonly RightSource[],
  actions: readonly string[],
  more: Partial<Omit<Right, "action" | "sources">> = {},
): readonly Right[] {
  return actions.map((action) => ({ action, sources, resource: "*", ...more }));
}

/** The actions that a simulation is asked about in place of the right. */
export function askedActions({ action, examples }: Right): readonly string[] {
  return examples ?? [action];
}

/** A policy that allows exactly these; each statement's `Sid` says which documents ask for it. */
export function policyOf(wanted: readonly Right[]): string {
  return policyJson(statementsOf(wanted));
}

export function statementsOf(wanted: readonly Right[]): readonly PolicyStatement[] {
  const groups = new Map<string, Right[]>();
  for (const right of wanted) {
    const key = JSON.stringify([right.sources.map(({ id }) => id), right.resource]);
    groups.set(key, [...(groups.get(key) ?? []), right]);
  }
  const used = new Map<string, number>();
  return [...groups.values()].flatMap(([first, ...others]): PolicyStatement[] => {
    if (!first) return [];
    const name = first.sources.map(({ id }) => id).join("And");
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    const Action = [...new Set([first, ...others].map(({ action }) => action))];
    return [{ Sid: count === 1 ? name : `${name}${count}`, Effect: "Allow", Action, Resource: first.resource }];
  });
}
