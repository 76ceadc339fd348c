import type { Connection } from "../instances/connection";
import type { Draft } from "../instances/draft";
import type { Instance } from "../instances/instance";
import type { OperationRecord } from "../operations/operation";
import type { OperationScope } from "../operations/operations";

/** What the create form opens with. Everything that is missing is asked in the form. */
export interface FormRequest {
  readonly kind?: string;
  readonly connection?: Connection;
  /** Without one, the form starts empty, or with what `recreate` or `attempt` would create again. */
  readonly draft?: Draft;
  /** The failed instance that the draft replaces: kind and connection stand, its error is shown. `connection` is required with it. */
  readonly recreate?: { readonly instance: Instance; readonly tags: Readonly<Record<string, string>> };
  /** The create that the service refused: its error is shown, and its draft is the start. */
  readonly attempt?: OperationRecord;
  /**
   * Confirms and starts what the form asks for, in the account that the form shows; without it the form starts a create.
   * Resolves with undefined when the user said no: the form stays as it is. What it throws is shown in the form.
   */
  readonly submit?: (draft: Draft, scope: OperationScope) => Promise<OperationRecord | undefined>;
}

/** The one-page form. Implemented in features/create, handed to features/recreate by the composition root. */
export interface DraftForm {
  /** Resolves when the form is visible; what happens in it goes on behind it. */
  open(request: FormRequest): Promise<void>;
}

/** The details page. Implemented in features/details. */
export interface DetailsView {
  /** `failure` scrolls to the error and what to do about it. */
  show(connection: Connection, kind: string, id: string, focus?: "failure"): Promise<void>;
}
