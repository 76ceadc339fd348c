import type { Service } from "../aws/operation";
import type { Session } from "./connection";
import { shellQuoting, type ShellQuoting } from "./shellQuoting";

/** The AWS CLI reads a file, or (version 1) fetches an address, where an argument begins with one of these. */
const readByTheCli = /^(?:file|fileb|https?):\/\//i;

/** Where a command is to run: a session, or a connection that has none yet; and in which shell. */
export type CommandPlace = Pick<Session, "connection" | "customEndpoint"> &
  Partial<Pick<Session, "endpointOf">> & { readonly quoting?: ShellQuoting };

/** One argument of the AWS CLI: `json` is the member as the service takes it, `text` how it is written after the option. */
export interface CliMember {
  /** `--instance-name` */
  readonly option: string;
  /** The member's name in `--cli-input-json`. */
  readonly member: string;
  readonly json: unknown;
}

/**
 * An AWS CLI command line for the shell of this machine. Structures are written as JSON, because the CLI's shorthand has
 * a quoting of its own. Values that the CLI would replace by the content of a file, or that a terminal would act on when
 * they are pasted, move the whole input to `--cli-input-json`.
 * Never runs in an account that is not the one on the screen: the command always names the profile, and the sandbox's
 * address, which no config file knows.
 */
export function cliCommand(
  service: Service,
  operation: string,
  members: readonly CliMember[],
  { connection, customEndpoint, endpointOf, quoting = shellQuoting() }: CommandPlace,
  more: readonly string[] = [],
): string {
  const words = ["aws", service.id, operation];
  const canCarry = ({ json }: CliMember) =>
    typeof json !== "string" || (quoting.canCarry(json) && !readByTheCli.test(json));
  if (members.every(canCarry)) {
    for (const { option, json } of members)
      words.push(typeof json === "string" ? quoting.option(option, json) : `${option} ${quoting.json(json)}`);
  } else {
    const input = Object.fromEntries(members.map(({ member, json }) => [member, json]));
    words.push(`--cli-input-json ${quoting.json(input)}`);
  }
  words.push(quoting.option("--region", connection.region));
  words.push(quoting.option("--profile", connection.profile));
  // The CLI does not know the settings of this extension.
  const own = endpointOf?.(service);
  const endpoint = own?.isCustom ? own.url.href.replace(/\/$/, "") : undefined;
  const address = connection.source === "sandbox" ? customEndpoint : endpoint;
  if (address) words.push(quoting.option("--endpoint-url", address));
  return quoting.command([...words, ...more]);
}
