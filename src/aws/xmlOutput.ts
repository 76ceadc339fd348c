import type * as z from "zod/mini";
import type { SchemaPart } from "../core/schemaPart";
import { childOf, type XmlElement } from "./xml";

/**
 * An element as the JSON that its schema asks for, as query services write it: lists of `member`, maps of `entry`. XML has no
 * types, so the schema says what a text stands for; a text that is not of its type stays one, for the schema to refuse.
 */
export function fromXml(schema: z.ZodMiniType, element: XmlElement): unknown {
  return convert(schema, element);
}

function convert(part: SchemaPart, element: XmlElement): unknown {
  const { type, in: piped, innerType = piped, element: item, valueType, shape } = part.def;
  if (innerType) return convert(innerType, element);
  if (item) return element.children.map((child) => convert(item, child));
  if (valueType) return Object.fromEntries(element.children.map((entry) => entryOf(valueType, entry)));
  if (shape) {
    const known = element.children.flatMap((child) => {
      const member = Object.hasOwn(shape, child.name) ? shape[child.name] : undefined;
      return member ? [[child.name, convert(member, child)] as const] : [];
    });
    return Object.fromEntries(known);
  }
  return scalar(type, element.text.trim());
}

function entryOf(valueType: SchemaPart, entry: XmlElement): readonly [string, unknown] {
  const value = childOf(entry, "value");
  return [childOf(entry, "key")?.text.trim() ?? "", value && convert(valueType, value)];
}

function scalar(type: string, text: string): unknown {
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  const isNumber = type === "number" && text !== "" && Number.isFinite(Number(text));
  return isNumber ? Number(text) : text;
}
