import { ownCommandId } from "../../core/commandIds";
import { clockText } from "../../core/timeText";
import { messageOf, UserError } from "../../core/errors";
import { connectionLabel, type Connection } from "../../instances/connection";
import type { Kind } from "../../instances/kind";
import type { ConnectionState, KindListing } from "../../instances/store";
import { shortText } from "../../ui/text/displayText";
import { nameText } from "../../ui/text/instanceText";
import { contextTokens, type RowIcon, type TreeRow } from "../../ui/tree/treeRow";

export function connectionRow(
  id: string,
  connection: Connection,
  state: ConnectionState | undefined,
  kinds: readonly Kind[],
): TreeRow {
  const label = nameText(connectionLabel(connection));
  const description = connectionDescription(connection, state);
  const isSandbox = connection.source === "sandbox";
  return {
    id,
    label,
    description,
    icon: connectionIcon(connection, state),
    contextValue: contextTokens(
      "connection",
      `connection-${state?.status ?? "connecting"}`,
      "can-refresh",
      state?.status !== "signedOut" && "can-create",
      ...(state?.status === "signedOut" ? [] : kinds.map((kind) => `can-create-${kind.id}`)),
      state?.status === "signedOut" && "can-signIn",
      isSandbox && "can-stopSandbox",
      "can-removeConnection",
    ),
    accessibleLabel: `${label}, ${isSandbox ? "sandbox connection" : "connection"}, ${description}`,
    collapsible: "expanded",
  };
}

function connectionDescription(connection: Connection, state: ConnectionState | undefined): string {
  switch (state?.status) {
    case "connected": {
      const isCustom = state.customEndpoint !== undefined && connection.source === "profile";
      return [
        state.accountId,
        ...(isCustom ? ["custom endpoint"] : []),
        ...(state.configProblem === undefined ? [] : ["config files not heeded"]),
      ].join(" · ");
    }
    case "signedOut":
      return "Not signed in";
    case "error":
      return shortText(messageOf(state.error), 80);
    case "connecting":
    case undefined:
      return "Connecting…";
  }
}

function connectionIcon(connection: Connection, state: ConnectionState | undefined): RowIcon {
  if (state?.status === "signedOut") return { id: "key", color: "list.warningForeground" };
  if (state?.status === "error") return { id: "warning", color: "list.errorForeground" };
  const isLocal = connection.source === "sandbox" || (state?.status === "connected" && state.isLoopback);
  return { id: isLocal ? "beaker" : "cloud" };
}

export function kindRow(
  id: string,
  kind: Kind,
  listing: KindListing | undefined,
  count: number,
  isExpanded: boolean,
): TreeRow {
  const description = kindDescription(listing, count);
  return {
    id,
    label: kind.groupTitle,
    description,
    // Without one VS Code would not indent the rows below.
    icon: { id: "layers" },
    contextValue: contextTokens("kind", `kind-${kind.id}`, "can-create", `can-create-${kind.id}`),
    accessibleLabel: `${kind.groupTitle}, ${description}`,
    collapsible: isExpanded ? "expanded" : "collapsed",
  };
}

function kindDescription(listing: KindListing | undefined, count: number): string {
  if (listing?.status === "error")
    return listing.updatedAt === undefined ? "Could not list" : `${count} · could not list`;
  if (listing?.updatedAt === undefined) return count > 0 ? String(count) : "Loading…";
  return listing.hasMore ? `${count}+` : String(count);
}

export function loadingRow(id: string): TreeRow {
  return {
    id,
    label: "Loading…",
    icon: { id: "loading~spin" },
    contextValue: "message message-loading",
    accessibleLabel: "Loading",
    collapsible: "none",
  };
}

export function emptyRow(id: string, kinds: readonly Kind[]): TreeRow {
  const label = "No instances in this connection yet.";
  return {
    id,
    label,
    description: "Create one…",
    icon: { id: "add" },
    contextValue: contextTokens(
      "message",
      "message-empty",
      "can-create",
      ...kinds.map((kind) => `can-create-${kind.id}`),
    ),
    accessibleLabel: `${label} Press Enter to create one.`,
    collapsible: "none",
    command: { id: "createWithForm", title: "Create Instance with Form…" },
  };
}

/** The cause is what the row says; what failed is said by where it stands. Rows of a list below it are older than the error. */
export function errorRow(
  id: string,
  error: unknown,
  { updatedAt, retryAt }: Pick<KindListing, "updatedAt" | "retryAt"> = {},
): TreeRow {
  const cause = shortText(messageOf(error), 200);
  const remedies = error instanceof UserError ? error.remedies : [];
  const [remedy] = remedies.flatMap(({ title, command, args = [] }) => {
    const id = ownCommandId(command);
    return id === undefined ? [] : [{ id, title, args }];
  });
  const command: TreeRow["command"] = remedy ?? { id: "refresh", title: "Retry" };
  const times = [
    ...(updatedAt === undefined ? [] : [`shown as of ${clockText(updatedAt)}`]),
    ...(retryAt === undefined ? [] : [`trying again at ${clockText(retryAt)}`]),
  ];
  const description = [...(remedy ? [remedy.title] : []), ...times].join(" · ");
  return {
    id,
    label: cause,
    ...(description !== "" && { description }),
    icon: { id: "error", color: "list.errorForeground" },
    contextValue: "message message-error can-retry",
    accessibleLabel: [`Error: ${cause}`, ...times.map((time) => `${time}.`), `Press Enter: ${command.title}.`].join(
      " ",
    ),
    collapsible: "none",
    command,
  };
}

export function signedOutRow(id: string, error: unknown): TreeRow {
  const cause = shortText(messageOf(error), 200);
  return {
    id,
    label: cause,
    icon: { id: "info" },
    contextValue: "message message-signedOut can-signIn",
    accessibleLabel: `Not signed in: ${cause}. Press Enter to sign in.`,
    collapsible: "none",
    command: { id: "signIn", title: "Sign In to Profile…" },
  };
}

export function moreRow(id: string, shown: number, known: number, hasMore: boolean): TreeRow {
  const total = `${known.toLocaleString("en")}${hasMore ? "+" : ""}`;
  const description = `${shown.toLocaleString("en")} of ${total} shown`;
  return {
    id,
    label: "Load more",
    description,
    icon: { id: "ellipsis" },
    contextValue: contextTokens("more", "can-loadAll"),
    accessibleLabel: `Load more, ${description}`,
    collapsible: "none",
    command: { id: "loadMore", title: "Load More" },
  };
}
