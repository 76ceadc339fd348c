import { openWorkbenchForScript } from "../ui/workbench";
import { round } from "./measure";

/** From opening the window to the first instance in the tree, against the window alone. */
export async function measureWorkbench() {
  const started = performance.now();
  const { workbench, stop } = await openWorkbenchForScript();
  try {
    const windowMs = performance.now() - started;
    await workbench.showView();
    await workbench.tree("Instances").welcomeText();
    const viewMs = performance.now() - started;
    await workbench.runCommand("Start Sandbox");
    await workbench.tree("Instances").waitForRow("demand-planning", "Active");
    const instancesMs = performance.now() - started;
    return {
      windowMs: round(windowMs),
      viewMs: round(viewMs),
      instancesMs: round(instancesMs),
      instancesToWindow: round(instancesMs / windowMs),
    };
  } finally {
    await stop();
  }
}
