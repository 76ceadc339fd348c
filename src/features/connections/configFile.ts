import * as vscode from "vscode";
import * as z from "zod/mini";
import { UserError } from "../../core/errors";

const place = z.object({ file: z.string(), line: z.optional(z.int().check(z.positive())) });

/** Opens a config file where it is wrong. Takes `{ file, line }`, counted from 1. */
export async function openConfigFile(target: unknown): Promise<void> {
  const parsed = place.safeParse(target);
  if (!parsed.success) throw new UserError("There is no file to open.");
  const { file, line = 1 } = parsed.data;
  const position = new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(position, position) });
}
