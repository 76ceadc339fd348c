import { appendFile, readFile } from "node:fs/promises";
import type * as z from "zod/mini";
import { logTextOf } from "../core/errors";
import type { Log } from "../core/log";
import { replaceFile } from "./state";

/** A list that only grows at its end, in a file with a line each, so that adding one costs little. The oldest are dropped. */
export class LineLog<T> {
  readonly #path: string;
  readonly #max: number;
  readonly #log: Log;
  readonly #items: T[];
  #unwritten = "";
  #lines: number;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, max: number, items: T[], lines: number, log: Log) {
    this.#path = path;
    this.#max = max;
    this.#items = items;
    this.#lines = lines;
    this.#log = log;
  }

  static async open<T>(path: string, schema: z.ZodMiniType<T>, max: number, log: Log): Promise<LineLog<T>> {
    const lines = (await readOptional(path)).split("\n").filter((line) => line !== "");
    // A line that a crash cut short, or that an older version wrote, is worth no error: this is a record for tests.
    const items = lines.flatMap((line) => parseLine(schema, line) ?? []);
    return new LineLog(path, max, items.slice(-max), lines.length, log);
  }

  /** Oldest first. */
  get items(): readonly T[] {
    return this.#items;
  }

  add(item: T): void {
    this.#items.push(item);
    if (this.#items.length > this.#max) this.#items.shift();
    // Begins a line of its own, whatever a crash has left.
    this.#unwritten += `\n${JSON.stringify(item)}`;
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
      if (this.#lines > 2 * this.#max) {
        this.#lines = this.#items.length;
        await replaceFile(this.#path, this.#items.map((item) => `\n${JSON.stringify(item)}`).join(""));
      } else if (text !== "") {
        await appendFile(this.#path, text, { mode: 0o600 });
      }
    } catch (error) {
      this.#log.warn(`The sandbox could not write to ${this.#path}: ${logTextOf(error)}`);
    }
  }
}

function parseLine<T>(schema: z.ZodMiniType<T>, line: string): T | undefined {
  try {
    return schema.parse(JSON.parse(line));
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
