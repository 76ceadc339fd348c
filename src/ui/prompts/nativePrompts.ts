import {
  commands,
  QuickInputButtons,
  QuickPickItemKind,
  ThemeIcon,
  window,
  type QuickInput,
  type QuickInputButton,
  type QuickPickItem,
} from "vscode";
import { systemClock } from "../../core/clock";
import { DisposableStore, toDisposable } from "../../core/disposable";
import { CancelledError, isCancelled } from "../../core/errors";
import { promptText, toastText } from "../text/displayText";
import { drawWhileFilling } from "./drawWhileFilling";
import { PromptStack } from "./promptStack";
import type {
  Answer,
  ConfirmRequest,
  InputRequest,
  NextStep,
  PickItem,
  PickRequest,
  PromptButton,
  PromptFrame,
  Prompts,
} from "./prompts";
import { sameItem } from "./sameItem";

/** Work that is done sooner than this shows nothing: a flash would only distract. */
const busyDelayMs = 250;

/** Prompts with VS Code's own quick input: Back, step counts, inline validation, and open until answered or cancelled. */
export function createNativePrompts(): Prompts {
  const stack = new PromptStack();
  return {
    pick: (request) => pick(stack, request),
    input: (request) => input(stack, request),
    confirm,
    busy: (message, work) => busy(stack, message, work),
    inform,
  };
}

interface NativeItem<T> extends QuickPickItem {
  readonly item?: PickItem<T>;
  readonly buttons?: readonly NativeButton[];
}

interface NativeButton extends QuickInputButton {
  readonly id: string;
}

async function pick<T>(stack: PromptStack, request: PickRequest<T>): Promise<Answer<T>> {
  const picker = window.createQuickPick<NativeItem<T>>();
  const loading = new AbortController();
  picker.placeholder = request.placeholder;
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  const list = new PickList(picker, request);
  // An empty list would take the focus from the first item.
  const active = picker.items.find(({ item }) => item && request.isActive?.(item.value));
  if (active) picker.activeItems = [active];
  try {
    const answer = ask<T>(stack, picker, request, (settle, store) => {
      store.add(
        picker.onDidAccept(() => {
          const item = picker.selectedItems[0]?.item;
          if (item && !item.isNote) settle({ type: "value", value: item.value });
        }),
      );
      store.add(picker.onDidChangeValue(() => list.offer()));
      store.add(
        picker.onDidTriggerItemButton(({ item, button }) => {
          if (item.item && "id" in button)
            settle({ type: "button", button: String(button.id), value: item.item.value });
        }),
      );
    });
    if (request.load) void fill(picker, list, request.load, loading.signal);
    return await answer;
  } finally {
    loading.abort();
    picker.dispose();
  }
}

type Picker<T> = ReturnType<typeof window.createQuickPick<NativeItem<T>>>;

/** What is in a picker: the items, and what was typed where that can be one. */
class PickList<T> {
  readonly #picker: Picker<T>;
  readonly #request: PickRequest<T>;
  #items: readonly PickItem<T>[];
  #offered: PickItem<T> | undefined;

  constructor(picker: Picker<T>, request: PickRequest<T>) {
    this.#picker = picker;
    this.#request = request;
    this.#items = request.items;
    this.#draw();
  }

