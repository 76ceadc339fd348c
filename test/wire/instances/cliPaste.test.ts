import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Connection } from "../../../src/instances/connection";
import { createKinds } from "../../../src/instances/kinds/registry";

const paste = fileURLToPath(new URL("paste.py", import.meta.url));
const shells = [
  { name: "bash", args: ["--norc", "--noprofile", "-i"], takesBrackets: true },
  { name: "zsh", args: ["-f", "-i"], takesBrackets: true },
  { name: "dash", args: ["-i"], takesBrackets: false },
];

const chime = createKinds({ chimeApi: () => "identity" }).get("chime")!;
const connection: Connection = { source: "profile", profile: "p", region: "eu-west-1" };

/** Metadata that types: each ends or leaves the quoted word, and then runs a command. `MARK` is its name. */
const hostile = [
  "x\u0003\rMARK\r",
  "x\u001b[201~\u0003\rMARK\r",
  "x\u009b201~\u0003\rMARK\r",
  `${"\u007f".repeat(200)}\rMARK\r#`,
  `${"\b".repeat(200)}MARK #`,
  "x\u0015MARK\r",
  "x\nMARK\n",
  "x'\n\nMARK\n'",
  "x\u0017\u0001MARK;\u000b\r",
  "x\u001b#MARK\u000f",
  "x\u0004\u0004",
  "x\u0016\u0003\u0012\u0013\u001a\u0000",
  "!!\u2028\u202e\u00ad'!'\\",
];

function isThere(program: string): boolean {
  return spawnSync(program, ["-c", ""]).status === 0;
}

/** A folder with an `aws` that records its arguments, and with the command that must never run. */
function openWorld(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "paste-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const program = (name: string, script: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  program("aws", `printf '%s\\0' "$@" end >> ${folder}/given`);
  program("MARK", `: > ${folder}/marked`);
  const path = `${folder}:/usr/local/bin:/usr/bin:/bin`;
  const env = { PATH: process.env.PATH, HOME: folder, TERM: "xterm", INPUTRC: "/dev/null", LANG: "C.UTF-8" };
  return {
    run(shell: (typeof shells)[number], texts: readonly string[], bracketed: boolean) {
      for (const name of ["given", "marked"]) rmSync(join(folder, name), { force: true });
      const ran = spawnSync("python3", [paste, shell.name, ...shell.args], {
        env,
        cwd: folder,
        input: JSON.stringify({ texts, bracketed, path }),
        encoding: "utf8",
      });
      assert.equal(ran.status, 0, ran.stderr);
      const given = existsSync(join(folder, "given")) ? readFileSync(join(folder, "given"), "utf8") : "";
      const calls = given.split("\0end\0").slice(0, -1);
      return { calls: calls.map((call) => call.split("\0")), isMarked: existsSync(join(folder, "marked")) };
    },
  };
}

const tagValue = "v\u0003\rMARK\r\u009b\u007f";

for (const shell of shells) {
  test(`Security 2: pasting a copied command into ${shell.name} runs that command and nothing else`, (t) => {
    if (!isThere("python3")) {
      t.skip("python3 is not here: it makes the pseudo-terminal");
      return;
    }
    if (!isThere(shell.name)) {
      t.skip(`${shell.name} is not here`);
      return;
    }
    const world = openWorld(t);
    assert.ok(world.run(shell, ["MARK"], false).isMarked, "what is typed does run");
    const commands = hostile.map((metadata) =>
      chime.createCommand({ kind: "chime", values: { name: "n", metadata }, tags: { k: tagValue } }, { connection }),
    );
    for (const bracketed of shell.takesBrackets ? [false, true] : [false]) {
      const { calls, isMarked } = world.run(shell, commands, bracketed);
      assert.ok(!isMarked, `metadata ran a command, ${bracketed ? "in a bracketed paste" : "as typed"}`);
      const inputs = calls.map((args) => JSON.parse(args[args.indexOf("--cli-input-json") + 1] ?? "") as unknown);
      const expected = hostile.map((metadata) => ({
        Name: "n",
        Metadata: metadata,
        Tags: [{ Key: "k", Value: tagValue }],
      }));
      assert.deepEqual(inputs, expected);
    }
  });
}
