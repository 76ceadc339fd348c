import { utcText } from "../../core/timeText";
import type { Kind } from "../../instances/kind";
import type { OperationRecord } from "../../operations/operationRecord";
import { endsOf, stepsProgress } from "../../operations/progress";
import { visibleText } from "../../ui/text/displayText";

/** What the report says of where it was made. */
export interface ReportPlace {
  readonly extension: string;
  readonly vscode: string;
  readonly system: string;
}

/**
 * An operation for whoever supports it, as text: what was done when, with the ids of requests and instances. No names, tags,
 * metadata, descriptions, profiles, custom endpoints, account numbers or texts of a service: any of these may be
 * confidential, and reports end in public places.
 */
export function operationReport(record: OperationRecord, kind: Kind | undefined, place: ReportPlace): string {
  const { accountId, target, created, error } = record;
  const fields: readonly (readonly [name: string, value: string | undefined])[] = [
    ["Operation", `${record.type} (${record.id})`],
    ["Kind", kind?.title ?? record.kind],
    ["Service", record.place?.service],
    ["Region", record.place?.region ?? record.connection.region],
    ["Endpoint", endpointOf(record)],
    ["Account", `ends in ${accountId.slice(-4)}`],
    ["Status", error ? `${record.status}, ${error.code}` : record.status],
    ["Target instance", target && shortId(target.id)],
    ["New instance", created && shortId(created.id)],
    ["Write requests", String(record.attempts)],
    ["Started", utcText(record.createdAt)],
    ...endsOf(record).map(({ name, at }) => [name, utcText(at)] as const),
    ["Extension", place.extension],
    ["VS Code", place.vscode],
    ["System", place.system],
  ];
  const steps = kind ? stepsProgress(record, kind) : [];
  return [
    ...fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${visibleText(value)}`])),
    ...(steps.length > 0 ? ["", "Steps:"] : []),
    ...steps.map(
      ({ label, status, from }) => `- ${label}: ${status}${from === undefined ? "" : `, began ${utcText(from)}`}`,
    ),
    ...(record.requestIds.length > 0 ? ["", "Request IDs, oldest first:"] : []),
    ...record.requestIds.map((id) => `- ${visibleText(id)}`),
    "",
  ].join("\n");
}

function endpointOf({ place, connection }: OperationRecord): string | undefined {
  if (connection.source === "sandbox") return "the sandbox";
  if (!place) return undefined;
  // A service and a Region, and no more: an endpoint of somebody's own network, or of an API of theirs, is in AWS as well.
  return /^https:\/\/[\w-]+\.[a-z]+(?:-[a-z]+)+-\d+\.(?:amazonaws\.com(?:\.cn)?|api\.aws)\/?$/.test(place.endpoint)
    ? place.endpoint
    : "a custom one";
}

/** An ARN has the account in it. */
function shortId(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
