import type { Clock } from "../../core/clock";
import type { Disposable } from "../../core/disposable";
import { isCancelled, UserError } from "../../core/errors";
import { connectionKey } from "../../instances/connection";
import type { InstanceFollower } from "../../instances/follow";
import { isInProgress, isUnfinished, type Instance } from "../../instances/instance";
import type { Operations } from "../../operations/operations";
import { targetInstance, type InstanceTarget, type TargetDeps } from "../../ui/instance/pick";
import { visibleText } from "../../ui/text/displayText";
import { instanceText } from "../../ui/text/instanceText";
import { noticeOf, type Settled, type SettledNotice } from "./settledNotice";

export interface WatchDeps extends TargetDeps {
  readonly follower: InstanceFollower;
  readonly operations: Pick<Operations, "list">;
  readonly clock: Pick<Clock, "now">;
  readonly show: (notice: SettledNotice) => void;
  /** Says that it was understood, and is gone soon. */
  readonly acknowledge: (text: string) => void;
  /** Says why somebody will not be told. */
  readonly reportError: (error: unknown) => void;
}

/** Instances in progress that somebody wants to be told of: each is followed, and its end said once. */
export class SettledWatch implements Disposable {
  readonly #deps: WatchDeps;
  readonly #followed = new Set<string>();
  readonly #end = new AbortController();

  constructor(deps: WatchDeps) {
    this.#deps = deps;
  }

  /** Notify Me When It Settles: for what others began. Of what we do ourselves the end is said anyway. */
  async add(target?: unknown): Promise<void> {
    const found = await targetInstance(this.#deps, target, {
      title: "Notify Me When It Settles",
      accepts: ({ phase }) => isInProgress(phase),
      none: "Nothing is in progress",
    });
    const name = nameOf(found);
    if (found.instance && !isInProgress(found.instance.phase)) throw new UserError(`${name} is not in progress.`);
    const key = `${connectionKey(found.connection)}/${found.kind.id}/${found.id}`;
    this.#deps.acknowledge(`You will be notified when ${name} settles, while this window is open.`);
    if (this.#followed.has(key)) return;
    this.#followed.add(key);
    void this.#follow(found).finally(() => this.#followed.delete(key));
  }

  dispose(): void {
    this.#end.abort();
  }

  /** Never rejects. */
  async #follow(target: InstanceTarget): Promise<void> {
    const { follower, store, kinds, clock, show } = this.#deps;
    const startedAt = clock.now();
    let last: Instance | undefined;
    let known = target.instance;
    try {
      for await (const seen of follower.follow(target.connection, target.kind, target.id, this.#end.signal)) {
        last = seen;
        known = seen ?? known;
      }
    } catch (error) {
      if (!isCancelled(error))
        this.#deps.reportError(new UserError(`Could not go on watching ${nameOf(target)}.`, { cause: error }));
      return;
    }
    if (this.#isOurs(target, startedAt)) return;
    const notice = noticeOf(settled({ ...target, ...(known && { instance: known }) }, last), store, kinds);
    if (notice) show(notice);
  }

  /** One of our operations changed it meanwhile: its own end is what is said. */
  #isOurs({ id }: InstanceTarget, startedAt: number): boolean {
    return this.#deps.operations.list().some(({ target, createdAt }) => target?.id === id && createdAt >= startedAt);
  }
}

function nameOf({ instance, id }: InstanceTarget): string {
  return instance ? instanceText(instance) : visibleText(id);
}

/** As an operation would have come to its end. `target` has what was known of it at last, also when it is gone. */
function settled(target: InstanceTarget, last: Instance | undefined): Settled {
  const { connection, kind, id, instance } = target;
  const isGone = last === undefined || last.phase === "deleted";
  const isFailed = last?.phase === "createFailed" || last?.phase === "deleteFailed";
  const type = isGone || last.phase === "deleteFailed" ? "delete" : "create";
  const subject = { id, arn: instance?.arn ?? id, isUnfinished: instance && isUnfinished(instance.phase) };
  return {
    id: "",
    type,
    status: isFailed ? "failed" : "succeeded",
    connection,
    kind: kind.id,
    label: instance ? instanceText(instance) : visibleText(id),
    ...(type === "delete" ? { target: subject } : { created: subject }),
    ...(isFailed && { error: { code: last.state ?? "Failed", message: last.errorMessage ?? "" } }),
  };
}
