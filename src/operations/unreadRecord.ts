import * as z from "zod";
import type { OperationRecord } from "./operation";

const region = z
  .object({ region: z.string().optional().catch(undefined) })
  .optional()
  .catch(undefined);

const hint = z.object({
  accountId: z.string().optional().catch(undefined),
  connection: region,
  place: region,
  target: z.object({ id: z.string() }).optional().catch(undefined),
});

/** As much as can be told about a record that cannot be read: which instance it is about. */
export type Hint = z.output<typeof hint>;

export function hintOf(value: unknown): Hint {
  const parsed = hint.safeParse(value);
  return parsed.success ? parsed.data : {};
}

/** An entry of the journal that this window cannot read. Whatever it says about its state, it counts as unsettled. */
export interface UnreadRecord {
  /** Why. */
  readonly message: string;
  /** Undefined when the disk did not give it out: it may be about anything. */
  readonly about: Hint | undefined;
}

/**
 * Whether an operation on an instance has to wait for it. Where it names an instance, that decides. Where it names none, it is
 * a create, or from a version whose records are unlike ours: whoever works on that holds the instance's lock, and keeping all
 * other instances from being worked on until it is gone would help nobody.
 */
export function isInTheWay(
  { about }: UnreadRecord,
  { accountId, connection, place, target }: OperationRecord,
): boolean {
  if (!target) return false;
  if (!about) return true;
  const region = place?.region ?? connection.region;
  return (
    about.target?.id === target.id &&
    (about.accountId ?? accountId) === accountId &&
    (about.place?.region ?? about.connection?.region ?? region) === region
  );
}
