import { capitalized } from "../../core/capitalized";
import { messageOf } from "../../core/errors";
import { escapedJson } from "../../core/escapedJson";
import { connectionKey, connectionLabel, type Connection } from "../../instances/connection";
import { isInProgress, isUnfinished, type Instance, type Phase } from "../../instances/instance";
import type { Kind } from "../../instances/kind";
import { failedWork, mitigationFor, type Mitigation } from "../../instances/mitigation";
import { visibleLines, visibleText } from "../../ui/text/displayText";
import { unsetText } from "../../ui/text/draftText";
import { instanceText } from "../../ui/text/instanceText";
import { abilitiesOf, type Ability } from "../../ui/instance/abilities";
import { nextModel } from "../../ui/page/nextSteps";
import { pageSubtitle } from "../../ui/page/subtitle";
import { waysOut } from "../../ui/page/pageActions";
import type { DetailsModel } from "../../ui/page/protocol/details";
import type { Button, DetailsRow, ExplanationModel, TimelineModel, Tone } from "../../ui/page/protocol/pieces";

/** Tags as the service has them; they are read apart from the instance. */
export type TagsRead =
  | { readonly status: "loading" }
  | { readonly status: "ready"; readonly tags: Readonly<Record<string, string>> }
  | { readonly status: "error"; readonly error: unknown };

export interface DetailsSource {
  readonly connection: Connection;
  readonly isPinned: boolean;
  readonly accountId: string | undefined;
  /** Reached through a custom endpoint on this machine: the AWS console knows nothing of it. */
  readonly isLoopback: boolean;
  readonly kind: Kind;
  readonly id: string;
  /** The last that is known of it; it stays to be read when the instance is gone. */
  readonly instance: Instance | undefined;
  /** When it was found to be gone. */
  readonly goneAt?: number | undefined;
  /** One of our operations is at work on it. */
  readonly isBusy: boolean;
  /** Why it could not be read. */
  readonly error: unknown;
  /** What was found out about its failure. */
  readonly explanation?: ExplanationModel;
  readonly tags: TagsRead;
  readonly seen: readonly { readonly state: string; readonly at: number }[];
  /** How long creates of this kind took before. */
  readonly usual?: TimelineModel["usual"];
}

export function toDetails(source: DetailsSource): {
  readonly model: DetailsModel;
  readonly mitigation: Mitigation | undefined;
} {
  const { connection, accountId, kind, id, instance, goneAt, seen } = source;
  const mitigation =
    instance?.errorMessage === undefined
      ? undefined
      : mitigationFor(
          kind,
          instance.errorMessage,
          accountId === undefined ? undefined : { accountId, region: connection.region },
          failedWork(instance.phase),
        );
  const isGone = goneAt !== undefined;
  const since = instance && !isGone && isInProgress(instance.phase) ? seen.at(-1)?.at : undefined;
  const notice = noticeOf(source);
  const timeline = timelineOf(source);
  const next = isGone ? undefined : nextModel(kind, instance);
  const model: DetailsModel = {
    type: "details",
    subject: { version: 1, connection: connectionKey(connection), kind: kind.id, id, isPinned: source.isPinned },
    title: instance ? instanceText(instance) : visibleText(id),
    subtitle: pageSubtitle(kind, connection, accountId),
    state: stateOf(source),
    ...(since !== undefined && { since }),
    ...(notice && { notice }),
    ...(instance?.errorMessage !== undefined &&
      mitigation && {
        failure: {
          title: visibleText(instance.state ?? "Failed"),
          error: visibleLines(instance.errorMessage),
          advice: mitigation.summary,
          ...(mitigation.statement && { statement: mitigation.statement.title }),
          ...(instance.phase === "createFailed" && source.explanation && { explanation: source.explanation }),
        },
      }),
    rows: instance ? rowsOf(kind, instance) : [],
    tags: tagsOf(source.tags),
    ...(timeline && { timeline }),
    ...(next && { next }),
    buttons: buttonsOf(source),
    raw: instance ? escapedJson(JSON.stringify(instance.raw, undefined, 2)) : "",
  };
  return { model, mitigation };
}

