import * as vscode from "vscode";
import { failedUri } from "./failedDecorations";
import type { KeepsFocus, TreeRow } from "./treeRow";

const collapsibleStates = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
};

/** Adapts a row. Its tooltip is left out: it is made when the pointer rests on the row. */
export function toTreeItem(row: TreeRow, node: unknown): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, collapsibleStates[row.collapsible]);
  item.id = row.id;
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.accessibleLabel, role: "treeitem" };
  if (row.description !== undefined) item.description = row.description;
  if (row.failedCount !== undefined) item.resourceUri = failedUri(row.id, row.failedCount, row.isTight);
  if (row.icon) {
    const color = row.icon.color === undefined ? undefined : new vscode.ThemeColor(row.icon.color);
    item.iconPath = new vscode.ThemeIcon(row.icon.id, color);
  }
  if (row.command) {
    const {
      id,
      title,
      keepsFocus,
      args = keepsFocus ? [node, { keepsFocus } satisfies KeepsFocus] : [node],
    } = row.command;
    item.command = { command: `appInstances.${id}`, title, arguments: [...args] };
  }
  return item;
}

/** Markdown that cannot run commands, hold HTML or show icons, whatever is in it. */
export function toTooltip(markdown: string): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString(markdown, false);
  tooltip.isTrusted = false;
  tooltip.supportHtml = false;
  return tooltip;
}
