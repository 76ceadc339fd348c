import type { CommandId } from "../../core/commandIds";
import type { Disposable } from "../../core/disposable";
import type { CommandRun } from "../commands";

/** What our key bindings call a command with, since VS Code gives them no row. `manifest.test.ts` holds them to it. */
export const byKey = { type: "focusedRow" } as const;

interface Selecting<T> {
  readonly selection: readonly T[];
  readonly onDidChangeSelection: (listener: (event: { readonly selection: readonly T[] }) => void) => Disposable;
}

/** The rows that keys work on. */
export interface FocusedRow<T> {
  /** The row that a key was just pressed on, if any. */
  readonly takeFocused: () => T | undefined;
  /** Whether the menu of a row has a command. */
  readonly offers: (node: T, command: CommandId) => boolean;
  /** Runs a command of the row's menu. */
  readonly run: (command: CommandId, node: T) => Promise<void>;
}

/**
 * Finds the row that has the focus. VS Code tells extensions only which row is selected, and the arrow keys move the focus
 * alone: another row may be selected than the one that a person looks at. So each of our keys runs `list.toggleSelection`
 * twice before its command: the row that comes and goes, or goes and comes, is the one, and the selection is as it was.
 */
export function followFocus<T>(
  view: Selecting<T>,
  isThere: (node: T) => boolean,
): Disposable & { take(): T | undefined } {
  let selection = view.selection;
  let changed: T | undefined;
  let focused: T | undefined;
  const listening = view.onDidChangeSelection((event) => {
    const before = changed;
    changed = onlyDifference(selection, event.selection);
    focused = changed === before ? changed : undefined;
    selection = event.selection;
  });
  return {
    take() {
      const node = focused;
      changed = focused = undefined;
      return node !== undefined && isThere(node) ? node : undefined;
    },
    dispose: () => listening.dispose(),
  };
}

/** What one of them has and the other one has not, if it is a single row. */
function onlyDifference<T>(some: readonly T[], others: readonly T[]): T | undefined {
  const [row, ...more] = [
    ...some.filter((candidate) => !others.includes(candidate)),
    ...others.filter((candidate) => !some.includes(candidate)),
  ];
  return more.length === 0 ? row : undefined;
}

/**
 * A command that a key runs too: then it does what the menu of the focused row offers, and nothing where that is not known.
 * `others` is what the same key does on rows that have no such command.
 */
export function onFocusedRow<T>(
  rows: FocusedRow<T>,
  command: CommandId,
  run: (target?: unknown) => Promise<void>,
  others: readonly CommandId[] = [],
): CommandRun {
  return (target) => {
    if (!isByKey(target)) return run(target);
    const node = rows.takeFocused();
    if (node === undefined) return;
    if (rows.offers(node, command)) return run(node);
    const other = others.find((candidate) => rows.offers(node, candidate));
    return other && rows.run(other, node);
  };
}

function isByKey(target: unknown): boolean {
  return typeof target === "object" && target !== null && "type" in target && target.type === byKey.type;
}
