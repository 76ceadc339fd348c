import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";

/** A child that is spoken to in lines. */
export class LineProcess {
  readonly ended: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, AWS_EC2_METADATA_DISABLED: "true", NODE_NO_WARNINGS: "1" },
    });
    const { stdout } = this.#child;
    if (!stdout) throw new Error(`${command} has no output.`);
    this.#lines = createInterface(stdout);
    this.ended = once(this.#child, "close");
  }

  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  async nextLine(): Promise<string> {
    const ended = this.ended.then(() => {
      throw new Error(`${this.#child.spawnargs.join(" ")} ended without an answer.`);
    });
    const [line] = (await Promise.race([once(this.#lines, "line"), ended])) as [string];
    return line;
  }

  async stop(): Promise<void> {
    this.#child.stdin?.end();
    await this.ended;
  }
}
