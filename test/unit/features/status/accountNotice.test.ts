import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionKey, type Connection } from "../../../../src/instances/connection";
import { announceChangedAccounts } from "../../../../src/features/status/accountNotice";
import { openTree, prod } from "../treeWorld";

test("That a profile belongs to another account is said once, in however many Regions it is connected", () => {
  const elsewhere: Connection = { ...prod, region: "us-east-1" };
  const { store } = openTree([prod, elsewhere]);
  const said: string[] = [];
  announceChangedAccounts({ store, warn: (message) => said.push(message) });
  const connect = (generation: number, accountId: string) => {
    for (const connection of [prod, elsewhere])
      store.setConnected({ connectionKey: connectionKey(connection), generation }, { accountId, isLoopback: false });
  };
  connect(1, "210987654321");
  connect(2, "210987654321");
  assert.deepEqual(said, []);
  connect(3, "111122223333");
  connect(4, "111122223333");
  assert.deepEqual(said, [
    "Profile prod now belongs to account 111122223333. " +
      "Before, it belonged to 210987654321, whose instances are no longer shown.",
  ]);
  connect(5, "210987654321");
  assert.equal(said.length, 2);
});
