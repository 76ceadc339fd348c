import type { Connection } from "../instances/connection";
import type { Draft } from "../instances/draft";
import type { Instance } from "../instances/instance";
import type { OperationRecord } from "../operations/operationRecord";
import type { OperationScope } from "../operations/operations";

/** What the create form opens with. Everything that is missing is asked in the form. */
export type FormRequest = CreateRequest | RecreateRequest | RepeatRequest;

/** Something new. Without a draft the form starts empty. */
export interface CreateRequest {
  readonly type: "create";
  readonly kind?: string;
  readonly connection?: Connection;
  readonly draft?: Draft;
}

/** Kind and connection stand: something that failed is being replaced, and its error is shown. */
interface ReplaceRequest {
  /** What to start from. */
  readonly draft: Draft;
  /** What is replaced, as it is or was asked for. */
  readonly before: Draft;
  /**
   * Confirms and starts what the form asks for, in the account that the form shows. Resolves with undefined when the user
   * said no: the form stays as it is. What it throws is shown in the form.
   */
  readonly submit: (draft: Draft, scope: OperationScope) => Promise<OperationRecord | undefined>;
}

/** A failed instance, which the draft replaces. */
export interface RecreateRequest extends ReplaceRequest {
  readonly type: "recreate";
  readonly connection: Connection;
  readonly instance: Instance;
}

/** A create that the service refused. */
export interface RepeatRequest extends ReplaceRequest {
  readonly type: "repeat";
  readonly operation: OperationRecord;
}

/** The one-page form. Implemented in features/createForm, handed to features/recreate by the composition root. */
export interface DraftForm {
  /** Resolves when the form is visible; what happens in it goes on behind it. */
  open(request: FormRequest): Promise<void>;
}

/** The details page. Implemented in features/details. */
export interface DetailsView {
  /** `failure` scrolls to the error and what to do about it. */
  show(connection: Connection, kind: string, id: string, focus?: "failure"): Promise<void>;
}
