import { connectionLabel, type Connection } from "../../instances/connection";
import type { Kind } from "../../instances/kind";
import type { Kinds } from "../../instances/kinds/registry";
import type { ConnectionState, KindListing } from "../../instances/store";
import { signedOutCounts, signedOutText } from "../../ui/text/connectionText";
import { numberText } from "../../ui/text/displayText";
import { nameText } from "../../ui/text/instanceText";
import type { GroupNode } from "../../ui/tree/nodes";
import { contextTokens, type RowIcon, type TreeRow } from "../../ui/tree/treeRow";
import { attentionTexts, totalText, type Tally } from "./tally";
import { tagsUnread, untagged } from "./treeContents";
import { elsewhere } from "./treeGroups";

export function connectionRow(
  id: string,
  connection: Connection,
  state: ConnectionState | undefined,
  kinds: readonly Kind[],
  tally: Tally,
  look: { readonly isExpanded: boolean; readonly above?: GroupNode["by"] },
): TreeRow {
  const description = connectionDescription(connection, state, tally);
  const name = nameText(connectionLabel(connection));
  const isSandbox = connection.source === "sandbox";
  return {
    id,
    label: connectionTitle(connection, state, look.above),
    ...(description !== "" && { description }),
    icon: connectionIcon(connection, state, tally),
    ...attentionOf(tally),
    // Or in a narrow side bar the number would cut the account.
    isTight: true,
    contextValue: contextTokens(
      "connection",
      `connection-${state?.status ?? "connecting"}`,
      "can-refresh",
      state?.status !== "signedOut" && "can-create",
      ...(state?.status === "signedOut" ? [] : kinds.map((kind) => `can-create-${kind.id}`)),
      state?.status === "signedOut" && !isSandbox && "can-signIn",
      isSandbox && "can-stopSandbox",
      "can-openTerminal",
      "can-removeConnection",
    ),
    accessibleLabel: [name, isSandbox ? "sandbox connection" : "connection", accountOf(state), description]
      .filter((part) => part !== undefined && part !== "")
      .join(", "),
    collapsible: look.isExpanded ? "expanded" : "collapsed",
  };
}

/**
 * "123456789012 · prod · eu-west-1", without what the row above it says. A narrow side bar cuts the end of it, and nobody
 * may mistake one account for another.
 */
function connectionTitle(connection: Connection, state: ConnectionState | undefined, above?: GroupNode["by"]): string {
  const account = above === "account" ? undefined : accountOf(state);
  const name = above === "profile" ? connection.region : connectionLabel(connection);
  return [...(account === undefined ? [] : [account]), nameText(name)].join(" · ");
}

function accountOf(state: ConnectionState | undefined): string | undefined {
  return state?.status === "connected" ? state.accountId : undefined;
}

function connectionDescription(connection: Connection, state: ConnectionState | undefined, tally: Tally): string {
  switch (state?.status) {
    case "connected": {
      const isCustom = state.customEndpoint !== undefined && connection.source === "profile";
      return [
        ...attentionTexts(tally),
        ...(state.formerAccountId === undefined ? [] : [`account changed, was ${state.formerAccountId}`]),
        ...(isCustom ? ["custom endpoint"] : []),
        ...(state.configProblem === undefined ? [] : ["config files not heeded"]),
      ].join(" · ");
    }
    case "signedOut":
      return [signedOutText(state), ...attentionTexts(tally)].join(" · ");
    case "error":
      // The row below says why.
      return "Could not connect";
    case "connecting":
    case undefined:
      return "Connecting…";
  }
}

function connectionIcon(connection: Connection, state: ConnectionState | undefined, tally: Tally): RowIcon {
  if (state?.status === "signedOut") return { id: "key", color: "list.warningForeground" };
  if (state?.status === "error") return { id: "warning", color: "list.errorForeground" };
  const isLocal = connection.source === "sandbox" || (state?.status === "connected" && state.isLoopback);
  return { id: isLocal ? "beaker" : "cloud", ...(tally.failed > 0 && { color: failedColor }) };
}

/** Where a kind stands when its connection does not stand above it. */
export interface KindPlace {
  readonly connection: Connection;
  readonly state: ConnectionState | undefined;
  /** All that stand beside it are of its kind. */
  readonly isOfOneKind: boolean;
}

