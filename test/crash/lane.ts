import { join } from "node:path";
import { startSandbox, type Sandbox } from "../../src/sandbox/server";
import { SandboxControl } from "../fixtures/sandbox";

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An account, with the same keys at both endpoints. */
export interface Account {
  readonly id: string;
  /** By profile. */
  readonly keys: Readonly<Record<"sandbox" | "sandbox-restricted", Keys>>;
}

interface Endpoint {
  readonly url: string;
  readonly control: SandboxControl;
  readonly sandbox: Sandbox;
}

/** Runs before the sandboxes are replaced: what they remember makes them slow. */
const runsPerSandbox = 60;

/** Two endpoints that one run after the other uses, each with accounts of its own. */
export class Lane {
  /** How far time has moved on, for services and windows alike. */
  shiftMs = 0;
  readonly #directory: string;
  #here: Endpoint | undefined;
  #there: Endpoint | undefined;
  #runs = 0;
  #generation = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Where everything is meant to be. */
  get here(): Endpoint {
    return this.#here!;
  }

  /** Where nothing is. */
  get there(): Endpoint {
    return this.#there!;
  }

  async beginRun(): Promise<void> {
    if (this.#runs++ % runsPerSandbox === 0) {
      await this.close();
      this.#generation += 1;
      [this.#here, this.#there] = await Promise.all([this.#start("here"), this.#start("there")]);
    }
    this.shiftMs = 0;
    for (const { control } of [this.here, this.there]) {
      await control.clearFaults();
      await control.setClock(0);
    }
  }

  async account(id: string): Promise<Account> {
    const keysOf = async (principal: "sandbox" | "sandbox-restricted") => {
      const keys = await this.here.control.createKeys(id, principal);
      await this.there.control.createKeys(id, principal, keys);
      return keys;
    };
    return { id, keys: { sandbox: await keysOf("sandbox"), "sandbox-restricted": await keysOf("sandbox-restricted") } };
  }

  async close(): Promise<void> {
    await Promise.all([this.#here?.sandbox.close(), this.#there?.sandbox.close()]);
  }

  async #start(name: string): Promise<Endpoint> {
    const sandbox = await startSandbox({
      stateDir: join(this.#directory, `${name}-${this.#generation}`),
      createSeconds: 0.03,
      deleteSeconds: 0.03,
      now: () => Date.now() + this.shiftMs,
    });
    return { url: sandbox.endpoint, control: new SandboxControl(sandbox), sandbox };
  }
}
