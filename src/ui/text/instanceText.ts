import { dayText, timeText } from "../../core/timeText";
import { instanceLabel, type Instance } from "../../instances/instance";
import { shortText, visibleText } from "./displayText";

/** Longer than any name that the services take. */
const maxLength = 300;

/** What an instance is called on the screen: its name as it can be read, or its id where there is nothing to read. */
export function instanceText(instance: Pick<Instance, "name" | "id">): string {
  return nameText(instanceLabel(instance)) || nameText(instance.id);
}

/** "ID 0b9c…, created 2026-11-21 12:04:31 +01:00": what tells it from another one of its name. */
export function identityText({ id, createdAt }: Pick<Instance, "id" | "createdAt">): string {
  return `ID ${nameText(id)}${createdAt === undefined ? "" : `, created ${timeText(createdAt)}`}`;
}

/** The same for a row: "…ca10b7 · 2026-11-21". */
export function shortIdentityText({ id, createdAt }: Pick<Instance, "id" | "createdAt">): string {
  const end = `…${visibleText(id).slice(-6)}`;
  return createdAt === undefined ? end : `${end} · ${dayText(createdAt)}`;
}

/** A name of whoever gave it, as it can be read; empty where there is nothing to read. */
export function nameText(name: string): string {
  return shortText(visibleText(name), maxLength);
}
