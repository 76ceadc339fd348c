import assert from "node:assert/strict";
import { test } from "node:test";
import type { FilterSearch } from "../../../../src/features/instances/filterSearch";
import { parseFilter } from "../../../../src/features/instances/instanceFilter";
import { ShownFilter, type ShownFilterDeps } from "../../../../src/features/instances/shownFilter";

/** A search that goes on until it is stopped. */
function openFilter() {
  const did: string[] = [];
  class Search {
    progress = { status: "done" };
    run(): Promise<void> {
      did.push("run");
      this.progress = { status: "searching" };
      return Promise.resolve();
    }
    stop(): void {
      if (this.progress.status !== "searching") return;
      did.push("stop");
      this.progress = { status: "stopped" };
    }
  }
  const shown = new ShownFilter({
    store: { onDidChange: () => ({ dispose: () => undefined }) },
    setContext: () => undefined,
  } as unknown as ShownFilterDeps);
  const parsed = parseFilter("returns");
  assert.ok("filter" in parsed);
  shown.show(parsed.filter, Search as unknown as typeof FilterSearch);
  return { shown, did };
}

test("A search stops while the view is hidden, and goes on when it is shown again", () => {
  const { shown, did } = openFilter();
  shown.setVisible(true);
  assert.deepEqual(did, ["run"]);
  shown.setVisible(false);
  shown.setVisible(false);
  assert.deepEqual(did, ["run", "stop"]);
  shown.setVisible(true);
  shown.setVisible(true);
  assert.deepEqual(did, ["run", "stop", "run"]);
});

test("What somebody has stopped, or a filter that was cleared, does not begin anew by being looked at", () => {
  for (const end of ["stop", "clear"] as const) {
    const { shown, did } = openFilter();
    if (end === "stop") shown.stop();
    else shown.setVisible(false);
    shown[end]();
    shown.setVisible(false);
    shown.setVisible(true);
    assert.deepEqual(did, ["run", "stop"], end);
  }
});