export function kindRow(
  id: string,
  kind: Kind,
  listing: KindListing | undefined,
  tally: Tally,
  look: { readonly isExpanded: boolean; readonly isFiltered: boolean; readonly place?: KindPlace },
): TreeRow {
  const { place } = look;
  const status = place?.state?.status;
  const isApart = place !== undefined && place.isOfOneKind && status !== "connected";
  const count = look.isFiltered ? `${totalText(tally)} found` : kindDescription(listing, tally);
  const label = place ? connectionTitle(place.connection, place.state) : kind.groupTitle;
  const description = [
    ...(place && isApart
      ? [connectionDescription(place.connection, place.state, tally)]
      : [...(place && !place.isOfOneKind ? [kind.groupTitle] : []), count, ...attentionTexts(tally)]),
  ].join(" · ");
  return {
    id,
    label,
    description,
    // Without one VS Code would not indent the rows below.
    icon: place
      ? connectionIcon(place.connection, place.state, tally)
      : { id: "layers", ...(tally.failed > 0 && { color: failedColor }) },
    ...attentionOf(tally),
    ...(place && { isTight: true as const }),
    contextValue: contextTokens(
      "kind",
      `kind-${kind.id}`,
      status !== "signedOut" && "can-create",
      status !== "signedOut" && `can-create-${kind.id}`,
      status === "signedOut" && place?.connection.source === "profile" && "can-signIn",
      place && "can-refresh",
    ),
    accessibleLabel: place ? `${label}, ${kind.title}s, ${description}` : `${label}, ${description}`,
    collapsible: look.isExpanded ? "expanded" : "collapsed",
  };
}

function kindDescription(listing: KindListing | undefined, tally: Tally): string {
  const known = totalText({ ...tally, isPartial: false });
  if (listing?.status === "error")
    return listing.updatedAt === undefined ? "Could not list" : `${known} · could not list`;
  if (listing?.updatedAt === undefined) return tally.total > 0 ? known : "Loading…";
  return totalText(tally);
}

export interface GroupSeen {
  readonly kinds: Kinds;
  readonly tagKey: string;
  readonly tally: Tally;
  /** Of the connections in it. */
  readonly states: readonly (ConnectionState | undefined)[];
  readonly isExpanded: boolean;
}

const groupIcons: Readonly<Record<GroupNode["by"], string>> = {
  profile: "account",
  account: "organization",
  kind: "layers",
  tag: "tag",
};

/** A heading of the view when it is not grouped by connection. */
export function groupRow(id: string, node: GroupNode, seen: GroupSeen): TreeRow {
  const { tally, states } = seen;
  const label = groupLabel(node, seen);
  const description = [totalText(tally), ...attentionTexts(tally), ...signedOutCounts(states)].join(" · ");
  return {
    id,
    label,
    description,
    icon: { id: groupIcons[node.by], ...(tally.failed > 0 && { color: failedColor }) },
    ...attentionOf(tally),
    contextValue: contextTokens(
      "group",
      `group-${node.by}`,
      node.by === "tag" && node.value === tagsUnread && "can-continueSearch",
    ),
    accessibleLabel: `${label}, ${groupWords[node.by]}, ${description}`,
    collapsible: seen.isExpanded ? "expanded" : "collapsed",
  };
}

const groupWords: Readonly<Record<GroupNode["by"], string>> = {
  profile: "profile",
  account: "account",
  kind: "kind",
  tag: "tag",
};

function groupLabel({ by, value }: GroupNode, { kinds, tagKey }: GroupSeen): string {
  switch (by) {
    case "kind":
      return kinds.get(value)?.groupTitle ?? nameText(value);
    case "profile":
      return nameText(value.slice(value.indexOf(":") + 1));
    case "account":
      return value === elsewhere ? "No account yet" : value;
    case "tag":
      if (value === elsewhere) return "Not listed";
      if (value === untagged) return `Without ${nameText(tagKey)}`;
      if (value === tagsUnread) return "Tags not read";
      return nameText(value.slice(1)) || `Empty ${nameText(tagKey)}`;
  }
}

/** A row that failed looks so although it is folded, and where its text is cut. */
function attentionOf({ failed }: Tally): Pick<TreeRow, "failedCount"> {
  return failed > 0 ? { failedCount: failed } : {};
}

const failedColor = "charts.red";

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

export function moreRow(id: string, shown: number, known: number, hasMore: boolean): TreeRow {
  const total = `${numberText(known)}${hasMore ? "+" : ""}`;
  const description = `${numberText(shown)} of ${total} shown`;
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
