import type { Scenario } from "../scenarios";
import type { Trial } from "../trial";

/** Something that goes wrong in the world, and how it must end. */
export interface Fault {
  readonly name: string;
  /** One line: what it does. */
  readonly about: string;
  /** Rows of the issue whose holes it finds. */
  readonly rows: readonly number[];
  /** How often it is chosen, beside the others' 1. */
  readonly weight?: number;
  /** Where it makes sense; absent: everywhere. */
  fits?(scenario: Scenario): boolean;
  /** Carries out one run and throws when its end is wrong. */
  play(trial: Trial): Promise<void>;
}

export function creates({ type }: Scenario): boolean {
  return type === "create" || type === "recreate";
}

export function succeeds({ profile }: Scenario): boolean {
  return profile === "sandbox";
}
