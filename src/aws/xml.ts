/**
 * Reads the XML of query services: elements and text. Attributes, comments and processing instructions are skipped;
 * a DTD, and with it every custom entity, is refused.
 */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)((?:"[^"]*"|'[^']*'|[^<>"'])*?)(\/?)>|([^<]+)/gy;

/** @throws SyntaxError when the text is not well-formed. */
export function parseXml(source: string): XmlElement {
  const document: OpenElement = { name: "", text: "", children: [] };
  const stack: OpenElement[] = [document];
  const scanner = new RegExp(token);
  const text = source.replace(/^\uFEFF/, "");
  while (scanner.lastIndex < text.length) {
    const match = scanner.exec(text);
    const current = stack.at(-1);
    if (!match || !current) throw new SyntaxError("Not well-formed XML");
    const [, cdata, closing, name, , selfClosing, characters] = match;
    if (cdata !== undefined) current.text += cdata;
    else if (characters !== undefined) current.text += unescape(characters);
    else if (name !== undefined && closing) close(stack, name);
    else if (name !== undefined) {
      stack.push({ name, text: "", children: [] });
      if (selfClosing) close(stack, name);
    }
  }
  const [root, ...others] = document.children;
  if (stack.length !== 1 || !root || others.length > 0) throw new SyntaxError("Not well-formed XML");
  return root;
}

/** The first child with this name. */
export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** The text of the first element with this name, at any depth. */
export function findText(element: XmlElement, name: string): string | undefined {
  const child = childOf(element, name);
  if (child) return child.text.trim();
  for (const other of element.children) {
    const found = findText(other, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function close(stack: OpenElement[], name: string): void {
  const element = stack.pop();
  const parent = stack.at(-1);
  if (element?.name !== name || !parent) throw new SyntaxError("Not well-formed XML");
  parent.children.push(element);
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
