// Takes the README's picture of a real workbench: node scripts/picture.mjs
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import "tsx";

const root = join(import.meta.dirname, "..");
const { openWorkbenchForScript } = createRequire(import.meta.url)("../test/ui/workbench.ts");

execFileSync(process.execPath, ["esbuild.js"], { cwd: root, stdio: "inherit" });
const { workbench, stop } = await openWorkbenchForScript({
  theme: "dark",
  size: { width: 1320, height: 820 },
  settings: { "workbench.statusBar.visible": true, "window.zoomLevel": 0 },
});
try {
  await workbench.showView();
  await workbench.runCommand("Start Sandbox");
  const tree = workbench.tree("Instances");
  await tree.waitForRow("demand-planning", "Active");
  await tree.waitForRow("inbound-eu", /^Initializing/);
  // Something for the Activity view.
  await workbench.runCommand("Create Chime App Instance…");
  await answer("(1/4)", "sales-chat");
  await answer("(2/4)", "");
  await workbench.quickInput.waitForTitle("(3/4)");
  await workbench.quickInput.pick("Done");
  await workbench.quickInput.waitForTitle("(4/4)");
  await workbench.quickInput.pick("Create in sandbox");
  await tree.waitForRow("sales-chat", "");
  await workbench.notifications.close("sales-chat was created");
  // The heart of it: a failure, with its reason and what to do.
  await tree.contextMenu("returns-emea", "Recreate…");
  await workbench.webview().getByText("Access denied").first().waitFor();
  await workbench.page.mouse.move(700, 815);
  const path = join(root, "docs/picture.png");
  mkdirSync(join(root, "docs"), { recursive: true });
  await workbench.page.screenshot({ path, animations: "disabled" });
  console.log(path);
} finally {
  await stop();
}

async function answer(step, text) {
  await workbench.quickInput.waitForTitle(step);
  await workbench.quickInput.answer(text);
}
