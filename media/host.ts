import type { Handlers } from "../src/ui/page/protocol/channel";
import { pong, receive } from "../src/ui/page/protocol/channel";
import { byId, h, icon } from "./page";
import { afterPress } from "./press";

/** After so long without an answer nobody is there any more: the extension was stopped, or has crashed. */
const silenceMs = 5_000;

interface Schema<M extends { readonly type: string }> {
  readonly schema: Parameters<typeof receive<M>>[0];
  readonly handlers: Handlers<M>;
}

/** The page's end of the channel to its host. A page whose host is gone says so, and says when it is back. */
export class HostChannel<Sent extends object> {
  readonly #host = acquireVsCodeApi();
  #waiting: ReturnType<typeof setTimeout> | undefined;

  get state(): unknown {
    return this.#host.getState();
  }

  /** Kept by VS Code, also over a reload of the window. */
  set state(state: unknown) {
    this.#host.setState(state);
  }

  /** Begins to listen, and asks for everything there is to show. */
  start<M extends { readonly type: string }>({ schema, handlers }: Schema<M>, ready: Sent): void {
    window.addEventListener("message", (event: MessageEvent<unknown>) => {
      this.#hear();
      if (pong.safeParse(event.data).success) return;
      // News while a button is being pressed would replace it, or move it away from under the pointer.
      afterPress(() => {
        // Only the host's message is of the form that the schema knows; a frame of another origin has no way in here.
        const wrong = receive(schema, handlers, event.data);
        if (wrong !== undefined) throw new Error(`Unexpected message: ${wrong}`);
      });
    });
    this.send(ready);
    window.addEventListener("focus", () => this.#ask());
  }

  send(message: Sent): void {
    this.#host.postMessage(message);
    this.#ask();
  }

  #ask(): void {
    this.#host.postMessage({ type: "ping" });
    this.#waiting ??= setTimeout(() => this.#tellLoss(), silenceMs);
  }

  #hear(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    byId("host-lost")?.remove();
  }

  #tellLoss(): void {
    this.#waiting = undefined;
    if (byId("host-lost")) return;
    const text =
      "This page has lost its extension, and nothing that you do here has an effect. What you typed is kept: reload the window (Developer: Reload Window) to go on.";
    const banner = h("section", { id: "host-lost", class: "failure", role: "alert" }, h("p", {}, icon("error"), text));
    document.body.prepend(banner);
  }
}
