import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { eventually } from "../eventually";

export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** Codicon names: `["sync", "modifier-spin"]`. */
  readonly icons: readonly string[];
  readonly ariaLabel: string;
  /** 1 for a root. */
  readonly level: number;
  /** Undefined when there is nothing to expand. */
  readonly isExpanded?: boolean;
  /** Labels of the buttons that appear on hover. */
  readonly actions: readonly string[];
}

/** A tree view of the side bar, by its title. */
export class TreeView {
  readonly #page: Page;
  readonly #title: string;
  readonly root: Locator;

  constructor(page: Page, title: string) {
    this.#page = page;
    this.#title = title;
    this.root = page.locator(".pane", { has: page.locator(`.pane-header[aria-label^="${title}"]`) });
  }

  /** The row with that label; names that occur twice need the whole label. */
  row(label: string | RegExp): Locator {
    const exact = typeof label === "string" ? new RegExp(`^\\s*${escapeRegExp(label)}\\s*$`) : label;
    return this.root.locator(".monaco-list-row", { has: this.#page.locator(".label-name", { hasText: exact }) });
  }

  /** Waits for a row, and for its description to match where one is given. */
  async waitForRow(label: string | RegExp, description?: string | RegExp, timeoutMs?: number): Promise<TreeRow> {
    return eventually(async () => {
      const rows = await this.rows();
      const row = rows.find(
        (candidate) =>
          matches(candidate.label, label) && (description === undefined || matches(candidate.description, description)),
      );
      if (row) return row;
      const seen = rows.map((candidate) => `${candidate.label} [${candidate.description}]`).join(", ") || "nothing";
      assert.fail(`${this.#title} shows ${seen}; waited for ${String(label)} [${String(description ?? "any")}]`);
    }, timeoutMs);
  }

  async waitForNoRow(label: string | RegExp, timeoutMs?: number): Promise<void> {
    await eventually(async () => {
      const labels = (await this.rows()).map((row) => row.label);
      assert.ok(!labels.some((candidate) => matches(candidate, label)), `${this.#title} still shows ${String(label)}`);
    }, timeoutMs);
  }

  /** The rows in view, from top to bottom. */
  async rows(): Promise<readonly TreeRow[]> {
    const found = await this.root.first().evaluate(readRows);
    return found.map((row) => ({
      label: clean(row.label),
      description: clean(row.description),
      icons: row.iconClasses.flatMap((name) =>
        name.startsWith("codicon-") && name !== "codicon-colored" ? [name.slice("codicon-".length)] : [],
      ),
      ariaLabel: row.ariaLabel,
      level: row.level,
      ...(row.expanded === null ? {} : { isExpanded: row.expanded === "true" }),
      actions: row.actions,
    }));
  }

  async expand(label: string | RegExp): Promise<void> {
    const row = this.row(label).first();
    if ((await row.getAttribute("aria-expanded")) === "false") await row.locator(".monaco-tl-twistie").click();
    await this.root.locator('.monaco-list-row[aria-expanded="true"]').and(row).waitFor();
  }

  async collapse(label: string | RegExp): Promise<void> {
    const row = this.row(label).first();
    // A row that is drawn again while it is clicked hears nothing of it, and one without children yet cannot be folded.
    await eventually(async () => {
      if ((await row.getAttribute("aria-expanded")) === "true") await row.locator(".monaco-tl-twistie").click();
      await eventually(async () => assert.equal(await row.getAttribute("aria-expanded"), "false"), 2_000);
    });
  }

  async click(label: string | RegExp): Promise<void> {
    await this.row(label).first().click();
  }

  /** Presses a button that appears when the pointer is over the row. */
  async inlineAction(label: string | RegExp, action: string): Promise<void> {
    const row = this.row(label).first();
    await row.hover();
    await row.locator(`.actions .action-label[aria-label^="${action}"]`).click();
  }

  /** Opens the row's menu and says what it offers; leaves it open. */
  async openContextMenu(label: string | RegExp): Promise<readonly string[]> {
    const menu = this.#page.locator(".monaco-menu");
    // Only then: Escape would also take the toasts away.
    if ((await menu.count()) > 0) await this.#page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
    await this.row(label).first().click({ button: "right" });
    return openMenuItems(this.#page);
  }

  /** What the row's menu offers. */
  async contextMenuItems(label: string | RegExp): Promise<readonly string[]> {
    const items = await eventually(() => this.openContextMenu(label));
    await this.#page.keyboard.press("Escape");
    await this.#page.locator(".monaco-menu").waitFor({ state: "detached" });
    return items;
  }

  /** Right-clicks the row and chooses an item; again when VS Code closed the menu because the tree changed under it. */
  async contextMenu(label: string | RegExp, item: string): Promise<void> {
    await eventually(async () => {
      const items = await this.openContextMenu(label);
      assert.ok(items.includes(item), `The menu offers ${items.join(", ")}, not ${item}`);
      await chooseMenuItem(this.#page, item);
    });
  }

  /** Presses a button of the view's title bar, or chooses it from its "…" menu. */
  async titleAction(action: string): Promise<void> {
    const header = this.root.locator(".pane-header");
    const button = header.locator(`.action-label[aria-label^="${action}"]`);
    // Buttons come and go with context keys: which of the two places it stands in may change while we look.
    await eventually(async () => {
      await header.hover();
      if ((await button.count()) > 0) {
        await button.first().click({ timeout: 2000 });
        return;
      }
      await header.locator('.action-label[aria-label^="More Actions"]').click({ timeout: 2000 });
      const items = await openMenuItems(this.#page);
      if (items.includes(action)) return chooseMenuItem(this.#page, action);
      await this.#page.keyboard.press("Escape");
      assert.fail(`The view's title offers ${items.join(", ")}, not ${action}`);
    });
  }

  /** The text of the row's hover. */
  async tooltip(label: string | RegExp): Promise<string> {
    const name = this.row(label).first().locator(".label-name");
    const hover = this.#page.locator(".workbench-hover-container .monaco-hover, .workbench-hover").last();
    // Near its beginning, for a long label goes on where the side bar has ended; and anew, should the row be drawn anew.
    const text = await eventually(async () => {
      await this.#page.mouse.move(0, 0);
      await name.hover({ position: { x: 5, y: 8 } });
      await hover.waitFor({ timeout: 2_000 });
      // What a row says at length is asked for only now.
      await hover.filter({ hasNotText: /^\s*Loading/ }).waitFor({ timeout: 5_000 });
      return hover.innerText();
    });
    await this.#page.mouse.move(0, 0);
    return text;
  }

  /** What a view without rows says, with its buttons and links. */
  async welcomeText(): Promise<string> {
    const welcome = this.root.locator(".welcome-view-content");
    await welcome.waitFor();
    return clean(await welcome.innerText());
  }

  async clickWelcome(label: string): Promise<void> {
    await this.root
      .locator(".welcome-view-content")
      .locator("a, .monaco-button")
      .filter({ hasText: label })
      .first()
      .click();
  }

  /** The line above the rows. */
  async message(): Promise<string> {
    return clean(await this.root.locator(".tree-explorer-viewlet-tree-view > .message").innerText());
  }

  /** The grey text beside the view's title. */
  async titleDescription(): Promise<string> {
    const description = this.root.locator(".pane-header .description");
    return (await description.count()) > 0 ? clean(await description.first().textContent()) : "";
  }
}

/** Throws when the menu is not there, or goes while it is read. */
async function openMenuItems(page: Page): Promise<readonly string[]> {
  const labels = page.locator(".monaco-menu").last().locator(".action-menu-item .action-label");
  await labels.first().waitFor({ timeout: 5000 });
  const items = (await labels.allTextContents()).map(clean);
  assert.ok(items.length > 0, "The menu closed by itself");
  return items;
}

async function chooseMenuItem(page: Page, item: string): Promise<void> {
  const label = new RegExp(`^${escapeRegExp(item)}$`);
  const menu = page.locator(".monaco-menu");
  const entry = menu.last().locator(".action-menu-item", { has: page.locator(".action-label", { hasText: label }) });
  await entry.click({ timeout: 5000 });
  // The menu ignores a click that could be the end of the one that opened it.
  await eventually(async () => {
    if ((await menu.count()) === 0) return;
    await menu.waitFor({ state: "detached", timeout: 500 }).catch(() => entry.click({ timeout: 1000 }));
  });
}

/** The part of a DOM element that the function below reads: this project has no DOM types. */
interface PageElement {
  readonly textContent: string | null;
  readonly classList: Iterable<string>;
  readonly style: { readonly top: string };
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

/** Runs in the page, in one go, so that all rows are of one moment. */
function readRows(root: PageElement) {
  return Array.from(root.querySelectorAll(".monaco-list-rows > .monaco-list-row"))
    .sort((a, b) => Number.parseInt(a.style.top || "0", 10) - Number.parseInt(b.style.top || "0", 10))
    .map((row) => ({
      label: row.querySelector(".label-name")?.textContent ?? "",
      description: row.querySelector(".label-description")?.textContent ?? "",
      iconClasses: Array.from(row.querySelector(".custom-view-tree-node-item-icon")?.classList ?? []),
      ariaLabel: row.getAttribute("aria-label") ?? "",
      level: Number(row.getAttribute("aria-level")),
      expanded: row.getAttribute("aria-expanded"),
      actions: Array.from(row.querySelectorAll(".actions .action-label")).map(
        (action) => action.getAttribute("aria-label") ?? "",
      ),
    }));
}

function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? text === wanted : wanted.test(text);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function clean(text: string | null): string {
  return (text ?? "").replace(/\s+/g, " ").trim();
}
