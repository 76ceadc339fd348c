import { instanceLabel, type Instance } from "../../instances/instance";
import { shortText, visibleText } from "./displayText";

/** Longer than any name that the services take. */
const maxLength = 300;

/** What an instance is called on the screen: its name as it can be read, or its id where there is nothing to read. */
export function instanceText(instance: Pick<Instance, "name" | "id">): string {
  return nameText(instanceLabel(instance)) || nameText(instance.id);
}

/** A name of whoever gave it, as it can be read; empty where there is nothing to read. */
export function nameText(name: string): string {
  return shortText(visibleText(name), maxLength);
}
