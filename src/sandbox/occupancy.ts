import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSandboxAt } from "./identity";

/** Two sandboxes over one state would overwrite each other's. Says where the other one listens, if there is one. */
export async function findOccupant(directory: string, controlToken: string): Promise<string | undefined> {
  try {
    const endpoint = await readFile(pathOf(directory), "utf8");
    // Asked, not inferred from a process id: ids are given out again, and a killed sandbox leaves its file behind.
    return (await isSandboxAt(endpoint, controlToken, 1000)) ? endpoint : undefined;
  } catch {
    return undefined;
  }
}

export async function occupy(directory: string, endpoint: string): Promise<void> {
  await writeFile(pathOf(directory), endpoint, { mode: 0o600 });
}

export async function vacate(directory: string): Promise<void> {
  await rm(pathOf(directory), { force: true });
}

function pathOf(directory: string): string {
  return join(directory, "endpoint");
}
