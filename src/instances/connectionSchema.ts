import * as z from "zod/mini";

/** A connection as it is kept, in journals, memories and the arguments of commands. */
export const connectionSchema = z.object({
  source: z.enum(["profile", "sandbox"]),
  profile: z.string(),
  region: z.string(),
});
