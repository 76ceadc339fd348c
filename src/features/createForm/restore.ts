import { messageOf } from "../../core/errors";
import { connectionOfKey, type Connection } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import type { Operations } from "../../operations/operations";
import type { CreateRequest, FormRequest } from "../../ui/openers";
import type { Page } from "../../ui/page/page";
import { waysOut } from "../../ui/page/pageActions";
import { receive } from "../../ui/page/protocol/channel";
import { formState, fromForm, type FormDraft, type FormSubject, type ToForm } from "../../ui/page/protocol/form";
import { visibleLines } from "../../ui/text/displayText";
import type { TreeNode } from "../../ui/tree/nodes";
import { replacedId } from "./model";

/** A form for what failed: it can be shown again when that was read. */
export interface Replaced {
  readonly type: "replaced";
  /** The instance's, or the operation's. */
  readonly id: string;
  readonly node: TreeNode;
  readonly draft: FormDraft;
}

/** What is in a form that the window had before it was reloaded. */
export type Restorable =
  | Replaced
  | { readonly type: "create"; readonly request: CreateRequest; readonly draft: FormDraft }
  | { readonly type: "operation"; readonly operationId: string };

/** Undefined when the page kept nothing that this version can use. */
export function restorableOf(
  kept: unknown,
  { kinds, operations }: { readonly kinds: Kinds; readonly operations: Pick<Operations, "get"> },
): Restorable | undefined {
  const parsed = formState.safeParse(kept);
  if (!parsed.success || !kinds.get(parsed.data.draft.kind)) return undefined;
  const { subject, draft, operationId, connection: key } = parsed.data;
  const connection = connectionOfKey(key);
  if (operationId !== undefined && operations.get(operationId)) return { type: "operation", operationId };
  if (subject.type === "create")
    return { type: "create", request: { type: "create", kind: draft.kind, ...(connection && { connection }) }, draft };
  return connection && { type: "replaced", draft, ...replacedOf(subject, connection, draft.kind) };
}

function replacedOf(
  subject: Exclude<FormSubject, { readonly type: "create" }>,
  connection: Connection,
  draftKind: string,
): Pick<Replaced, "id" | "node"> {
  if (subject.type === "recreate") {
    const { id, kind } = subject;
    return { id, node: { type: "instance", connection, kind, id } };
  }
  const { operationId } = subject;
  return { id: operationId, node: { type: "pendingCreate", connection, kind: draftKind, operationId } };
}

/** A tab of the form, before and after it is known what is in it. */
export interface FormTab {
  readonly page: Pick<Page, "post" | "dispose">;
  receiver: (data: unknown) => string | undefined;
  isClosed: boolean;
}

/** Tabs of forms for what failed, on their way back: one after the other, since each is opened by the flow that reads what it is about. */
export class Restoring<T extends FormTab> {
  readonly #recreate: (node: TreeNode) => Promise<void>;
  #turn: Promise<void> = Promise.resolve();
  #present: { readonly tab: T; readonly replaced: Replaced } | undefined;

  /** `recreate` opens the form for what is being replaced. Rejects when it cannot be read. */
  constructor(recreate: (node: TreeNode) => Promise<void>) {
    this.#recreate = recreate;
  }

  /** Never rejects: until it can be read the page says why not, and keeps what was typed. */
  bringBack(tab: T, replaced: Replaced): Promise<void> {
    this.#turn = this.#turn.then(() => this.#bringBack(tab, replaced));
    return this.#turn;
  }

  /** The tab that waits for this very request, if one does. */
  take(request: FormRequest): { readonly tab: T; readonly draft: FormDraft } | undefined {
    const present = this.#present;
    if (!present || present.tab.isClosed || replacedId(request) !== present.replaced.id) return undefined;
    this.#present = undefined;
    return { tab: present.tab, draft: present.replaced.draft };
  }

  async #bringBack(tab: T, replaced: Replaced): Promise<void> {
    if (tab.isClosed) return;
    this.#present = { tab, replaced };
    try {
      await this.#recreate(replaced.node);
    } catch (error) {
      tab.receiver = notRestored(tab.page, error, () => {
        tab.receiver = () => undefined;
        void this.bringBack(tab, replaced);
      });
    } finally {
      this.#present = undefined;
    }
  }
}

/** Shows in the form's place why it is not there yet. Returns what handles the page's messages meanwhile. */
function notRestored(
  page: { post(message: ToForm): void; dispose(): void },
  error: unknown,
  retry: () => void,
): (data: unknown) => string | undefined {
  const show = () =>
    page.post({
      type: "outcome",
      operationId: "",
      tone: "error",
      title: "This form could not be brought back",
      isRunning: false,
      startedAt: 0,
      events: [],
      failure: {
        title: "Not read",
        error: visibleLines(messageOf(error)),
        advice: "What you typed is kept in this page.",
      },
      buttons: waysOut(undefined),
    });
  show();
  const nothing = () => undefined;
  return (data) =>
    receive(
      fromForm,
      {
        ready: show,
        act: ({ action }) => {
          if (action === "retry") retry();
        },
        cancel: () => page.dispose(),
        edit: nothing,
        choose: nothing,
        submit: nothing,
        copy: nothing,
        decideKey: nothing,
      },
      data,
    );
}
