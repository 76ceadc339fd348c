import type { DetailsRow } from "../src/ui/page/protocol/pieces";
import { h, timeElement, type Child } from "./page";

export function section(title: string, ...children: readonly Child[]): HTMLElement {
  const id = `section-${title.toLowerCase().replaceAll(" ", "-")}`;
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), ...children);
}

/** Each field by its label, with the service's own name beside it. */
export function fieldTable(rows: readonly DetailsRow[]): HTMLElement {
  return h(
    "table",
    {},
    h(
      "tbody",
      {},
      ...rows.map(({ name, label, value, at }) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, ...heading(label, name)),
          at === undefined ? cell(value) : h("td", {}, timeElement(at)),
        ),
      ),
    ),
  );
}

function heading(label: string, name: string): Child[] {
  return label === "" || label === name ? [name] : [label, " ", h("code", { class: "api-name" }, name)];
}

export function cell(value: string): HTMLElement {
  return value === "" ? h("td", { class: "unset" }, "not set") : h("td", { dir: "auto" }, value);
}
