import * as z from "zod/mini";
import { connectionKey, isSameConnection } from "../../instances/connection";
import { connectionSchema } from "../../instances/connectionSchema";
import { isWhole, ownerOf, type InstanceStore } from "../../instances/store";
import type { Operations } from "../../operations/operations";
import type { FormRequest } from "../../ui/openers";
import { formDraft, type FormDraft } from "../../ui/page/protocol/form";
import { replacedId, requestedConnection } from "./model";

/** A draft that nothing was made of yet, and where it was to become something: it is never continued elsewhere by itself. */
const keptDraft = z.object({
  draft: formDraft,
  connection: z.optional(connectionSchema),
  /** Whose account it was for: see `ownerOf`. */
  owner: z.optional(z.string()),
});
export type KeptDraft = z.output<typeof keptDraft>;

/** The same for what failed: `id` is the instance's, or the operation's. */
const keptReplacement = z.object({
  id: z.string(),
  draft: formDraft,
  connection: connectionSchema,
  owner: z.optional(z.string()),
});
export type KeptReplacement = z.output<typeof keptReplacement>;

/** The part of `vscode.Memento` that they are kept in. */
interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const createKey = "unsentDraft";
const replacementsKey = "unsentReplacements";
/** What was left that long ago is nobody's work any more. */
const maxReplacements = 20;

/** Drafts of forms that were closed, or whose window was: one of something new, and one for each thing that is replaced. */
export class KeptDrafts {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Of something new. */
  get begun(): KeptDraft | undefined {
    const parsed = keptDraft.safeParse(this.#memory.get(createKey));
    return parsed.success ? parsed.data : undefined;
  }

  /** Of the very thing that the request replaces. */
  replacing(request: FormRequest): FormDraft | undefined {
    return this.#replacements.find((kept) => isAbout(kept, request))?.draft;
  }

  /** Undefined: there is none any more. */
  keep(request: FormRequest, kept: KeptDraft | undefined): void {
    const id = replacedId(request);
    const connection = requestedConnection(request);
    if (id === undefined || !connection) {
      void this.#memory.update(createKey, kept);
      return;
    }
    const replacements = this.#replacements;
    const others = replacements.filter((other) => !isAbout(other, request));
    // It stays that of the account where it failed, wherever the profile leads by now.
    const owner = replacements.find((other) => isAbout(other, request))?.owner ?? kept?.owner;
    this.#write(kept ? [{ id, connection, draft: kept.draft, owner }, ...others].slice(0, maxReplacements) : others);
  }

  forget(isGone: (kept: KeptReplacement) => boolean): void {
    const left = this.#replacements.filter((kept) => !isGone(kept));
    if (left.length < this.#replacements.length) this.#write(left);
  }

  /** Newest first. */
  get #replacements(): readonly KeptReplacement[] {
    const kept = this.#memory.get(replacementsKey);
    if (kept === undefined) return [];
    const parsed = z.array(keptReplacement).safeParse(kept);
    return parsed.success ? parsed.data : [];
  }

  #write(replacements: readonly KeptReplacement[]): void {
    void this.#memory.update(replacementsKey, replacements.length === 0 ? undefined : replacements);
  }
}

/** There is nothing to replace any more: the instance is not among all that its account has, or the operation was discarded. */
export function isGone(
  {
    store,
    operations,
  }: {
    readonly store: Pick<InstanceStore, "connectionState" | "listing">;
    readonly operations: Pick<Operations, "get">;
  },
  { id, connection, draft: { kind }, owner }: KeptReplacement,
): boolean {
  const operation = operations.get(id);
  if (operation) return operation.status === "discarded";
  const state = store.connectionState(connectionKey(connection));
  if (state?.status !== "connected" || ownerOf(state) !== owner) return false;
  const listing = store.listing(connectionKey(connection), kind);
  return isWhole(listing) && !listing.instances.some((instance) => instance.id === id);
}

function isAbout({ id, connection }: KeptReplacement, request: FormRequest): boolean {
  const wanted = requestedConnection(request);
  return id === replacedId(request) && wanted !== undefined && isSameConnection(connection, wanted);
}
