import assert from "node:assert/strict";
import { test } from "node:test";
import { UserError } from "../../../../src/core/errors";
import {
  copyArn,
  copyId,
  loadAll,
  openInConsole,
  type ActionDeps,
} from "../../../../src/features/instances/instanceCommands";
import type { Instance } from "../../../../src/instances/instance";
import { visibleText } from "../../../../src/ui/text/displayText";
import { hostileTexts } from "../../../fixtures/hostileText";
import { ScriptedPrompts, type Reply } from "../../../fakes/scriptedPrompts";
import { accountId, openTree, prod, scope, supplyChain } from "../treeWorld";

/** A connection with one Supply Chain instance in the store; nothing is sent. */
function openActions(
  replies: readonly Reply[],
  localServices: readonly "supplychain"[] = [],
  listed: Instance = supplyChain(),
) {
  const { store, kinds } = openTree();
  store.setConnected(scope, { accountId, isLoopback: false, localServices });
  for (const kind of kinds.all) {
    const listing = store.beginListing(scope, kind.id);
    listing.addPage(kind.id === "supplyChain" ? [listed] : []);
    listing.finish(false);
  }
  const opened: string[] = [];
  const copied: string[] = [];
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
    clipboard: { writeText: (text) => Promise.resolve(void copied.push(text)) },
    openUrl: (url) => Promise.resolve(void opened.push(url)),
  };
  return { deps, opened, copied, prompts };
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

test("Hostile ids are copied as what can be pasted anywhere, and good ones as they are", async () => {
  const good = openActions([]);
  await copyId(good.deps, node);
  await copyArn(good.deps, node);
  assert.deepEqual(good.copied, [supplyChain().id, supplyChain().arn]);
  for (const [name, text] of Object.entries(hostileTexts)) {
    const { deps, copied } = openActions([], [], supplyChain({ id: text, arn: text }));
    await copyId(deps, { ...node, id: text });
    await copyArn(deps, { ...node, id: text });
    for (const one of copied) assert.equal(visibleText(one), one, name);
  }
});

test("Load All shows all rows, says how many have come, and hands over the user's stop", async () => {
  const { store, kinds, list, connect } = openTree();
  connect();
  list("supplyChain", [supplyChain()]);
  const events: string[] = [];
  const stop = new AbortController();
  let mustFetch = false;
  const run = (target: unknown) =>
    loadAll(
      {
        store,
        kinds,
        tree: { showAll: () => mustFetch },
        view: { redraw: (_, kind) => events.push(`redraw ${kind}`) },
        sync: {
          refresh: () => undefined,
          loadMore: () => undefined,
          loadAll: (key, kind, signal) => {
            assert.equal(signal, stop.signal);
            events.push(`load ${key} ${kind}`);
            list("chime", []);
            list("supplyChain", [supplyChain(), supplyChain({ id: "2" })]);
          },
        },
        showStoppable: async (title, work) => {
          events.push(title);
          await work(stop.signal, (message) => events.push(message));
        },
      },
      target,
    );
  const more = { type: "more", connection: prod, kind: "supplyChain" };
  await run(more);
  assert.deepEqual(events, ["redraw supplyChain"]);
  events.length = 0;
  mustFetch = true;
  await run(more);
  assert.deepEqual(
    [...new Set(events)],
    [
      "redraw supplyChain",
      "Loading all Supply Chain instances of prod · eu-west-1",
      "load profile:prod:eu-west-1 supplyChain",
      "2 loaded",
    ],
  );
  events.length = 0;
  list("supplyChain", [supplyChain()]);
  await run(node);
  await run(undefined);
  assert.deepEqual(events, []);
});
