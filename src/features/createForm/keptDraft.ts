import * as z from "zod/mini";
import { formDraft } from "../../ui/page/protocol";

/** A draft that nothing was made of yet, and where it was to become something: it is never continued elsewhere by itself. */
export const keptDraft = z.object({
  draft: formDraft,
  connection: z.optional(z.object({ source: z.enum(["profile", "sandbox"]), profile: z.string(), region: z.string() })),
});
export type KeptDraft = z.output<typeof keptDraft>;
