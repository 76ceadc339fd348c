import type { CommandId } from "../../core/commandIds";
import { SignInRequiredError } from "../../aws/errors";
import { UserError } from "../../core/errors";
import type { Connection } from "../../instances/connection";
import type { TreeNode } from "../tree/nodes";
import type { Action, Button, CopyTarget } from "./protocol/pieces";

/** What the host's side of a page needs of its surroundings: VS Code, or a test. */
export interface PageHost<M extends object> {
  post(message: M): void;
  setTitle(title: string): void;
  close(): void;
  copy(text: string): PromiseLike<void>;
  openUrl(url: string): PromiseLike<unknown>;
  run(command: CommandId, target?: TreeNode): PromiseLike<unknown>;
  /** Shows an instance in the Instances view. */
  reveal(node: TreeNode): PromiseLike<unknown>;
  reportError(error: unknown): void;
}

interface Copied {
  readonly type: "copied";
  readonly what: CopyTarget;
}

/** What may help when a connection or an instance cannot be read. Try Again always may. */
export function waysOut(error: unknown): Button[] {
  const buttons: Button[] = [];
  if (error instanceof SignInRequiredError && error.method !== "other")
    buttons.push({ action: "signIn", label: "Sign In…" });
  const remedies = error instanceof UserError ? error.remedies : [];
  if (remedies.some(({ command }) => command === "appInstances.startSandbox"))
    buttons.push({ action: "startSandbox", label: "Start Sandbox" });
  return [...buttons, { action: "retry", label: "Try Again" }];
}

type TextToCopy = string | undefined | Promise<string | undefined>;

/** What every page offers: texts to copy, and the ways in that a connection may need. */
export class PageActions {
  readonly #host: PageHost<Copied>;
  readonly #copies = new Map<CopyTarget, () => TextToCopy>();

  constructor(host: PageHost<Copied>) {
    this.#host = host;
  }

  /** What the page's Copy button of that name copies: asked when it is pressed. */
  offerCopy(what: CopyTarget, text: () => TextToCopy): void {
    this.#copies.set(what, text);
  }

  copy(what: CopyTarget): void {
    this.try(async () => {
      const offered = this.#copies.get(what)?.();
      const text = offered instanceof Promise ? await offered : offered;
      if (text === undefined) return;
      await this.#host.copy(text);
      this.#host.post({ type: "copied", what });
    });
  }

  /** Undefined when it is none of the buttons that every page may have. */
  act(action: Action, connection: Connection | undefined): PromiseLike<unknown> | undefined {
    switch (action) {
      case "addConnection":
      case "openConfigFile":
        return this.#host.run(action);
      case "startSandbox":
        return connection?.source === "sandbox"
          ? this.#host.run(action, { type: "connection", connection })
          : this.#host.run(action);
      case "signIn":
      case "openTerminal":
        return connection && this.#host.run(action, { type: "connection", connection });
      default:
        return undefined;
    }
  }

  /** Whatever goes wrong is told to the user. */
  try(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#host.reportError(error));
  }
}
