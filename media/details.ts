import { toDetails, type DetailsModel, type FromDetails, type Handlers, type ToDetails } from "../src/ui/page/protocol";
import { announceExplanation } from "./explanation";
import { buttonRow, failurePanel, nextPanel } from "./failure";
import { HostChannel } from "./host";
import { cell, fieldTable, section } from "./table";
import { timelineSection } from "./timeline";
import { announce, Announced, byId, copyButton, elapsed, h, icon, replaceContent, showCopied } from "./page";

const host = new HostChannel<FromDetails>();
const page = byId("page") ?? document.body;

let isRawOpen = false;
let lastState = "";
const notices = new Announced();

const handlers: Handlers<ToDetails> = {
  details: (message) => show(message),
  focusFailure: () => {
    byId("failure")?.scrollIntoView({ block: "nearest" });
    byId("failure")?.focus();
  },
  copied: (message) => showCopied(message.what),
};

host.start({ schema: toDetails, handlers }, { type: "ready" });

function show(model: DetailsModel): void {
  host.state = model.subject;
  replaceContent(
    page,
    heading(model),
    model.notice &&
      h(
        "section",
        { class: model.notice.tone === "error" ? "failure" : "notice" },
        h("p", { class: "service-text", dir: "auto" }, icon(model.notice.tone), model.notice.text),
        buttonRow(model.notice.buttons, host),
      ),
    model.failure && failurePanel(model.failure, host, true),
    model.buttons.length > 0 ? buttonRow(model.buttons, host, model.buttons[0]?.action) : undefined,
    model.timeline && timelineSection(model.timeline),
    model.rows.length > 0 ? section("Fields", fieldTable(model.rows)) : undefined,
    section("Tags", ...tags(model)),
    model.next && nextPanel(model.next, host),
    model.raw === "" ? undefined : raw(model.raw),
  );
  if (lastState !== "" && lastState !== model.state.text) announce(`${model.title}: ${model.state.text}`);
  else notices.say(model.notice?.text ?? "");
  lastState = model.state.text;
  if (model.failure?.explanation) announceExplanation(model.failure.explanation);
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

function raw(json: string): HTMLElement {
  return h(
    "details",
    {
      open: isRawOpen,
      ontoggle: (event) => (isRawOpen = event.target instanceof HTMLDetailsElement && event.target.open),
    },
    h("summary", { id: "raw-summary" }, "Raw JSON"),
    h("pre", { tabindex: 0, id: "raw" }, json),
    copyButton("raw", "Copy", () => host.send({ type: "copy", what: "raw" })),
  );
}
