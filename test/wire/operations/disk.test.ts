import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { buildChild } from "../../crash/killed";
import type { ChildReport, ChildTask } from "../../crash/child";
import { startTestSandbox, type TestSandbox } from "../../fixtures/sandbox";

const run = promisify(execFile);

interface World {
  readonly sandbox: TestSandbox;
  /** Anybody may read it. */
  readonly directory: string;
  readonly bundle: string;
  task(directory: string): string;
}

async function setUp(t: TestContext): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), "disk-"));
  t.after(async () => {
    await rm(directory, { recursive: true, force: true });
  });
  await chmod(directory, 0o755);
  const sandbox = await startTestSandbox(t);
  const { endpoint, region, accountId, accessKeyId, secretAccessKey } = sandbox;
  return {
    sandbox,
    directory,
    bundle: await buildChild(directory),
    task(journal) {
      const task: ChildTask = {
        mode: "start",
        directory: journal,
        access: { endpoint, region, keys: { sandbox: { accessKeyId, secretAccessKey } } },
        scope: {
          kind: "chime",
          connection: { source: "sandbox", profile: "sandbox", region },
          accountId,
          place: { service: "chime-sdk-identity", region, endpoint: `sandbox ${accessKeyId}` },
        },
        request: { type: "create", draft: { kind: "chime", values: { name: "chat" }, tags: {} } },
      };
      return JSON.stringify(task);
    },
  };
}

async function assertNothingSent({ sandbox }: World, output: string, reason: RegExp): Promise<void> {
  const report = JSON.parse(output) as ChildReport;
  assert.match(report.refusal ?? "", reason);
  assert.equal(report.record, undefined);
  assert.deepEqual((await sandbox.control.ledger()).requests, []);
}

test("In a folder that this user may not write, nothing is sent and the message says so", async (t) => {
  const world = await setUp(t);
  const journal = join(world.directory, "operations");
  await mkdir(journal, { mode: 0o555 });
  // Root may write everywhere: then somebody else has to try.
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const { stdout } = await run(process.execPath, [world.bundle, world.task(journal)], user);
  await assertNothingSent(world, stdout, /Could not create chat: nothing was sent.*cannot be written.*permissions/);
  assert.deepEqual(await readdir(journal), []);
});

const canMount = spawnSync("unshare", ["-rm", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"]).status === 0;

test(
  "On a disk that is really full, nothing is sent and the message says so",
  { skip: !canMount && "this system lets nobody but root mount a small disk" },
  async (t) => {
    const world = await setUp(t);
    const journal = join(world.directory, "operations");
    await mkdir(journal);
    const fill = `mount -t tmpfs -o size=64k none "$1"; dd if=/dev/zero of="$1/filler" bs=1k 2>/dev/null; shift; exec "$@"`;
    const child = [process.execPath, world.bundle, world.task(journal)];
    const { stdout } = await run("unshare", ["-rm", "sh", "-c", fill, "sh", journal, ...child]);
    await assertNothingSent(world, stdout, /Could not create chat: nothing was sent.*disk is full.*Free some space/);
  },
);
