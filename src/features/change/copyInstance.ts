import type { Kind } from "../../instances/kind";
import type { Draft } from "../../instances/draft";
import { withValue } from "../../instances/draft";
import { instanceText } from "../../ui/text/instanceText";
import { readTarget } from "../../ui/instance/read";
import { targetInstance } from "../../ui/instance/pick";
import type { CreateWizard } from "../../ui/prompts/wizard";
import type { ChangeDeps } from "./deps";

/** Create One Like This…: the create wizard with everything that two instances can have in common. */
export async function createLikeThis(
  deps: ChangeDeps & { readonly wizard: CreateWizard },
  target?: unknown,
): Promise<void> {
  const found = await targetInstance(deps, target, { title: "Create one like this" });
  const { kind, instance, tags } = await readTarget(deps, found);
  const { draft, notes } = toCopy(kind, kind.capture(instance, tags));
  await deps.wizard.run({ kind: kind.id, connection: found.connection, draft, notes });
}

/** A draft without what only one instance can have, and why that is missing. */
function toCopy(kind: Kind, draft: Draft): { readonly draft: Draft; readonly notes: Readonly<Record<string, string>> } {
  const unique = kind.fields.filter(({ id, control }) => control === "domain" && draft.values[id] !== undefined);
  return {
    draft: unique.reduce((copy, { id }) => withValue(copy, id, ""), draft),
    notes: Object.fromEntries(unique.map(({ id }) => [id, "Not copied: a domain belongs to one instance only"])),
  };
}

/** Copy AWS CLI Create Command: what would create the instance again, tags included. */
export async function copyCreateCommand(deps: ChangeDeps, target?: unknown): Promise<void> {
  const found = await targetInstance(deps, target, { title: "Copy the create command of an instance" });
  const { kind, instance, tags, session } = await readTarget(deps, found);
  await deps.clipboard.writeText(kind.createCommand(kind.capture(instance, tags), session));
  deps.prompts.inform(`Copied the create command of ${instanceText(instance)}.`, {
    title: "Open Terminal Here",
    command: "openTerminal",
    node: { type: "connection", connection: session.connection },
  });
}
