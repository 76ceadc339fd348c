import { isCredentialError, ServiceError, SignInRequiredError, TransportError } from "../../aws/errors";
import { ownCommandId } from "../../core/commandIds";
import { messageOf, UserError } from "../../core/errors";
import { clockText } from "../../core/timeText";
import type { Connection } from "../../instances/connection";
import { shortText } from "../../ui/text/displayText";
import { markdownField, markdownLines, markdownParagraphs, markdownText } from "../../ui/text/markdownText";
import { contextTokens, type TreeRow } from "../../ui/tree/treeRow";

/** What is known beside an error. */
export interface ErrorSeen {
  readonly connection?: Connection;
  /** Rows of a list below it are older than the error. */
  readonly updatedAt?: number;
  /** When it is tried again by itself. */
  readonly retryAt?: number;
  readonly isTryingAgain?: boolean;
}

/** The cause is what the row says, once; what failed is said by where it stands. */
export function errorRow(id: string, error: unknown, seen: ErrorSeen = {}): TreeRow {
  const cause = causeText(error);
  const remedies = error instanceof UserError ? error.remedies : [];
  const [remedy] = remedies.flatMap(({ title, command, args = [] }) => {
    const id = ownCommandId(command);
    return id === undefined ? [] : [{ id, title, args }];
  });
  const command: TreeRow["command"] = remedy ?? { id: "refreshConnection", title: "Retry" };
  const { code, requestId } = answerOf(error);
  const times = timesOf(seen);
  const description = [
    ...(remedy ? [remedy.title] : []),
    ...times,
    ...(code === undefined || cause.includes(code) ? [] : [shortText(code, 60)]),
    ...(requestId === undefined ? [] : [`request ${shortText(requestId, 60)}`]),
  ].join(" · ");
  return {
    id,
    label: cause,
    ...(description !== "" && { description }),
    icon: { id: "error", color: "list.errorForeground" },
    contextValue: contextTokens("message", "message-error", "can-retry", ...waysOut(error, seen.connection)),
    accessibleLabel: [
      `Error: ${cause}`,
      ...(code === undefined || cause.includes(code) ? [] : [`${shortText(code, 60)}.`]),
      ...times.map((time) => `${time}.`),
      `Press Enter: ${command.title}.`,
    ].join(" "),
    collapsible: "none",
    command,
  };
}

/** Nobody has signed in, or the service refused the credentials. */
export function signedOutRow(id: string, error: unknown, seen: ErrorSeen = {}): TreeRow {
  if (isCredentialError(error)) return errorRow(id, error, seen);
  const cause = causeText(error);
  const canSignIn = !(error instanceof SignInRequiredError) || error.method !== "other";
  const command: TreeRow["command"] = canSignIn
    ? { id: "signIn", title: "Sign In to Profile…" }
    : { id: "refreshConnection", title: "Retry" };
  // What the SDK says is long, and the way on must not be cut off.
  const label = canSignIn ? "Sign in…" : cause;
  const description = [...(canSignIn ? [cause] : []), ...timesOf(seen)].join(" · ");
  return {
    id,
    label,
    ...(description !== "" && { description }),
    icon: { id: "info" },
    contextValue: contextTokens(
      "message",
      "message-signedOut",
      canSignIn ? "can-signIn" : "can-retry",
      "can-openConfigFile",
      "can-showLog",
    ),
    accessibleLabel: `Not signed in: ${cause}. Press Enter to ${canSignIn ? "sign in" : "try again"}.`,
    collapsible: "none",
    command,
  };
}

/** The whole of it, for what a row has no room for. */
export function errorTooltip(error: unknown, seen: ErrorSeen = {}): string {
  const { code, requestId } = answerOf(error);
  return markdownParagraphs([
    markdownText(messageOf(error)),
    markdownLines([
      code === undefined ? undefined : markdownField("Code", code),
      requestId === undefined ? undefined : markdownField("Request ID", requestId),
      ...timesOf(seen).map(markdownText),
    ]),
  ]);
}

/** Without what could not be done for it, where an error says both. */
function causeText(error: unknown): string {
  const message = messageOf(error);
  const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : "";
  return shortText(cause !== "" && message.endsWith(`: ${cause}`) ? cause : message, 200);
}

function timesOf({ updatedAt, retryAt, isTryingAgain }: ErrorSeen): readonly string[] {
  const next = retryAt === undefined ? [] : [`trying again at ${clockText(retryAt)}`];
  return [
    ...(updatedAt === undefined ? [] : [`shown as of ${clockText(updatedAt)}`]),
    ...(isTryingAgain ? ["trying again…"] : next),
  ];
}

/** What the service, or the network, called it. */
function answerOf(error: unknown): { readonly code?: string; readonly requestId?: string } {
  const answer = error instanceof UserError ? error.cause : error;
  if (answer instanceof TransportError) return { code: answer.code };
  if (!(answer instanceof ServiceError)) return {};
  return { code: answer.name, ...(answer.requestId !== undefined && { requestId: answer.requestId }) };
}

/** Menu entries, where they can help: a sandbox has neither a sign-in nor a file, and a network is in no file. */
function waysOut(error: unknown, connection: Connection | undefined): readonly (string | false)[] {
  const isRefused = isCredentialError(error);
  const isOfFiles = error instanceof UserError && answerOf(error).code === undefined;
  const isProfile = connection?.source === "profile";
  return [
    isProfile && isRefused && "can-signIn",
    isProfile && (isRefused || isOfFiles) && "can-openConfigFile",
    "can-showLog",
  ];
}
