import { orDeclined, SignInRequiredError } from "../../aws/errors";
import type { Disposable } from "../../core/disposable";
import { messageOf } from "../../core/errors";
import {
  connectionKey,
  connectionLabel,
  type Connection,
  type Session,
  type Sessions,
} from "../../instances/connection";
import { visibleLines, visibleText } from "../../ui/text/displayText";
import { waysOut } from "../../ui/page/pageActions";
import type { AccountModel } from "../../ui/page/protocol/form";

/** The connection that a form works in, and whether there is an account behind it. */
export class FormAccount implements Disposable {
  readonly #sessions: Sessions;
  readonly #onChange: () => void;
  readonly #listening: Disposable;
  #connection: Connection | undefined;
  #session: Session | undefined;
  #error: unknown;
  #opening: AbortController | undefined;
  #isGone = false;

  constructor(sessions: Sessions, onChange: () => void) {
    this.#sessions = sessions;
    this.#onChange = onChange;
    this.#listening = sessions.onDidChange((key) => this.#onSession(key));
  }

  get connection(): Connection | undefined {
    return this.#connection;
  }

  /** Empty when there is no connection. */
  get key(): string {
    return this.#connection ? connectionKey(this.#connection) : "";
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /** The chosen connection is none of the window's any more. It stays chosen: a form never goes elsewhere by itself. */
  get isGone(): boolean {
    return this.#isGone;
  }

  get hasFailed(): boolean {
    return this.#error !== undefined;
  }

  /** Connects, and says what came of it. An answer for a connection that is no longer chosen is dropped. */
  choose(connection: Connection | undefined, isThere = true): void {
    this.#opening?.abort();
    this.#isGone = !isThere;
    const opening = (this.#opening = isThere && connection ? new AbortController() : undefined);
    this.#connection = connection;
    this.#session = undefined;
    this.#error = undefined;
    this.#onChange();
    if (!connection || !opening) return;
    const finish = (session: Session | undefined, error: unknown) => {
      if (opening.signal.aborted) return;
      this.#opening = undefined;
      this.#session = session;
      this.#error = orDeclined(error, connection.profile);
      this.#onChange();
    };
    this.#sessions.open(connection, opening.signal).then(
      (session) => finish(session, undefined),
      (error: unknown) => finish(undefined, error),
    );
  }

  /** Forgets what is known about the connection, and connects anew. */
  retry(): void {
    if (this.#connection) this.#sessions.invalidate(this.#connection);
    this.choose(this.#connection);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#opening?.abort();
  }

  /** `sentence` is what is said when everything is in place. */
  model(sentence: (session: Session) => string): AccountModel {
    const connection = this.#connection;
    if (!connection) {
      return {
        type: "account",
        status: "none",
        text: "There is no connection yet. Add one, or start the sandbox, which needs no AWS account.",
        buttons: [
          { action: "addConnection", label: "Add Connection…" },
          { action: "startSandbox", label: "Start Sandbox" },
        ],
      };
    }
    if (this.#session) return { type: "account", status: "ready", text: sentence(this.#session), buttons: [] };
    const label = visibleText(connectionLabel(connection));
    if (this.#isGone) {
      const isSandbox = connection.source === "sandbox";
      return {
        type: "account",
        status: "error",
        text: isSandbox
          ? "The sandbox was stopped: nothing is created until it runs again, or until you choose another connection."
          : `${label} was removed: nothing is created until it is added again, or until you choose another connection.`,
        buttons: isSandbox
          ? [{ action: "startSandbox", label: "Start Sandbox" }]
          : [{ action: "addConnection", label: "Add Connection…" }],
      };
    }
    if (this.#error === undefined) {
      return { type: "account", status: "connecting", text: `Connecting to ${label}…`, buttons: [] };
    }
    const message = visibleLines(messageOf(this.#error));
    const buttons = waysOut(this.#error);
    return this.#error instanceof SignInRequiredError
      ? { type: "account", status: "signedOut", text: `Not signed in to ${label}: ${message}`, buttons }
      : { type: "account", status: "error", text: `Could not connect to ${label}: ${message}`, buttons };
  }

  /** Credentials changed, here or elsewhere: a sign-in in the terminal is enough to go on. */
  #onSession(key: string): void {
    if (!this.#connection || this.#isGone || this.key !== key || this.#opening) return;
    const current = this.#sessions.current(this.#connection);
    if (current === undefined || current !== this.#session) this.choose(this.#connection);
  }
}
