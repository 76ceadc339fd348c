import assert from "node:assert/strict";
import { test } from "node:test";
import { statusOf } from "../../../../src/features/status/status";
import { ServiceError, SignInRequiredError } from "../../../../src/aws/errors";
import { connectionKey } from "../../../../src/instances/connection";
import { chime, openTree, prod, record, sandbox, scope, supplyChain } from "../treeWorld";

const { kinds } = openTree();
const other = { ...prod, profile: "other" };
const elsewhere = { ...prod, profile: "elsewhere" };

test("The status item counts each change once, and says first what needs the user", () => {
  const { connect, list, store, rosters } = openTree();
  assert.equal(statusOf({ store, rosters, kinds, isLookedAt: true }, []), undefined);
  connect();
  const busy = supplyChain({ phase: "creating", state: "Initializing" });
  list("supplyChain", [busy, supplyChain({ id: "2" })]);
  list("chime", [chime("support-chat")]);
  const ours = record({ kind: "supplyChain", created: { id: busy.id, arn: busy.arn } });
  assert.equal(statusOf({ store, rosters, kinds, isLookedAt: true }, [ours])?.text, "1 in progress");
  assert.equal(
    statusOf({ store, rosters, kinds, isLookedAt: true }, [ours, record({ id: "another" })])?.tooltip,
    "2 in progress: sales-chat, demand-planning",
  );
  store.setConnectionState(scope.connectionKey, { status: "signedOut", error: new Error("expired") });
  assert.equal(statusOf({ store, rosters, kinds, isLookedAt: true }, [ours])?.text, "1 in progress · Not signed in");
  assert.match(
    statusOf({ store, rosters, kinds, isLookedAt: true }, [])?.tooltip ?? "",
    new RegExp(`${prod.profile} · ${prod.region}`),
  );
});

test("What several profiles of one account show is counted once, in status item and badge", () => {
  const { store, rosters, tree } = openTree([prod, other, elsewhere]);
  const failed = (id: string) => supplyChain({ id, phase: "createFailed", state: "CreateFailed" });
  const ids = [
    [prod, ["1", "2"]],
    [other, ["2", "3"]],
    [elsewhere, ["1"]],
  ] as const;
  for (const [connection, own] of ids) {
    const at = { connectionKey: connectionKey(connection), generation: 1 };
    const accountId = connection === elsewhere ? "222222222222" : "111111111111";
    store.setConnected(at, { accountId, isLoopback: false });
    const listing = store.beginListing(at, "supplyChain");
    listing.addPage(own.map(failed));
    listing.finish(false);
  }
  assert.equal(statusOf({ store, rosters, kinds, isLookedAt: true }, [])?.text, "4 failed");
  assert.equal(tree.attention().failed, 4);
});

test("Credentials that the service refuses are named apart from profiles that nobody has signed in to", () => {
  const { store, rosters } = openTree([prod, sandbox]);
  const error = new ServiceError("ExpiredToken", "expired", { status: 403, isRetryable: false, attempts: 1 });
  store.setConnectionState(connectionKey(prod), { status: "signedOut", error });
  assert.deepEqual(statusOf({ store, rosters, kinds, isLookedAt: true }, []), {
    icon: "key",
    text: "Credentials refused",
    tooltip: "Credentials refused: prod · eu-west-1",
  });
  const signIn = new SignInRequiredError("sandbox", "Sign in", "sso");
  store.setConnectionState(connectionKey(sandbox), { status: "signedOut", error: signIn });
  const tooltip = "Credentials refused: prod · eu-west-1\nNot signed in: sandbox · us-east-1";
  assert.equal(statusOf({ store, rosters, kinds, isLookedAt: true }, [])?.tooltip, tooltip);
});

test("How many of several connections could not be made is counted, and each is named", () => {
  const { store, rosters } = openTree([prod, other, elsewhere]);
  for (const connection of [prod, other])
    store.setConnectionState(connectionKey(connection), { status: "error", error: new Error("no credentials") });
  assert.deepEqual(statusOf({ store, rosters, kinds, isLookedAt: true }, []), {
    icon: "warning",
    text: "2 not connected",
    tooltip: "Could not connect: prod · eu-west-1, other · eu-west-1",
  });
});

test("How many failed or were refused is said beside whatever else there is to say, with separators", () => {
  const { connect, list, store, rosters } = openTree();
  connect();
  const failed = Array.from({ length: 1_200 }, (_, index) =>
    supplyChain({ id: String(index), phase: "createFailed", state: "CreateFailed" }),
  );
  list("supplyChain", failed, true);
  const refused = record({ status: "failed" });
  assert.deepEqual(statusOf({ store, rosters, kinds, isLookedAt: true }, [refused]), {
    icon: "error",
    text: "1,201 failed",
    tooltip:
      "1,201 failed: sales-chat, demand-planning, demand-planning, demand-planning, demand-planning, and 1,196 more",
  });
  list("supplyChain", [...failed, supplyChain({ id: "busy", phase: "creating" })], true);
  assert.equal(statusOf({ store, rosters, kinds, isLookedAt: true }, [])?.text, "1 in progress · 1,200 failed");
  store.setConnectionState(scope.connectionKey, { status: "signedOut", error: new Error("expired") });
  assert.equal(statusOf({ store, rosters, kinds, isLookedAt: true }, [refused])?.text, "Not signed in · 1 failed");
});

test("Nothing spins for instances that nobody looks at, but for what was begun here it does", () => {
  const { connect, list, store, rosters } = openTree();
  connect();
  list("supplyChain", [
    supplyChain({ phase: "creating" }),
    supplyChain({ id: "ours", name: "ours", phase: "creating" }),
  ]);
  const source = { store, rosters, kinds, isLookedAt: false };
  assert.equal(statusOf(source, []), undefined);
  const ours = record({ kind: "supplyChain", label: "ours", created: { id: "ours", arn: "arn:ours" } });
  assert.equal(statusOf(source, [ours])?.tooltip, "1 in progress: ours");
  assert.equal(statusOf({ ...source, isLookedAt: true }, [ours])?.text, "2 in progress");
});
