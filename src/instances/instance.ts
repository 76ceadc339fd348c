/**
 * What a state means, so that tree, sync and operations know no service's words:
 * `present` is an existing instance of a service without states; `unknown` a state that this version has not heard of.
 */
export type Phase =
  "creating" | "ready" | "createFailed" | "deleting" | "deleteFailed" | "deleted" | "present" | "unknown";

/** An instance as its service reports it. Plain data: it crosses to webviews and into the journal. */
export interface Instance {
  /** `Kind.id`. */
  readonly kind: string;
  /** The identifier that the service's operations take: a UUID for Supply Chain, the ARN for Chime. */
  readonly id: string;
  readonly arn: string;
  readonly name?: string;
  /** The service's own word; absent where the service has no states. */
  readonly state?: string;
  readonly phase: Phase;
  /** The service's own text, verbatim: untrusted. */
  readonly errorMessage?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt?: number;
  readonly changedAt?: number;
  /** Current value of each of the kind's fields that has one, by field id. */
  readonly values: Readonly<Record<string, string>>;
  /** Present only when they were read: neither service lists tags with instances. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The service's reply, for the details page. */
  readonly raw: unknown;
}

export function isInProgress(phase: Phase): boolean {
  return phase === "creating" || phase === "deleting";
}

/** Its creation has not come to an end, or to no good one: nobody has used it, and parts of it may never have been made. */
export function isUnfinished(phase: Phase): boolean {
  return phase === "creating" || phase === "createFailed";
}

/** The name, or the id of an unnamed instance. */
export function instanceLabel(instance: Pick<Instance, "name" | "id">): string {
  return instance.name === undefined || instance.name === "" ? instance.id : instance.name;
}
