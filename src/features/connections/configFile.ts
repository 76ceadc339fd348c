import { access } from "node:fs/promises";
import * as vscode from "vscode";
import * as z from "zod/mini";
import { UserError } from "../../core/errors";
import { writeTemplate } from "./configTemplate";

const place = z.object({ file: z.string(), line: z.optional(z.int().check(z.positive())) });

/** Opens a config file where it is wrong: takes `{ file, line }`, counted from 1. Without it, the config file as it is. */
export async function openConfigFile(target: unknown, config: string): Promise<void> {
  const parsed = place.safeParse(target);
  if (!parsed.success && !(await exists(config)))
    throw new UserError(`There is no AWS config file yet: ${config}`, {
      remedies: [{ title: "Create AWS Config File", command: "appInstances.createConfigFile" }],
    });
  const { file, line = 1 } = parsed.success ? parsed.data : { file: config };
  const position = new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
}

/** Writes a commented template where the config file is looked for, and opens it. One that is there is only opened. */
export async function createConfigFile(config: string): Promise<void> {
  await writeTemplate(config);
  await vscode.window.showTextDocument(vscode.Uri.file(config));
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
