import type { OperationRecord } from "../../operations/operationRecord";

/** What menus and the walkthrough ask of the journal: true, by its context key, when some operation makes it so. */
const facts = {
  hasInterrupted: ({ status }) => status === "interrupted",
  hasCreated: ({ type, status }) => type === "create" && status === "succeeded",
  // A refused one left nothing that could be recreated.
  hasCreateFailed: ({ type, status, created }) => type === "create" && status === "failed" && created !== undefined,
  hasRecreated: ({ type, status }) => type === "recreate" && status === "succeeded",
} satisfies Record<string, (record: OperationRecord) => boolean>;

export type JournalFact = keyof typeof facts;

export function journalFacts(records: readonly OperationRecord[]): readonly (readonly [JournalFact, boolean])[] {
  const keys = Object.keys(facts) as readonly JournalFact[];
  return keys.map((key) => [key, records.some(facts[key])]);
}
