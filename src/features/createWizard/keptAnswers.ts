import * as z from "zod/mini";
import { connectionKey, type Connection } from "../../instances/connection";
import { connectionSchema } from "../../instances/connectionSchema";

/** What was answered before the wizard was left, where it was to be created, and what would have been asked next. */
const keptAnswers = z.object({
  draft: z.object({
    kind: z.string(),
    values: z.record(z.string(), z.string()),
    tags: z.record(z.string(), z.string()),
  }),
  /** By field id: what stood in its input, where that is no answer. */
  typed: z.optional(z.record(z.string(), z.string())),
  newTag: z.optional(z.object({ key: z.string(), value: z.string() })),
  leftOut: z.optional(z.record(z.string(), z.string())),
  connection: connectionSchema,
  /** Id of a step. */
  next: z.string(),
});
export type KeptAnswers = z.output<typeof keptAnswers>;

/** The part of `vscode.Memento` that it is kept in. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** One for each kind. What cannot be read, or belongs to a connection that is gone, is as if there were none. */
export class AnswerMemory {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  get(kind: string, connections: readonly Connection[]): KeptAnswers | undefined {
    const parsed = keptAnswers.safeParse(this.#memory.get(keyOf(kind)));
    if (!parsed.success) return undefined;
    const wanted = connectionKey(parsed.data.connection);
    return connections.some((connection) => connectionKey(connection) === wanted) ? parsed.data : undefined;
  }

  set(answers: KeptAnswers): void {
    const { kind } = answers.draft;
    if (hasContent(answers)) void this.#memory.update(keyOf(kind), answers);
    else this.forget(kind);
  }

  forget(kind: string): void {
    if (this.#memory.get(keyOf(kind)) !== undefined) void this.#memory.update(keyOf(kind), undefined);
  }
}

function keyOf(kind: string): string {
  return `unsentAnswers.${kind}`;
}

function hasContent({ draft: { values, tags }, typed = {}, newTag }: KeptAnswers): boolean {
  const isTyped = [...Object.values(typed), newTag?.key ?? ""].some((text) => text !== "");
  return isTyped || Object.keys(values).length > 0 || Object.keys(tags).length > 0;
}
