import type { Locator, Page } from "playwright-core";

/** The question in the middle of the window that must be answered first. */
export class ModalDialog {
  readonly #box: Locator;

  constructor(page: Page) {
    this.#box = page.locator(".monaco-dialog-box");
  }

  /** Waits for a dialog and returns its message and detail. */
  async text(): Promise<string> {
    const parts = this.#box.locator(".dialog-message-text, .dialog-message-detail");
    await parts.first().waitFor();
    return (await parts.allInnerTexts()).join("\n").trim();
  }

  async buttons(): Promise<readonly string[]> {
    await this.#box.waitFor();
    return this.#box.locator(".dialog-buttons .monaco-button").allInnerTexts();
  }

  async press(button: string): Promise<void> {
    await this.#box.locator(".dialog-buttons .monaco-button", { hasText: button }).first().click();
    await this.#box.waitFor({ state: "detached" });
  }

  async waitFor(): Promise<void> {
    await this.#box.waitFor();
  }
}
