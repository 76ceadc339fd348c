import type { Phase } from "./instance";
import type { PolicyPlace } from "./policy";

/** What to do about a failure, beside the service's own text, which is shown as it is. */
export interface Mitigation {
  /** One or two sentences. */
  readonly summary: string;
  /** A policy document to copy. */
  readonly statement?: StatementToCopy;
  /** Id of the field whose value was refused. */
  readonly field?: string;
}

/** A policy document. It is loaded when somebody copies it: policies are long. */
export interface StatementToCopy {
  readonly title: string;
  load(): Promise<string>;
}

export interface MitigationRule {
  /** All of them must be in the message. */
  readonly words: readonly RegExp[];
  readonly advice: (place: PolicyPlace | undefined) => Mitigation;
}

/**
 * What a kind knows about its service's failures. Nearly none of the services' texts is documented, so messages are matched
 * by their words, and the first rule that fits advises; after them come those that hold for any service.
 */
export interface Mitigations {
  readonly rules: readonly MitigationRule[];
  /** Of what could not be deleted: nothing is to be recreated then. */
  readonly deletingRules?: readonly MitigationRule[];
  /** The advice for a message that no rule knows. */
  readonly otherwise?: string;
}

export function say(summary: string): MitigationRule["advice"] {
  return () => ({ summary });
}

/** Holds for any kind; one with a rule for whatever is not allowed puts this before that. */
export const forbiddenByOrganization: MitigationRule = {
  words: [/service control polic|\bscps?\b|explicit deny/i],
  advice: say("A policy of your organization forbids it. Ask its administrator to allow the actions, then try again."),
};

const throttled: MitigationRule = {
  words: [/throttl|rate exceeded|too many requests/i],
  advice: say("Too many requests at once. Wait a minute, then try again."),
};

/** What the service was at when it failed. */
export type FailedWork = "creating" | "deleting";

export function failedWork(phase: Phase | undefined): FailedWork {
  return phase === "deleteFailed" ? "deleting" : "creating";
}

/** `place` fills in account and region where a policy has them. */
export function mitigationFor(
  { mitigations }: { readonly mitigations: Mitigations },
  errorMessage: string,
  place?: PolicyPlace,
  work: FailedWork = "creating",
): Mitigation {
  const { rules, deletingRules = [], otherwise = "Correct what the message names, then try again." } = mitigations;
  const own = work === "deleting" ? deletingRules : rules;
  const rule = [...own, forbiddenByOrganization, throttled].find(({ words }) =>
    words.every((word) => word.test(errorMessage)),
  );
  const summary = work === "deleting" ? "Correct what the message names, then delete it again." : otherwise;
  return rule?.advice(place) ?? { summary };
}
