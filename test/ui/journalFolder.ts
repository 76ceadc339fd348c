import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { OperationRecord } from "../../src/operations/operationRecord";
import type { Workbench } from "./workbench";

/** The operations on disk, as the extension keeps them. */
export async function journalRecords(workbench: Workbench): Promise<readonly OperationRecord[]> {
  const directory = join(workbench.globalStorage, "operations");
  const names = await readdir(directory).catch(() => []);
  const records = await Promise.all(
    names
      .filter((name) => name.endsWith(".json"))
      .map(async (name) => JSON.parse(await readFile(join(directory, name), "utf8")) as OperationRecord),
  );
  return records.sort((a, b) => a.createdAt - b.createdAt);
}

/** Looks as fast as it can, so that a test can act while a step is still on. */
export async function untilRecorded(
  workbench: Workbench,
  isIt: (record: OperationRecord) => boolean,
  timeoutMs = 60_000,
): Promise<OperationRecord> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const records = await journalRecords(workbench);
    const record = records.find(isIt);
    if (record) return record;
    if (Date.now() > deadline) throw new Error(`No such operation is on record, but: ${JSON.stringify(records)}`);
    await delay(2);
  }
}
