import assert from "node:assert/strict";
import * as vscode from "vscode";

const extensionId = "app-instances.app-instances-for-aws";

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(extensionId);
  assert.ok(found, `${extensionId} is not installed in this host`);
  return found;
}

describe("activation", () => {
  it("waits until one of our commands or views is used", () => {
    assert.equal(extension().isActive, false);
  });

  it("ends without an error, and registers every command of the manifest and no other", async () => {
    await extension().activate();
    const { contributes } = extension().packageJSON as Manifest;
    const contributed = contributes.commands.map(({ command }) => command).sort();
    const views = ["appInstances.instances", "appInstances.activity"];
    const ofViews = (id: string) => views.some((view) => id.startsWith(`${view}.`));
    const registered = (await vscode.commands.getCommands(true))
      .filter((id) => id.startsWith("appInstances.") && !ofViews(id))
      .sort();
    assert.deepEqual(registered, contributed);
  });

  it("fills both views", async () => {
    // The workbench makes these commands for views that exist.
    const commands = await vscode.commands.getCommands(true);
    for (const view of ["appInstances.instances", "appInstances.activity"]) {
      assert.ok(commands.includes(`${view}.focus`), `There is no view ${view}`);
      await vscode.commands.executeCommand(`${view}.focus`);
    }
  });

  it("keeps settings of machines out of a workspace's reach", () => {
    for (const name of ["connections", "endpointUrls", "chimeApi", "deleteConfirmation"]) {
      const setting = vscode.workspace.getConfiguration("appInstances").inspect(name);
      assert.ok(setting?.defaultValue !== undefined, `${name} has no default`);
    }
  });
});
