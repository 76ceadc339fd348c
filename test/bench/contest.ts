import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { findBoto3 } from "../conformance/boto3";
import { LineProcess } from "./lineProcess";
import type { Cost } from "./measure";

export type Contestant = "ours" | "official" | "bare" | "boto3";

export interface Task {
  readonly task: "list" | "read";
  readonly endpoint: string;
  readonly count: number;
}

/** The clients, each bundled in the same way and in a process of its own, and a server that costs them nothing. */
export class Contest {
  /** Of the server. Before every path comes how many instances there are. */
  readonly origin: string;
  /** Why boto3 does not take part. */
  readonly missing: string | undefined;
  readonly #directory: string;
  readonly #server: LineProcess;
  readonly #python: string | undefined;
  readonly #workers = new Map<Contestant, LineProcess>();

  private constructor(
    directory: string,
    server: LineProcess,
    port: string,
    python: Awaited<ReturnType<typeof findBoto3>>,
  ) {
    this.#directory = directory;
    this.#server = server;
    this.origin = `http://127.0.0.1:${port}`;
    this.#python = "path" in python ? python.path : undefined;
    this.missing = "missing" in python ? python.missing : undefined;
  }

  /** The server waits so long before each answer. */
  static async open(latencyMs = 0): Promise<Contest> {
    const directory = await mkdtemp(join(tmpdir(), "app-instances-bench-"));
    await bundle(directory);
    const server = new LineProcess(process.execPath, [join(directory, "cannedServer.js"), `${latencyMs}`]);
    return new Contest(directory, server, await server.nextLine(), await findBoto3());
  }

  get contestants(): readonly Contestant[] {
    return this.missing === undefined ? ["ours", "official", "bare", "boto3"] : ["ours", "official", "bare"];
  }

  /** Of a service with so many instances. */
  endpoint(instances: number): string {
    return `${this.origin}/${instances}`;
  }

  /** From starting a new process to its first complete list. */
  async coldMs(who: Contestant, instances: number): Promise<number> {
    const started = performance.now();
    const child = new LineProcess(...this.#command(who, ["once", this.endpoint(instances)]));
    const listed = Number(await child.nextLine());
    const ms = performance.now() - started;
    await child.ended;
    if (listed !== instances) throw new Error(`${who} listed ${listed} of ${instances} instances.`);
    return ms;
  }

  /** In a process that stays. */
  async cost(who: Contestant, { task, endpoint, count }: Task): Promise<Cost> {
    const worker = this.#workers.get(who) ?? new LineProcess(...this.#command(who, []));
    this.#workers.set(who, worker);
    worker.write(`${task} ${endpoint} ${count}\n`);
    const { done, ...cost } = JSON.parse(await worker.nextLine()) as Cost & { readonly done: number };
    if (done !== count) throw new Error(`${who} did ${done} of ${count}.`);
    return cost;
  }

  async close(): Promise<void> {
    for (const child of [...this.#workers.values(), this.#server]) await child.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #command(who: Contestant, args: readonly string[]): [string, readonly string[]] {
    if (who === "boto3") return [this.#python ?? "", [join(__dirname, "clients/boto3_client.py"), ...args]];
    return [process.execPath, [join(this.#directory, `${who}.js`), ...args]];
  }
}

function bundle(outdir: string) {
  const clients = ["ours", "official", "bare"].map((name) => join(__dirname, "clients", `${name}.ts`));
  return build({
    entryPoints: [...clients, join(__dirname, "cannedServer.ts")],
    entryNames: "[name]",
    outdir,
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "warning",
  });
}