  /** To be called when something else is typed. */
  offer(): void {
    const offered = this.#request.fromText?.(this.#picker.value);
    if (offered?.label === this.#offered?.label) return;
    this.#offered = offered;
    this.#draw();
  }

  /** Without moving the focus, unless it was on a note. */
  replace(items: readonly PickItem<T>[]): void {
    this.#items = items;
    this.#offered = this.#request.fromText?.(this.#picker.value);
    const focused = this.#picker.activeItems[0]?.item;
    this.#picker.keepScrollPosition = true;
    this.#draw();
    if (!focused || focused.isNote) return;
    const again = sameItem(items, focused, this.#request.isActive);
    const native = again && this.#picker.items.find(({ item }) => item === again);
    if (native) this.#picker.activeItems = [native];
  }

  #draw(): void {
    const natives = toNativeItems([...this.#items, ...(this.#offered ? [this.#offered] : [])]);
    const last = natives.at(-1);
    this.#picker.items = this.#offered && last ? [...natives.slice(0, -1), { ...last, alwaysShow: true }] : natives;
  }
}

/** Shows the loaded items as they come. */
async function fill<T>(
  picker: Picker<T>,
  list: PickList<T>,
  load: NonNullable<PickRequest<T>["load"]>,
  signal: AbortSignal,
): Promise<void> {
  let soFar: (() => readonly PickItem<T>[]) | undefined;
  const draw = () => {
    const items = soFar?.();
    if (items) list.replace(items);
    return items?.length ?? 0;
  };
  const changed = drawWhileFilling(draw, { clock: systemClock, signal });
  picker.busy = true;
  const items = await load(signal, (latest) => {
    soFar = latest;
    changed();
  });
  if (signal.aborted) return;
  soFar = undefined;
  picker.busy = false;
  list.replace(items);
}

async function input(stack: PromptStack, request: InputRequest): Promise<Answer<string>> {
  const box = window.createInputBox();
  const { prompt } = request;
  const promptOf = typeof prompt === "string" ? () => prompt : prompt;
  box.value = request.value ?? "";
  box.placeholder = request.placeholder;
  box.prompt = promptText(promptOf(box.value));
  try {
    const answer = await ask<string>(stack, box, request, (settle, store) => {
      store.add(
        box.onDidChangeValue((value) => {
          box.prompt = promptText(promptOf(value));
          const problem = request.validate?.(value, false);
          box.validationMessage = problem && promptText(problem);
        }),
      );
      store.add(
        box.onDidAccept(() => {
          const problem = request.validate?.(box.value, true);
          if (problem === undefined) settle({ type: "value", value: box.value });
          else box.validationMessage = promptText(problem);
        }),
      );
    });
    if (answer.type === "back") request.onLeave?.(box.value);
    return answer;
  } catch (error) {
    if (isCancelled(error)) request.onLeave?.(box.value);
    throw error;
  } finally {
    box.dispose();
  }
}

type NativeInput = QuickInput & {
  buttons: readonly QuickInputButton[];
  onDidTriggerButton(listener: (button: QuickInputButton) => void): { dispose(): unknown };
};

/** Shows a quick input and waits for the one event that settles it. */
function ask<T>(
  stack: PromptStack,
  quickInput: NativeInput,
  frame: PromptFrame,
  listen: (settle: (answer: Answer<T>) => void, store: DisposableStore) => void,
): Promise<Answer<T>> {
  const store = new DisposableStore();
  quickInput.title = frame.title;
  quickInput.step = frame.step?.number;
  quickInput.totalSteps = frame.step?.total;
  quickInput.ignoreFocusOut = true;
  quickInput.buttons = frame.canGoBack ? [QuickInputButtons.Back] : [];
  const layer = stack.push(quickInput);
  return new Promise<Answer<T>>((resolve, reject) => {
    listen(resolve, store);
    store.add(
      toCore(quickInput.onDidTriggerButton((button) => button === QuickInputButtons.Back && resolve({ type: "back" }))),
    );
    store.add(toCore(quickInput.onDidHide(() => layer.wasLeft() && reject(new CancelledError()))));
    layer.show();
  }).finally(() => {
    store.dispose();
    layer.close();
  });
}

async function confirm(request: ConfirmRequest): Promise<void> {
  const chosen = await window.showWarningMessage(
    request.message,
    { modal: true, detail: request.detail },
    request.action,
  );
  if (chosen !== request.action) throw new CancelledError();
}

async function busy<T>(stack: PromptStack, message: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const store = new DisposableStore();
  const left = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => {
      const picker = store.add(toCore(window.createQuickPick())).inner;
      const layer = stack.pushBelow(picker);
      store.add(toDisposable(() => layer.close()));
      picker.placeholder = message;
      picker.busy = true;
      picker.enabled = false;
      picker.ignoreFocusOut = true;
      store.add(
        toCore(
          picker.onDidHide(() => {
            if (!layer.wasLeft()) return;
            controller.abort();
            reject(new CancelledError());
          }),
        ),
      );
      layer.show();
    }, busyDelayMs);
    store.add(toDisposable(() => clearTimeout(timer)));
  });
  try {
    return await Promise.race([work(controller.signal), left]);
  } finally {
    store.dispose();
  }
}

function inform(message: string, next?: NextStep): void {
  const shown = window.showInformationMessage(toastText(message), ...(next ? [next.title] : []));
  void shown.then((chosen) => {
    // The command reports its errors itself.
    if (next && chosen === next.title) void commands.executeCommand(`appInstances.${next.command}`, next.node);
  });
}

function toNativeItems<T>(items: readonly PickItem<T>[]): readonly NativeItem<T>[] {
  const natives: NativeItem<T>[] = [];
  let group: string | undefined;
  for (const item of items) {
    if (item.group !== undefined && item.group !== group)
      natives.push({ label: item.group, kind: QuickPickItemKind.Separator });
    group = item.group;
    natives.push({
      label: item.label,
      ...(item.description === undefined ? {} : { description: item.description }),
      ...(item.detail === undefined ? {} : { detail: item.detail }),
      buttons: item.buttons?.map(toNativeButton) ?? [],
      ...(item.isNote && { alwaysShow: true }),
      item,
    });
  }
  return natives;
}

function toNativeButton(button: PromptButton): NativeButton {
  return { id: button.id, iconPath: new ThemeIcon(button.icon), tooltip: button.tooltip };
}

function toCore<T extends { dispose(): unknown }>(inner: T): { readonly inner: T; dispose(): void } {
  return { inner, dispose: () => void inner.dispose() };
}
