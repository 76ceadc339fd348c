import type { Handlers } from "../src/ui/page/protocol/channel";
import { toDetails, type DetailsModel, type FromDetails, type ToDetails } from "../src/ui/page/protocol/details";
import { announceExplanation } from "./explanation";
import { buttonRow, failurePanel, nextPanel, pageButtons } from "./failure";
import { HostChannel } from "./host";
import { cell, fieldTable, section } from "./table";
import { timelineSection } from "./timeline";
import { announce, Announced, byId, copyButton, elapsed, h, icon, replaceContent, showCopied } from "./page";

/** The page of an instance: what its host sends is drawn anew, whole. */
export class DetailsPage {
  readonly #host = new HostChannel<FromDetails>();
  readonly #page: HTMLElement;
  readonly #notices = new Announced();
  #isRawOpen = false;
  #lastState = "";

  readonly #handlers: Handlers<ToDetails> = {
    details: (message) => this.#show(message),
    focusFailure: () => {
      byId("failure")?.scrollIntoView({ block: "nearest" });
      byId("failure")?.focus();
    },
    copied: (message) => showCopied(message.what),
  };

  constructor(page: HTMLElement) {
    this.#page = page;
  }

  start(): void {
    this.#host.start({ schema: toDetails, handlers: this.#handlers }, { type: "ready" });
  }

  #show(model: DetailsModel): void {
    this.#host.state = model.subject;
    replaceContent(
      this.#page,
      heading(model),
      model.notice &&
        h(
          "section",
          { class: model.notice.tone === "error" ? "failure" : "notice" },
          h("p", { class: "service-text", dir: "auto" }, icon(model.notice.tone), model.notice.text),
          buttonRow(model.notice.buttons, this.#host),
        ),
      model.failure && failurePanel(model.failure, this.#host, true),
      model.buttons.length > 0 ? pageButtons(model.buttons, this.#host) : undefined,
      model.timeline && timelineSection(model.timeline),
      model.rows.length > 0 ? section("Fields", fieldTable(model.rows)) : undefined,
      section("Tags", ...tags(model)),
      model.next && nextPanel(model.next, this.#host),
      model.raw === "" ? undefined : this.#raw(model.raw),
    );
    if (this.#lastState !== "" && this.#lastState !== model.state.text) announce(`${model.title}: ${model.state.text}`);
    else this.#notices.say(model.notice?.text ?? "");
    this.#lastState = model.state.text;
    if (model.failure?.explanation) announceExplanation(model.failure.explanation);
  }

  #raw(json: string): HTMLElement {
    return h(
      "details",
      {
        open: this.#isRawOpen,
        ontoggle: (event) => (this.#isRawOpen = event.target instanceof HTMLDetailsElement && event.target.open),
      },
      h("summary", { id: "raw-summary" }, "Raw JSON"),
      h("pre", { tabindex: 0, id: "raw" }, json),
      copyButton("raw", "Copy", () => this.#host.send({ type: "copy", what: "raw" })),
    );
  }
}

function heading(model: DetailsModel): HTMLElement {
  return h(
    "header",
    {},
    h("h1", { dir: "auto", tabindex: -1 }, model.title),
    h("p", { class: "subtitle" }, model.subtitle),
    h(
      "p",
      { class: "state", id: "state" },
      icon(model.state.tone),
      h("span", { dir: "auto" }, model.state.text),
      ...(model.since === undefined ? [] : [" · ", elapsed(model.since)]),
    ),
  );
}

function tags({ tags: { status, items, text } }: DetailsModel): HTMLElement[] {
  if (status === "loading") return [h("p", { class: "hint" }, "Loading…")];
  if (status === "error") return [h("p", { class: "hint" }, text)];
  if (items.length === 0) return [h("p", { class: "hint" }, "No tags.")];
  return [
    h(
      "table",
      {},
      h(
        "tbody",
        {},
        ...items.map(({ key, value }) => h("tr", {}, h("th", { scope: "row", dir: "auto" }, key), cell(value))),
      ),
    ),
  ];
}
