import * as vscode from "vscode";
import type { Disposable } from "../../core/disposable";

const scheme = "app-instances-row";
/** Descriptions are drawn fainter than labels: VS Code's own colour of errors would be too faint in dark themes. */
const failedColor = new vscode.ThemeColor("appInstances.failedForeground");

/** What a row with failed ones below it is called, so that it is decorated: the number is part of the name. */
export function failedUri(rowId: string, failedCount: number, isTight = false): vscode.Uri {
  const fragment = isTight ? "tight" : "";
  return vscode.Uri.from({ scheme, path: `/${encodeURIComponent(rowId)}`, query: String(failedCount), fragment });
}

/** Colours the label of such a row, and puts the number at its end, where a narrow side bar does not cut it away. */
export function decorateFailed(): Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration(uri) {
      if (uri.scheme !== scheme) return undefined;
      const count = Number(uri.query);
      const badge = uri.fragment === "tight" ? undefined : count > 99 ? "!" : String(count);
      return new vscode.FileDecoration(badge, `${count} failed`, failedColor);
    },
  });
}
