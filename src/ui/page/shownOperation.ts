import { DisposableStore, type Disposable } from "../../core/disposable";
import { connectionKey } from "../../instances/connection";
import type { Instance } from "../../instances/instance";
import type { Kind } from "../../instances/kind";
import type { Mitigation, StatementToCopy } from "../../instances/mitigation";
import { sandboxRuns, type InstanceStore } from "../../instances/store";
import { isSettled, type OperationRecord } from "../../operations/operationRecord";
import type { Operations } from "../../operations/operations";
import type { TreeNode } from "../tree/nodes";
import type { PageHost } from "./pageActions";
import type { OutcomeModel, ToForm } from "./protocol/form";
import type { Action } from "./protocol/pieces";
import { toOutcome } from "./outcome";

export interface ShownOperationDeps {
  readonly operations: Operations;
  readonly store: InstanceStore;
}

/** What the form started: followed until it is settled, shown in the form's place. */
export class ShownOperation implements Disposable {
  readonly #deps: ShownOperationDeps;
  readonly #kind: Kind;
  readonly #id: string;
  readonly #onOutcome: (model: OutcomeModel, mitigation: Mitigation | undefined) => void;
  readonly #lifetime = new DisposableStore();
  #last = "";

  constructor(
    deps: ShownOperationDeps,
    kind: Kind,
    record: OperationRecord,
    onOutcome: (model: OutcomeModel, mitigation: Mitigation | undefined) => void,
  ) {
    this.#deps = deps;
    this.#kind = kind;
    this.#id = record.id;
    this.#onOutcome = onOutcome;
    this.#lifetime.add(
      deps.operations.onDidChange((id) => {
        if (id === undefined || id === this.#id) this.update();
      }),
    );
    this.#lifetime.add(
      deps.store.onDidChange((change) => {
        if (change.type !== "listed") this.update();
      }),
    );
  }

  /** Undefined once it was discarded and trimmed. */
  get record(): OperationRecord | undefined {
    return this.#deps.operations.get(this.#id);
  }

  get isSettled(): boolean {
    const { record } = this;
    return record === undefined || isSettled(record);
  }

  /** Tells what there is to see, when that has changed. */
  update(options: { readonly isAgain?: boolean } = {}): void {
    const { record } = this;
    if (!record) return;
    const { id } = record.created ?? {};
    const { model, mitigation } = toOutcome({
      record,
      kind: this.#kind,
      isSandboxRunning: sandboxRuns(this.#deps.store),
      instance: this.#instance(record),
      seen: id === undefined ? [] : this.#deps.store.seen(connectionKey(record.connection), record.kind, id),
    });
    const text = JSON.stringify(model);
    if (text === this.#last && !options.isAgain) return;
    this.#last = text;
    this.#onOutcome(model, mitigation);
  }

  /** The policy statement that the instance needs next. */
  get nextStatement(): StatementToCopy | undefined {
    const { record } = this;
    const instance = record && this.#instance(record);
    return instance && this.#kind.nextSteps?.(instance)?.statement;
  }

  async act(action: Action, host: PageHost<ToForm>): Promise<void> {
    const { record } = this;
    if (!record) return;
    const { connection, kind, created } = record;
    const node: TreeNode = created
      ? { type: "instance", connection, kind, id: created.id }
      : { type: "pendingCreate", connection, kind, operationId: record.id };
    switch (action) {
      case "resume":
        await host.run("resumeOperation", { type: "operation", connection, kind, operationId: record.id });
        return;
      case "discard":
        await host.run("discardOperation", { type: "operation", connection, kind, operationId: record.id });
        return;
      case "showInTree":
        await host.reveal(node);
        return;
      case "showDetails":
      case "openInConsole":
      case "recreate":
        await host.run(action, node);
        return;
      case "openWebApp": {
        const instance = this.#instance(record);
        const url = instance && this.#kind.webAppUrl?.(instance);
        if (url !== undefined) await host.openUrl(url);
        return;
      }
      default:
    }
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  #instance({ connection, kind, created }: OperationRecord): Instance | undefined {
    return created && this.#deps.store.instance(connectionKey(connection), kind, created.id);
  }
}
