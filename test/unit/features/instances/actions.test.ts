import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../../src/core/errors";
import { openInConsole, type ActionDeps } from "../../../../src/features/instances/actions";
import { ScriptedPrompts, type Reply } from "../../../fakes/scriptedPrompts";
import { accountId, openTree, prod, scope, supplyChain } from "../../tree/treeWorld";

/** A connection with one Supply Chain instance in the store; nothing is sent. */
function openActions(replies: readonly Reply[], localServices: readonly "supplychain"[] = []) {
  const { store, kinds } = openTree();
  store.setConnected(scope, { accountId, isLoopback: false, localServices });
  for (const kind of kinds.all) {
    const listing = store.beginListing(scope, kind.id);
    listing.addPage(kind.id === "supplyChain" ? [supplyChain()] : []);
    listing.finish(false);
  }
  const opened: string[] = [];
  const nothing = () => Promise.reject(new Error("Nothing is sent here"));
  const prompts = new ScriptedPrompts(...replies);
  const deps: ActionDeps = {
    store,
    kinds,
    prompts,
    sessions: {
      open: nothing,
      current: () => undefined,
      invalidate: () => undefined,
      reread: nothing,
      onDidChange: () => ({ dispose: () => undefined }),
    },
    clipboard: { writeText: nothing },
    openUrl: (url) => Promise.resolve(void opened.push(url)),
  };
  return { deps, opened, prompts };
}

const node = { type: "instance", connection: prod, kind: "supplyChain", id: supplyChain().id };

test("Security 12: what is on this machine is not opened in the AWS console, and not offered for it", async () => {
  const local = openActions([{ to: "No instance is in AWS", cancel: true }], ["supplychain"]);
  await assert.rejects(openInConsole(local.deps, node), UserError);
  await assert.rejects(openInConsole(local.deps), { name: "CancelledError" });
  local.prompts.assertDone();
  assert.deepEqual(local.opened, []);

  const cloud = openActions([{ to: "Open in AWS Console", pick: "demand-planning" }]);
  await openInConsole(cloud.deps);
  assert.match(cloud.opened.join(), /^https:\/\/[\w.-]*console\.aws\.amazon\.com\//);
});
