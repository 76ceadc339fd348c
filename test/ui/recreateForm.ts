import { eventually, type Workbench } from "./workbench";

/** Recreate… from a row's menu, until the form shows the failure. */
export async function openRecreateForm(workbench: Workbench, name: string, failure: string): Promise<void> {
  const tree = workbench.tree("Instances");
  await tree.waitForRow("Chime app instances", "0");
  await tree.contextMenu(name, "Recreate…");
  const shown = workbench.webview().getByText(failure).first();
  // VS Code forgets which row a menu was opened on when the tree changes under it: then we ask.
  const question = workbench.quickInput.row(name).first();
  // The first page of a window takes a while on a busy machine.
  await eventually(async () => {
    if (await shown.isVisible()) return;
    if (await question.isVisible()) await question.click({ timeout: 1000 });
    throw new Error("The form does not show the failure");
  }, 90_000);
}
