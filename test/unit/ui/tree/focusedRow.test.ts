import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "../../../../src/core/event";
import { byKey, followFocus, onFocusedRow } from "../../../../src/ui/tree/focusedRow";

function openList() {
  const changed = new Emitter<{ readonly selection: readonly string[] }>();
  const view = { selection: [] as readonly string[], onDidChangeSelection: changed.event };
  const rows = new Set(["a", "b"]);
  const focus = followFocus<string>(view, (row) => rows.has(row));
  const select = (selection: readonly string[]) => {
    view.selection = selection;
    changed.fire({ selection });
  };
  /** As `list.toggleSelection` does it. */
  const toggle = (row: string) => {
    const { selection } = view;
    select(selection.includes(row) ? selection.filter((other) => other !== row) : [...selection, row]);
  };
  /** As VS Code does before it runs the command. */
  const press = (focused: string) => {
    toggle(focused);
    toggle(focused);
    return focus.take();
  };
  return { rows, focus, select, press, view };
}

test("A key is meant for the focused row, whichever one is selected, and leaves the selection as it was", () => {
  const { focus, select, press, rows, view } = openList();
  assert.equal(focus.take(), undefined);
  assert.equal(press("b"), "b");
  assert.deepEqual(view.selection, []);
  select(["a"]);
  assert.equal(press("b"), "b");
  assert.equal(press("a"), "a");
  assert.equal(press("a"), "a");
  assert.deepEqual(view.selection, ["a"]);
  rows.delete("b");
  assert.equal(press("b"), undefined);
});

test("No row is taken for the focused one because of what is selected, or was", () => {
  const { focus, select, press } = openList();
  press("a");
  assert.equal(focus.take(), undefined);
  for (const selection of [["a"], ["b"], []]) {
    select(selection);
    assert.equal(focus.take(), undefined);
  }
});

test("A command that a key runs does what the row's menu offers, if under another name, and nothing where the row is not known; the palette asks", async () => {
  const ran: unknown[] = [];
  let focused: string | undefined = "a";
  const rows = {
    takeFocused: () => focused,
    offers: (row: string, command: string) => ["a delete", "c removeConnection"].includes(`${row} ${command}`),
    run: (command: string, row: string) => Promise.resolve(void ran.push(`${command} ${row}`)),
  };
  const others = ["discardOperation", "removeConnection"] as const;
  const run = onFocusedRow(rows, "delete", (target) => Promise.resolve(void ran.push(target)), others);
  await run(byKey);
  focused = "b";
  await run(byKey);
  focused = "c";
  await run(byKey);
  focused = undefined;
  await run(byKey);
  await run();
  await run({ type: "instance" });
  assert.deepEqual(ran, ["a", "removeConnection c", undefined, { type: "instance" }]);
});
