import type { Locator, Page } from "playwright-core";

/** Toasts at the bottom right. */
export class Notifications {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  toast(text: string | RegExp): Locator {
    return this.#page.locator(".notification-toast", {
      has: this.#page.locator(".notification-list-item-message", { hasText: text }),
    });
  }

  /** Waits for a toast and returns its whole message. */
  async waitFor(text: string | RegExp, timeoutMs?: number): Promise<string> {
    const message = this.toast(text).first().locator(".notification-list-item-message");
    await message.waitFor(timeoutMs === undefined ? {} : { timeout: timeoutMs });
    return (await message.innerText()).trim();
  }

  async buttons(text: string | RegExp): Promise<readonly string[]> {
    const toast = this.toast(text).first();
    await toast.waitFor();
    const labels = await toast.locator(".notification-list-item-buttons-container .monaco-button").allInnerTexts();
    return labels.map((label) => label.trim()).filter((label) => label !== "");
  }

  async press(text: string | RegExp, button: string): Promise<void> {
    const toast = this.toast(text).first();
    await toast.hover();
    await toast
      .locator(".notification-list-item-buttons-container .monaco-button", { hasText: button })
      .first()
      .click();
  }

  /** Messages of the toasts that are showing. */
  async messages(): Promise<readonly string[]> {
    return this.#page.locator(".notification-toast .notification-list-item-message").allInnerTexts();
  }

  async close(text: string | RegExp): Promise<void> {
    const toast = this.toast(text).first();
    await toast.hover();
    await toast.locator('.action-label[aria-label^="Clear Notification"]').click();
  }
}
