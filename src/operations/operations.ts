import type { Event } from "../core/event";
import type { Draft, TagChanges } from "../instances/draft";
import type { ChangeScope } from "../instances/place";
import type { OperationRecord } from "./operationRecord";

/** What a feature asks for. */
export type OperationRequest =
  | { readonly type: "create"; readonly draft: Draft }
  | { readonly type: "recreate"; readonly draft: Draft; readonly target: Target }
  | { readonly type: "delete"; readonly target: Target }
  | { readonly type: "edit"; readonly target: Target; readonly values: Readonly<Record<string, string>> }
  | { readonly type: "tags"; readonly target: Target; readonly changes: TagChanges };

export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly name?: string;
  /** It was never active. */
  readonly isUnfinished?: boolean | undefined;
}

export type OperationScope = ChangeScope;

export interface DiscardOptions {
  readonly evenAtWork?: boolean;
  readonly withDraft?: boolean;
}

/** The one way to change anything in the cloud. */
export interface Operations {
  /** Resolves when the operation is on disk and owned by this window; work goes on behind it. Rejects when it cannot be written: nothing was sent. */
  start(scope: OperationScope, request: OperationRequest): Promise<OperationRecord>;
  /** Resolves with the settled or interrupted record. */
  untilIdle(id: string, signal?: AbortSignal): Promise<OperationRecord>;
  resume(id: string): Promise<void>;
  /**
   * Gives an operation up, keeping whatever exists; also removes a refused create from the tree. One at work is cancelled
   * when nothing was sent, else refused with UserError; `evenAtWork` is for one whose world is gone. The draft of a recreate
   * that has deleted stays; with `withDraft` it is given up too, also later.
   */
  discard(id: string, options?: DiscardOptions): Promise<void>;
  /**
   * Ends an operation that only waits for the service, which goes on. A recreate whose new instance was not asked for yet
   * stays, interrupted, with its draft. Rejects with UserError when it does more than wait, or another window follows it.
   */
  stopFollowing(id: string): Promise<void>;
  /**
   * Marks what succeeded or was discarded as cleared, in all windows. It is kept as long as before, so that nothing takes for
   * its own what another operation has made. Resolves with how many there were.
   */
  clearCompleted(): Promise<number>;
  get(id: string): OperationRecord | undefined;
  /** Newest first. */
  list(): readonly OperationRecord[];
  /** True while cancelling can still keep the request from being sent. */
  canCancel(id: string): boolean;
  /** Resolves when it is on disk that the operation is discarded. Rejects when it is too late, or cannot be written. */
  cancel(id: string): Promise<void>;
  /** The id of an operation whose record changed, here or in another window; without one when many did. */
  readonly onDidChange: Event<string | undefined>;
  /** An operation that this window worked on has settled. */
  readonly onDidSettle: Event<OperationRecord>;
  /**
   * An unfinished operation that nobody works on was found, when the journal was opened or when its owner turned out to be
   * gone: to be announced once. To be listened to before `open`.
   */
  readonly onDidFindInterrupted: Event<OperationRecord>;
  /** Journal entries that could not be read and were set aside: messages for the user. */
  readonly onDidSetAside: Event<string>;
}
