import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as vscode from "vscode";

const profile = "of-the-tests";
const targetOf = (name: string) => ({
  type: "connection",
  connection: { source: "profile", profile: name, region: "us-east-1" },
});

/** What can stand between the brackets of a section. */
const hostileNames = [
  "[run](command:workbench.action.quit) ![x](https://evil.example/i.png) **b** `id` $(id) && x | y",
  "<img src=x onerror=alert(1)> \"'; rm -rf",
  "$(trash) ${1+1} %s",
  "user\u202egnp.exe \u2066x\u2069",
  "a\u00adb\u200bc\u3164\u{e0041}",
  "a\u001b[31mb\u0007c\u009bd",
  "--endpoint-url=https://evil.example",
  "x".repeat(10_240),
];

const workspaceFolder = () => {
  const path = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  assert.ok(path, "no folder is open");
  return path;
};

function addProgram(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, process.platform === "win32" ? "aws.exe" : "aws");
  writeFileSync(program, "#!/bin/sh\n");
  chmodSync(program, 0o755);
  return program;
}

/** Sign In with this PATH; what it would run, or undefined when no terminal was opened. */
async function signInWith(
  path: readonly string[],
  target = targetOf(profile),
): Promise<vscode.TerminalOptions | undefined> {
  const before = process.env.PATH;
  process.env.PATH = path.join(delimiter);
  const others = new Set(vscode.window.terminals);
  const opened: vscode.Terminal[] = [];
  const listening = vscode.window.onDidOpenTerminal((terminal) => opened.push(terminal));
  try {
    await vscode.commands.executeCommand("appInstances.signIn", target);
    const ours = [...opened, ...vscode.window.terminals].find((terminal) => !others.has(terminal));
    if (!ours) return undefined;
    const options = ours.creationOptions;
    // One that is disposed before the window has shown it appears again, as another, in the next call.
    const closed = new Promise<void>((resolve) => {
      const closing = vscode.window.onDidCloseTerminal((terminal) => {
        if (terminal !== ours) return;
        closing.dispose();
        resolve();
      });
    });
    ours.dispose();
    await closed;
    return options;
  } finally {
    listening.dispose();
    process.env.PATH = before;
  }
}

describe("Sign In's terminal", () => {
  const outside = realpathSync(mkdtempSync(join(tmpdir(), "sign-in-")));

  before(() => {
    const { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: credentials } = process.env;
    assert.ok(config && credentials);
    const settings =
      "sso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = r\nregion = us-east-1\n";
    writeFileSync(config, `[profile ${profile}]\n${settings}`);
    // Only there a profile may have any name.
    writeFileSync(credentials, hostileNames.map((name) => `[${name}]\n${settings}`).join("\n"));
    addProgram(workspaceFolder());
    addProgram(join(workspaceFolder(), "bin"));
    symlinkSync(join(workspaceFolder(), "bin"), join(outside, "link"));
  });

  after(() => {
    rmSync(outside, { recursive: true, force: true });
    rmSync(process.env.AWS_SHARED_CREDENTIALS_FILE ?? "", { force: true });
  });

  it("Security 1: never runs a program of the workspace, whatever PATH says", async () => {
    const ofTheWorkspace = [workspaceFolder(), join(workspaceFolder(), "bin"), join(outside, "link"), ".", "", "bin"];
    assert.equal(await signInWith([...ofTheWorkspace, join(outside, "nothing")]), undefined);
  });

  it("Security 1: runs the program that PATH finds elsewhere, by its whole path, in the home folder", async () => {
    const program = addProgram(join(outside, "programs"));
    const options = await signInWith([".", "", workspaceFolder(), join(outside, "programs"), join(outside, "link")]);
    assert.ok(options, "no terminal was opened");
    assert.equal(options.shellPath, program);
    assert.deepEqual(options.shellArgs, ["sso", "login", "--profile", profile]);
    assert.equal(options.cwd, homedir());
    // What the program itself looks for, a browser for one, is not of the workspace either.
    assert.equal(options.env?.PATH, join(outside, "programs"));
  });

  it("Hostile profile names are one argument of the program, no option of its own, and a title that can be read", async () => {
    const program = addProgram(join(outside, "programs"));
    for (const name of hostileNames) {
      const options = await signInWith([join(outside, "programs")], targetOf(name));
      assert.ok(options, `no terminal was opened for ${name}`);
      assert.equal(options.shellPath, program);
      const ofProfile = name.startsWith("-") ? [`--profile=${name}`] : ["--profile", name];
      assert.deepEqual(options.shellArgs, ["sso", "login", ...ofProfile]);
      assert.equal(options.cwd, homedir());
      const title = options.name ?? "";
      assert.doesNotMatch(title, /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]|(?<!\\)\$\([a-z~-]+\)/u);
      assert.ok(title.length < 400, `a title of ${title.length} characters`);
    }
  });
});
