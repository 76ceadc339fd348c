import { writeSync } from "node:fs";
import { channel } from "node:diagnostics_channel";
import * as nodeFs from "node:fs/promises";
import type { ClientRequest } from "node:http";
import type { AwsClient } from "../../src/aws/awsClient";
import type { AnyOperation } from "../../src/aws/operation";
import { systemClock } from "../../src/core/clock";
import { messageOf } from "../../src/core/errors";
import { silentLog } from "../../src/core/log";
import { createFollower } from "../../src/instances/follow";
import { createKinds } from "../../src/instances/kinds/registry";
import { createSessions } from "../../src/instances/sessions";
import type { SandboxAccess } from "../../src/instances/sessionAccess";
import { createStore } from "../../src/instances/memoryStore";
import { createOperations } from "../../src/operations/durableOperations";
import { nodeFiles, type Files } from "../../src/operations/files";
import type { OperationRecord } from "../../src/operations/operationRecord";
import type { OperationRequest, OperationScope } from "../../src/operations/operations";
import { hurriedBy } from "../fakes/clock";
import { decoratedSessions } from "./decoratedSessions";

/**
 * A window without VS Code: the real journal, locks, runner, client and kinds, in a process that kills itself at a given
 * point. It is told what to do in its first argument, and prints a line of JSON when it is done.
 */
export interface ChildTask {
  /** `watch`: look on until standard input closes, then finish what is left. */
  readonly mode: "start" | "resume" | "watch";
  readonly directory: string;
  readonly access: SandboxAccess;
  readonly scope: OperationScope;
  readonly request: OperationRequest;
  /** The number of the point at which to die; absent: never. */
  readonly killAt?: number;
}

export interface ChildReport {
  readonly points: number;
  readonly record?: OperationRecord;
  /** `start` was refused. */
  readonly refusal?: string;
}

/** The product's own intervals, fifty times faster. */
const clock = hurriedBy(50);

const maxResumptions = 20;

let points = 0;
let task: ChildTask;

/** A moment at which a crash may happen. SIGKILL: nothing is flushed, nothing is caught, no lock is released. */
function point(label: string): void {
  points += 1;
  if (points !== task.killAt) return;
  writeSync(2, label);
  process.kill(process.pid, "SIGKILL");
  for (;;);
}

const files: Files = {
  ...nodeFiles,
  open: (path, flags) => {
    if (path.endsWith(".tmp")) point("journal: before the write");
    return nodeFiles.open(path, flags);
  },
  rename: async (from, to) => {
    point("journal: before the rename");
    await nodeFiles.rename(from, to);
    point("journal: after the rename");
  },
};

/** Reads are many and alike: only the moment before one is a point. */
function changes(operation: Pick<AnyOperation, "method" | "service">): boolean {
  return operation.method !== "GET" && operation.service.protocol === "rest-json";
}

function withPoints(client: AwsClient): AwsClient {
  return {
    region: client.region,
    get clockOffsetMs() {
      return client.clockOffsetMs;
    },
    async call(operation, input, options) {
      point(`${operation.name}: before it is sent`);
      const output = await client.call(operation, input, options);
      if (changes(operation)) point(`${operation.name}: after the reply`);
      return output;
    },
    pages: (operation, input, options) => client.pages(operation, input, options),
  };
}

/** Node tells when the head of a reply is there, before anybody sees it: the service has committed by then. */
function listenToReplies(): void {
  channel("http.client.response.finish").subscribe((message) => {
    const { request } = message as { readonly request: ClientRequest };
    if (request.method !== "GET") point(`${request.method}: committed, reply unseen`);
  });
}

async function main(): Promise<void> {
  task = JSON.parse(process.argv[2] ?? "") as ChildTask;
  listenToReplies();
  const sessions = createSessions({
    log: silentLog,
    clock,
    env: {},
    promptMfa: () => Promise.reject(new Error("The sandbox asks for no code")),
    sandboxAccess: () => task.access,
    endpointUrls: () => ({}),
  });
  const instrumented = decoratedSessions(sessions, withPoints);
  const kinds = createKinds({ chimeApi: () => "identity" });
  const store = createStore(clock);
  const follower = createFollower({ sessions: instrumented, store, clock, log: silentLog });
  const operations = createOperations({
    directory: task.directory,
    sessions: instrumented,
    kinds,
    follower,
    log: silentLog,
    clock,
    files,
  });
  await operations.open();
  let refusal: string | undefined;
  if (task.mode === "start") {
    try {
      await operations.start(task.scope, task.request);
    } catch (error) {
      refusal = messageOf(error);
    }
  }
  if (task.mode === "watch") {
    process.stdout.write("ready\n");
    await new Promise((resolve) => process.stdin.on("end", resolve).resume());
  }
  const record = await finish(operations);
  await tidied();
  const report: ChildReport = { points, ...(record ? { record } : {}), ...(refusal === undefined ? {} : { refusal }) };
  writeSync(1, `${JSON.stringify(report)}\n`);
  process.exit(0);
}

/** What a user does who wants it done: waits, and chooses Resume whenever that is offered. */
async function finish(operations: ReturnType<typeof createOperations>): Promise<OperationRecord | undefined> {
  const [first] = operations.list();
  if (!first) return undefined;
  for (let resumptions = 0; ; resumptions++) {
    const record = await operations.untilIdle(first.id);
    if (record.status !== "interrupted" || resumptions === maxResumptions) return record;
    await operations.resume(first.id);
  }
}

/** Windows stay open for longer than it takes to tidy up after killed ones; this process has to wait for it. */
async function tidied(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) {
    const names = await nodeFs.readdir(task.directory);
    if (names.every((name) => name.endsWith(".json"))) return;
    await systemClock.sleep(10);
  }
}

main().catch((error: unknown) => {
  writeSync(2, error instanceof Error ? (error.stack ?? error.message) : messageOf(error));
  process.exit(1);
});
