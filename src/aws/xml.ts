/**
 * Reads the XML of query services: elements and text. Attributes, comments and processing instructions are skipped;
 * a DTD, and with it every custom entity, is refused.
 * Repeated elements keep the last value: no operation of ours has a list in XML.
 */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: ReadonlyMap<string, XmlElement>;
}

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: Map<string, XmlElement>;
}

const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)((?:"[^"]*"|'[^']*'|[^<>"'])*?)(\/?)>|([^<]+)/gy;

/** @throws SyntaxError when the text is not well-formed. */
export function parseXml(source: string): XmlElement {
  const document: OpenElement = { name: "", text: "", children: new Map() };
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
      stack.push({ name, text: "", children: new Map() });
      if (selfClosing) close(stack, name);
    }
  }
  const root = [...document.children.values()][0];
  if (stack.length !== 1 || !root) throw new SyntaxError("Not well-formed XML");
  return root;
}

/** The text of the first element with this name, at any depth. */
export function findText(element: XmlElement, name: string): string | undefined {
  const child = element.children.get(name);
  if (child) return child.text.trim();
  for (const other of element.children.values()) {
    const found = findText(other, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function close(stack: OpenElement[], name: string): void {
  const element = stack.pop();
  const parent = stack.at(-1);
  if (element?.name !== name || !parent) throw new SyntaxError("Not well-formed XML");
  parent.children.set(name, element);
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
