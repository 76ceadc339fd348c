import type { SearchNode } from "../../ui/tree/nodes";
import type { TreeRow } from "../../ui/tree/treeRow";
import { filterLabel } from "./instanceFilter";
import type { FilterSearch, SearchProgress } from "./filterSearch";
import { numberText } from "../../ui/text/displayText";

/** What a filter has found and where it has looked, for the line above the rows. */
export function searchMessage({ filter, progress }: Pick<FilterSearch, "filter" | "progress">, found: number): string {
  const subject = `Filter: ${filterLabel(filter)}.`;
  const count = found === 0 && progress.status === "done" ? "Nothing found" : `${numberText(found)} found`;
  return [subject, `${count}. ${whereText(progress)}`, tagText(progress), missedText(progress)]
    .filter((part) => part !== "")
    .join(" ");
}

function whereText({ status, searched, reading, isAskedOf }: SearchProgress): string {
  const [only, second] = reading;
  const place = only !== undefined && second === undefined ? ` of ${only}` : ` in ${reading.length} connections`;
  // What a service left out was searched as well, and nobody knows how many that are.
  const count = isAskedOf ? "" : ` ${numberText(searched)}`;
  if (status === "done") return `Searched all${count}.`;
  if (status === "stopped") return `Stopped after${count === "" ? " the first answers" : count}.`;
  if (reading.length === 0) return "Searching…";
  return count === "" ? `Searching${place}…` : `Searched${count}${place}, still reading…`;
}

function tagText({ status, tags }: SearchProgress): string {
  if (!tags || tags.wanted === 0) return "";
  const read = `the tags of ${numberText(tags.read)} of ${numberText(tags.wanted)}`;
  return status === "searching" ? `Reading ${read}…` : `Read ${read}, one by one.`;
}

function missedText({ missed }: SearchProgress): string {
  if (missed.length === 0) return "";
  const shown = missed.slice(0, 3).join(", ");
  return `Not searched: ${shown}${missed.length > 3 ? ` and ${numberText(missed.length - 3)} more` : ""}.`;
}

export function searchRow(id: string, state: SearchNode["state"], progress: SearchProgress | undefined): TreeRow {
  const tags = progress?.tags;
  const unread = tags ? tags.wanted - tags.read : 0;
  switch (state) {
    case "searching":
      return row(id, "Searching…", "Stop", "loading~spin", "stopSearch", "Stop Search");
    case "unfinished": {
      const left = unread > 0 ? `${numberText(unread)} tags not read` : "not all was searched";
      return row(id, "Search on", left, "ellipsis", "continueSearch", "Continue Search");
    }
    case "nothing":
      return row(id, "No instance matches.", "Clear filter", "info", "clearFilter", "Clear Filter");
  }
}

function row(
  id: string,
  label: string,
  description: string,
  icon: string,
  command: "stopSearch" | "continueSearch" | "clearFilter",
  title: string,
): TreeRow {
  return {
    id,
    label,
    description,
    icon: { id: icon },
    contextValue: `search can-${command}`,
    accessibleLabel: `${label} Press Enter: ${title}.`,
    collapsible: "none",
    command: { id: command, title, args: [] },
  };
}
