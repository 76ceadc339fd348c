import { randomUUID } from "node:crypto";
import type { AnyOperation } from "../aws/operation";
import type { Need } from "./access";
import type { AwsError } from "./awsError";
import type { Principal } from "./principals";
import type { ForwardedCall, Outcome, ResourceKind } from "./service";
import type { Trail } from "./trail";
import { shownMembers, toTrailEvent, type Call } from "./trailEvent";

/** Whether the operation changes nothing. */
export function isReadOnly({ name }: Pick<AnyOperation, "name">): boolean {
  return /^(Get|Describe|List|Lookup|Simulate)/.test(name);
}

/** A request that a service has answered. */
export interface Answered {
  readonly operation: AnyOperation;
  readonly input: object;
  readonly needs: readonly Need[];
  readonly outcome: Outcome;
  readonly refusal: AwsError | undefined;
  readonly principal: Principal;
  readonly accessKeyId: string;
  readonly region: string;
  readonly requestId: string;
  readonly userAgent: string;
  readonly timeMs: number;
}

const types: Readonly<Record<string, string>> = {
  s3: "AWS::S3::Bucket",
  kms: "AWS::KMS::Key",
  iam: "AWS::IAM::Role",
  cloudtrail: "AWS::CloudTrail::Trail",
  events: "AWS::Events::Rule",
};

/** A resource of one of the kinds, or of what they are made of. */
function withType(arn: string, kinds: readonly ResourceKind[]) {
  const serviceOf = (text: string) => text.split(":")[2] ?? "";
  const kind = kinds.find((candidate) => serviceOf(candidate.arn("", "", "")) === serviceOf(arn));
  return { arn, type: kind?.resourceType ?? types[serviceOf(arn)] ?? "AWS::Resource" };
}

/** Tells CloudTrail of a request, and of what the service goes on to do. What only reads is told of where it was denied. */
export function record(trail: Trail, kinds: readonly ResourceKind[], answered: Answered): void {
  const { operation, outcome, refusal } = answered;
  const { service } = operation;
  const isDenied = refusal?.code === "AccessDeniedException";
  if (isReadOnly(operation) && !isDenied) return;
  const who = { principal: answered.principal, accessKeyId: answered.accessKeyId, region: answered.region };
  const call: Call = {
    ...who,
    timeMs: answered.timeMs,
    source: `${service.signingName}.amazonaws.com`,
    name: operation.name,
    isReadOnly: isReadOnly(operation),
    parameters: shownMembers(operation, answered.input),
    response: outcome.output && shownMembers(operation, outcome.output),
    resources: answered.needs.map(({ resource }) => withType(resource, kinds)),
    error: refusal && { code: isDenied ? "AccessDenied" : refusal.code, message: refusal.message },
    requestId: answered.requestId,
    userAgent: answered.userAgent,
  };
  trail.record(toTrailEvent(call));
  recordForwarded(trail, kinds, who, outcome.calls ?? []);
}

/** Tells CloudTrail of what a service does on somebody's behalf. */
export function recordForwarded(
  trail: Trail,
  kinds: readonly ResourceKind[],
  who: Pick<Call, "principal" | "accessKeyId" | "region">,
  calls: readonly ForwardedCall[],
): void {
  for (const { timeMs, by, source, name, parameters, resource, denial } of calls)
    trail.record(
      toTrailEvent({
        ...who,
        timeMs,
        source,
        name,
        isReadOnly: isReadOnly({ name }),
        parameters,
        resources: [withType(resource, kinds)],
        error: denial === undefined ? undefined : { code: "AccessDenied", message: denial },
        requestId: randomUUID(),
        userAgent: by,
        invokedBy: by,
      }),
    );
}