const tones: Readonly<Record<Phase, Tone>> = {
  creating: "progress",
  deleting: "progress",
  ready: "success",
  present: "success",
  createFailed: "error",
  deleteFailed: "error",
  deleted: "neutral",
  unknown: "neutral",
};

function stateOf({ instance, goneAt, error }: DetailsSource): DetailsModel["state"] {
  if (goneAt !== undefined) return { text: "Gone", tone: "neutral" };
  if (instance) return { text: visibleText(instance.state ?? "Present"), tone: tones[instance.phase] };
  return error === undefined ? { text: "Loading", tone: "progress" } : { text: "Unknown", tone: "neutral" };
}

function noticeOf({
  instance,
  goneAt,
  isLoopback,
  error,
  connection,
  kind,
  id,
  seen,
}: DetailsSource): DetailsModel["notice"] {
  if (goneAt !== undefined) {
    const text = instance
      ? "This instance no longer exists. Below is what was last seen of it."
      : `There is no such instance in ${visibleText(connectionLabel(connection))}.`;
    const remains = instance && kind.remains?.({ id, isUnfinished: wasUnfinished(instance, kind, seen) }, connection);
    return {
      text: remains ? `${text} ${visibleText(remains.text)}` : text,
      tone: "neutral",
      buttons: [
        ...(remains && !isLoopback ? [{ action: "openRemains" as const, label: remains.urlTitle }] : []),
        ...waysOut(undefined),
      ],
    };
  }
  if (error === undefined) return undefined;
  const text = `Could not read the instance: ${visibleLines(messageOf(error))}`;
  return { text, tone: "error", buttons: waysOut(error) };
}

/** The last that was seen of it may be that it is being deleted: what came to no good end before was never active. */
function wasUnfinished({ phase }: Instance, { states }: Kind, seen: DetailsSource["seen"]): boolean {
  return isUnfinished(phase) || seen.some(({ state }) => states[state] === "createFailed");
}

/** Every field by its API name, also the empty ones; then what else the service says. */
function rowsOf(kind: Kind, instance: Instance): DetailsRow[] {
  const fields = kind.fields.map((field) => ({
    name: field.apiName,
    label: field.label,
    value: visibleLines(instance.values[field.id] ?? unsetText(field) ?? ""),
  }));
  const shown = new Set([...fields.map(({ name }) => name), "tags", "errorMessage"]);
  const raw = typeof instance.raw === "object" && instance.raw !== null ? Object.entries(instance.raw) : [];
  const others = raw
    .filter(([name, value]) => !shown.has(name) && value !== undefined)
    .map(([name, value]) => otherRow(name, value, instance));
  const isShown = others.some(({ value }) => value === visibleLines(instance.arn));
  return [...fields, ...others, ...(isShown ? [] : [{ name: "ARN", label: "", value: visibleText(instance.arn) }])];
}

/** Times are milliseconds in the parsed reply; which members are times, the instance's own times tell. */
function otherRow(name: string, value: unknown, { createdAt, changedAt }: Instance): DetailsRow {
  const row = { name: visibleText(name), label: labelOf(name) };
  if (typeof value === "number" && (value === createdAt || value === changedAt))
    return { ...row, value: "", at: value };
  return { ...row, value: visibleLines(typeof value === "string" ? value : JSON.stringify(value)) };
}

/** "webAppDnsDomain" or "CreatedTimestamp" in words: "Web app dns domain", "Created timestamp". */
function labelOf(name: string): string {
  const words = visibleText(name)
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ")
    .toLowerCase();
  return capitalized(words).replace(/\b(aws|id|arn|url|kms|dns)\b/gi, (word) => word.toUpperCase());
}

