import type { Locator, Page } from "playwright-core";
import { eventually } from "../eventually";

/** The one input that commands, wizards and picks share at the top of the window. */
export class QuickInput {
  readonly #page: Page;
  readonly #widget: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#widget = page.locator(".quick-input-widget");
  }

  /** Waits for an input whose title, with its step "(1/6)", contains the text. */
  async waitForTitle(text: string | RegExp): Promise<void> {
    await this.#widget.locator(".quick-input-title", { hasText: text }).waitFor();
  }

  /** Waits until what is typed goes into the box. */
  async waitForFocus(): Promise<void> {
    await this.#widget.locator(".quick-input-box input:focus").waitFor();
  }

  async waitForClosed(): Promise<void> {
    await this.#widget.waitFor({ state: "hidden" });
  }

  /** "Create Supply Chain instance (1/6)" */
  async title(): Promise<string> {
    return clean(await this.#widget.locator(".quick-input-title").textContent());
  }

  /** The line under the box: the prompt, or what is wrong with the value. */
  async message(): Promise<string> {
    return clean(await this.#widget.locator(".quick-input-message").textContent());
  }

  async waitForMessage(text: string | RegExp): Promise<void> {
    await this.#widget.locator(".quick-input-message", { hasText: text }).waitFor();
  }

  async value(): Promise<string> {
    return this.#widget.locator(".quick-input-box input").inputValue();
  }

  /** Replaces what is in the box, as by typing. */
  async type(text: string): Promise<void> {
    const box = this.#widget.locator(".quick-input-box input");
    await box.click();
    await box.press("ControlOrMeta+a");
    if (text === "") await box.press("Delete");
    else await box.pressSequentially(text);
  }

  async accept(): Promise<void> {
    await this.#widget.locator(".quick-input-box input").press("Enter");
  }

  async answer(text: string): Promise<void> {
    await this.type(text);
    await this.accept();
  }

  async back(): Promise<void> {
    await this.press("Back");
  }

  /** Presses a button of the title bar, or one beside the box, by its label. */
  async press(label: string): Promise<void> {
    await this.#widget
      .locator(".quick-input-titlebar, .quick-input-header")
      .locator(`.action-label[aria-label^="${label}"]`)
      .first()
      .click();
  }

  async escape(): Promise<void> {
    await this.#page.keyboard.press("Escape");
  }

  /** The row whose label, without icons, contains the text. */
  row(text: string | RegExp): Locator {
    return this.#widget.locator(".quick-input-list .monaco-list-row", {
      has: this.#page.locator(".label-name", { hasText: text }),
    });
  }

  /** Chooses a row with the mouse. */
  async pick(text: string | RegExp): Promise<void> {
    await this.row(text).first().click();
  }

  /** Presses a button at the end of a row. */
  async pressInRow(text: string | RegExp, label: string): Promise<void> {
    const row = this.row(text).first();
    await row.hover();
    await row.locator(`.action-label[aria-label^="${label}"]`).click();
  }

  /** Labels of the rows in view, without their icons. */
  async rows(): Promise<readonly string[]> {
    const texts = await this.#widget
      .locator(".quick-input-list .quick-input-list-row:first-child .label-name")
      .allTextContents();
    return texts.map(clean);
  }

  /** Whole text of each row in view: label, description, detail. */
  async rowTexts(): Promise<readonly string[]> {
    const texts = await this.#widget.locator(".quick-input-list .monaco-list-row").allInnerTexts();
    return texts.map(clean);
  }

  /** Runs a command by its title as the palette shows it, with or without the category. */
  async runCommand(title: string): Promise<void> {
    const wanted = title.includes(": ") ? title : `App Instances: ${title}`;
    const box = this.#widget.locator(".quick-input-box input");
    // An aria label may go on with "recently used" or a key binding.
    const labels = [`[aria-label="${wanted}"]`, `[aria-label^="${wanted}, "]`];
    const rows = labels.map((label) => `.quick-input-list .monaco-list-row${label}`);
    // VS Code closes the palette when something else takes the focus meanwhile; a person would press F1 again.
    await eventually(async () => {
      // VS Code 1.103 puts the box's tooltip over its rows while the pointer rests on the box, as after the last click.
      await this.#page.mouse.move(0, 0);
      await this.#page.keyboard.press("F1");
      await box.fill(`>${wanted}`, { timeout: 5000 });
      await this.#widget.locator(rows.join(", ")).first().click({ timeout: 5000 });
    });
  }

  /** Titles that the palette offers for what was typed. */
  async commandsLike(text: string): Promise<readonly string[]> {
    await this.#page.keyboard.press("F1");
    const box = this.#widget.locator(".quick-input-box input");
    await box.waitFor();
    await box.fill(`>${text}`);
    await this.#widget.locator(".quick-input-list .monaco-list-row.focused").waitFor();
    const rows = await this.rows();
    await this.escape();
    await this.waitForClosed();
    return rows;
  }
}

function clean(text: string | null): string {
  return (text ?? "").replace(/\s+/g, " ").trim();
}
