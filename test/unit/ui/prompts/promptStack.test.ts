import assert from "node:assert/strict";
import { test } from "node:test";
import { PromptStack, type Layer, type Surface } from "../../../../src/ui/prompts/promptStack";

/** As VS Code does it: one input at a time, and every input that goes away says so, whoever hid it. */
class Screen {
  #shown: string | undefined;
  readonly left: string[] = [];
  readonly #layers = new Map<string, Layer>();

  get shown(): string | undefined {
    return this.#shown;
  }

  open(stack: PromptStack, name: string, how: "push" | "pushBelow" = "push"): Layer {
    const surface: Surface = {
      show: () => {
        this.#hide();
        this.#shown = name;
      },
      hide: () => {
        if (this.#shown === name) this.#hide();
      },
    };
    const layer = stack[how](surface);
    this.#layers.set(name, layer);
    layer.show();
    return layer;
  }

  /** Nobody listens to an input that was answered. */
  answer(name: string): void {
    const layer = this.#layers.get(name);
    this.#layers.delete(name);
    layer?.close();
  }

  escape(): void {
    this.#hide();
  }

  #hide(): void {
    const name = this.#shown;
    this.#shown = undefined;
    if (name !== undefined && this.#layers.get(name)?.wasLeft()) this.left.push(name);
  }
}

test("A question covers the one before, which comes back when it is answered", () => {
  const [screen, stack] = [new Screen(), new PromptStack()];
  screen.open(stack, "wizard");
  screen.open(stack, "code");
  assert.equal(screen.shown, "code");
  screen.answer("code");
  assert.equal(screen.shown, "wizard");
  assert.deepEqual(screen.left, []);
});

test("Leaving the question on top leaves only that one", () => {
  const [screen, stack] = [new Screen(), new PromptStack()];
  screen.open(stack, "wizard");
  screen.open(stack, "code");
  screen.escape();
  screen.answer("code");
  assert.deepEqual(screen.left, ["code"]);
  assert.equal(screen.shown, "wizard");
  screen.escape();
  assert.deepEqual(screen.left, ["code", "wizard"]);
});

test("What only says that work goes on never covers a question, and shows when there is none", () => {
  const [screen, stack] = [new Screen(), new PromptStack()];
  screen.open(stack, "code");
  screen.open(stack, "busy", "pushBelow");
  assert.equal(screen.shown, "code");
  screen.answer("code");
  assert.equal(screen.shown, "busy");
  screen.open(stack, "again");
  assert.equal(screen.shown, "again");
  screen.answer("busy");
  assert.equal(screen.shown, "again");
  assert.deepEqual(screen.left, []);
});
