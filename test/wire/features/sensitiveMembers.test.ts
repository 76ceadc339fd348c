import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { isCancelled } from "../../../src/core/errors";
import { copyCreateCommand } from "../../../src/features/change/copyInstance";
import { deleteInstance } from "../../../src/features/change/deleteInstance";
import { editInstance } from "../../../src/features/change/editInstance";
import { editTags } from "../../../src/features/change/editTags";
import { recreate } from "../../../src/features/recreate/recreate";
import { connectionKey } from "../../../src/instances/connection";
import { createSync } from "../../../src/instances/sync";
import { logError } from "../../../src/core/errorLog";
import { RecordingLog } from "../../fakes/recordingLog";
import { ScriptedPrompts, type Reply } from "../../fakes/scriptedPrompts";
import { connection, instanceNode, openWorld } from "./flowWorld";

/** Members that the models call sensitive, with a word each that nothing else contains. */
const name = "zzname";
const newName = "zzrenamed";
const metadata = "zzmetadata";
const tags = { zzkey: "zzvalue" };
const secrets = [name, newName, metadata, "zzkey", "zzvalue", "zzdescription"];
/** Services quote what they were sent. */
const message = `Value ${secrets.join(", ")} failed to satisfy a constraint`;

test("Security 10: names, metadata and tags of a whole session reach no log, and of the journal only what it is for", async (t) => {
  const log = new RecordingLog();
  const world = await openWorld(t, { log }, log);
  const { sandbox, operations } = world;
  const refuse = (operation: string, status = 400, times = 1) =>
    sandbox.control.addFault(operation, { kind: "status", status, code: "ValidationException", message }, times);
  let rejections = 0;
  const run = async (flow: (deps: ReturnType<typeof depsOf>) => Promise<void>, ...replies: readonly Reply[]) => {
    const prompts = new ScriptedPrompts(...replies);
    await flow(depsOf(prompts)).catch((error: unknown) => {
      if (isCancelled(error)) throw error;
      rejections += 1;
      logError(log, error);
    });
    prompts.assertDone();
  };
  const depsOf = (prompts: ScriptedPrompts) => ({ ...world, prompts, deleteConfirmation: () => "typeName" as const });
  const create = async (kind: string, values: Record<string, string>) => {
    const record = await operations.start(await world.scope(kind), { type: "create", draft: { kind, values, tags } });
    return operations.untilIdle(record.id);
  };

  await refuse("CreateAppInstance");
  assert.equal((await create("chime", { name, metadata })).status, "failed");
  await refuse("CreateAppInstance", 500, 99);
  assert.equal((await create("chime", { name, metadata })).status, "interrupted");
  await sandbox.control.clearFaults();
  const [interrupted] = operations.list();
  await operations.discard(interrupted!.id);
  const { created } = await create("chime", { name, metadata });
  const instance = (await world.kind("chime").get(await world.session(), created!.id))!;
  const node = instanceNode(instance);
  await create("supplyChain", { instanceName: name, instanceDescription: "zzdescription" });

  await refuse("ListTagsForResource");
  await run((deps) => deleteInstance(deps, node));
  await refuse("DescribeAppInstance");
  await run((deps) => copyCreateCommand(deps, node));
  await run((deps) => recreate({ ...deps, form: world.form }, node));
  await refuse("UpdateAppInstance");
  const edits: Reply[] = [
    { to: "Name", type: newName },
    { to: "Metadata", type: metadata },
    { to: newName, pick: "Save in" },
  ];
  await run((deps) => editInstance(deps, node), ...edits);
  assert.equal((await world.untilIdle()).status, "failed");
  await run((deps) => editInstance(deps, node), ...edits);
  assert.equal((await world.untilIdle()).status, "succeeded");
  await refuse("UntagResource");
  await run(
    (deps) => editTags(deps, node),
    { to: "zzkey = zzvalue", pick: "zzkey = zzvalue", button: "remove" },
    { to: "no tags", pick: "Done" },
    { to: "- zzkey = zzvalue", pick: "Save 1 change" },
  );
  assert.equal((await world.untilIdle()).status, "failed");

  const sync = createSync({ ...world, log, clock: world.clock, refreshIntervalSeconds: () => 0 });
  t.after(() => sync.dispose());
  sync.setConnections([connection]);
  await refuse("ListAppInstances", 403);
  await refuse("ListInstances", 500, 9);
  await sync.refresh(connectionKey(connection));
  await sandbox.control.clearFaults();

  await run((deps) => deleteInstance(deps, node), { to: newName, type: newName });
  assert.equal((await world.untilIdle()).status, "succeeded");
  await run((deps) => deleteInstance(deps, node));
  assert.ok(rejections >= 4, `${rejections} flows were refused`);

  assert.ok(log.lines.length > 20, "it was a session with a log");
  const told = log.lines.filter((line) => secrets.some((secret) => line.includes(secret)));
  assert.deepEqual(told, []);

  const places = new Set<string>();
  for (const file of await readdir(world.directory, { recursive: true })) {
    if (!file.endsWith(".json")) continue;
    const record = JSON.parse(await readFile(join(world.directory, file), "utf8")) as Readonly<Record<string, unknown>>;
    for (const [member, value] of Object.entries(record))
      if (secrets.some((secret) => JSON.stringify(value).includes(secret))) places.add(member);
  }
  // What an interrupted operation goes on with, what the Activity view calls it, and why it failed.
  const needed = ["created", "draft", "error", "history", "label", "tagChanges", "target", "values"];
  assert.deepEqual(
    [...places].filter((place) => !needed.includes(place)),
    [],
  );
});
