import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { damageOf } from "../core/damage";
import type { Log } from "../core/log";
import { defaultAccountId, makeKeys, principalNames, storedKeys } from "./principals";
import { storedResource, type StoredResource } from "./resource";
import { ResourceFile } from "./resourceFile";

const version = 1;

const document = z.object({
  version: z.literal(version),
  accountId: z.string(),
  bornMs: z.number(),
  controlToken: z.string(),
  keys: z.array(storedKeys),
  /** Identity policies that principals were given instead of their own, by name. */
  policies: z._default(z.record(z.string(), z.array(z.record(z.string(), z.unknown()))), {}),
  identityCenterRegions: z._default(z.array(z.string()), ["us-east-1"]),
  /** Only in files of before resources had one of their own. */
  resources: z._default(z.array(storedResource), []),
});

export type StateDocument = z.output<typeof document>;

/**
 * What survives restarts: who there is, as one JSON file that is replaced whole, so that a crash leaves the old one or the new
 * one; and the resources in a file of their own.
 */
export class StateFile {
  readonly document: Omit<StateDocument, "resources">;
  readonly #path: string;
  readonly #resources: ResourceFile;
  #written = "";
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  private constructor(path: string, content: Omit<StateDocument, "resources">, resources: ResourceFile) {
    this.#path = path;
    this.document = content;
    this.#resources = resources;
  }

  get resources(): StoredResource[] {
    return this.#resources.resources;
  }

  /** To be called at each change of a resource: it is saved with what is saved next. */
  touch(resource: StoredResource): void {
    this.#resources.touch(resource);
  }

  /** A damaged file is set aside with a warning; the sandbox then begins afresh. */
  static async open(directory: string, nowMs: number, log: Log): Promise<StateFile> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, "state.json");
    const resourcesPath = join(directory, "resources.jsonl");
    const content = await load(path, resourcesPath, log);
    const { resources, ...rest } = content ?? newDocument(nowMs);
    const isNew = !content || addPrincipals(rest);
    const file = new StateFile(path, rest, await ResourceFile.open(resourcesPath, log));
    for (const resource of file.resources.length === 0 ? resources : []) {
      file.resources.push(resource);
      file.touch(resource);
    }
    if (isNew) await file.save();
    return file;
  }

  /** Resolves when everything that was there at the time of the call is on disk. Writes are shared. */
  save(): Promise<void> {
    this.#next ??= (this.#writing ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        this.#writing = this.#next;
        this.#next = undefined;
        return this.#write();
      });
    return this.#next;
  }

  async #write(): Promise<void> {
    await this.#resources.write();
    const text = JSON.stringify(this.document);
    if (text === this.#written) return;
    await replaceFile(this.#path, text);
    this.#written = text;
  }
}

function newDocument(nowMs: number): StateDocument {
  return {
    version,
    accountId: defaultAccountId,
    bornMs: nowMs,
    controlToken: randomBytes(24).toString("base64url"),
    keys: principalNames.map((name) => makeKeys(name)),
    policies: {},
    identityCenterRegions: ["us-east-1"],
    resources: [],
  };
}

/** Those that came after the file was written. */
function addPrincipals({ keys, accountId }: Omit<StateDocument, "resources">): boolean {
  const isThere = (name: string) => keys.some((stored) => stored.principal === name && stored.accountId === accountId);
  const missing = principalNames.filter((name) => !isThere(name));
  keys.push(...missing.map((name) => makeKeys(name)));
  return missing.length > 0;
}

async function load(path: string, resourcesPath: string, log: Log): Promise<StateDocument | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return document.parse(JSON.parse(text));
  } catch (error) {
    const aside = `${path}.damaged-${Date.now()}`;
    await rename(path, aside);
    await rename(resourcesPath, `${aside}.resources`).catch(() => undefined);
    log.warn(
      `The sandbox's state in ${path} could not be read and was set aside as ${aside}; the sandbox starts empty, with new keys. Cause: ${damageOf(error)}`,
    );
    return undefined;
  }
}

export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncDirectory(join(path, ".."));
}

/** Makes the rename itself durable. Not every platform lets a directory be opened; there the rename has to do. */
async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, "r");
    await directory.sync().finally(() => directory.close());
  } catch {
    // Best effort, see above.
  }
}
