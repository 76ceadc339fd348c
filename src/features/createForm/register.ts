import type * as vscode from "vscode";
import type { Disposable } from "../../core/disposable";
import type { Commands } from "../../ui/commands";
import type { CreateRequest, DraftForm, FormRequest } from "../../ui/openers";
import { isTreeNode } from "../../ui/tree/nodes";
import { connectionOf } from "../../ui/instance/pick";
import { openPage, type Page } from "../../ui/page/page";
import { createPageHost, type PageHostDeps } from "../../ui/page/pageHost";
import type { ToForm } from "../../ui/page/protocol";
import { toDraft } from "./model";
import { keptDraft, type KeptDraft } from "./keptDraft";
import { FormController, type FormDeps } from "./controller";

export interface CreateFormDeps extends FormDeps, PageHostDeps {
  readonly extensionUri: vscode.Uri;
  /** Where a draft that was not sent is remembered. */
  readonly memory: Pick<vscode.Memento, "get" | "update">;
}

interface OpenForm {
  readonly page: Page;
  readonly controller: FormController;
}

const unsentKey = "unsentDraft";
const continued = "This is the draft that you had begun.";

/** The form as editor tabs, one for each thing that is being created, and the command that opens it. */
export function registerCreateForm(
  commands: Pick<Commands, "registerCommand">,
  deps: CreateFormDeps,
): DraftForm & Disposable {
  const forms = new Set<OpenForm>();

  function openForm(request: FormRequest, notice?: string): void {
    const page = openPage({
      page: "form",
      title: "Create instance",
      extensionUri: deps.extensionUri,
      log: deps.log,
      receive: (data) => controller.receive(data),
    });
    const controller = new FormController(
      deps,
      { ...createPageHost<ToForm>(page, deps), keep: (draft) => void deps.memory.update(unsentKey, draft) },
      request,
      notice,
    );
    const form = { page, controller };
    forms.add(form);
    page.onDidDispose(() => {
      forms.delete(form);
      controller.dispose();
    });
  }

  /** The draft of a form that was closed, or whose window was. */
  function unsent(): KeptDraft | undefined {
    const parsed = keptDraft.safeParse(deps.memory.get(unsentKey));
    return parsed.success && deps.kinds.get(parsed.data.draft.kind) ? parsed.data : undefined;
  }

  function open(request: FormRequest): Promise<void> {
    const all = [...forms];
    const same = all.find(({ controller }) => controller.isAbout(request));
    const free = all.find(({ controller }) => controller.isDone || (controller.isDraft && controller.isUntouched));
    const fresh = request.type === "create" && request.draft === undefined ? request : undefined;
    const begun = fresh && all.find(({ controller }) => controller.isDraft && !controller.isUntouched);
    if (same) same.page.reveal();
    else if (begun && fresh.kind === undefined && fresh.connection === undefined) begun.page.reveal();
    else if (free) {
      free.controller.restart(request);
      free.page.reveal();
    } else {
      const isOpen = fresh !== undefined && fresh.kind === undefined && fresh.connection === undefined;
      const kept = isOpen && !begun ? unsent() : undefined;
      if (kept) openForm(toRequest(kept), continued);
      else openForm(request);
    }
    return Promise.resolve();
  }

  commands.registerCommand("createWithForm", (target) => {
    const connection = connectionOf(target);
    const kind = isTreeNode(target) && "kind" in target ? target.kind : undefined;
    return open({ type: "create", ...(connection && { connection }), ...(kind !== undefined && { kind }) });
  });

  return {
    open,
    dispose: () => {
      for (const { page } of [...forms]) page.dispose();
    },
  };
}

function toRequest({ draft, connection }: KeptDraft): CreateRequest {
  return { type: "create", draft: toDraft(draft), ...(connection && { connection }) };
}
