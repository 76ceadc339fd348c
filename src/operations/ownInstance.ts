import { isReservedTagKey } from "../instances/draftValidation";
import type { Draft } from "../instances/draft";
import type { Instance } from "../instances/instance";
import type { Kind } from "../instances/kind";
import { isSettled, type OperationRecord } from "./operationRecord";
import { operationWords } from "./operationWords";
import { isRefusal, StoppedError, type Call, type StepContext } from "./step";
import { inexactMs, sentWindow } from "./tokenAge";
import { mayHaveCreated, type UnreadRecord } from "./unreadRecord";

type CallArguments = Parameters<Call<unknown>>;

/** So much older than our request it is nobody's doubt; in between, clocks may be wrong. */
const doubtMs = 5 * 60 * 1000;

type Verdict = { readonly isOurs: false } | { readonly isOurs: true; readonly doubt?: string };

const notOurs: Verdict = { isOurs: false };

/**
 * The instance that our own request must have made: the only one with the draft's values and tags that came into being
 * after the request was sent, that no other operation claims and no other one can have made. Stops when that cannot be told.
 */
export async function findOwn(
  context: StepContext,
  draft: Draft,
  ...[session, options]: CallArguments
): Promise<Instance | undefined> {
  const { kind, record } = context;
  const listed = await kind.findByName(session, draft.values[kind.nameField] ?? "", options);
  // Whoever made one of these has it on disk by now that a request was sent.
  const others = await context.others();
  const unread = context.unread();
  const claimed = claimedBy(others, unread);
  const sibling = doubtAboutSiblings(record, others, unread);
  const candidates: { readonly instance: Instance; readonly doubt?: string }[] = [];
  for (const { id } of listed) {
    const instance = claimed.has(id) ? undefined : await kind.get(session, id, options);
    if (!instance || isGoing(instance) || !hasValues(kind, instance, draft)) continue;
    const byAge = judgeAge(record, instance, session.client.clockOffsetMs);
    const byTags = byAge.isOurs ? await judgeTags(kind, instance, draft, session, options) : notOurs;
    if (!byAge.isOurs || !byTags.isOurs) continue;
    const doubt = byAge.doubt ?? byTags.doubt ?? sibling;
    candidates.push({ instance, ...(doubt === undefined ? {} : { doubt }) });
  }
  const [first] = candidates;
  if (!first || (candidates.length === 1 && first.doubt === undefined)) return first?.instance;
  const ids = candidates.map(({ instance }) => instance.id).join(", ");
  throw new StoppedError(
    "interrupted",
    "OutcomeUnknown",
    first.doubt !== undefined && candidates.length === 1
      ? `Instance ${ids} may be the one that this operation created, but that is not certain: ${first.doubt} Check it, then discard the operation.`
      : `There are ${candidates.length} new instances that this operation may have created: ${ids}. Check them, then discard the operation.`,
  );
}

/**
 * Another machine has a journal of its own, and may have recreated the same instance from another draft: then there is one
 * of its name by now that came after our deletion. From the same draft it sent the same token, and the service gives us the
 * same instance.
 */
export async function expectNobodyRecreated(
  context: StepContext,
  draft: Draft,
  ...[session, options]: CallArguments
): Promise<void> {
  const { kind, record } = context;
  const name = draft.values[kind.nameField];
  const since = record.firstSentAtService;
  if (name === undefined || since === undefined) return;
  const listed = await unlessRefused(kind.findByName(session, name, options));
  const claimed = claimedBy(await context.others(), context.unread());
  for (const { id } of listed ?? []) {
    if (claimed.has(id) || id === record.target?.id) continue;
    const instance = await unlessRefused(kind.get(session, id, options));
    if (!instance || isGoing(instance) || (instance.createdAt ?? -Infinity) < since - inexactMs) continue;
    const byTags = hasValues(kind, instance, draft)
      ? await judgeTags(kind, instance, draft, session, options)
      : notOurs;
    if (byTags.isOurs && byTags.doubt === undefined) continue;
    throw new StoppedError(
      "failed",
      "StateChanged",
      `The failed instance was deleted, and somebody else has created ${id} under its name meanwhile. Nothing was created here; the draft is kept.`,
    );
  }
}

