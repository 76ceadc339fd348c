import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SandboxControl } from "../fixtures/sandbox";
import { eventually, type Workbench } from "./workbench";

/** Control of the sandbox that the extension itself runs: the window writes down how to reach it. */
export async function embeddedSandboxControl(workbench: Workbench): Promise<SandboxControl> {
  const file = join(workbench.globalStorage, "sandbox/running.json");
  return eventually(async () => {
    const access = JSON.parse(await readFile(file, "utf8")) as { endpoint: string; controlToken: string };
    return new SandboxControl(access);
  });
}
