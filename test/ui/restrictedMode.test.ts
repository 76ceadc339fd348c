import { test } from "node:test";
import { openWorkbench } from "./workbench";

test("in Restricted Mode connections and sandbox work, and a workspace cannot choose an endpoint", async (t) => {
  const workbench = await openWorkbench(t, {
    restrictedMode: true,
    workspaceSettings: {
      "appInstances.endpointUrls": { supplychain: "http://127.0.0.1:9" },
      "appInstances.connections": [{ profile: "of-the-workspace", region: "us-east-1" }],
    },
  });
  await workbench.page.getByText("Restricted Mode").first().waitFor();
  await workbench.showView();
  const tree = workbench.tree("Instances");
  await tree.clickWelcome("Try it in the sandbox");
  await tree.waitForRow("demand-planning", "Active");
  await tree.waitForNoRow(/of-the-workspace/);
});
