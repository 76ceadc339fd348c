import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "../../../src/core/log";
import { findUnsettled, refuseSecond } from "../../../src/operations/conflicts";
import { Journal } from "../../../src/operations/journal";
import { newRecord } from "../../../src/operations/newRecord";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { SharedRecords } from "../../../src/operations/sharedRecords";
import { FakeCloud } from "../../fakes/cloud";
import { FaultyFiles } from "../../fakes/faultyFiles";
import { SkippingClock } from "../../fakes/skippingClock";
import { scope } from "./world";
import { directory } from "./windowWorld";
import { MemoryFiles } from "../../fakes/memoryFiles";

const { kind } = new FakeCloud();

/** What one window knows of a folder, which tells it nothing by itself. */
async function setUp() {
  const disk = new MemoryFiles();
  await disk.mkdir(directory);
  const files = new FaultyFiles(disk);
  const clock = new SkippingClock();
  const journal = new Journal(directory, { files, clock, log: silentLog });
  const records = new SharedRecords({ journal, files, clock, log: silentLog, secondLookMs: 1_000 });
  const heard: (string | undefined)[] = [];
  records.onDidChange((id) => heard.push(id));
  return {
    disk,
    records,
    heard,
    pathOf: ({ id }: OperationRecord) => `${directory}/${id}.json`,
    /** As another window leaves it there. */
    leave: (record: OperationRecord) => {
      disk.writeFileSync(`${directory}/${record.id}.json`, JSON.stringify(record));
      return record;
    },
    /** The ids of the entries that this reads. */
    readBy: async (work: () => Promise<unknown>): Promise<readonly string[]> => {
      const before = files.calls.length;
      await work();
      return files.calls.slice(before).flatMap((call) => /^readFile (.*)\.json$/.exec(call)?.[1] ?? []);
    },
  };
}

function recordOn(targetId: string, status: OperationRecord["status"], more: Partial<OperationRecord> = {}) {
  const request = { type: "delete", target: { id: targetId, arn: `arn:fake:${targetId}` } } as const;
  return { ...newRecord(scope, request, kind, 0), revision: 1, status, ...more };
}

test("Whoever reads a long journal is told a few times, and not for each of its records", async () => {
  const { leave, records, heard } = await setUp();
  const count = 4_500;
  for (let createdAt = 0; createdAt < count; createdAt++) leave(recordOn(`i-${createdAt}`, "succeeded", { createdAt }));
  await records.readAll();
  assert.deepEqual(heard, [undefined, undefined, undefined]);
  assert.deepEqual(
    records.list().map(({ createdAt }) => createdAt),
    Array.from({ length: count }, (_, index) => count - 1 - index),
  );
  heard.length = 0;
  await records.readAll();
  assert.deepEqual(heard, []);
  const latest = records.list()[0]!;
  records.put({ ...latest, label: "renamed" });
  assert.equal(records.list()[0]?.label, "renamed");
  await records.forget(records.list().map(({ id }) => id));
  assert.deepEqual(heard, [latest.id, undefined, undefined, undefined]);
  assert.deepEqual(records.list(), []);
});

test("A listener that hears of one record is told which", async () => {
  const { leave, records, heard } = await setUp();
  const [first, second] = [leave(recordOn("i-1", "running")), recordOn("i-2", "running")];
  await records.readAll();
  leave(second);
  await records.readUnsettled();
  leave({ ...first, status: "succeeded", revision: 2 });
  await records.read(first.id);
  assert.deepEqual(heard, [first.id, second.id, first.id]);
  assert.deepEqual(records.running(), [second]);
});

test("Before an operation starts, everything is read that is not known to be settled, and nothing that is", async () => {
  const { leave, records, disk, readBy, pathOf } = await setUp();
  const settled = (["succeeded", "failed", "discarded"] as const).map((status) => leave(recordOn("i-1", status)));
  const unsettled = (["running", "interrupted"] as const).map((status) => leave(recordOn("i-2", status)));
  const newer = leave({ ...recordOn("i-3", "running"), version: 99 as unknown as 2 });
  const all = [...settled, ...unsettled, newer].map(({ id }) => id);
  const wanted = recordOn("i-1", "running");
  assert.deepEqual([...(await readBy(() => records.readAll()))].sort(), [...all].sort());
  const news = leave(recordOn("i-4", "succeeded"));
  const open = [...unsettled, newer].map(({ id }) => id);
  assert.deepEqual([...(await readBy(() => refuseSecond(records, wanted)))].sort(), [...open, news.id].sort());
  assert.deepEqual([...(await readBy(() => records.readUnsettled()))].sort(), [...open].sort());
  disk.unlinkSync(pathOf(settled[0]!));
  assert.deepEqual([...(await readBy(() => records.readUnsettled()))].sort(), [...open, settled[0]!.id].sort());
  assert.equal(records.get(settled[0]!.id), undefined);
  assert.deepEqual([...(await readBy(() => records.readAll()))].sort(), [...all.slice(1), news.id].sort());
});

test("What another window began, or went on with, since this one looked stands in the way", async () => {
  const { leave, records } = await setUp();
  const before = leave(recordOn("i-1", "interrupted"));
  await records.readAll();
  const other = leave(recordOn("i-2", "running"));
  await assert.rejects(refuseSecond(records, recordOn("i-2", "running")), /is being worked on already/);
  leave({ ...before, status: "running", revision: 2 });
  await assert.rejects(refuseSecond(records, recordOn("i-1", "running")), /is being worked on already/);
  leave({ ...other, status: "succeeded", revision: 2 });
  await refuseSecond(records, recordOn("i-2", "running"));
  assert.equal(findUnsettled(records.list(), recordOn("i-2", "running")), undefined);
});

test("A settled record whose entry was seen damaged is looked at again until it is whole", async () => {
  const { leave, records, disk, pathOf } = await setUp();
  const record = leave(recordOn("i-1", "failed"));
  await records.readAll();
  disk.writeFileSync(pathOf(record), "half");
  await records.read(record.id);
  assert.equal(records.isDamaged(record.id), true);
  leave(record);
  await records.readUnsettled();
  assert.equal(records.isDamaged(record.id), false);
});

test("Where the folder does not tell what is in it, what is known stays, and nothing starts", async () => {
  const { leave, records, disk } = await setUp();
  const record = leave(recordOn("i-1", "succeeded"));
  await records.readAll();
  disk.readdir = () => Promise.reject(new Error("EIO"));
  const said: string[] = [];
  records.onDidSetAside((message) => said.push(message));
  await records.readUnsettled();
  assert.match(said.join(), /Could not read .*EIO/);
  assert.deepEqual(records.list(), [record]);
  await assert.rejects(refuseSecond(records, recordOn("i-2", "running")), /Could not read .*EIO/);
});
