import type { SchemaPart } from "../core/schemaPart";
import { AwsError } from "./awsError";

/** `ActionNames.member.1`, taken apart at its dots. */
interface Node {
  text?: string;
  readonly children: Map<string, Node>;
}

/** The input that a query request spells out in its form. A form has no types: the input's schema says what a text stands for. */
export function readForm(
  schema: unknown,
  form: readonly (readonly [name: string, value: string])[],
): Record<string, unknown> {
  const root: Node = { children: new Map() };
  for (const [name, value] of form) {
    let node = root;
    for (const part of name.split(".")) {
      const child = node.children.get(part) ?? { children: new Map<string, Node>() };
      node.children.set(part, child);
      node = child;
    }
    node.text = value;
  }
  return readMembers(schema as SchemaPart, root, "");
}

function readMembers(part: SchemaPart, node: Node, path: string): Record<string, unknown> {
  const { shape = {} } = part.def;
  return Object.fromEntries(
    Object.entries(shape).flatMap(([name, member]) => {
      const child = node.children.get(name);
      return child ? [[name, read(member, child, path + name)]] : [];
    }),
  );
}

function read(part: SchemaPart, node: Node, path: string): unknown {
  const { type, innerType, element, shape } = part.def;
  if (innerType) return read(innerType, node, path);
  if (shape) return readMembers(part, node, `${path}.`);
  if (!element) return type === "number" ? toInteger(path, node.text ?? "") : node.text;
  const items = [...(node.children.get("member")?.children ?? [])];
  return items
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([index, item]) => read(element, item, `${path}.member.${index}`));
}

/** Forms and query strings are text. */
export function toInteger(path: string, text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new AwsError(
    "SerializationException",
    `Could not read the request: '${text}' at '${path}' is not an integer`,
    400,
  );
}
