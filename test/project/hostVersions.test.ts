import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { engines } from "../../package.json";
import { putStandIns } from "../vscode/standIns";
import { desktopVersion, productOf, serverVersions } from "../vscode/versions";
import versions from "../vscode/versions.json";

describe("npm test -- host --vscode VERSION", () => {
  test("Without it, the newest server or the stable Desktop", () => {
    for (const wanted of ["", "newest"]) {
      assert.equal(productOf(wanted), undefined);
      assert.equal(serverVersions(wanted)["code-server"], versions.newest["code-server"]);
      assert.equal(desktopVersion(wanted), "stable");
    }
  });

  test("oldest: the pinned server with the Node of its time, or the Desktop that package.json promises", () => {
    assert.equal(serverVersions("oldest")["code-server"], "4.103.2");
    assert.match(serverVersions("oldest").node, /^22\./);
    assert.equal(desktopVersion("oldest"), "1.101.0");
    assert.equal(`^${desktopVersion("oldest")}`, engines.vscode);
  });

  test("A version that is pinned under another name has the same Node, one that is not pinned the newest", () => {
    assert.deepEqual(serverVersions("4.103.2"), serverVersions("oldest"));
    assert.equal(serverVersions("4.108.2")["code-server"], "4.108.2");
    assert.equal(serverVersions("4.108.2").node, versions.newest.node);
  });

  test("A version says which product it is of, and the other is not taken for it", () => {
    assert.equal(productOf("4.103.2"), "server");
    assert.equal(productOf("1.101.0"), "desktop");
    assert.equal(desktopVersion("1.101.0"), "1.101.0");
    assert.throws(() => serverVersions("1.101.0"), /Desktop/);
    assert.throws(() => desktopVersion("4.103.2"), /server/);
  });

  test("What is no version is refused, not taken for the newest", () => {
    for (const wanted of ["old", "4.103", "v1.101.0", "2.0.0"])
      assert.throws(() => productOf(wanted), /There is no VS Code/);
  });
});

describe("stand-ins for native modules", () => {
  function modulesWith(t: TestContext, names: readonly string[]): string {
    const folder = mkdtempSync(join(tmpdir(), "app-instances-modules-"));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    for (const name of names) {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, "index.js"), "native");
    }
    return folder;
  }

  test("Are put where VS Code 1.103 and where newer ones have these modules", async (t) => {
    for (const watchdog of ["native-watchdog", "@vscode/native-watchdog"]) {
      const modules = modulesWith(t, ["@vscode/spdlog", watchdog]);
      await putStandIns(modules);
      for (const name of ["@vscode/spdlog", watchdog])
        assert.match(readFileSync(join(modules, name, "index.js"), "utf8"), /Stands in for/);
    }
  });

  test("A module that has yet another name is told by its name", async (t) => {
    await assert.rejects(
      putStandIns(modulesWith(t, ["@vscode/spdlog"])),
      /has no @vscode\/native-watchdog or native-watchdog/,
    );
  });
});
