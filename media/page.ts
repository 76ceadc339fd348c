// What both pages are built from. Text becomes text nodes only: whatever a service says, it stays text.

import { durationText } from "../src/core/duration";
import { shortTimeText, timeText, utcText } from "../src/core/timeText";

type Props = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;
export type Child = Node | string | undefined;

/** Makes an element. Functions are listeners (`onclick`), `true` is an empty attribute, `false` and undefined are none. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice("on".length), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** Outlines on a 16 × 16 grid, drawn with the text's colour. */
const iconPaths = {
  success: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM5 8.2l2 2 4-4.4",
  error: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
  progress: "M13.5 8a5.5 5.5 0 0 1-9.9 3.3M2.5 8a5.5 5.5 0 0 1 9.9-3.3M12.6 2v3H9.6M3.4 14v-3h3",
  warning: "M8 2 1.5 13.5h13L8 2ZM8 6.5v3.2M8 11.3v.4",
  neutral: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 7.2v3.8M8 4.8v.4",
  unknown: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM6.2 6.2a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.7-.8 1.3M8 11.3v.4",
  unchecked: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM3.4 12.6l9.2-9.2",
  pending: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Z",
  remove: "M4 4l8 8M12 4l-8 8",
} as const;
export type IconName = keyof typeof iconPaths;

const svgNamespace = "http://www.w3.org/2000/svg";

export function svg(
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly SVGElement[]
): SVGElement {
  const element = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Decorative: the words beside it say the same. */
export function icon(name: IconName): SVGElement {
  const attributes = { viewBox: "0 0 16 16", "aria-hidden": "true", class: `icon ${name}` };
  return svg("svg", attributes, svg("path", { d: iconPaths[name] }));
}

export function byId(id: string): HTMLElement | null {
  return document.getElementById(id);
}

/**
 * Changes what is in an element. The focus stays where it was, or where the same id is now, and goes to what `fallback`
 * gives it to where there is no such thing any more: never nowhere. Who reads elsewhere is not taken back to it.
 */
export function keepFocus(parent: Element, fallback: () => void, change: () => void): void {
  const focused = document.activeElement;
  const isInside = focused !== null && parent.contains(focused);
  change();
  if (!isInside || document.activeElement === focused) return;
  const again = focused.isConnected ? focused : byId(focused.id);
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  if (again === null || document.activeElement !== again) fallback();
}

/**
 * Replaces the content of an element; what had the focus in it leaves that to the page's heading at worst. What scrolls in
 * it by itself stays where it is.
 */
export function replaceContent(parent: Element, ...children: readonly Child[]): void {
  const scrolled = [...parent.querySelectorAll("[id]")].flatMap(({ id, scrollTop: top }) =>
    top > 0 ? { id, top } : [],
  );
  keepFocus(parent, focusHeading, () => parent.replaceChildren(...children.filter((child) => child !== undefined)));
  for (const { id, top } of scrolled) byId(id)?.scrollTo({ top });
}

function focusHeading(): void {
  const headings = [...document.querySelectorAll("h1")];
  headings.find((heading) => heading.checkVisibility())?.focus({ preventScroll: true });
}

const liveRegion = h("div", { role: "status", "aria-live": "polite", class: "announcer" });
// From the start: one that comes with its words is not heard.
document.body.append(liveRegion);

/** Tells users of screen readers what others see happen. The page's only live region, so that nothing is heard twice. */
export function announce(text: string): void {
  liveRegion.textContent = text;
}

/** Announces what was said last only once, however often its page is drawn. */
export class Announced {
  #last = "";

  say(text: string): void {
    if (text !== "" && text !== this.#last) announce(text);
    this.#last = text;
  }
}

const copiedShownMs = 2000;

/** A copy button; the host copies and confirms, and `showCopied` says so on the button. */
export function copyButton(what: string, label: string, onclick: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: "secondary", id: `copy-${what}`, "data-copy": what, onclick }, label);
}

export function showCopied(what: string): void {
  for (const element of document.querySelectorAll(`[data-copy="${CSS.escape(what)}"]`)) {
    const label = element.textContent;
    if (label === "Copied") continue;
    element.textContent = "Copied";
    setTimeout(() => (element.textContent = label), copiedShownMs);
  }
  announce("Copied");
}

/** A moment in the reader's own time; its tooltip has it in UTC. */
export function timeElement(at: number): HTMLTimeElement {
  return h("time", { datetime: new Date(at).toISOString(), title: utcText(at) }, timeText(at));
}

/** The same in short: without its day while that is today. */
export function shortTimeElement(at: number): HTMLTimeElement {
  const element = timeElement(at);
  element.textContent = shortTimeText(at, Date.now());
  return element;
}

/** Draws an element again each second for as long as it is on the page. Not announced. */
export function ticking<E extends Element>(element: E, draw: () => void): E {
  const tick = () => {
    draw();
    setTimeout(() => {
      if (element.isConnected) tick();
    }, 1000);
  };
  tick();
  return element;
}

/** An element that counts the time since then for as long as it is on the page. Not announced. */
export function elapsed(since: number): HTMLElement {
  const element = h("span", { class: "elapsed" });
  return ticking(element, () => (element.textContent = durationText(Date.now() - since)));
}
