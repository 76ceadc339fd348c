import type { Phase } from "./instance";
import type { Right } from "./rights";

/** What must be there, and be allowed, before an instance can be. Kept apart from its kind: it is long, and seldom asked for. */
export interface Needs {
  readonly rights: {
    readonly reading: readonly Right[];
    readonly creating: readonly Right[];
    /** Editing and tags. */
    readonly changing: readonly Right[];
    readonly deleting: readonly Right[];
  };
  readonly quota: {
    readonly max: number;
    /** In which phases an instance counts. */
    readonly counts: readonly Phase[];
    /** What of it counts, in words: "active or initializing". */
    readonly countedWords: string;
    readonly canBeRaised: boolean;
  };
  /** IAM Identity Center must be enabled in the region of the instance. */
  readonly needsIdentityCenter: boolean;
  /** Documents that are quoted with other words than here, for docs/permissions.md. */
  readonly notes: readonly string[];
}

/** Everything that is done with instances of a kind here, each action once. */
export function everyRight({ rights }: Needs): readonly Right[] {
  const all = [rights.creating, rights.reading, rights.changing, rights.deleting].flat();
  return [...new Map([...all].reverse().map((right) => [right.action, right])).values()].reverse();
}
