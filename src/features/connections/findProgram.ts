import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join, relative, sep } from "node:path";

export interface FoundProgram {
  /** Absolute. */
  readonly program: string;
  /** PATH for the program itself: without the folders that were not looked into. */
  readonly path: string;
}

/**
 * A program on PATH by its whole path, or undefined. What a workspace holds is never run: folders inside of it, or that
 * lead there by a link, are passed over, and so are relative ones, which mean another folder wherever one is.
 */
export async function findProgram(
  name: string,
  searchPath: string,
  workspaceFolders: readonly string[],
): Promise<FoundProgram | undefined> {
  const isAllowed = await outsideOf(workspaceFolders);
  const folders = await programFolders(searchPath, workspaceFolders);
  // A batch file would have its arguments read once more by a shell; version 2 of the AWS CLI is a program.
  const file = process.platform === "win32" ? `${name}.exe` : name;
  for (const folder of folders) {
    const program = join(folder, file);
    if ((await isProgram(program)) && (await isAllowed(program))) return { program, path: folders.join(delimiter) };
  }
  return undefined;
}

/** Those of PATH that are looked into. */
export async function programFolders(searchPath: string, workspaceFolders: readonly string[]): Promise<string[]> {
  const isAllowed = await outsideOf(workspaceFolders);
  const folders: string[] = [];
  for (const folder of searchPath.split(delimiter))
    if (isAbsolute(folder) && (await isAllowed(folder))) folders.push(folder);
  return folders;
}

async function outsideOf(folders: readonly string[]): Promise<(path: string) => Promise<boolean>> {
  const forbidden = [...folders, ...(await Promise.all(folders.map(realPath)))];
  const isForbidden = (path: string) => forbidden.some((folder) => isInside(folder, path));
  return async (path) => !isForbidden(path) && !isForbidden(await realPath(path));
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The path itself where there is nothing yet. */
function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
