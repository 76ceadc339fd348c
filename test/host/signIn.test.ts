import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import * as vscode from "vscode";

const profile = "of-the-tests";
const target = { type: "connection", connection: { source: "profile", profile, region: "us-east-1" } };

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
async function signInWith(path: readonly string[]): Promise<vscode.TerminalOptions | undefined> {
  const before = process.env.PATH;
  process.env.PATH = path.join(delimiter);
  const opened: vscode.Terminal[] = [];
  const listening = vscode.window.onDidOpenTerminal((terminal) => opened.push(terminal));
  try {
    await vscode.commands.executeCommand("appInstances.signIn", target);
    const ours = [...opened, ...vscode.window.terminals].find(({ name }) => name === `Sign in: ${profile}`);
    ours?.dispose();
    return ours?.creationOptions;
  } finally {
    listening.dispose();
    process.env.PATH = before;
  }
}

describe("Sign In's terminal", () => {
  const outside = realpathSync(mkdtempSync(join(tmpdir(), "sign-in-")));

  before(() => {
    const config = process.env.AWS_CONFIG_FILE;
    assert.ok(config);
    writeFileSync(
      config,
      `[profile ${profile}]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = r\nregion = us-east-1\n`,
    );
    addProgram(workspaceFolder());
    addProgram(join(workspaceFolder(), "bin"));
    symlinkSync(join(workspaceFolder(), "bin"), join(outside, "link"));
  });

  after(() => rmSync(outside, { recursive: true, force: true }));

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
});
