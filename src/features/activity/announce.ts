import type { Clock } from "../../core/clock";
import type { Disposable } from "../../core/disposable";
import { DisposableStore } from "../../core/disposable";
import type { Log } from "../../core/log";
import type { Kinds } from "../../instances/kinds/registry";
import type { OperationRecord } from "../../operations/operationRecord";
import type { Operations } from "../../operations/operations";
import { notify } from "../../ui/notify";
import { operationTitle } from "../../ui/text/operationText";
import { journalFacts, type JournalFact } from "./journalFacts";

export interface AnnounceDeps {
  readonly operations: Operations;
  readonly kinds: Kinds;
  readonly log: Log;
}

interface ContextDeps {
  readonly setContext: (key: JournalFact, value: boolean) => void;
}

/** What can be done about interrupted operations, of which some may not be so any more. */
export interface InterruptedActions {
  resumeEach(ids: readonly string[]): Promise<void>;
  discardEach(ids: readonly string[]): Promise<void>;
}

interface InterruptedDeps extends AnnounceDeps {
  readonly clock: Clock;
  /** Loads what is done when the user answers. */
  readonly load: () => Promise<InterruptedActions>;
}

/** Operations that are found within this time of each other are announced together. */
const togetherMs = 300;

/** Says once, after a restart, what was left unfinished. To be called before the journal is read. */
export function announceInterrupted(deps: InterruptedDeps): Disposable {
  let found: OperationRecord[] = [];
  const show = async () => {
    await deps.clock.sleep(togetherMs);
    const records = found;
    found = [];
    // A window beside this one may have been faster to resume or discard.
    announce(
      deps,
      records.filter(({ id }) => deps.operations.get(id)?.status === "interrupted"),
    );
  };
  return deps.operations.onDidFindInterrupted((record) => {
    if (found.push(record) === 1) void show();
  });
}

function announce({ kinds, log, load }: InterruptedDeps, interrupted: readonly OperationRecord[]): void {
  const [first] = interrupted;
  if (!first) return;
  const what =
    interrupted.length === 1
      ? `"${operationTitle(first, kinds.get(first.kind))}" was interrupted.`
      : `${interrupted.length} operations were interrupted. They are in the Activity view.`;
  const ids = interrupted.map(({ id }) => id);
  notify(log, "warning", what, [
    { title: interrupted.length === 1 ? "Resume" : "Resume All", run: async () => (await load()).resumeEach(ids) },
    {
      title: interrupted.length === 1 ? "Discard…" : "Discard All…",
      run: async () => (await load()).discardEach(ids),
    },
  ]);
}

/** Keeps the context keys that the journal decides, and tells of its entries that were set aside. */
export function watchJournal({ operations, log, setContext }: AnnounceDeps & ContextDeps): Disposable {
  const parts = new DisposableStore();
  const update = () => {
    for (const [fact, isTrue] of journalFacts(operations.list())) setContext(fact, isTrue);
  };
  parts.add(operations.onDidChange(update));
  parts.add(operations.onDidSetAside((message) => notify(log, "warning", message)));
  return parts;
}
