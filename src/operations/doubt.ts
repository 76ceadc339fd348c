import type { CallOptions } from "../aws/awsClient";
import { isAmbiguous, isExpiredError, needsSignIn, ServiceError, TransportError } from "../aws/errors";
import type { OperationRecord } from "./operationRecord";
import type { StepContext } from "./step";

/** Whether one of a step's requests may have been carried out without our hearing of it. */
export class Doubt {
  #isInDoubt: boolean;
  /** Bytes have left of which it is not known yet what they did. */
  #hasLeft = false;

  /** To be made before the first request of this run is on record: what is there is an earlier run's. */
  constructor({ sentAt }: OperationRecord) {
    this.#isInDoubt = sentAt !== undefined;
  }

  get isInDoubt(): boolean {
    return this.#isInDoubt;
  }

  /** The options of a call, with which is heard what becomes of its attempts. */
  listen(options: CallOptions): CallOptions {
    return {
      ...options,
      beforeAttempt: async (number) => {
        await options.beforeAttempt?.(number);
        this.#hasLeft = true;
      },
      onAttempt: (attempt) => {
        options.onAttempt?.(attempt);
        const { number, error = "", status = 0 } = attempt;
        // What comes next is a renewal, whose own error says nothing about this attempt.
        if (number === 1 && isExpiredError(error) && status < 500) this.#hasLeft = false;
      },
    };
  }

  /** To be told each error in which a call ends. */
  note(error: unknown): void {
    if (!this.#hasLeft) return;
    this.#hasLeft = false;
    const isAnswered = error instanceof ServiceError || error instanceof TransportError;
    if (!isAnswered || isAmbiguous(error)) this.#isInDoubt = true;
  }

  /** Where nothing was done for want of credentials, what is sent after a sign-in is the first request again. */
  async beginAnewAfterSignIn(context: StepContext, error: unknown): Promise<void> {
    if (!this.#isInDoubt && needsSignIn(error)) await context.save({ sentAt: undefined, sentAtService: undefined });
  }
}
