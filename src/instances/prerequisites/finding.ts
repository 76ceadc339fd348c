import type { JudgedAction } from "./simulation";

/** `unknown`: nobody can know it from here; `unchecked`: it could be known, but was not found out. */
export type Mark = "pass" | "warning" | "error" | "unknown" | "unchecked";

export type CheckId = "caller" | "rights" | "identityCenter" | "quota" | "domain" | "key" | "region";

/** What one check came to. Texts may quote a service. */
export interface Finding {
  readonly id: CheckId;
  readonly mark: Mark;
  /** One sentence. */
  readonly text: string;
  /** What to do about it. */
  readonly wayOut?: string;
  /** Of the rights: every action that was asked about, those that are not allowed first. */
  readonly actions?: readonly CheckedAction[];
  /** A policy that has what is missing, and where it belongs. */
  readonly offer?: Offer;
}

export interface CheckedAction extends JudgedAction {
  /** The documents that ask for it: "CloudFormation". */
  readonly sources: readonly string[];
}

export interface Offer {
  /** "missing policy", "7 statements for the key policy": what a button copies. */
  readonly title: string;
  readonly json: string;
  /** Where it has to be put. */
  readonly attachTo: string;
  /** Each action, and the documents that ask for it. */
  readonly reasons: readonly { readonly action: string; readonly sources: readonly string[] }[];
}

/** It may fail, or may not have been found out. */
export function needsAttention({ mark }: Finding): boolean {
  return mark === "error" || mark === "warning" || mark === "unchecked";
}