function claimedBy(others: readonly OperationRecord[], unread: readonly UnreadRecord[]): ReadonlySet<string> {
  return new Set([...others, ...unread.map(({ about }) => about)].flatMap((other) => other?.created?.id ?? []));
}

function judgeAge(record: OperationRecord, { createdAt }: Instance, offsetMs: number | undefined): Verdict {
  if (createdAt === undefined) return { isOurs: true, doubt: "the service does not say when it was created." };
  const { earliest, latest } = sentWindow(record, offsetMs);
  if (createdAt < earliest - doubtMs) return notOurs;
  if (createdAt >= latest - inexactMs) return { isOurs: true };
  return { isOurs: true, doubt: "it may have been there before the request was sent." };
}

/** Other tags may have been put on it since, but none of ours taken off: what lacks one was made by somebody else. */
async function judgeTags(
  kind: Kind,
  instance: Instance,
  { tags }: Draft,
  ...[session, options]: CallArguments
): Promise<Verdict> {
  const seen = await unlessRefused(kind.listTags(session, instance, options));
  if (!seen) return { isOurs: true, doubt: "its tags could not be read." };
  if (Object.entries(tags).some(([key, value]) => seen[key] !== value)) return notOurs;
  const more = Object.keys(seen).filter((key) => !isReservedTagKey(key) && !Object.hasOwn(tags, key));
  return more.length === 0 ? { isOurs: true } : { isOurs: true, doubt: "it has tags that were not asked for." };
}

/** Undefined when this user may not ask. */
export async function unlessRefused<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** Another create of the same values and tags that may have been carried out, and does not know what it made. */
function isSibling(record: OperationRecord, other: OperationRecord): boolean {
  if (other.created || other.sentAt === undefined || !record.draft) return false;
  const mayHaveSent = other.step === record.step && (other.type === "create" || other.type === "recreate");
  // One that was discarded while its outcome was unknown may have made what came after our own request.
  const isInDoubt = !isSettled(other) || (other.status === "discarded" && other.updatedAt >= record.createdAt);
  return (
    mayHaveSent &&
    isInDoubt &&
    other.accountId === record.accountId &&
    other.kind === record.kind &&
    regionOf(other) === regionOf(record) &&
    // What is discarded keeps no more than its label, with few exceptions.
    (other.draft
      ? isSame(other.draft.values, record.draft.values) && isSame(other.draft.tags, record.draft.tags)
      : other.label === record.label)
  );
}

function doubtAboutSiblings(
  record: OperationRecord,
  others: readonly OperationRecord[],
  unread: readonly UnreadRecord[],
): string | undefined {
  const sibling = others.find((other) => isSibling(record, other));
  if (sibling) return doubtAbout(sibling);
  const unknown = unread.find((entry) => mayHaveCreated(entry, record));
  if (!unknown) return undefined;
  return `another operation whose record cannot be read may have created it (${unknown.about?.label ?? unknown.id}: ${unknown.message}).`;
}

function doubtAbout(sibling: OperationRecord): string {
  const started = new Date(sibling.createdAt).toISOString();
  return `another operation that asked for the same may have created it (${operationWords[sibling.type].verb} ${sibling.label}, started ${started}).`;
}

function regionOf({ place, connection }: OperationRecord): string {
  return place?.region ?? connection.region;
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function isGoing({ phase }: Instance): boolean {
  return phase === "deleting" || phase === "deleted";
}

function hasValues(kind: Kind, instance: Instance, draft: Draft): boolean {
  const { values } = kind.capture(instance, {});
  // The service may choose for itself what the draft leaves to it and nobody can change later: a domain, a key.
  return kind.fields.every(
    ({ id, editable }) => values[id] === draft.values[id] || (!editable && draft.values[id] === undefined),
  );
}
