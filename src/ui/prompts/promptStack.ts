/** A quick input that can be hidden and shown again. */
export interface Surface {
  show(): void;
  hide(): void;
}

/**
 * VS Code has room for one quick input: showing another hides the one before, which then looks as if the user had left
 * it. Here the newest question is on top, and the one below comes back, as it was, when that is answered: the code of an
 * MFA device may be asked for in the middle of a wizard.
 */
export class PromptStack {
  readonly #layers: Layer[] = [];

  /** A question: covers whatever is open. */
  push(surface: Surface): Layer {
    const layer = new Layer(this, surface);
    this.top?.suspend();
    this.#layers.push(layer);
    return layer;
  }

  /** What only says that work goes on: never covers a question. */
  pushBelow(surface: Surface): Layer {
    const layer = new Layer(this, surface);
    this.#layers.unshift(layer);
    return layer;
  }

  get top(): Layer | undefined {
    return this.#layers.at(-1);
  }

  remove(layer: Layer): void {
    const index = this.#layers.indexOf(layer);
    if (index >= 0) this.#layers.splice(index, 1);
    this.top?.resume();
  }
}

export class Layer {
  readonly #stack: PromptStack;
  readonly #surface: Surface;
  #isWanted = false;
  #isShown = false;
  /** Hides of our own that VS Code has yet to report. */
  #ownHides = 0;

  constructor(stack: PromptStack, surface: Surface) {
    this.#stack = stack;
    this.#surface = surface;
  }

  show(): void {
    this.#isWanted = true;
    this.resume();
  }

  resume(): void {
    if (!this.#isWanted || this.#isShown || this.#stack.top !== this) return;
    this.#isShown = true;
    this.#surface.show();
  }

  suspend(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#ownHides += 1;
    this.#surface.hide();
  }

  /** To be called when VS Code says that the input was hidden; true when it was the user who left it. */
  wasLeft(): boolean {
    if (this.#ownHides > 0) {
      this.#ownHides -= 1;
      return false;
    }
    this.#isShown = false;
    return true;
  }

  close(): void {
    this.#stack.remove(this);
  }
}
