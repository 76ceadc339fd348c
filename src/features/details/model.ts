import { messageOf } from "../../core/errors";
import { escapedJson } from "../../core/escapedJson";
import { connectionLabel, type Connection } from "../../instances/connection";
import { isInProgress, type Instance, type Phase } from "../../instances/instance";
import type { Kind } from "../../instances/kind";
import { mitigationFor, type Mitigation } from "../../instances/mitigation";
import { visibleLines, visibleText } from "../../ui/text/displayText";
import { instanceText } from "../../ui/text/instanceText";
import { waysOut } from "../../ui/page/pageActions";
import type { Button, DetailsModel, DetailsRow, Tone } from "../../ui/page/protocol";

/** Tags as the service has them; they are read apart from the instance. */
export type TagsRead =
  | { readonly status: "loading" }
  | { readonly status: "ready"; readonly tags: Readonly<Record<string, string>> }
  | { readonly status: "error"; readonly error: unknown };

export interface DetailsSource {
  readonly connection: Connection;
  readonly accountId: string | undefined;
  /** Reached through a custom endpoint on this machine: the AWS console knows nothing of it. */
  readonly isLoopback: boolean;
  readonly kind: Kind;
  readonly id: string;
  /** The last that is known of it; it stays to be read when the instance is gone. */
  readonly instance: Instance | undefined;
  readonly isGone: boolean;
  /** Why it could not be read. */
  readonly error: unknown;
  readonly tags: TagsRead;
  readonly seen: readonly { readonly state: string; readonly at: number }[];
}

export function toDetails(source: DetailsSource): {
  readonly model: DetailsModel;
  readonly mitigation: Mitigation | undefined;
} {
  const { connection, accountId, kind, id, instance, isGone, seen } = source;
  const mitigation =
    instance?.errorMessage === undefined
      ? undefined
      : mitigationFor(
          kind,
          instance.errorMessage,
          accountId === undefined ? undefined : { accountId, region: connection.region },
        );
  const since = instance && !isGone && isInProgress(instance.phase) ? seen.at(-1)?.at : undefined;
  const notice = noticeOf(source);
  const model: DetailsModel = {
    type: "details",
    title: instance ? instanceText(instance) : visibleText(id),
    subtitle: [kind.title, visibleText(connectionLabel(connection)), accountId]
      .filter((part) => part !== undefined)
      .join(" · "),
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
        },
      }),
    rows: instance ? rowsOf(kind, instance) : [],
    tags: tagsOf(source.tags),
    seen: seen.map(({ state, at }) => ({ text: visibleText(state), at })),
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

function stateOf({ instance, isGone, error }: DetailsSource): DetailsModel["state"] {
  if (isGone) return { text: "Gone", tone: "neutral" };
  if (instance) return { text: visibleText(instance.state ?? "Present"), tone: tones[instance.phase] };
  return error === undefined ? { text: "Loading", tone: "progress" } : { text: "Unknown", tone: "neutral" };
}

function noticeOf({ instance, isGone, error, connection }: DetailsSource): DetailsModel["notice"] {
  if (isGone) {
    const text = instance
      ? "This instance no longer exists. Below is what was last seen of it."
      : `There is no such instance in ${visibleText(connectionLabel(connection))}.`;
    return { text, tone: "neutral", buttons: waysOut(undefined) };
  }
  if (error === undefined) return undefined;
  const text = `Could not read the instance: ${visibleLines(messageOf(error))}`;
  return { text, tone: "error", buttons: waysOut(error) };
}

/** Every field by its API name, also the empty ones; then what else the service says. */
function rowsOf(kind: Kind, instance: Instance): DetailsRow[] {
  const fields = kind.fields.map(({ id, apiName, label }) => ({
    name: apiName,
    label,
    value: visibleLines(instance.values[id] ?? ""),
  }));
  const shown = new Set([...fields.map(({ name }) => name), "tags", "errorMessage"]);
  const raw = typeof instance.raw === "object" && instance.raw !== null ? Object.entries(instance.raw) : [];
  const others = raw
    .filter(([name, value]) => !shown.has(name) && value !== undefined)
    .map(([name, value]) => ({ name: visibleText(name), label: "", value: visibleLines(textOf(value, instance)) }));
  return [...fields, ...others, { name: "ARN", label: "", value: visibleText(instance.arn) }];
}

/** Times are milliseconds in the parsed reply; which members are times, the instance's own times tell. */
function textOf(value: unknown, { createdAt, changedAt }: Instance): string {
  if (typeof value === "number" && (value === createdAt || value === changedAt)) return new Date(value).toISOString();
  return typeof value === "string" ? value : JSON.stringify(value);
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

function buttonsOf({ instance, isGone, kind, isLoopback }: DetailsSource): Button[] {
  if (!instance || isGone) return [];
  const buttons: Button[] = [];
  if (instance.phase === "createFailed") buttons.push({ action: "recreate", label: "Recreate…" });
  if (kind.webAppUrl?.(instance) !== undefined) buttons.push({ action: "openWebApp", label: "Open Web App" });
  if (!isLoopback) buttons.push({ action: "openInConsole", label: "Open in AWS Console" });
  return [
    ...buttons,
    { action: "copyId", label: "Copy ID" },
    { action: "copyArn", label: "Copy ARN" },
    { action: "showInTree", label: "Show in Instances" },
  ];
}
