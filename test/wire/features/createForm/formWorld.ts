import { FormController, type FormHost } from "../../../../src/features/createForm/controller";
import type { KeptDraft } from "../../../../src/features/createForm/keptDrafts";
import { silentLog } from "../../../../src/core/log";
import { connectionKey } from "../../../../src/instances/connection";
import type { Instance } from "../../../../src/instances/instance";
import type { FormRequest, RecreateRequest } from "../../../../src/ui/openers";
import type { FormDraft, FromForm, ToForm } from "../../../../src/ui/page/protocol/form";
import { connection, type World } from "../flowWorld";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";
import { RecordingPage } from "../recordingPage";

type Message<T extends ToForm["type"]> = Extract<ToForm, { type: T }>;

/** The form's surroundings as a test sees them: what was posted, copied, run. */
export class RecordingHost extends RecordingPage<ToForm> implements FormHost {
  readonly kept: (KeptDraft | undefined)[] = [];
  readonly keptFor: FormRequest["type"][] = [];
  readonly errors: unknown[] = [];
  keep({ type }: FormRequest, kept: KeptDraft | undefined): void {
    this.keptFor.push(type);
    this.kept.push(kept);
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
    const find = () => this.posted.findLast((each): each is Message<T> => each.type === type);
    return this.untilFound(type, find, passes);
  }
}

/** What Recreate… opens the form with; the user says no unless `submit` says otherwise. */
export function recreateOf(
  world: World,
  instance: Instance,
  options: { readonly tags?: Readonly<Record<string, string>>; readonly submit?: RecreateRequest["submit"] } = {},
): RecreateRequest {
  const { tags = {}, submit = () => Promise.resolve(undefined) } = options;
  const draft = world.kinds.get(instance.kind)!.capture(instance, tags);
  return { type: "recreate", connection, instance, draft, before: draft, submit };
}

/** A form whose page has said that it is there. */
export function openForm(world: World, request: FormRequest = { type: "create" }, prompts = new ScriptedPrompts()) {
  const host = new RecordingHost();
  const deps = { ...world, log: silentLog, prompts };
  const session = new FormController(deps, host, request);
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
