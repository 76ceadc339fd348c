import type { AwsCredentials } from "./credentials";
import type { SignedRequest } from "./sign";

/** Takes out of a text what must not reach a log, a journal or a screen. */
export type Redact = (text: string) => string;

const replacement = "…";

/** A secret that was cut short is known by so many characters; what is shorter than that is no secret of AWS. */
const seedLength = 16;

/** Before the last part of an authorization header. */
const signatureName = "Signature=";

/** What every form of a character begins with that is not the character itself. */
const encodings = ["%", "&", "\\", "+"];

const space = String.raw`(?:\s|%(?:25)*20|\+|&nbsp;|&#32;|&#x20;)+`;
/** A gateway that does not like a signature quotes what it signed itself, headers and all. */
const quotation = new RegExp(`the${space}(?:canonical${space}(?:string|request)|string.to.sign)`, "i");

/** What proves who sends: each is enough to act in somebody's name. */
const secretHeaders = ["authorization", "x-amz-security-token", "x-amz-sso_bearer_token"];

/**
 * Services and gateways quote the request that they refuse. Its secrets are taken out however they are encoded, and with
 * them everything that follows "The Canonical String".
 */
export function redactorOf({ headers }: SignedRequest, { secretAccessKey }: AwsCredentials): Redact {
  const redact = cutter(headers, secretAccessKey);
  return (text) => {
    const start = quotation.exec(text)?.index;
    return redact(start === undefined ? text : `${text.slice(0, start).trim()} ${replacement}`.trim());
  };
}

/** Leaves the rest as it is: what was JSON or XML is so still. */
export function secretsCutter(headers: Readonly<Record<string, string>>): Redact {
  return cutter(Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])));
}

/** Names in lower case. */
function cutter(headers: Readonly<Record<string, string>>, ...others: readonly string[]): Redact {
  return (text) => {
    const secrets = [...secretHeaders.flatMap((name) => proofsIn(headers[name])), ...others];
    return secrets.filter(({ length }) => length >= seedLength).reduce(without, text);
  };
}

function proofsIn(value = ""): readonly string[] {
  const start = value.indexOf(signatureName);
  return start < 0 ? [value] : [value, value.slice(start + signatureName.length)];
}

function without(text: string, secret: string): string {
  if (isPlainlyWithout(text, secret.slice(0, seedLength))) return text;
  const forms = Array.from(secret, formsOf);
  const seed = new RegExp(forms.slice(0, seedLength).join(""), "gi");
  let result = "";
  let from = 0;
  for (let match = seed.exec(text); match; match = seed.exec(text)) {
    result += text.slice(from, match.index) + replacement;
    from = seed.lastIndex = endOf(text, seed.lastIndex, forms.slice(seedLength));
  }
  return result + text.slice(from);
}

/** The seed is not there as it is, and nothing could be an encoding of it: so it is with the id of almost every reply. */
function isPlainlyWithout(text: string, seed: string): boolean {
  return !encodings.some((sign) => text.includes(sign)) && !text.toLowerCase().includes(seed.toLowerCase());
}

/** Where the text stops going on like the secret. */
function endOf(text: string, start: number, rest: readonly string[]): number {
  let end = start;
  for (const source of rest) {
    const form = new RegExp(source, "iy");
    form.lastIndex = end;
    if (!form.test(text)) break;
    end = form.lastIndex;
  }
  return end;
}

const entities: Readonly<Record<string, string>> = {
  "+": "plus",
  "/": "sol",
  "=": "equals",
  ",": "comma",
  " ": "nbsp",
};

/** One character as it is, percent-encoded once or more, as an HTML entity, or escaped in JSON. */
function formsOf(character: string): string {
  if (/[a-z0-9]/i.test(character)) return character;
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(2, "0");
  const entity = entities[character];
  const literal = String.raw`\\?\x${hex}`;
  const forms = [literal, `%(?:25)*${hex}`, `&#0*${code};`, `&#x0*${hex};`, String.raw`\\u00${hex}`];
  return `(?:${[...forms, ...(entity === undefined ? [] : [`&${entity};`]), ...(character === " " ? ["\\+"] : [])].join("|")})`;
}
