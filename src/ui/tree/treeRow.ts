import type { CommandId } from "../../core/commandIds";

/** A tree item as plain data: what a row shows is decided, and tested, without VS Code. */
export interface TreeRow {
  /** Stable, so that expansion and selection survive a refresh. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: RowIcon;
  /** Space-separated tokens that the manifest's menus match: what it is, and what it can do (`can-delete`). */
  readonly contextValue: string;
  /** What a screen reader says instead of label and description. */
  readonly accessibleLabel: string;
  readonly collapsible: "none" | "collapsed" | "expanded";
  /** What Enter and a click do; without `args` it gets the node, and `keepsFocus` where that is said. */
  readonly command?: KeepsFocus & {
    readonly id: CommandId;
    readonly title: string;
    readonly args?: readonly unknown[];
  };
  /** How many below it failed: it is coloured, and the number stands at its end, where nothing cuts it away. */
  readonly failedCount?: number;
  /** Its label needs the room of that number. */
  readonly isTight?: true;
  /** Its description counts time, so it must be drawn again while it is in view. */
  readonly countsTime?: true;
}

/** Who clicks a row goes on in the tree, as in VS Code's own Explorer. */
export interface KeepsFocus {
  readonly keepsFocus?: boolean;
}

export interface RowIcon {
  /** Codicon. */
  readonly id: string;
  /** Theme colour. */
  readonly color?: string;
}

/** Joins the tokens of a context value. */
export function contextTokens(...tokens: readonly (string | false | undefined)[]): string {
  return tokens.filter((token) => token).join(" ");
}
