import type { OutcomeModel } from "../src/ui/page/protocol/form";
import { failurePanel, nextPanel, pageButtons } from "./failure";
import type { Sender } from "./sender";
import { elapsed, h, icon, timeElement } from "./page";

/** What became of the create: its steps with their times, and at the end the links or the failure. */
export function outcomePanel(model: OutcomeModel, sender: Sender): HTMLElement {
  return h(
    "section",
    { class: "outcome", "aria-labelledby": "outcome-title" },
    h("h1", { id: "outcome-title", tabindex: -1 }, icon(model.tone), model.title),
    model.subtitle === undefined ? undefined : h("p", { class: "subtitle", dir: "auto" }, model.subtitle),
    model.isRunning ? h("p", { class: "hint" }, elapsed(model.startedAt), " so far") : undefined,
    model.failure === undefined ? undefined : failurePanel(model.failure, sender),
    model.next && nextPanel(model.next, sender),
    eventList(model.events),
    pageButtons(model.buttons, sender),
    model.isRunning
      ? h("p", { class: "hint" }, "You can close this page: the work goes on, and Activity shows it.")
      : undefined,
  );
}

export function eventList(events: OutcomeModel["events"]): HTMLElement {
  return h(
    "ol",
    { class: "events" },
    ...events.map(({ at, text }) => h("li", {}, timeElement(at), h("span", { dir: "auto" }, text))),
  );
}
