import type { ExplanationModel } from "../src/ui/page/protocol/pieces";
import type { Sender } from "./sender";
import { announce, byId, copyButton, h, replaceContent, timeElement, type Child } from "./page";
import { markedText } from "./prerequisites";

type ButtonSpec = readonly [id: string, label: string, onclick: () => void];

/** What CloudTrail has to say about a failure: asked for, likely at best, and looked for again since events come late. */
export function explanationPanel(model: ExplanationModel, sender: Sender, canRecreate: boolean): HTMLElement {
  return h("div", { class: "explanation", id: "explanation" }, ...content(model, sender, canRecreate));
}

/** In the place of the one that is shown. */
export function updateExplanation(model: ExplanationModel, sender: Sender): void {
  const panel = byId("explanation");
  if (panel) replaceContent(panel, ...content(model, sender, false));
  announceExplanation(model);
}

let said = "";

/** Once, however often the page is drawn. */
export function announceExplanation({ status, text }: ExplanationModel): void {
  const now = status === "done" ? text : "";
  if (now !== "" && now !== said) announce(now);
  said = now;
}

function content(model: ExplanationModel, sender: Sender, canRecreate: boolean): readonly Child[] {
  const { status, text, denials, rights, notes, hasPolicy, isAllowedNow } = model;
  const act = (action: "lookInCloudTrail" | "stopLooking" | "recreate") => () => sender.send({ type: "act", action });
  const look: ButtonSpec =
    status === "looking"
      ? ["explanation-look", "Stop Looking", act("stopLooking")]
      : ["explanation-look", status === "offered" ? "Look in CloudTrail" : "Look Again", act("lookInCloudTrail")];
  return [
    text === "" ? undefined : h("p", { id: "explanation-text", dir: "auto" }, text),
    denials.length === 0 ? undefined : h("ul", { class: "findings" }, ...denials.map(denialItem)),
    rights && h("p", {}, markedText(rights.mark, rights.text)),
    ...notes.map((note) => h("p", { class: "hint", dir: "auto" }, note)),
    h(
      "div",
      { class: "buttons" },
      ...(isAllowedNow && canRecreate ? [button(["explanation-recreate", "Recreate…", act("recreate")])] : []),
      button(look),
      hasPolicy ? copy("explainedPolicy", "Copy Missing Policy", sender) : undefined,
      status === "done" && (denials.length > 0 || rights)
        ? copy("ownerText", "Copy for Your IAM Owner", sender)
        : undefined,
    ),
  ];
}

function denialItem({ text, at, message, now }: ExplanationModel["denials"][number]): HTMLElement {
  return h(
    "li",
    {},
    h("span", { dir: "auto" }, text, " at ", timeElement(at)),
    message === undefined ? undefined : h("p", { class: "hint service-text", dir: "auto" }, message),
    now && h("p", {}, markedText(now.mark, now.text)),
  );
}

function button([id, label, onclick]: ButtonSpec): HTMLElement {
  return h("button", { type: "button", class: "secondary", id, onclick }, label);
}

function copy(what: "explainedPolicy" | "ownerText", label: string, sender: Sender): HTMLElement {
  return copyButton(what, label, () => sender.send({ type: "copy", what }));
}
