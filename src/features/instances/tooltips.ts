import { messageOf } from "../../core/errors";
import { timeText } from "../../core/timeText";
import { connectionLabel, type Connection } from "../../instances/connection";
import { instanceLabel } from "../../instances/instance";
import type { Kind } from "../../instances/kind";
import { failedWork, mitigationFor, type FailedWork } from "../../instances/mitigation";
import type { ConnectionState } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import { markdownField, markdownLines, markdownParagraphs, markdownText } from "../../ui/text/markdownText";
import { stateText, type InstanceSeen } from "./instanceRow";

/** Everything that is known of an instance; on failure also the service's own words and what to do. */
export function instanceTooltip(seen: InstanceSeen): string {
  const { instance, kind } = seen;
  const state = stateText(seen);
  const webApp = kind.webAppUrl?.(instance);
  const described = kind.fields.filter((field) => field.id !== kind.nameField && field.control !== "domain");
  return markdownParagraphs([
    heading(instanceLabel(instance), kind),
    markdownLines([
      field(instance.id === instance.arn ? "ARN" : "ID", instance.id),
      field("State", state),
      field("Created", instance.createdAt === undefined ? undefined : timeText(instance.createdAt)),
      field("Changed", instance.changedAt === undefined ? undefined : timeText(instance.changedAt)),
      ...described.map(({ id, label }) => field(label, instance.values[id])),
      field("Web app", webApp ?? domainOf(seen)),
      field("Tags", instance.tags && tagText(instance.tags)),
    ]),
    failureText(kind, instance.errorMessage, failedWork(instance.phase)),
  ]);
}

export function pendingCreateTooltip(record: OperationRecord, kind: Kind): string {
  return markdownParagraphs([
    heading(record.label || `Unnamed ${kind.title}`, kind),
    markdownLines([
      field("Started", timeText(record.createdAt)),
      ...kind.fields.map(({ id, label }) => field(label, record.draft?.values[id])),
      field("Tags", record.draft && tagText(record.draft.tags)),
      field("Error", record.error?.code),
      field("Request ID", record.requestIds.at(-1)),
    ]),
    record.status === "interrupted" ? "Resume or discard it in the Activity view\\." : undefined,
    failureText(kind, record.error?.message),
  ]);
}

export function connectionTooltip(connection: Connection, state: ConnectionState | undefined): string {
  const isSandbox = connection.source === "sandbox";
  return markdownParagraphs([
    `**${markdownText(connectionLabel(connection))}**`,
    markdownLines([
      field(isSandbox ? "Sandbox profile" : "Profile", connection.profile),
      field("Region", connection.region),
      ...(state?.status === "connected"
        ? [
            field("Account", state.accountId),
            field("Account before", state.formerAccountId),
            field("Custom endpoint", state.customEndpoint),
          ]
        : []),
    ]),
    state?.status === "connected" && state.configProblem !== undefined
      ? markdownText(`The config files are not heeded until they are mended: ${state.configProblem}`)
      : undefined,
    state?.status === "error" || state?.status === "signedOut" ? markdownText(messageOf(state.error)) : undefined,
  ]);
}

function heading(name: string, kind: Kind): string {
  return `**${markdownText(name)}**  \n${markdownText(kind.title)}`;
}

function field(label: string, value: string | undefined): string | undefined {
  return value ? markdownField(label, value) : undefined;
}

function domainOf({ instance, kind }: InstanceSeen): string | undefined {
  const domain = kind.fields.find((candidate) => candidate.control === "domain");
  return domain && instance.values[domain.id];
}

function tagText(tags: Readonly<Record<string, string>>): string {
  return Object.entries(tags)
    .map(([key, value]) => `${key} = ${value}`)
    .join(", ");
}

function failureText(kind: Kind, message: string | undefined, work?: FailedWork): string | undefined {
  if (!message) return undefined;
  const { summary, statement } = mitigationFor(kind, message, undefined, work);
  return markdownParagraphs([
    "---",
    markdownText(message),
    `**What to do**: ${markdownText(summary)}`,
    statement && markdownText("Show Failure and Mitigation has the policy to copy."),
  ]);
}
