import assert from "node:assert/strict";
import { test } from "node:test";
import { removeConnection } from "../../../../src/features/connections/removeConnection";
import { prod } from "../treeWorld";
import { openWorld } from "./connectionsWorld";

test("Remove Connection takes the connection of the node, or asks; the sandbox is let go, not edited out", async () => {
  const both = [
    { profile: "prod", region: "eu-west-1" },
    { profile: "prod", region: "us-east-1" },
  ];
  const byNode = openWorld([], both);
  await removeConnection(byNode.deps, { type: "connection", connection: prod });
  assert.deepEqual(byNode.pinned(), [{ profile: "prod", region: "us-east-1" }]);

  const asked = openWorld([{ to: "Remove connection", pick: "sandbox · us-east-1" }], both);
  await removeConnection(asked.deps);
  assert.deepEqual(asked.did, ["sandbox"]);
  assert.deepEqual(asked.pinned(), both);
});
