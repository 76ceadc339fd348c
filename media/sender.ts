import type { Button, CopyTarget } from "../src/ui/page/protocol/pieces";

/** Where the buttons of a page send what they are for. */
export interface Sender {
  send(message: { type: "copy"; what: CopyTarget } | { type: "act"; action: Button["action"] }): void;
}
