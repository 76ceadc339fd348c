import * as vscode from "vscode";
import type { Disposable } from "../../core/disposable";
import type { Commands } from "../../ui/commands";
import type { DraftForm, FormRequest } from "../../ui/openers";
import { isTreeNode, type TreeNode } from "../../ui/tree/nodes";
import { reportError } from "../../ui/notify";
import { connectionOf } from "../../ui/instance/pick";
import { openPage, type Page } from "../../ui/page/page";
import { formDraft, type FormDraft } from "../../ui/page/protocol";
import { isReplacing, toDraft } from "./model";
import { FormController, type FormDeps } from "./controller";

export interface CreateFormDeps extends FormDeps {
  readonly extensionUri: vscode.Uri;
  /** Where a draft that was not sent is remembered. */
  readonly memory: Pick<vscode.Memento, "get" | "update">;
  /** Shows an instance in the Instances view. */
  readonly reveal: (node: TreeNode) => PromiseLike<unknown>;
}

interface OpenForm {
  readonly page: Page;
  readonly session: FormController;
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
      receive: (data) => session.receive(data),
    });
    const session = new FormController(
      deps,
      {
        post: (message) => page.post(message),
        setTitle: (title) => page.setTitle(title),
        close: () => page.dispose(),
        copy: (text) => vscode.env.clipboard.writeText(text),
        openUrl: (url) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
        run: (command, target) => vscode.commands.executeCommand(`appInstances.${command}`, target),
        reveal: deps.reveal,
        keep: (draft) => void deps.memory.update(unsentKey, draft),
        reportError: (error) => reportError(deps.log, error),
      },
      request,
      notice,
    );
    const form = { page, session };
    forms.add(form);
    page.onDidDispose(() => {
      forms.delete(form);
      session.dispose();
    });
  }

  /** The draft of a form that was closed, or whose window was. */
  function unsent(): FormDraft | undefined {
    const parsed = formDraft.safeParse(deps.memory.get(unsentKey));
    return parsed.success && deps.kinds.get(parsed.data.kind) ? parsed.data : undefined;
  }

  function open(request: FormRequest): Promise<void> {
    const all = [...forms];
    const same = all.find(({ session }) => session.isAbout(request));
    const free = all.find(({ session }) => session.isDone || (session.isDraft && session.isUntouched));
    const isPlain = request.draft === undefined && !isReplacing(request);
    const begun = isPlain ? all.find(({ session }) => session.isDraft && !session.isUntouched) : undefined;
    if (same) same.page.reveal();
    else if (begun && request.kind === undefined && request.connection === undefined) begun.page.reveal();
    else if (free) {
      free.session.restart(request);
      free.page.reveal();
    } else {
      const kept = isPlain && !begun && request.kind === undefined ? unsent() : undefined;
      if (kept) openForm({ ...request, draft: toDraft(kept) }, continued);
      else openForm(request);
    }
    return Promise.resolve();
  }

  commands.registerCommand("createWithForm", (target) => {
    const connection = connectionOf(target);
    const kind = isTreeNode(target) && "kind" in target ? target.kind : undefined;
    return open({ ...(connection && { connection }), ...(kind !== undefined && { kind }) });
  });

  return {
    open,
    dispose: () => {
      for (const { page } of [...forms]) page.dispose();
    },
  };
}
