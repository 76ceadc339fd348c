import type { Session } from "./connection";

/** The AWS CLI reads a file, or (version 1) fetches an address, where an argument begins with one of these. */
const readByTheCli = /^(?:file|fileb|https?):\/\//i;

/** Where a command is to run: a session, or a connection that has none yet. */
export type CommandPlace = Pick<Session, "connection" | "customEndpoint">;

/** One argument of the AWS CLI: `json` is the member as the service takes it, `text` how it is written after the option. */
export interface CliMember {
  /** `--instance-name` */
  readonly option: string;
  /** The member's name in `--cli-input-json`. */
  readonly member: string;
  readonly json: unknown;
}

/**
 * An AWS CLI command line for a POSIX shell. Structures are written as JSON, because the CLI's shorthand has a quoting of
 * its own. Values that the CLI would replace by the content of a file move the whole input to `--cli-input-json`.
 * Never runs in an account that is not the one on the screen: the command always names the profile, and the sandbox's
 * address, which no config file knows.
 */
export function cliCommand(
  service: string,
  operation: string,
  members: readonly CliMember[],
  { connection, customEndpoint }: CommandPlace,
): string {
  const words = ["aws", service, operation];
  if (members.some((member) => typeof member.json === "string" && readByTheCli.test(member.json))) {
    words.push(
      "--cli-input-json",
      quoteForShell(JSON.stringify(Object.fromEntries(members.map(({ member, json }) => [member, json])))),
    );
  } else {
    for (const { option, json } of members)
      words.push(...withValue(option, typeof json === "string" ? json : JSON.stringify(json)));
  }
  words.push(...withValue("--region", connection.region));
  words.push(...withValue("--profile", connection.profile));
  if (connection.source === "sandbox" && customEndpoint) words.push(...withValue("--endpoint-url", customEndpoint));
  return words.join(" ");
}

/** The argument parser takes a value that begins with `-` for an option, unless it is joined to its own. */
function withValue(option: string, value: string): string[] {
  return value.startsWith("-") ? [`${option}=${quoteForShell(value)}`] : [option, quoteForShell(value)];
}

/** One word of a POSIX shell, whatever it contains. */
export function quoteForShell(value: string): string {
  if (/^[A-Za-z0-9_./:@,+-]+$/.test(value)) return value;
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
