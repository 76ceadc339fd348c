import type { FieldModel, FromForm, KeyCheckModel, KeyDecision, KeysModel } from "../src/ui/page/protocol/form";
import type { Choice } from "../src/ui/page/protocol/pieces";
import { buttonRow } from "./failure";
import { fieldRow, inputProps, type FieldEvents, type FieldView } from "./fields";
import { copyButton, h, icon, keepFocus, replaceContent } from "./page";

export interface KeyFieldView extends FieldView {
  setKeys(model: KeysModel): void;
  setCheck(model: KeyCheckModel): void;
}

const customKey = "custom";
const ownedKey = "";

const decisions: Readonly<Record<KeyDecision, string>> = { checkAgain: "Check Again", useAnyway: "Use Anyway" };

/** A choice of usable keys, a key's ARN by hand, and what the check of the chosen one says. */
export function keyField(
  model: FieldModel,
  value: string,
  events: FieldEvents,
  sender: { send(message: FromForm): void },
): KeyFieldView {
  const id = `field-${model.id}`;
  let choices: readonly Choice[] = [];
  let isCustom = value !== "";
  const status = h("div", { class: "preview" });
  const check = h("div", { class: "check", id: `${id}-check`, role: "status" });
  const ways = h("div", { class: "buttons" });
  const select = h("select", {
    id,
    "aria-describedby": `${id}-problem ${id}-help ${id}-check`,
    onchange: () => {
      isCustom = select.value === customKey;
      showArn();
      events.onInput(isCustom ? arn.value.trim() : select.value);
      if (isCustom) arn.focus();
      else events.onLeave();
    },
  });
  const arn = h("input", {
    ...inputProps(`${id}-arn`, model),
    "aria-label": `${model.label} ARN`,
    "aria-describedby": `${id}-problem ${id}-help ${id}-check`,
    type: "text",
    placeholder: "arn:aws:kms:…",
    oninput: () => events.onInput(arn.value.trim()),
    onblur: () => events.onLeave(),
  });
  arn.value = value;

  function showArn(): void {
    arn.hidden = !isCustom;
  }

  function fillSelect(): void {
    const current = isCustom ? arn.value.trim() : select.value;
    // A key that was given by its ARN and is one of the listed is shown as what it is.
    if (isCustom && document.activeElement !== arn && choices.some((key) => key.value === current)) isCustom = false;
    replaceContent(
      select,
      h("option", { value: ownedKey }, "AWS owned key (default)"),
      ...choices.map((key) =>
        h("option", { value: key.value }, key.description ? `${key.label} (${key.description})` : key.label),
      ),
      h("option", { value: customKey }, "Enter a key ARN…"),
    );
    if (!isCustom && current !== ownedKey && !choices.some((key) => key.value === current)) isCustom = true;
    if (isCustom) arn.value = current;
    select.value = isCustom ? customKey : current;
    showArn();
  }

  function focus(): void {
    (isCustom ? arn : select).focus();
  }

  fillSelect();
  const { element, showProblem } = fieldRow(id, model, h("div", {}, select, arn), [select, arn], undefined, status);
  element.querySelector(".field-control")?.append(check, ways);
  return {
    id: model.id,
    element,
    showProblem,
    focus,
    setKeys(keys) {
      choices = keys.keys;
      keepFocus(status, focus, () =>
        status.replaceChildren(keys.text ?? "", ...(keys.buttons.length > 0 ? [buttonRow(keys.buttons, sender)] : [])),
      );
      fillSelect();
    },
    setCheck(result) {
      check.replaceChildren(...findingLines(result));
      keepFocus(ways, focus, () => ways.replaceChildren(...waysOn(result)));
    },
  };

  function waysOn({ field, tone, statement, isOpen }: KeyCheckModel): Node[] {
    const copy = () => sender.send({ type: "copy", what: "keyPolicy" });
    const decide = (decision: KeyDecision) =>
      h(
        "button",
        {
          type: "button",
          class: "secondary",
          id: `${id}-${decision}`,
          onclick: () => sender.send({ type: "decideKey", field, decision }),
        },
        decisions[decision],
      );
    return [
      ...(statement === undefined ? [] : [copyButton("keyPolicy", `Copy ${statement}`, copy)]),
      ...(tone === null || tone === "success" || tone === "progress" ? [] : [decide("checkAgain")]),
      ...(isOpen ? [decide("useAnyway")] : []),
    ];
  }
}

function findingLines({ tone, lines }: KeyCheckModel): Node[] {
  if (tone === null) return [];
  return lines.map((line, index) =>
    h("p", {}, ...(index === 0 ? [icon(tone), line] : [h("span", { class: "indent" }), line])),
  );
}
