import type { AwsClient, CallOptions } from "../../../../src/aws/awsClient";
import { ServiceError } from "../../../../src/aws/errors";
import type { EvaluationResult } from "../../../../src/aws/services/iam";
import { CancelledError } from "../../../../src/core/errors";
import type { Connection, Session } from "../../../../src/instances/connection";

export const accountId = "123456789012";
export const connection: Connection = { source: "profile", profile: "prod", region: "eu-west-1" };

type Input = Readonly<Record<string, unknown>>;
export type Answers = Readonly<Record<string, (input: Input) => object>>;

export interface ScriptedSession extends Session {
  /** Names and inputs of the requests, in their order. */
  readonly requests: readonly { readonly operation: string; readonly input: Input; readonly waits?: true }[];
}

/** A session whose services answer as a test says, by the operation's name; what has no answer hangs until it is aborted. */
export function sessionWith(answers: Answers): ScriptedSession {
  const requests: { operation: string; input: Input; waits?: true }[] = [];
  const call = async (operation: { name: string }, input: Input, options?: CallOptions) => {
    requests.push({ operation: operation.name, input, ...(options?.waitsItsTurn && { waits: true }) });
    await Promise.resolve();
    const answer = answers[operation.name];
    if (answer) return answer(input);
    return new Promise((_resolve, reject) => {
      options?.signal?.addEventListener("abort", () => reject(new CancelledError()), { once: true });
    });
  };
  const client = {
    region: connection.region,
    clockOffsetMs: undefined,
    call,
    async *pages(
      operation: { name: string; pagination: { inputToken: string; outputToken: string } },
      input: Input,
      options?: CallOptions,
    ) {
      const { inputToken, outputToken } = operation.pagination;
      for (let token: unknown; ;) {
        const page = (await call(
          operation,
          { ...input, ...(token !== undefined && { [inputToken]: token }) },
          options,
        )) as Input;
        yield page;
        token = page[outputToken];
        if (token === undefined) return;
      }
    },
  } as unknown as AwsClient;
  return {
    connection,
    accountId,
    generation: 1,
    client,
    isLoopback: false,
    endpointOf: () => {
      throw new Error("nobody asks where requests go");
    },
    requests,
  };
}

export function refusal(name: string, message = name, status = 403): ServiceError {
  return new ServiceError(name, message, { status, isRetryable: false, attempts: 1 });
}

export function denied(): never {
  throw refusal("AccessDenied");
}

/** What IAM would say of each action that it is asked about: allowed, but for these. */
export function simulated(
  exceptions: Readonly<Record<string, Partial<EvaluationResult>>> = {},
): (input: Input) => { readonly EvaluationResults: readonly Partial<EvaluationResult>[] } {
  return ({ ActionNames: names }) => ({
    EvaluationResults: (names as string[]).map((EvalActionName) => ({
      EvalActionName,
      EvalDecision: EvalActionName in exceptions ? "implicitDeny" : "allowed",
      ...exceptions[EvalActionName],
    })),
  });
}

export const user = () => ({ Account: accountId, Arn: `arn:aws:iam::${accountId}:user/teams/mia` });
export const roleSession = (role = "Builder") => ({
  Account: accountId,
  Arn: `arn:aws:sts::${accountId}:assumed-role/${role}/mia`,
});
