import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { logTextOf } from "../core/errors";
import type { Log } from "../core/log";
import { defaultAccountId } from "./principals";
import { lifeOf, type StoredResource } from "./resource";
import { replaceFile } from "./state";

/** A request whose signature was good. */
const ledgerRequest = z.object({
  /** As the AWS CLI names it: `supplychain`. */
  service: z.string(),
  operation: z.string(),
  token: z.nullable(z.string()),
  /** Null when a fault kept the reply from being sent. */
  status: z.nullable(z.number()),
  principal: z.string(),
  accountId: z._default(z.string(), defaultAccountId),
  /** ISO 8601, by the wall clock. */
  time: z.string(),
  region: z.string(),
  requestId: z.string(),
  accessKeyId: z.string(),
  /** The resource that the request was about, where it succeeded. */
  resourceId: z.nullable(z.string()),
  /** The token had been seen before: nothing was created. */
  isReplay: z.boolean(),
  /** Kind of the injected fault. */
  fault: z.nullable(z.string()),
});

export type LedgerRequest = z.output<typeof ledgerRequest>;

/** Every resource that there ever was, with its life. Times are ISO 8601. */
export interface LedgerResource {
  readonly kind: string;
  readonly accountId: string;
  readonly id: string;
  readonly arn: string;
  readonly region: string;
  readonly name: string | null;
  readonly token: string | null;
  readonly principal: string | null;
  /** Put there by the seed or in bulk, not by a request. */
  readonly seeded: boolean;
  readonly createdTime: string;
  /** When the service stopped showing it; null while it still does. */
  readonly deletedTime: string | null;
  readonly state: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Ledger {
  readonly requests: readonly LedgerRequest[];
  readonly resources: readonly LedgerResource[];
}

const maxRequests = 10_000;

/** Requests go to a file of their own, a line each, so that recording one costs little. The oldest are dropped. */
export class RequestLog {
  #requests: LedgerRequest[];
  readonly #path: string;
  readonly #log: Log;
  #unwritten = "";
  #lines: number;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, requests: LedgerRequest[], lines: number, log: Log) {
    this.#path = path;
    this.#requests = requests;
    this.#lines = lines;
    this.#log = log;
  }

  static async open(directory: string, log: Log): Promise<RequestLog> {
    const path = join(directory, "requests.jsonl");
    const lines = (await readOptional(path)).split("\n").filter((line) => line !== "");
    // A line that a crash cut short, or that an older version wrote, is worth no error: the ledger is a record for tests.
    const requests = lines.flatMap((line) => parseLine(line) ?? []);
    return new RequestLog(path, requests.slice(-maxRequests), lines.length, log);
  }

  get requests(): readonly LedgerRequest[] {
    return this.#requests;
  }

  add(request: LedgerRequest): void {
    this.#requests.push(request);
    if (this.#requests.length > maxRequests) this.#requests.shift();
    this.#unwritten += `${JSON.stringify(request)}\n`;
    this.#lines += 1;
    this.#writing = this.#writing.then(() => this.#write());
  }

  /** Never rejects. */
  flush(): Promise<void> {
    return this.#writing;
  }

  async #write(): Promise<void> {
    const text = this.#unwritten;
    this.#unwritten = "";
    try {
      if (this.#lines > 2 * maxRequests) {
        this.#lines = this.#requests.length;
        await replaceFile(this.#path, this.#requests.map((request) => `${JSON.stringify(request)}\n`).join(""));
      } else if (text !== "") {
        await appendFile(this.#path, text, { mode: 0o600 });
      }
    } catch (error) {
      this.#log.warn(`The sandbox could not record a request in ${this.#path}: ${logTextOf(error)}`);
    }
  }
}

export function toLedgerResource(resource: StoredResource, nowMs: number): LedgerResource {
  const life = lifeOf(resource, nowMs);
  return {
    kind: resource.kind,
    accountId: resource.accountId,
    id: resource.id,
    arn: resource.arn,
    region: resource.region,
    name: resource.name,
    token: resource.token,
    principal: resource.principal,
    seeded: resource.principal === null,
    createdTime: new Date(resource.createdMs).toISOString(),
    deletedTime: life.state === "gone" ? new Date(life.sinceMs).toISOString() : null,
    state: life.state,
    tags: resource.tags,
  };
}

function parseLine(line: string): LedgerRequest | undefined {
  try {
    return ledgerRequest.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

async function readOptional(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
