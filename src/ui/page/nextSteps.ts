import type { Instance } from "../../instances/instance";
import type { Kind } from "../../instances/kind";
import { visibleText } from "../text/displayText";
import type { NextModel } from "./protocol/pieces";

/** What comes after an instance is there. */
export function nextModel(kind: Kind, instance: Instance | undefined): NextModel | undefined {
  const next = instance && kind.nextSteps?.(instance);
  if (!next) return undefined;
  return { text: visibleText(next.text), ...(next.statement && { statement: next.statement.title }) };
}
