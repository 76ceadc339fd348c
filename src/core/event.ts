import { toDisposable, type Disposable } from "./disposable";

/** Structurally equal to `vscode.Event`, so that layers below the UI need no `vscode`. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** Calls its listeners in the order they came; a listener that throws does not keep the others from being called. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<{ readonly call: (value: T) => void }>();
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void = rethrowLater) {
    this.#onError = onError;
  }

  readonly event: Event<T> = (call) => {
    const entry = { call };
    this.#listeners.add(entry);
    return toDisposable(() => this.#listeners.delete(entry));
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener.call(value);
      } catch (error) {
        this.#onError(error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** A broken listener is a bug: it must surface in the host's log, but not in the code that fired. */
function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
