import * as z from "zod/mini";
import type { OperationRecord } from "./operationRecord";

/** What can be read of it, or undefined. `z.catch` would do the same, and bring a tenth of zod with it. */
const ifReadable = <T>(schema: z.ZodMiniType<T>) =>
  z.optional(
    z.pipe(
      z.unknown(),
      z.transform((value) => schema.safeParse(value).data),
    ),
  );

const region = ifReadable(z.object({ region: ifReadable(z.string()) }));

const text = ifReadable(z.string());
const instance = ifReadable(z.object({ id: z.string() }));

const hint = z.object({
  type: text,
  kind: text,
  label: text,
  accountId: text,
  connection: region,
  place: region,
  target: instance,
  created: instance,
});

/** As much as can be told about a record that cannot be read: what it is about. */
export type Hint = z.output<typeof hint>;

export function hintOf(value: unknown): Hint {
  const parsed = hint.safeParse(value);
  return parsed.success ? parsed.data : {};
}

/** An entry of the journal that this window cannot read. Whatever it says about its state, it counts as unsettled. */
export interface UnreadRecord {
  readonly id: string;
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
  return about.target?.id === target.id && isInSamePlace(about, { accountId, connection, place });
}

const typesWithoutCreate: readonly (string | undefined)[] = [
  "delete",
  "edit",
  "tags",
] satisfies OperationRecord["type"][];

/** Whether it may have created an instance like the one that an operation asked for. What it does not tell may be so. */
export function mayHaveCreated({ about }: UnreadRecord, record: OperationRecord): boolean {
  if (!about) return true;
  const { type, kind = record.kind, created } = about;
  return !created && !typesWithoutCreate.includes(type) && kind === record.kind && isInSamePlace(about, record);
}

function isInSamePlace(about: Hint, record: Pick<OperationRecord, "accountId" | "connection" | "place">): boolean {
  const region = record.place?.region ?? record.connection.region;
  return (
    (about.accountId ?? record.accountId) === record.accountId &&
    (about.place?.region ?? about.connection?.region ?? region) === region
  );
}
