import type { AwsClient } from "../aws/awsClient";
import type { Endpoint } from "../aws/endpoint";
import type { Service, ServiceId } from "../aws/operation";
import type { Remedy } from "../core/errors";
import type { Event } from "../core/event";

/** What a person pins in the tree. `sandbox` connections come from the embedded sandbox, not from a config file. */
export interface Connection {
  readonly source: "profile" | "sandbox";
  readonly profile: string;
  readonly region: string;
}

/** Identifies a connection in stores, journals and tree ids. */
export function connectionKey(connection: Connection): string {
  return `${connection.source}:${connection.profile}:${connection.region}`;
}

export function isSameConnection(one: Connection, other: Connection): boolean {
  return connectionKey(one) === connectionKey(other);
}

/** The connection of a key. A profile may have colons in its name, a region has none. */
export function connectionOfKey(key: string): Connection | undefined {
  const [, source, profile = "", region = ""] = /^(profile|sandbox):(.*):([^:]+)$/s.exec(key) ?? [];
  return source === "profile" || source === "sandbox" ? { source, profile, region } : undefined;
}

export function connectionLabel(connection: Connection): string {
  return `${connection.profile} · ${connection.region}`;
}

/**
 * A connection with credentials behind it. A session is immutable: when the credentials, the endpoint or a config file
 * change there is a new one with a higher generation, and replies to the old one are dropped.
 */
export interface Session {
  readonly connection: Connection;
  readonly accountId: string;
  readonly generation: number;
  readonly client: AwsClient;
  /** Where the client sends a service's requests. Throws UserError when the settings rule each other out. */
  readonly endpointOf: (service: Service) => Endpoint;
  /** Which sandbox it is: one that was reset is another one. */
  readonly sandboxId?: string;
  /** Set when any service is reached through a custom endpoint: the one of all, or several with their services' names. */
  readonly customEndpoint?: string;
  /** Every service is on this machine: the sandbox, or an emulator. */
  readonly isLoopback: boolean;
  /** Ids of the services that are, where not all are. */
  readonly localServices?: readonly ServiceId[];
  /** Why the config files, as they now are, are not heeded: the session keeps what it was opened with. */
  readonly configProblem?: string;
}

/** Opens sessions on demand and forgets them when their credentials change. */
export interface Sessions {
  /** Resolves credentials and the account (one request in flight however many ask). Rejects with SignInRequiredError or UserError. */
  open(connection: Connection, signal?: AbortSignal): Promise<Session>;
  /** The session opened last, while it is still the current one. */
  current(connection: Connection): Session | undefined;
  /** Forgets what is known about a connection, so that the next `open` resolves anew. */
  invalidate(connection: Connection): void;
  /**
   * Reads the files again, and forgets every session that they say something else about than before. What is still being
   * opened begins anew, unless the user is being asked for something. Never rejects.
   */
  reread(connection: Connection): Promise<void>;
  /** The key of a connection whose session was replaced or forgotten. */
  readonly onDidChange: Event<string>;
}

/** Starts the sandbox with the profile of the connection. */
export function startSandboxRemedy(connection: Connection): Remedy {
  return { title: "Start Sandbox", command: "appInstances.startSandbox", args: [{ type: "connection", connection }] };
}

/** The code of the error with which a sandbox that does not run is not opened. */
export const sandboxStopped = "SandboxStopped";

/** Whether what a service of a connection has is on this machine, and so not in the AWS console, as far as is known. */
export function isOnThisMachine(
  connection: Connection,
  known: Pick<Session, "isLoopback" | "localServices"> | undefined,
  service: Service,
): boolean {
  return connection.source === "sandbox" || (known !== undefined && isLocal(known, service));
}

/** Whether a service of a connection is on this machine. */
export function isLocal(
  { isLoopback, localServices = [] }: Pick<Session, "isLoopback" | "localServices">,
  service: Service,
): boolean {
  return isLoopback || localServices.includes(service.id);
}
