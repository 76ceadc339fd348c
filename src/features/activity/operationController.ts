import { DisposableStore, type Disposable } from "../../core/disposable";
import type { CommandId } from "../../core/commandIds";
import type { Instance } from "../../instances/instance";
import type { Kinds } from "../../instances/kinds/registry";
import type { StatementToCopy } from "../../instances/mitigation";
import { sandboxRuns, type InstanceStore } from "../../instances/store";
import type { OperationRecord } from "../../operations/operationRecord";
import type { Operations } from "../../operations/operations";
import { usualDuration } from "../../operations/usualDuration";
import { PageActions, type PageHost } from "../../ui/page/pageActions";
import { receive, type Handlers } from "../../ui/page/protocol/channel";
import { fromOperation, type FromOperation, type ToOperation } from "../../ui/page/protocol/operation";
import type { Action } from "../../ui/page/protocol/pieces";
import type { TreeNode } from "../../ui/tree/nodes";
import { instancesNode, remainsOf, subjectOf, toOperationModel } from "./operationModel";

export interface OperationPageDeps {
  readonly operations: Pick<Operations, "get" | "list" | "canCancel" | "onDidChange">;
  readonly kinds: Kinds;
  readonly store: InstanceStore;
}

/** What a button does that a command does as well. */
const commandsOf: Partial<Record<Action, CommandId>> = {
  resume: "resumeOperation",
  discard: "discardOperation",
  cancel: "cancelOperation",
  stopFollowing: "stopFollowing",
  copyReport: "copyReport",
  showLog: "showLog",
};

/** The host's side of an operation's page: shows what the journal and the store hear of it. */
export class OperationController implements Disposable {
  readonly #deps: OperationPageDeps;
  readonly #host: PageHost<ToOperation>;
  readonly #lifetime = new DisposableStore();
  readonly #actions: PageActions;
  /** As last known: it stays to be read when it has left the journal. */
  #record: OperationRecord;
  #policy: StatementToCopy | undefined;
  #last = "";

  constructor(deps: OperationPageDeps, host: PageHost<ToOperation>, record: OperationRecord) {
    this.#deps = deps;
    this.#host = host;
    this.#record = record;
    this.#actions = new PageActions(host);
    this.#actions.offerCopy("mitigation", () => this.#policy?.load());
    this.#actions.offerCopy("requestIds", () => this.#record.requestIds.join("\n"));
    this.#lifetime.add(
      deps.operations.onDidChange((id) => {
        if (id === undefined || id === this.#record.id) this.#post();
      }),
    );
    this.#lifetime.add(
      deps.store.onDidChange((change) => {
        if (change.type !== "instance" || change.id === subjectOf(this.#record)?.id) this.#post();
      }),
    );
    this.#post();
  }

  receive(data: unknown): string | undefined {
    return receive(fromOperation, this.#handlers, data);
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  readonly #handlers: Handlers<FromOperation> = {
    ready: () => {
      this.#last = "";
      this.#post();
    },
    copy: ({ what }) => this.#actions.copy(what),
    act: ({ action }) => this.#actions.try(() => this.#act(action)),
  };

  #instance(): Instance | undefined {
    const subject = subjectOf(this.#record);
    return subject && this.#deps.store.instance(subject.connectionKey, subject.kind, subject.id);
  }

  #post(): void {
    const { operations, kinds, store } = this.#deps;
    const record = operations.get(this.#record.id);
    this.#record = record ?? this.#record;
    const { model, mitigation } = toOperationModel({
      record: this.#record,
      kind: kinds.get(this.#record.kind),
      instance: this.#instance(),
      canCancel: operations.canCancel(this.#record.id),
      usual: usualDuration(operations.list(), this.#record),
      isSandboxRunning: sandboxRuns(store),
      isForgotten: record === undefined,
    });
    const text = JSON.stringify(model);
    if (text === this.#last) return;
    this.#last = text;
    this.#policy = mitigation?.statement;
    this.#host.setTitle(model.title);
    this.#host.post(model);
  }

  async #act(action: Action): Promise<void> {
    const { connection, kind, id } = this.#record;
    const common = this.#actions.act(action, connection);
    if (common) {
      await common;
      return;
    }
    const node: TreeNode = { type: "operation", connection, kind, operationId: id };
    const instance = this.#instance();
    const command = commandsOf[action];
    if (command) await this.#host.run(command, node);
    else if (action === "openRemains") {
      const remains = remainsOf(this.#record, this.#deps.kinds.get(kind));
      if (remains) await this.#host.openUrl(remains.url);
    } else if (action === "recreate") await this.#host.run(action, instancesNode(this.#record, instance) ?? node);
    else if (action === "showDetails" && instance)
      await this.#host.run(action, { type: "instance", connection, kind, id: instance.id });
    else if (action === "showInTree") {
      const shown = instancesNode(this.#record, instance);
      if (shown) await this.#host.reveal(shown);
    }
  }
}
