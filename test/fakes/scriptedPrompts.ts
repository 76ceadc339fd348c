import assert from "node:assert/strict";
import { CancelledError } from "../../src/core/errors";
import { visibleLines } from "../../src/ui/text/displayText";
import type {
  Answer,
  ConfirmRequest,
  InputRequest,
  PickItem,
  PickRequest,
  Prompts,
} from "../../src/ui/prompts/prompts";

/** One answer of a script. The text says which question it belongs to: a part of what the user reads there. */
export type Reply =
  /** `early`: as soon as it is there, while other items are still loaded. */
  | { readonly to: string; readonly pick: string; readonly button?: string; readonly early?: boolean }
  | { readonly to: string; readonly type: string; readonly refusedWith?: string }
  | { readonly to: string; readonly confirm: boolean }
  /** `typed`: what stands in the input by then. */
  | { readonly to: string; readonly back: true; readonly typed?: string }
  | { readonly to: string; readonly cancel: true; readonly typed?: string };

/** What was on the screen, for assertions: the words of one question, one line each. */
export interface Shown {
  readonly title: string;
  readonly step: string;
  readonly text: string;
}

/** Answers in the order of the script; a question without an answer and an answer without a question both fail. */
export class ScriptedPrompts implements Prompts {
  readonly shown: Shown[] = [];
  readonly informed: string[] = [];
  readonly #replies: Reply[];
  #failure: Error | undefined;

  constructor(...replies: readonly Reply[]) {
    this.#replies = [...replies];
  }

  /** To be called when the flow is over. */
  assertDone(): void {
    if (this.#failure) throw this.#failure;
    assert.deepEqual(this.#replies, [], "some answers were never asked for");
  }

  async pick<T>(request: PickRequest<T>): Promise<Answer<T>> {
    const loading = new AbortController();
    const items = request.load ? await this.#load(request.load, loading.signal) : request.items;
    loading.abort();
    const reply = this.#next(request, [request.placeholder, ...items.flatMap(itemLines)]);
    if ("type" in reply) return this.#typed(request, reply);
    if (!("pick" in reply)) return this.#leave(request.canGoBack, reply);
    const item = items.find((candidate) => hasLine(candidate, reply.pick));
    if (!item) return this.#fail(`"${reply.pick}" is not among:\n${items.map((one) => one.label).join("\n")}`);
    if (item.isNote) return this.#fail(`"${item.label}" is only to be read`);
    if (reply.button === undefined) return { type: "value", value: item.value };
    if (!item.buttons?.some(({ id }) => id === reply.button))
      return this.#fail(`"${item.label}" has no button "${reply.button}"`);
    return { type: "button", button: reply.button, value: item.value };
  }

  #typed<T>({ fromText }: PickRequest<T>, { type }: Extract<Reply, { type: string }>): Answer<T> {
    const item = fromText?.(type);
    if (!item) return this.#fail(`"${type}" is not offered as an item`);
    for (const line of itemLines(item)) this.#assertReadable(line);
    return { type: "value", value: item.value };
  }

  /** All items, or those that are there as soon as the next answer can be given. */
  #load<T>(load: NonNullable<PickRequest<T>["load"]>, signal: AbortSignal): Promise<readonly PickItem<T>[]> {
    const reply = this.#replies[0];
    const early = reply && "pick" in reply && reply.early === true ? reply.pick : undefined;
    return new Promise((resolve, reject) => {
      const show = (soFar: () => readonly PickItem<T>[]) => {
        if (early !== undefined && soFar().some((item) => hasLine(item, early))) resolve(soFar());
      };
      load(signal, show).then(resolve, reject);
    });
  }

  async input(request: InputRequest): Promise<Answer<string>> {
    const value = request.value ?? "";
    const promptOf = (typed: string) => (typeof request.prompt === "string" ? request.prompt : request.prompt(typed));
    for (;;) {
      const reply = this.#next(request, [request.placeholder ?? "", promptOf(value)], `value: ${value}`);
      if (!("type" in reply)) {
        if ("back" in reply || "cancel" in reply) request.onLeave?.(reply.typed ?? value);
        return this.#leave(request.canGoBack, reply);
      }
      const problem = request.validate?.(reply.type, true);
      this.#assertReadable(problem ?? "");
      if (problem === undefined && reply.refusedWith === undefined) return { type: "value", value: reply.type };
      if (problem === undefined)
        return this.#fail(`"${reply.type}" was taken, not refused with "${reply.refusedWith ?? ""}"`);
      if (reply.refusedWith === undefined) return this.#fail(`"${reply.type}" was refused: ${problem}`);
      if (!problem.includes(reply.refusedWith)) return this.#fail(`"${reply.type}" was refused with "${problem}"`);
      await Promise.resolve();
    }
  }

  confirm(request: ConfirmRequest): Promise<void> {
    const reply = this.#next({ title: request.message }, [request.detail, request.action]);
    if (!("confirm" in reply)) return Promise.reject(this.#failWith(`"${reply.to}" does not answer a confirmation`));
    return reply.confirm ? Promise.resolve() : Promise.reject(new CancelledError());
  }

  busy<T>(_message: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return work(new AbortController().signal);
  }

  inform(message: string): void {
    this.#assertReadable(message);
    this.informed.push(message);
  }

  #next(
    frame: { readonly title: string; readonly step?: { readonly number: number; readonly total: number } },
    lines: readonly string[],
    value = "",
  ): Reply {
    for (const line of [frame.title, ...lines]) this.#assertReadable(line);
    const text = [...lines, ...(value === "" ? [] : [value])].join("\n");
    const step = frame.step ? `${frame.step.number}/${frame.step.total}` : "";
    this.shown.push({ title: frame.title, step, text });
    const asked = `${frame.title} ${step}\n${text}`;
    const reply = this.#replies.shift();
    if (!reply) return this.#fail(`no answer is left for:\n${asked}`);
    if (!asked.includes(reply.to)) return this.#fail(`the answer to "${reply.to}" does not belong to:\n${asked}`);
    return reply;
  }

  #leave(canGoBack: boolean | undefined, reply: Reply): { readonly type: "back" } {
    if ("cancel" in reply) throw new CancelledError();
    if (!("back" in reply)) return this.#fail(`the answer to "${reply.to}" is of another kind than the question`);
    if (!canGoBack) return this.#fail(`"${reply.to}" has no way back`);
    return { type: "back" };
  }

  /** What a person reads is visible: whatever came from a service has been through `visibleText`. */
  #assertReadable(text: string): void {
    if (visibleLines(text) !== text) this.#fail(`something hides in ${JSON.stringify(text)}`);
  }

  #fail(message: string): never {
    throw this.#failWith(message);
  }

  /** Kept for `assertDone`, in case the flow swallows it. */
  #failWith(message: string): Error {
    this.#failure ??= new assert.AssertionError({ message });
    return this.#failure;
  }
}

function hasLine<T>(item: PickItem<T>, text: string): boolean {
  return itemLines(item).some((line) => line.includes(text));
}

function itemLines<T>(item: PickItem<T>): readonly string[] {
  return [item.label, item.description ?? "", item.detail ?? ""].filter((line) => line !== "");
}
