import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

type Behaviour = "good" | "hang" | "fail";

/** A command as `credential_process` names it, that hangs, fails and comes back as it is told. */
export class CredentialProcess {
  readonly command: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.command = join(folder, "give-keys");
  }

  /** `answers`: by profile, what it prints. */
  static async make(
    folder: string,
    behaviour: Behaviour,
    answers: Readonly<Record<string, object>>,
  ): Promise<CredentialProcess> {
    const made = new CredentialProcess(folder);
    const script = [
      "#!/bin/sh",
      `cd '${folder}'`,
      "echo $$ >> asked",
      'case "$(cat behaviour)" in',
      "  hang) exec sleep 60 ;;",
      "  fail) echo 'No keys today' >&2; exit 1 ;;",
      "esac",
      'cat "answer-$1"',
    ];
    await writeFile(made.command, `${script.join("\n")}\n`);
    await chmod(made.command, 0o700);
    for (const [profile, answer] of Object.entries(answers))
      await writeFile(join(folder, `answer-${profile}`), JSON.stringify({ Version: 1, ...answer }));
    await made.become(behaviour);
    return made;
  }

  async become(behaviour: Behaviour): Promise<void> {
    // In one go: whoever reads meanwhile sees the one or the other.
    const next = join(this.#folder, "behaviour.next");
    await writeFile(next, behaviour);
    await rename(next, join(this.#folder, "behaviour"));
  }

  async timesAsked(): Promise<number> {
    return (await this.#pids()).length;
  }

  async untilAsked(): Promise<void> {
    while ((await this.timesAsked()) === 0) await wait(5);
  }

  /** Ends those that hang. */
  async dispose(): Promise<void> {
    for (const pid of await this.#pids()) {
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      if (command.startsWith("sleep")) process.kill(pid, "SIGKILL");
    }
  }

  async #pids(): Promise<readonly number[]> {
    const text = await readFile(join(this.#folder, "asked"), "utf8").catch(() => "");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map(Number);
  }
}
