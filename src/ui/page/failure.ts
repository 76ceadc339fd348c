import type { Kind } from "../../instances/kind";
import { mitigationFor, type FailedWork, type Mitigation } from "../../instances/mitigation";
import type { PolicyPlace } from "../../instances/policy";
import type { OperationRecord } from "../../operations/operationRecord";
import { visibleLines, visibleText } from "../text/displayText";
import type { Failure } from "./protocol/pieces";

export interface ExplainedFailure {
  readonly failure: Failure;
  readonly mitigation: Mitigation;
}

/** A service's error, with what to do about it. */
export function explain(
  title: string,
  kind: Kind,
  error: string,
  place: PolicyPlace | undefined,
  work?: FailedWork,
): ExplainedFailure {
  const mitigation = mitigationFor(kind, error, place, work);
  const statement = mitigation.statement?.title;
  return {
    failure: {
      title: visibleText(title),
      error: visibleLines(error),
      advice: mitigation.summary,
      ...(statement !== undefined && { statement }),
    },
    mitigation,
  };
}

export function operationPlace({ accountId, connection }: OperationRecord): PolicyPlace {
  return { accountId, region: connection.region };
}
