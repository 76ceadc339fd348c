import * as vscode from "vscode";

/** Work that shows how far it is, and that the user can stop. */
export type Stoppable = (stop: AbortSignal, report: (message: string) => void) => Promise<void>;

/** Shows a notification with Cancel for as long as the work takes. */
export async function showStoppable(title: string, work: Stoppable): Promise<void> {
  const location = vscode.ProgressLocation.Notification;
  await vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const stop = new AbortController();
    const listener = token.onCancellationRequested(() => stop.abort());
    try {
      await work(stop.signal, (message) => progress.report({ message }));
    } finally {
      listener.dispose();
    }
  });
}
