import type { CommandId } from "../../core/commandIds";
import type { TreeNode } from "../tree/nodes";
import { shortText, visibleText, withoutIcons } from "../text/displayText";

/**
 * What flows ask the user, as plain values: a flow that takes `Prompts` runs in the extension host and, with scripted
 * answers, in plain Node. Cancelling any prompt rejects with CancelledError.
 */
export interface Prompts {
  pick<T>(request: PickRequest<T>): Promise<Answer<T>>;
  input(request: InputRequest): Promise<Answer<string>>;
  /** A modal question. Resolves when the user agreed. */
  confirm(request: ConfirmRequest): Promise<void>;
  /** Shows that work is going on as soon as it is slow enough to be noticed; Escape aborts it. */
  busy<T>(message: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** A notification that nobody waits for, with what one may want to do next. */
  inform(message: string, next?: NextStep): void;
}

export interface NextStep {
  readonly title: string;
  readonly command: CommandId;
  readonly node: TreeNode;
}

/** What every prompt of a wizard has in common. */
export interface PromptFrame {
  readonly title: string;
  readonly step?: { readonly number: number; readonly total: number };
  /** Offers Back; the answer can then be `{ type: "back" }`. */
  readonly canGoBack?: boolean;
}

export interface PromptButton {
  readonly id: string;
  /** Codicon. */
  readonly icon: string;
  readonly tooltip: string;
}

export interface PickItem<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
  readonly buttons?: readonly PromptButton[];
  /** Heading above this item, when the item before it has another one. */
  readonly group?: string;
  /** Only to be read, whatever is typed: choosing it does nothing. */
  readonly isNote?: boolean;
}

export interface PickRequest<T> extends PromptFrame {
  readonly placeholder: string;
  readonly items: readonly PickItem<T>[];
  /**
   * Items that replace the first ones when they are there; fetched behind a busy indicator. Must not reject. What there is
   * so far can be told with `show`, as often as there is more: it can be chosen already, which aborts the signal.
   */
  readonly load?: (
    signal: AbortSignal,
    show: (soFar: () => readonly PickItem<T>[]) => void,
  ) => Promise<readonly PickItem<T>[]>;
  /** What is typed, or pasted, as an item of its own, where it can be one: "Use eu-west-9". Stands last, whatever else matches. */
  readonly fromText?: (text: string) => PickItem<T> | undefined;
  /** The item that has the focus at first. */
  readonly isActive?: (value: T) => boolean;
}

export interface InputRequest extends PromptFrame {
  /** Shown under the input; a function hears of every keystroke. */
  readonly prompt: string | ((value: string) => string);
  readonly value?: string;
  readonly placeholder?: string;
  /**
   * One short sentence when the value is refused. `isFinal` is false while it is being typed: what is only
   * unfinished needs no complaint yet.
   */
  readonly validate?: (value: string, isFinal: boolean) => string | undefined;
  /** Hears what stands in the input when it is left, by Back or Escape, without an answer. */
  readonly onLeave?: (typed: string) => void;
}

export interface ConfirmRequest {
  readonly message: string;
  readonly detail: string;
  /** The button's text. */
  readonly action: string;
}

export type Answer<T> =
  | { readonly type: "value"; readonly value: T }
  | { readonly type: "back" }
  /** A button of an item; `value` is the item's. */
  | { readonly type: "button"; readonly button: string; readonly value: T };

/** The part of `vscode.env.clipboard` that flows use. */
export interface Clipboard {
  writeText(text: string): PromiseLike<void>;
}

/** Text of users and services for a label: one visible line, in which `$(name)` is not drawn as an icon. */
export function plain(text: string): string {
  return withoutIcons(shortText(visibleText(text), 1_000));
}
