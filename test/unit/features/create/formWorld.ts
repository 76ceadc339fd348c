import { FormSession, type FormHost } from "../../../../src/features/create/formSession";
import { systemClock } from "../../../../src/core/clock";
import { silentLog } from "../../../../src/core/log";
import { connectionKey } from "../../../../src/instances/connection";
import type { FormRequest } from "../../../../src/ui/form";
import type { FormDraft, FromForm, ToForm } from "../../../../src/ui/webviewProtocol";
import { connection, type World } from "../flowWorld";

/** For machines that are busy with other tests. */
const patienceMs = 10_000;

type Message<T extends ToForm["type"]> = Extract<ToForm, { type: T }>;

/** The form's surroundings as a test sees them: what was posted, copied, run. */
export class RecordingHost implements FormHost {
  readonly posted: ToForm[] = [];
  readonly copied: string[] = [];
  readonly opened: string[] = [];
  readonly ran: unknown[][] = [];
  readonly revealed: unknown[] = [];
  readonly kept: (FormDraft | undefined)[] = [];
  readonly errors: unknown[] = [];
  title = "";
  isClosed = false;
  readonly #watchers = new Set<() => void>();

  post(message: ToForm): void {
    // As over the real channel: a copy, not the object.
    this.posted.push(structuredClone(message));
    for (const watcher of [...this.#watchers]) watcher();
  }

  setTitle(title: string): void {
    this.title = title;
  }

  close(): void {
    this.isClosed = true;
  }

  copy(text: string): Promise<void> {
    this.copied.push(text);
    return Promise.resolve();
  }

  openUrl(url: string): Promise<void> {
    this.opened.push(url);
    return Promise.resolve();
  }

  run(...command: unknown[]): Promise<void> {
    this.ran.push(command);
    return Promise.resolve();
  }

  reveal(node: unknown): Promise<void> {
    this.revealed.push(node);
    return Promise.resolve();
  }

  keep(draft: FormDraft | undefined): void {
    this.kept.push(draft);
  }

  reportError(error: unknown): void {
    this.errors.push(error);
  }

  /** The last message of a type. */
  last<T extends ToForm["type"]>(type: T): Message<T> {
    const message = this.posted.findLast((each): each is Message<T> => each.type === type);
    if (!message) throw new Error(`No ${type} was posted`);
    return message;
  }

  count(type: ToForm["type"]): number {
    return this.posted.filter((message) => message.type === type).length;
  }

  /** The last message of a type as soon as it passes. */
  until<T extends ToForm["type"]>(type: T, passes: (message: Message<T>) => boolean): Promise<Message<T>> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const message = this.posted.findLast((each): each is Message<T> => each.type === type);
        if (!message || !passes(message)) return;
        clearTimeout(timer);
        this.#watchers.delete(check);
        resolve(message);
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(check);
        const last = this.posted.findLast((each) => each.type === type);
        reject(new Error(`The expected ${type} never came. The last one was ${JSON.stringify(last)}`));
      }, patienceMs);
      this.#watchers.add(check);
      check();
    });
  }
}

/** A form whose page has said that it is there. */
export function openForm(world: World, request: FormRequest = {}, notice?: string) {
  const host = new RecordingHost();
  const deps = { ...world, clock: systemClock, log: silentLog };
  const session = new FormSession(deps, host, request, notice);
  const send = (message: FromForm) => session.receive(message);
  let seq = 0;
  send({ type: "ready" });
  return {
    session,
    host,
    send,
    /** Types: the draft that the form has, with these changes. */
    edit: (changes: Partial<FormDraft>): number => {
      const { draft } = host.last("load");
      seq += 1;
      send({ type: "edit", seq, draft: { ...draft, ...changes } });
      return seq;
    },
    submit: (changes: Partial<FormDraft>): void => {
      const { draft } = host.last("load");
      send({ type: "submit", draft: { ...draft, ...changes } });
    },
    ready: () => host.until("account", ({ status }) => status === "ready"),
  };
}

/** Tells the store that the connection is there, as the sync does: from then on it keeps what is read. */
export async function connectStore(world: World): Promise<void> {
  const { accountId, generation, isLoopback } = await world.session();
  const scope = { connectionKey: connectionKey(connection), generation };
  world.store.setConnected(scope, { accountId, isLoopback });
}
