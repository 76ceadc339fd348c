import type { Handlers } from "../src/ui/page/protocol/channel";
import {
  toOperation,
  type FromOperation,
  type OperationModel,
  type StepModel,
  type ToOperation,
} from "../src/ui/page/protocol/operation";
import { durationText } from "../src/core/duration";
import { failurePanel, pageButtons } from "./failure";
import { eventList } from "./outcome";
import {
  announce,
  Announced,
  copyButton,
  elapsed,
  h,
  icon,
  replaceContent,
  showCopied,
  timeElement,
  type Child,
  type IconName,
} from "./page";
import { HostChannel } from "./host";
import { fieldTable, section } from "./table";
import { timelineSection } from "./timeline";

/** The page of an operation: what its host sends is drawn anew, whole. */
export class OperationPage {
  readonly #host = new HostChannel<FromOperation>();
  readonly #page: HTMLElement;
  readonly #notices = new Announced();
  #lastState = "";

  readonly #handlers: Handlers<ToOperation> = {
    operation: (message) => this.#show(message),
    copied: (message) => showCopied(message.what),
  };

  constructor(page: HTMLElement) {
    this.#page = page;
  }

  start(): void {
    this.#host.start({ schema: toOperation, handlers: this.#handlers }, { type: "ready" });
  }

  #show(model: OperationModel): void {
    this.#host.state = { version: 1, operationId: model.id };
    replaceContent(
      this.#page,
      heading(model),
      model.notice === undefined ? undefined : h("section", { class: "notice" }, h("p", {}, model.notice)),
      model.failure && failurePanel(model.failure, this.#host),
      model.buttons.length > 0 ? pageButtons(model.buttons, this.#host) : undefined,
      model.timeline && timelineSection(model.timeline),
      model.steps.length > 0 ? section("Steps", stepList(model.steps)) : undefined,
      section("Facts", fieldTable(model.rows)),
      section("Request IDs", ...this.#requestIds(model.requestIds)),
      section("History", eventList(model.events)),
    );
    if (this.#lastState !== "" && this.#lastState !== model.state.text) announce(`${model.title}: ${model.state.text}`);
    else this.#notices.say(model.notice ?? "");
    this.#lastState = model.state.text;
  }

  #requestIds(ids: readonly string[]): Child[] {
    if (ids.length === 0) return [h("p", { class: "hint" }, "No request was answered yet.")];
    return [
      h("ul", { class: "ids", id: "request-ids" }, ...ids.map((id) => h("li", {}, h("code", {}, id)))),
      copyButton("requestIds", ids.length === 1 ? "Copy Request ID" : "Copy Request IDs", () =>
        this.#host.send({ type: "copy", what: "requestIds" }),
      ),
    ];
  }
}

function heading(model: OperationModel): HTMLElement {
  return h(
    "header",
    {},
    h("h1", { dir: "auto", id: "title", tabindex: -1 }, model.title),
    h("p", { class: "subtitle", dir: "auto" }, model.subtitle),
    h(
      "p",
      { class: "state", id: "state" },
      icon(model.state.tone),
      h("span", {}, model.state.text),
      ...(model.since === undefined ? [] : [" · ", elapsed(model.since)]),
    ),
  );
}

const stepLooks: Readonly<Record<StepModel["status"], { readonly icon: IconName; readonly text: string }>> = {
  done: { icon: "success", text: "done" },
  current: { icon: "progress", text: "at work" },
  stopped: { icon: "warning", text: "stopped here" },
  failed: { icon: "error", text: "failed" },
  waiting: { icon: "pending", text: "not begun" },
};

function stepList(steps: readonly StepModel[]): HTMLElement {
  return h("ol", { class: "events steps" }, ...steps.map(stepItem));
}

function stepItem({ label, status, from, to }: StepModel): HTMLElement {
  const look = stepLooks[status];
  const duration: Child[] = from === undefined || to === undefined ? [] : [", ", durationText(to - from)];
  const counting: Child[] = from !== undefined && status === "current" ? [" for ", elapsed(from)] : [];
  return h(
    "li",
    { class: status },
    from === undefined ? h("span", {}) : timeElement(from),
    h("span", {}, icon(look.icon), `${label}: ${look.text}`, ...duration, ...counting),
  );
}
