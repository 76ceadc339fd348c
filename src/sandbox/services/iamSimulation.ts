import * as api from "../../aws/services/iam";
import { valuesOf } from "../access";
import { modelledError } from "../awsError";
import { contextOf, type Context } from "../iam/context";
import { evaluate, type Decision, type MatchedStatement, type Policies, type Verdict } from "../iam/evaluate";
import { parsePolicy, type Policy } from "../iam/policy";
import { statementSpans } from "../iam/positions";
import { positionIn, positionToken } from "../paging";
import { principalOf, type Principal } from "../principals";
import type { Outcome, RequestContext } from "../service";

const service = api.iam;
const defaultPageSize = 100;

interface Input {
  readonly PolicySourceArn: string;
  readonly ActionNames: readonly string[];
  readonly ResourceArns?: readonly string[] | undefined;
  readonly PolicyInputList?: readonly string[] | undefined;
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined;
  readonly ResourcePolicy?: string | undefined;
  readonly ContextEntries?: readonly ContextEntry[] | undefined;
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

interface ContextEntry {
  readonly ContextKeyName?: string | undefined;
  readonly ContextKeyValues?: readonly string[] | undefined;
  readonly ContextKeyType?: string | undefined;
}

/** A policy with its text, so that a statement's place in it can be told. */
interface Source {
  readonly policy: Policy;
  readonly text: string;
  readonly id: string;
}

/** One result for each action, which sums up those for each resource: the strictest decision counts. */
export function simulate(input: Input, context: RequestContext): Outcome {
  const { ActionNames, MaxItems = defaultPageSize, Marker } = input;
  const wrong = ActionNames.find((action) => !/^[\w-]+:\w+$/.test(action));
  if (wrong !== undefined) throw invalid(`Invalid Action Name: ${wrong}`);
  if (input.ResourcePolicy !== undefined) throw invalid("The sandbox evaluates no policies of resources.");
  const principal = findSource(input.PolicySourceArn, context);
  const sources = sourcesOf(principal, input, context);
  const policies = policiesOf(principal, sources, input, context);
  const known = contextOf({ ...valuesOf(principal), ...givenValues(input.ContextEntries) });
  const { PolicySourceArn, ResourceArns = ["*"] } = input;
  const scope = JSON.stringify(["simulation", PolicySourceArn, ActionNames, ResourceArns]);
  const start = Marker === undefined ? 0 : positionIn(Marker, scope);
  if (typeof start !== "number") throw invalid("Invalid Marker.");
  const end = start + MaxItems;
  const isTruncated = end < ActionNames.length;
  return {
    output: {
      EvaluationResults: ActionNames.slice(start, end).map((action) =>
        resultOf(action, ResourceArns.length === 0 ? ["*"] : ResourceArns, policies, known, sources),
      ),
      IsTruncated: isTruncated,
      ...(isTruncated && { Marker: positionToken(end, scope) }),
    },
  };
}

function findSource(arn: string, { accountId }: RequestContext): Principal {
  const [, type, name = ""] = /^arn:aws:iam::\d{12}:(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (type === undefined) throw invalid(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  const found = principalOf(arn, accountId);
  if (found) return found;
  throw modelledError(service, "NoSuchEntityException", `The ${type} with name ${name} cannot be found.`);
}

function sourcesOf({ name, entity }: Principal, input: Input, { rights }: RequestContext): readonly Source[] {
  const { identity } = rights.of(name);
  const own = rights.documents(name).flatMap((document, at) => {
    const policy = identity[at];
    return policy
      ? [{ policy, text: JSON.stringify(document, undefined, 4), id: `${entity.type}_${entity.name}_${policy.id}` }]
      : [];
  });
  return [...own, ...parseAll("PolicyInputList", input.PolicyInputList)];
}

function policiesOf(
  { name }: Principal,
  sources: readonly Source[],
  { PermissionsBoundaryPolicyInputList: given }: Input,
  { rights }: RequestContext,
): Policies {
  const boundaries = parseAll("PermissionsBoundaryPolicyInputList", given);
  if (boundaries.length > 1) throw invalid("Only one permissions boundary policy can be given.");
  const { boundary, organization } = rights.of(name);
  return {
    identity: sources.map(({ policy }) => policy),
    boundary: boundaries[0]?.policy ?? boundary,
    organization,
  };
}

function parseAll(list: string, texts: readonly string[] = []): readonly Source[] {
  return texts.map((text, at) => {
    const id = `${list}.${at + 1}`;
    try {
      return { policy: parsePolicy(id, JSON.parse(text)), text, id };
    } catch {
      throw invalid(`${id} is not a valid policy.`);
    }
  });
}

function givenValues(entries: readonly ContextEntry[] = []): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    entries.flatMap(({ ContextKeyName: name, ContextKeyValues: values = [], ContextKeyType: type = "string" }) => {
      const value = type.endsWith("List") ? values : values[0];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

function resultOf(
  action: string,
  resources: readonly string[],
  policies: Policies,
  context: Context,
  sources: readonly Source[],
): object {
  const verdicts = resources.map((resource) => evaluate({ action, resource, context }, policies));
  const decision = strictest(verdicts.map((verdict) => verdict.decision));
  const matched = verdicts.filter((verdict) => verdict.decision === decision).flatMap((verdict) => verdict.matched);
  const isForAll = resources.includes("*");
  return {
    EvalActionName: action,
    EvalResourceName: isForAll ? "*" : (templates[action.split(":")[0] ?? ""] ?? "*"),
    EvalDecision: decision,
    MatchedStatements: shown(matched, sources),
    MissingContextValues: [...new Set(verdicts.flatMap(({ missing }) => missing))],
    ...(policies.organization && {
      OrganizationsDecisionDetail: {
        AllowedByOrganizations: verdicts.every((verdict) => verdict.isAllowedByOrganization),
      },
    }),
    ...boundaryDetail(verdicts),
    ...(!isForAll && {
      EvalDecisionDetails: {},
      ResourceSpecificResults: verdicts.map((verdict, at) => ({
        EvalResourceName: resources[at],
        EvalResourceDecision: verdict.decision,
        MatchedStatements: shown(verdict.matched, sources),
        MissingContextValues: verdict.missing,
        ...boundaryDetail([verdict]),
      })),
    }),
  };
}

function strictest(decisions: readonly Decision[]): Decision {
  const order: readonly Decision[] = ["explicitDeny", "implicitDeny"];
  return order.find((decision) => decisions.includes(decision)) ?? "allowed";
}

function boundaryDetail(verdicts: readonly Verdict[]): object {
  const answers = verdicts.flatMap(({ isAllowedByBoundary: answer }) => (answer === undefined ? [] : [answer]));
  if (answers.length === 0) return {};
  return { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: answers.every(Boolean) } };
}

function shown(matched: readonly MatchedStatement[], sources: readonly Source[]): readonly object[] {
  const statements = matched.flatMap(({ policy, statement }) => {
    const source = sources.find((candidate) => candidate.policy === policy);
    const span = source && statementSpans(source.text)[statement.index];
    if (!span) return [];
    return [
      { SourcePolicyId: source.id, SourcePolicyType: "IAM Policy", StartPosition: span.start, EndPosition: span.end },
    ];
  });
  return [...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values()];
}

/** What a service's ARNs look like. A result no longer names the resource that was asked for. */
const templates: Readonly<Record<string, string>> = {
  s3: "arn:${Partition}:s3:::${BucketName}",
  kms: "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}",
  iam: "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}",
  chime: "arn:${Partition}:chime:${Region}:${AccountId}:app-instance/${AppInstanceId}",
  scn: "arn:${Partition}:scn:${Region}:${Account}:instance/${InstanceId}",
};

function invalid(message: string) {
  return modelledError(service, "InvalidInputException", message);
}
