import type * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../../core/disposable";
import type { Commands } from "../../ui/commands";
import type { CreateRequest, DraftForm, FormRequest } from "../../ui/openers";
import { isTreeNode, type TreeNode } from "../../ui/tree/nodes";
import { connectionOf } from "../../ui/instance/pick";
import { openPage, type Page } from "../../ui/page/page";
import { createPageHost, type PageHostDeps } from "../../ui/page/pageHost";
import type { ToForm } from "../../ui/page/protocol/form";
import { toDraft } from "./model";
import { restorableOf, Restoring, type FormTab } from "./restore";
import { isGone, KeptDrafts, type KeptDraft } from "./keptDrafts";
import { FormController, type FormDeps } from "./controller";

export interface CreateFormDeps extends FormDeps, PageHostDeps {
  readonly extensionUri: vscode.Uri;
  /** Where a draft that was not sent is remembered. */
  readonly memory: Pick<vscode.Memento, "get" | "update">;
  /** Opens the form for what is being replaced, as Recreate… does. Rejects when it cannot be read. */
  readonly recreate: (node: TreeNode) => Promise<void>;
  readonly showOperation: (id: string) => void;
}

/** The form, and what brings back the tab of one after the window was reloaded. */
export interface RestorableForm extends DraftForm, Disposable {
  /** `state` is what the page kept. */
  restore(panel: vscode.WebviewPanel, state: unknown): Promise<void>;
}

interface OpenTab extends FormTab {
  readonly page: Page;
}

interface OpenForm {
  readonly page: Page;
  readonly controller: FormController;
}

const continued = "This is the draft that you had begun.";

/** The form as editor tabs, one for each thing that is being created, and the command that opens it. */
export function registerCreateForm(commands: Pick<Commands, "registerCommand">, deps: CreateFormDeps): RestorableForm {
  const forms = new Set<OpenForm>();
  const drafts = new KeptDrafts(deps.memory);
  const lifetime = new DisposableStore();
  const forgetGone = () => drafts.forget((kept) => isGone(deps, kept));
  lifetime.add(deps.store.onDidChange(({ type }) => type.startsWith("list") && forgetGone()));
  lifetime.add(deps.operations.onDidChange(forgetGone));
  const restoring = new Restoring<OpenTab>(deps.recreate);

  function openTab(panel?: vscode.WebviewPanel): OpenTab {
    const page = openPage({
      page: "form",
      title: "Create instance",
      extensionUri: deps.extensionUri,
      log: deps.log,
      panel,
      receive: (data) => tab.receiver(data),
    });
    const tab: OpenTab = { page, receiver: () => undefined, isClosed: false };
    page.onDidDispose(() => (tab.isClosed = true));
    return tab;
  }

  function openForm(request: FormRequest, notice?: string, tab = openTab()): FormController {
    const { page } = tab;
    const controller = new FormController(
      deps,
      { ...createPageHost<ToForm>(page, deps), keep: (about, draft) => drafts.keep(about, draft) },
      request,
      notice,
    );
    tab.receiver = (data) => controller.receive(data);
    const form = { page, controller };
    forms.add(form);
    deps.visiblePages.add(page, ({ id }) => id === controller.operationId);
    page.onDidDispose(() => {
      forms.delete(form);
      controller.dispose();
    });
    return controller;
  }

  /** Of something new, in a form that was closed, or whose window was. */
  function begunDraft(): KeptDraft | undefined {
    const { begun } = drafts;
    return begun && deps.kinds.get(begun.draft.kind) ? begun : undefined;
  }

  function open(request: FormRequest): Promise<void> {
    const restored = restoring.take(request);
    if (restored) {
      openForm(request, undefined, restored.tab).bringBack(restored.draft);
      return Promise.resolve();
    }
    const all = [...forms];
    const same = all.find(({ controller }) => controller.isAbout(request));
    const free = all.find(({ controller }) => controller.isDone || (controller.isDraft && controller.isUntouched));
    const fresh = request.type === "create" && request.draft === undefined ? request : undefined;
    const begun = fresh && all.find(({ controller }) => controller.isDraft && !controller.isUntouched);
    const typed = drafts.replacing(request);
    const notice = typed && continued;
    if (same) same.page.reveal();
    else if (begun && fresh.kind === undefined && fresh.connection === undefined) begun.page.reveal();
    else if (free) {
      free.controller.restart(request, notice);
      if (typed) free.controller.bringBack(typed);
      free.page.reveal();
    } else {
      const isOpen = fresh !== undefined && fresh.kind === undefined && fresh.connection === undefined;
      const kept = isOpen && !begun ? begunDraft() : undefined;
      const controller = kept ? openForm(toRequest(kept), continued) : openForm(request, notice);
      if (typed) controller.bringBack(typed);
    }
    return Promise.resolve();
  }

  async function restore(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const found = restorableOf(kept, deps);
    if (!found) panel.dispose();
    else if (found.type === "operation") {
      panel.dispose();
      deps.showOperation(found.operationId);
    } else if (found.type === "create") openForm(found.request, undefined, openTab(panel)).bringBack(found.draft);
    else await restoring.bringBack(openTab(panel), found);
  }

  commands.registerCommand("createWithForm", (target) => {
    const connection = connectionOf(target);
    const kind = isTreeNode(target) && "kind" in target ? target.kind : undefined;
    return open({ type: "create", ...(connection && { connection }), ...(kind !== undefined && { kind }) });
  });

  return {
    open,
    restore,
    dispose: () => {
      lifetime.dispose();
      for (const { page } of [...forms]) page.dispose();
    },
  };
}

function toRequest({ draft, connection }: KeptDraft): CreateRequest {
  return { type: "create", draft: toDraft(draft), ...(connection && { connection }) };
}
