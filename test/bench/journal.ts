import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { silentLog } from "../../src/core/log";
import { systemClock } from "../../src/core/clock";
import { createFollower } from "../../src/instances/follow";
import { createOperations } from "../../src/operations/durableOperations";
import type { OperationRecord } from "../../src/operations/operationRecord";
import { FakeCloud, FakeSessions } from "../fakes/cloud";
import { measured, round } from "./measure";
import { noStore } from "../fakes/noStore";

const connection = { source: "profile", profile: "bench", region: "us-east-1" } as const;
const accountId = "123456789012";
const place = { service: "supplychain", region: "us-east-1", endpoint: "https://scn.us-east-1.amazonaws.com" };

/** A journal of that many settled operations on a real disk: reading it at the start, and starting one more beside it. */
export async function measureJournal(counts: readonly number[] = [100, 1000, 6000]) {
  const sizes = [];
  for (const records of counts) sizes.push(await measureSize(records));
  return { sizes };
}

async function measureSize(records: number) {
  const directory = await mkdtemp(join(tmpdir(), "app-instances-journal-"));
  try {
    for (let number = 0; number < records; number++) {
      const record = recordOf(number);
      await writeFile(join(directory, `${record.id}.json`), `${JSON.stringify(record)}\n`);
    }
    const runs: Awaited<ReturnType<typeof openAndStart>>[] = [];
    for (let run = 0; run < 5; run++) runs.push(await openAndStart(directory));
    const median = (name: "openMs" | "openBlockMs" | "startMs" | "startBlockMs") =>
      round(runs.map((run) => run[name]).sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? Number.NaN);
    return {
      records,
      openMs: median("openMs"),
      openBlockMs: median("openBlockMs"),
      startMs: median("startMs"),
      startBlockMs: median("startBlockMs"),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** One window that opens, lists what there is, and starts one change. */
async function openAndStart(directory: string) {
  const cloud = new FakeCloud();
  const sessions = new FakeSessions(cloud);
  const operations = createOperations({
    directory,
    sessions,
    kinds: { get: () => cloud.kind },
    follower: createFollower({ sessions, store: noStore, clock: systemClock, log: silentLog }),
    log: silentLog,
  });
  try {
    const opened = await measured(() => operations.open());
    const id = randomUUID();
    const target = { id, arn: `arn:aws:scn:us-east-1:${accountId}:instance/${id}` };
    let startedId = "";
    const started = await measured(async () => {
      const scope = { kind: "fake", connection, accountId, place };
      startedId = (await operations.start(scope, { type: "delete", target })).id;
    });
    await operations.untilIdle(startedId);
    await rm(join(directory, `${startedId}.json`), { force: true });
    return {
      openMs: opened.ms,
      openBlockMs: opened.longestBlockMs,
      startMs: started.ms,
      startBlockMs: started.longestBlockMs,
    };
  } finally {
    operations.dispose();
  }
}

function recordOf(number: number): OperationRecord {
  const id = randomUUID();
  const at = Date.now() - 60_000 - number;
  const instance = {
    id: randomUUID(),
    arn: `arn:aws:scn:us-east-1:${accountId}:instance/${id}`,
    name: `plan-${number}`,
  };
  const steps = ["Started", "Sent the request", "The service took it", "It is coming up", "Active"];
  return {
    version: 2,
    id,
    type: number % 2 === 0 ? "create" : "edit",
    kind: "fake",
    connection,
    accountId,
    place,
    label: instance.name,
    ...(number % 2 === 0 ? { created: instance, token: randomUUID() } : { target: instance }),
    step: "follow",
    status: "succeeded",
    attempts: 1,
    sentAt: at,
    sentAtService: at,
    firstSentAtService: at,
    requestIds: [randomUUID()],
    history: steps.map((text) => ({ at, text })),
    createdAt: at,
    updatedAt: at,
    settledAt: at,
    revision: steps.length,
  };
}
