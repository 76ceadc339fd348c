import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import * as vscode from "vscode";
import { callsOfOurs } from "./callsOfOurs";

const extensionId = "app-instances.app-instances-for-aws";

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(extensionId);
  assert.ok(found, `${extensionId} is not installed in this host`);
  return found;
}

/** The files of ours that this host has loaded. */
function loaded(): readonly string[] {
  const dist = join(extension().extensionPath, "dist");
  const files = Object.keys(createRequire(__filename).cache);
  return files.filter((file) => file.startsWith(dist)).map((file) => relative(dist, file));
}

describe("activation", () => {
  it("waits until one of our commands or views is used", () => {
    assert.equal(extension().isActive, false);
  });

  it("ends without an error, and registers every command of the manifest and no other", async () => {
    const calls = await callsOfOurs(join(extension().extensionPath, "dist"), () => extension().activate());
    assert.deepEqual(calls, [], "it reads no file, starts no process and opens no socket");
    assert.deepEqual(
      loaded(),
      ["extension.js"],
      "commands, pages, the client and the journal come when they are needed",
    );
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
