import * as z from "zod/mini";
import { connectionSchema } from "../../instances/connectionSchema";
import { formDraft } from "../../ui/page/protocol/form";

/** A draft that nothing was made of yet, and where it was to become something: it is never continued elsewhere by itself. */
export const keptDraft = z.object({
  draft: formDraft,
  connection: z.optional(connectionSchema),
});
export type KeptDraft = z.output<typeof keptDraft>;