/** Clocks differ by this much without anybody having looked away. */
const unseenMs = 30_000;

/** From its creation to now, or to its end: the states that this window saw, and where nobody looked. */
function timelineOf({ instance, goneAt, seen, usual }: DetailsSource): TimelineModel | undefined {
  const last = seen.at(-1);
  if (!instance || !last) return undefined;
  const end = instance.phase === "deleted" ? undefined : goneAt;
  const isLasting = goneAt === undefined && !isInProgress(instance.phase);
  const change = isLasting ? changeInto(instance, seen) : undefined;
  const times = [...seen.slice(0, -1), { ...last, at: change ?? last.at }];
  const [first = last] = times;
  const isUnseen = instance.createdAt !== undefined && first.at - instance.createdAt > unseenMs;
  const segments: TimelineModel["segments"] = isUnseen
    ? [{ text: "Not seen", tone: "neutral", from: instance.createdAt, to: first.at, isUnseen }]
    : [];
  for (const [index, { state, at }] of times.entries()) {
    const to = times[index + 1]?.at ?? end;
    const isPresent = to === undefined && goneAt === undefined;
    segments.push({
      text: visibleText(state),
      tone: isPresent ? tones[instance.phase] : toneOfState(state),
      from: at,
      ...(to !== undefined && { to }),
      ...(to === undefined && !isInProgress(instance.phase) && { isLasting: true }),
      ...(isPresent && isLasting && change === undefined && index === 0 && { isFirstSeen: true }),
    });
  }
  const isCreating = instance.phase === "creating" && !isUnseen;
  return { segments, ...(isCreating && usual && { usual }) };
}

/**
 * When the service changed it last, for that is how it came into its present state: undefined when that was before another
 * state was seen, or after this one was, when it is an edit.
 */
function changeInto({ changedAt }: Instance, seen: DetailsSource["seen"]): number | undefined {
  const [before, present] = [seen.at(-2), seen.at(-1)];
  if (changedAt === undefined || !present || changedAt < (before?.at ?? 0)) return undefined;
  return changedAt - present.at <= unseenMs ? changedAt : undefined;
}

/** A state that is over is known by its name only. */
function toneOfState(state: string): Tone {
  if (/fail/i.test(state)) return "error";
  return /ing$/i.test(state) ? "progress" : "success";
}

function tagsOf(tags: TagsRead): DetailsModel["tags"] {
  switch (tags.status) {
    case "loading":
      return { status: "loading", items: [] };
    case "ready":
      return {
        status: "ready",
        items: Object.entries(tags.tags).map(([key, value]) => ({ key: visibleText(key), value: visibleLines(value) })),
      };
    case "error":
      return { status: "error", items: [], text: `Could not read the tags: ${visibleLines(messageOf(tags.error))}` };
  }
}

function buttonsOf({ instance, goneAt, isBusy, kind, isLoopback, isPinned }: DetailsSource): Button[] {
  if (!instance || goneAt !== undefined) return [];
  const abilities = abilitiesOf({ instance, kind, phase: instance.phase, isBusy, isLoopback });
  const buttons: Button[] = [
    { action: "recreate", label: "Recreate…" },
    { action: "openWebApp", label: "Open Web App" },
    { action: "edit", label: "Edit…" },
    { action: "editTags", label: "Edit Tags…" },
    { action: "delete", label: "Delete…" },
    { action: "openInConsole", label: "Open in AWS Console" },
  ];
  return [
    ...buttons.filter(({ action }) => abilities.has(action as Ability)),
    ...(instance.id === instance.arn ? [] : [{ action: "copyId", label: "Copy ID" } as const]),
    { action: "copyArn", label: "Copy ARN" },
    { action: "showInTree", label: "Show in Instances" },
    ...(isPinned ? [] : [{ action: "pin", label: "Keep This Page Open" } as const]),
  ];
}
