import { connectionKey, type Connection } from "../../instances/connection";
import type { Instance, Phase } from "../../instances/instance";
import type { Kind } from "../../instances/kind";
import type { OperationRecord } from "../../operations/operationRecord";

export interface AbilitySource {
  readonly instance: Instance;
  readonly kind: Kind;
  /** The instance's own, unless one of our operations says otherwise. */
  readonly phase: Phase;
  /** One of our operations is at work on it. */
  readonly isBusy: boolean;
  /** Reached through an endpoint on this machine: neither the console nor the web knows of it. */
  readonly isLoopback: boolean;
}

export type Ability = "recreate" | "edit" | "editTags" | "delete" | "openWebApp" | "openInConsole" | "showFailure";

/** What can be done with an instance as it is: rows and pages offer the same. */
export function abilitiesOf({ instance, kind, phase, isBusy, isLoopback }: AbilitySource): ReadonlySet<Ability> {
  const isSettled = phase === "ready" || phase === "present";
  const isFailed = phase === "createFailed" || phase === "deleteFailed";
  const canChange = isSettled && !isBusy;
  const abilities: readonly (Ability | false)[] = [
    phase === "createFailed" && "recreate",
    isFailed && "showFailure",
    isSettled && !isLoopback && kind.webAppUrl?.(instance) !== undefined && "openWebApp",
    !isLoopback && "openInConsole",
    canChange && kind.fields.some((field) => field.editable) && "edit",
    // A service takes tags of what it could not finish, too.
    (isSettled || isFailed) && !isBusy && "editTags",
    // What others began to create or delete may hang: it is for the service to refuse, and for the question to warn.
    !isBusy && phase !== "deleted" && "delete",
  ];
  return new Set(abilities.filter((ability) => ability !== false));
}

/** Whether one of our operations is at work on an instance, in this window or another. */
export function isWorkedOn(
  operations: readonly Pick<OperationRecord, "status" | "connection" | "target">[],
  connection: Connection,
  id: string,
): boolean {
  const key = connectionKey(connection);
  return operations.some(
    ({ status, target, connection: where }) =>
      status === "running" && target?.id === id && connectionKey(where) === key,
  );
}
