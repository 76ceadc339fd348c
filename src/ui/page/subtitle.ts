import { connectionLabel, type Connection } from "../../instances/connection";
import type { Kind } from "../../instances/kind";
import { visibleText } from "../text/displayText";

/** What a page is about, and where: "Supply Chain instance · prod · us-east-1 · 123456789012". */
export function pageSubtitle(
  kind: Pick<Kind, "title"> | undefined,
  connection: Connection,
  accountId: string | undefined,
): string {
  const parts = [kind?.title, connectionLabel(connection), accountId];
  return parts.flatMap((part) => (part === undefined ? [] : visibleText(part))).join(" · ");
}
