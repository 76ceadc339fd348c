import assert from "node:assert/strict";
import * as vscode from "vscode";
import { silentLog } from "../../src/core/log";
import { createSettings } from "../../src/ui/settings";

interface Manifest {
  readonly contributes: { readonly configuration: { readonly properties: Readonly<Record<string, object>> } };
}

const configuration = () => vscode.workspace.getConfiguration("appInstances");

describe("settings", () => {
  it("Security 4: a workspace cannot write any of ours", async () => {
    const { contributes } = vscode.extensions.getExtension("app-instances.app-instances-for-aws")
      ?.packageJSON as Manifest;
    const names = Object.keys(contributes.configuration.properties).map((name) => name.replace("appInstances.", ""));
    assert.ok(names.includes("refreshIntervalSeconds"));
    for (const name of names) {
      const before = configuration().get(name);
      await assert.rejects(
        async () => configuration().update(name, before, vscode.ConfigurationTarget.Workspace),
        /Workspace/,
        name,
      );
    }
  });

  it("Security 4: an interval is never shorter than 5 s nor longer than a timer can be, and of the right type", async () => {
    const { refreshIntervalSeconds } = createSettings(silentLog);
    const longest = (2 ** 31 - 1) / 1000;
    try {
      for (const [written, used] of [
        [0, 0],
        [0.001, 5],
        [4.9, 5],
        [30, 30],
        [1e9, Math.floor(longest)],
        [-1, 60],
        ["1", 60],
        [[1], 60],
        [{}, 60],
      ] as const) {
        await configuration().update("refreshIntervalSeconds", written, vscode.ConfigurationTarget.Global);
        assert.equal(refreshIntervalSeconds.get(), used, JSON.stringify(written));
      }
    } finally {
      await configuration().update("refreshIntervalSeconds", undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
