import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceError, SignInRequiredError } from "../../../../src/aws/errors";
import { UserError, type Remedy } from "../../../../src/core/errors";
import { connectionKey } from "../../../../src/instances/connection";
import type { Instance, Phase } from "../../../../src/instances/instance";
import { clockText } from "../../../../src/core/timeText";
import type { TreeNode } from "../../../../src/ui/tree/nodes";
import { chime, openTree, prod, record, sandbox, scope, supplyChain } from "../treeWorld";

const failed = supplyChain({ id: "f", name: "returns-emea", state: "CreateFailed", phase: "createFailed" });

test("A connected connection shows its account, its kinds with their counts, and its instances by name, failed ones first", () => {
  const { connect, list, rows, kindNode, tree } = openTree();
  connect();
  list("supplyChain", [supplyChain({ id: "2", name: "b10" }), supplyChain({ id: "1", name: "b9" }), failed]);
  list("chime", [chime("support-chat")]);
  assert.deepEqual(rows(), ["210987654321 · prod · eu-west-1 | 1 failed"]);
  assert.deepEqual(rows(tree.children()[0]), ["Supply Chain | 3 · 1 failed", "Chime app instances | 1"]);
  assert.deepEqual(rows(kindNode("supplyChain")), ["returns-emea | CreateFailed", "b9 | Active", "b10 | Active"]);
  assert.deepEqual(rows(kindNode("chime")), ["support-chat"]);
});

test("Instances of one name are told apart by the end of their id and the day they were created, and others stay short", () => {
  const { connect, list, kindNode, tree } = openTree();
  connect();
  const createdAt = Date.UTC(2026, 0, 2, 12);
  const twin = (id: string) => supplyChain({ id, name: "support-chat", createdAt });
  list("supplyChain", [twin("11111111-aaaaaa"), supplyChain({ id: "9", name: "alone" }), twin("11111111-bbbbbb")]);
  const rows = tree.children(kindNode("supplyChain")).map((node) => tree.row(node));
  assert.deepEqual(
    rows.map(({ description }) => description),
    ["Active", "Active · …aaaaaa · 2026-01-02", "Active · …bbbbbb · 2026-01-02"],
  );
  assert.match(rows[1]?.accessibleLabel ?? "", /…aaaaaa/);
  list("supplyChain", [twin("11111111-bbbbbb")]);
  assert.deepEqual(
    tree.children(kindNode("supplyChain")).map((node) => tree.row(node).description),
    ["Active"],
  );
});

test("An instance without a name is shown by its id, after those that have one", () => {
  const { connect, list, rows, kindNode } = openTree();
  connect();
  const unnamed = supplyChain({ id: "0", name: "" });
  list("supplyChain", [unnamed, supplyChain({ id: "1", name: "zeta" })]);
  assert.deepEqual(rows(kindNode("supplyChain")), ["zeta | Active", "0 | Active"]);
});

test("Every phase but the failed ones has an icon of its own, told apart by more than its colour, and says the service's word", () => {
  const { connect, list, kindNode, tree } = openTree();
  connect();
  const phases: readonly Phase[] = ["creating", "ready", "createFailed", "deleting", "deleteFailed", "unknown"];
  list(
    "supplyChain",
    phases.map((phase) => supplyChain({ id: phase, name: phase, phase, state: `S-${phase}` })),
  );
  const rows = tree.children(kindNode("supplyChain")).map((node) => tree.row(node));
  assert.equal(new Set(rows.map((row) => row.icon?.id)).size, phases.length - 1);
  const iconOf = (phase: Phase) => rows.find(({ label }) => label === phase)?.icon;
  assert.deepEqual(iconOf("deleteFailed"), iconOf("createFailed"), "both are errors, as their pages say");
  for (const row of rows) {
    assert.match(row.description ?? "", new RegExp(`^S-${row.label}`));
    assert.match(row.accessibleLabel, new RegExp(`${row.label}, Supply Chain instance, S-${row.label}`));
  }
});

test("Time is counted while something is in progress, from when the service created it", async () => {
  const { connect, list, rows, kindNode, clock } = openTree();
  connect();
  const createdAt = clock.now() - 12_000;
  list("supplyChain", [supplyChain({ state: "Initializing", phase: "creating", createdAt })]);
  assert.deepEqual(rows(kindNode("supplyChain")), ["demand-planning | Initializing · 12 s"]);
  await clock.advance(60_000);
  assert.deepEqual(rows(kindNode("supplyChain")), ["demand-planning | Initializing · 1 min 12 s"]);
});

test("What is gone is not shown, even where the service still lists it", () => {
  const { connect, list, rows, kindNode } = openTree();
  connect();
  list("supplyChain", [supplyChain(), supplyChain({ id: "gone", name: "old", state: "Deleted", phase: "deleted" })]);
  assert.deepEqual(rows(kindNode("supplyChain")), ["demand-planning | Active"]);
});

const menus: readonly { readonly phase: Phase; readonly can: readonly string[]; readonly cannot: readonly string[] }[] =
  [
    { phase: "ready", can: ["delete", "edit", "editTags", "openInConsole"], cannot: ["recreate", "showFailure"] },
    { phase: "createFailed", can: ["recreate", "showFailure", "editTags", "delete"], cannot: ["edit", "openWebApp"] },
    { phase: "creating", can: ["showDetails", "copyId", "delete"], cannot: ["recreate", "edit", "showFailure"] },
    { phase: "deleting", can: ["showDetails", "copyArn", "delete"], cannot: ["recreate", "edit", "editTags"] },
    { phase: "deleteFailed", can: ["showFailure", "editTags", "delete"], cannot: ["recreate", "edit"] },
    { phase: "unknown", can: ["delete", "copyCreateCommand"], cannot: ["recreate", "edit", "showFailure"] },
  ];
for (const { phase, can, cannot } of menus) {
  test(`The menu of an instance in phase ${phase} offers only what that state allows`, () => {
    const { connect, list, kindNode, tree } = openTree();
    connect();
    list("supplyChain", [supplyChain({ phase })]);
    const [node] = tree.children(kindNode("supplyChain"));
    assert.ok(node);
    const tokens = tree.row(node).contextValue.split(" ");
    assert.ok(tokens.includes("instance") && tokens.includes("kind-supplyChain") && tokens.includes(`phase-${phase}`));
    for (const action of can) assert.ok(tokens.includes(`can-${action}`), `it lacks ${action}`);
    for (const action of cannot) assert.ok(!tokens.includes(`can-${action}`), `it offers ${action}`);
  });
}

test("What has its ARN for an ID offers it once", () => {
  const { connect, list, kindNode, tree } = openTree();
  connect();
  list("chime", [chime("support-chat")]);
  const [node] = tree.children(kindNode("chime"));
  assert.ok(node);
  assert.match(tree.row(node).contextValue, /\bcan-copyArn\b/);
  assert.doesNotMatch(tree.row(node).contextValue, /\bcan-copyId\b/);
});

test("The AWS console is offered only for what is in AWS", () => {
  const { connect, list, kindNode, tree } = openTree();
  connect({ isLoopback: true, customEndpoint: "http://127.0.0.1:4566" });
  list("supplyChain", [supplyChain()]);
  const [connection] = tree.children();
  const [instance] = tree.children(kindNode("supplyChain"));
  assert.ok(connection && instance);
  assert.doesNotMatch(tree.row(instance).contextValue, /openInConsole/);
  assert.equal(tree.row(connection).icon?.id, "beaker");
  assert.equal(tree.row(connection).description, "custom endpoint");
});

test("Security 12: with only another service on this machine, a connection is in the cloud, and the console is offered", () => {
  const { connect, list, kindNode, tree } = openTree();
  connect({ localServices: ["chime-sdk-identity"], customEndpoint: "chime-sdk-identity http://127.0.0.1:4566" });
  list("supplyChain", [supplyChain()]);
  const [connection] = tree.children();
  const [instance] = tree.children(kindNode("supplyChain"));
  assert.ok(connection && instance);
  assert.match(tree.row(instance).contextValue, /openInConsole/);
  assert.equal(tree.row(connection).icon?.id, "cloud");
});

test("Security 12: what is on this machine is not offered in the console, though other services are in the cloud", () => {
  const { connect, list, kindNode, tree } = openTree();
  connect({ localServices: ["supplychain"], customEndpoint: "supplychain http://127.0.0.1:4566" });
  list("supplyChain", [supplyChain()]);
  const [instance] = tree.children(kindNode("supplyChain"));
  assert.ok(instance);
  assert.doesNotMatch(tree.row(instance).contextValue, /openInConsole/);
});

test("Row 22: a connection says that it no longer heeds the config files, and why", () => {
  const { connect, tree } = openTree();
  connect();
  connect({ configProblem: "/home/me/.aws/config:3: The section header [profile dev has no closing ]" });
  const [connection] = tree.children();
  assert.ok(connection);
  assert.equal(tree.row(connection).description, "config files not heeded");
  assert.match(decode(tree.tooltip(connection) ?? ""), /until they are mended.*config:3/);
  connect();
  assert.equal(tree.row(connection).description, undefined);
});

test("Loading, empty, error and not signed in look different from each other", () => {
  const { connect, list, rows, store, tree } = openTree();
  const below = () => rows(tree.children()[0]);
  const iconOf = () => tree.row(tree.children()[0]!).icon?.id;

  assert.deepEqual(rows(), ["prod · eu-west-1 | Connecting…"]);
  assert.deepEqual(below(), ["Loading…"]);

  store.setConnectionState(connectionKey(prod), {
    status: "signedOut",
    error: new SignInRequiredError("prod", "The SSO session of prod has expired.", "sso"),
  });
  assert.deepEqual(rows(), ["prod · eu-west-1 | Not signed in"]);
  assert.deepEqual(below(), ["Sign in… | The SSO session of prod has expired."]);
  assert.equal(iconOf(), "key");
  assert.match(tree.row(tree.children()[0]!).contextValue, /\bcan-signIn\b/);

  store.setConnectionState(connectionKey(prod), { status: "error", error: new Error("getaddrinfo ENOTFOUND") });
  assert.deepEqual(rows(), ["prod · eu-west-1 | Could not connect"]);
  assert.deepEqual(below(), ["getaddrinfo ENOTFOUND"]);
  assert.match(tree.row(tree.children(tree.children()[0])[0]!).contextValue, /\bcan-retry\b/);
  assert.equal(iconOf(), "warning");

  connect();
  list("supplyChain", []);
  assert.deepEqual(below(), ["Supply Chain | 0", "Chime app instances | Loading…"]);
  list("chime", []);
  assert.deepEqual(below(), ["No instances in this connection yet. | Create one…"]);
  assert.match(tree.row(tree.children(tree.children()[0])[0]!).contextValue, /\bcan-create-chime\b/);
});

test("A kind that cannot be listed says why, of when its rows are, and when it is tried again", async () => {
  const { connect, list, rows, kindNode, store, tree, clock } = openTree();
  connect();
  list("supplyChain", [supplyChain()]);
  const listedAt = clockText(clock.now());
  await clock.advance(60_000);
  store.beginListing(scope, "supplyChain").fail(new Error("Rate exceeded"), 5_000);
  const shown = [
    `Rate exceeded | shown as of ${listedAt} · trying again at ${clockText(clock.now() + 5_000)}`,
    "demand-planning | Active",
  ];
  assert.deepEqual(rows(kindNode("supplyChain")), shown);
  assert.deepEqual(rows(tree.children()[0])[0], "Supply Chain | 1 · could not list");
  // It is true until the next listing is there.
  const writer = store.beginListing(scope, "supplyChain");
  assert.deepEqual(rows(kindNode("supplyChain")), shown);
  writer.addPage([supplyChain()]);
  writer.finish(false);
  assert.deepEqual(rows(kindNode("supplyChain")), ["demand-planning | Active"]);
});

test("An error row says its cause once, then its code, request and next try, and stays as it is while it is tried again", () => {
  const { store, rows, tree, clock } = openTree();
  const below = () => rows(tree.children()[0]);
  const key = connectionKey(prod);
  const details = { status: 403, requestId: "4d1a-77", isRetryable: false, attempts: 1 };
  const refusal = new ServiceError("AccessDeniedException", "You may not do this", details);
  const retryAt = clock.now() + 5_000;
  store.setConnectionState(key, { status: "error", error: refusal, retryAt });
  assert.deepEqual(below(), [
    `You may not do this | trying again at ${clockText(retryAt)} · AccessDeniedException · request 4d1a-77`,
  ]);
  const [row] = tree.children(tree.children()[0]);
  assert.ok(row);
  assert.match(
    decode(tree.tooltip(row) ?? ""),
    /You may not do this.*Code.*AccessDeniedException.*Request ID.*4d1a-77/s,
  );
  const drawn: unknown[] = [];
  store.onDidChange((change) => drawn.push(change));
  store.setConnectionState(key, { status: "connecting" });
  store.setConnectionState(key, { status: "connecting" });
  assert.deepEqual(rows(), ["prod · eu-west-1 | Could not connect"]);
  assert.deepEqual(below(), ["You may not do this | trying again… · AccessDeniedException · request 4d1a-77"]);
  assert.equal(drawn.length, 1);
  const cause = new Error("There is no such file");
  const unreadable = new UserError("Could not get credentials of profile prod: There is no such file", { cause });
  store.setConnectionState(key, { status: "error", error: unreadable });
  assert.deepEqual(below(), ["There is no such file"]);
});

test("Credentials that the service refuses are not called a missing sign-in, and stay refused while they are tried again", () => {
  const { store, rows, tree } = openTree();
  const key = connectionKey(prod);
  const details = { status: 403, isRetryable: false, attempts: 1 };
  const error = new ServiceError("InvalidClientTokenId", "The security token is invalid", details);
  store.setConnectionState(key, { status: "signedOut", error });
  assert.deepEqual(rows(), ["prod · eu-west-1 | Credentials refused"]);
  assert.deepEqual(rows(tree.children()[0]), ["The security token is invalid | InvalidClientTokenId"]);
  const [row] = tree.children(tree.children()[0]);
  assert.ok(row);
  assert.deepEqual(tree.row(row).command, { id: "refreshConnection", title: "Retry" });
  assert.doesNotMatch(tree.row(row).accessibleLabel, /signed in/i);
  store.setConnectionState(key, { status: "connecting" });
  assert.deepEqual(rows(), ["prod · eu-west-1 | Credentials refused"]);
});

test("A kind that was never listed has nothing to be shown as of", () => {
  const { connect, list, rows, kindNode, store } = openTree();
  connect();
  list("chime", []);
  store.beginListing(scope, "supplyChain").fail(new Error("Rate exceeded"));
  assert.deepEqual(rows(kindNode("supplyChain")), ["Rate exceeded"]);
});

test("An error that has a remedy offers it on Enter", () => {
  const { store, tree } = openTree();
  const elsewhere: Remedy = { title: "Read more", command: "vscode.open", args: ["https://example.com"] };
  const remedy: Remedy = { title: "Start Sandbox", command: "appInstances.startSandbox" };
  const error = new UserError("The sandbox is not running.", { remedies: [elsewhere, remedy] });
  store.setConnectionState(connectionKey(prod), { status: "error", error });
  const [node] = tree.children(tree.children()[0]);
  assert.ok(node);
  assert.deepEqual(tree.row(node).command, { id: "startSandbox", title: "Start Sandbox", args: [] });
});

test("The sandbox can be stopped, a profile's connection removed", () => {
  const { tree } = openTree([sandbox, prod]);
  const [first, second] = tree.children().map((node) => tree.row(node));
  assert.match(first?.contextValue ?? "", /\bcan-stopSandbox\b/);
  assert.equal(first?.icon?.id, "beaker");
  assert.match(second?.contextValue ?? "", /\bcan-removeConnection\b/);
  assert.doesNotMatch(second?.contextValue ?? "", /\bcan-stopSandbox\b/);
});

test("Somebody can be notified of what others began, and not of what we do, which is said anyway", () => {
  const { connect, list, kindNode, records, tree } = openTree();
  connect();
  const busy = supplyChain({ state: "Initializing", phase: "creating" });
  list("supplyChain", [busy]);
  const offers = () =>
    tree.children(kindNode("supplyChain")).map((node) => tree.row(node).contextValue.includes("can-notify"));
  assert.deepEqual(offers(), [true]);
  records.push(record({ kind: "supplyChain", created: { id: busy.id, arn: busy.arn } }));
  tree.nodesOfOperation("operation-1");
  assert.deepEqual(offers(), [false]);
  records[0] = record({ kind: "supplyChain", type: "delete", target: { id: busy.id, arn: busy.arn } });
  tree.nodesOfOperation("operation-1");
  assert.deepEqual(offers(), [false]);
  list("supplyChain", [supplyChain()]);
  records.length = 0;
  tree.nodesOfOperation(undefined);
  assert.deepEqual(offers(), [false]);
});

test("A profile that belongs to another account than before says so, in its row and its tooltip", () => {
  const { connect, store, rows, tree } = openTree();
  connect();
  assert.deepEqual(rows(), ["210987654321 · prod · eu-west-1"]);
  store.setConnectionState(connectionKey(prod), { status: "connecting" });
  store.setConnected({ ...scope, generation: 2 }, { accountId: "111122223333", isLoopback: false });
  assert.deepEqual(rows(), ["111122223333 · prod · eu-west-1 | account changed, was 210987654321"]);
  const [node] = tree.children();
  assert.ok(node);
  assert.match(decode(tree.tooltip(node) ?? ""), /Account before.*210987654321/);
  store.setConnected({ ...scope, generation: 3 }, { accountId: "111122223333", isLoopback: false });
  assert.deepEqual(rows(), ["111122223333 · prod · eu-west-1 | account changed, was 210987654321"]);
});

test("A refused create stands in the tree with its reason, to be recreated or discarded", () => {
  const { connect, list, rows, kindNode, records, tree } = openTree();
  connect();
  list("chime", [chime("support-chat")]);
  const error = { code: "ForbiddenException", message: "Not authorized\nto do this" };
  records.push(record({ status: "failed", error }));
  assert.deepEqual(tree.nodesOfOperation("operation-1").length, 1);
  assert.deepEqual(rows(kindNode("chime")), ["sales-chat | Create failed: Not authorized", "support-chat"]);
  assert.deepEqual(rows(tree.children()[0])[1], "Chime app instances | 1 · 1 failed");
  const [attempt] = tree.children(kindNode("chime"));
  assert.ok(attempt);
  for (const action of ["recreate", "discard", "showFailure"]) {
    assert.match(tree.row(attempt).contextValue, new RegExp(`\\bcan-${action}\\b`));
  }
});

test("A refused create is no instance, and is there all the same where there are none", () => {
  const { connect, list, rows, records, tree } = openTree();
  connect();
  list("supplyChain", []);
  list("chime", []);
  records.push(record({ status: "failed", error: { code: "ForbiddenException", message: "No" } }));
  assert.deepEqual(rows(tree.children()[0]), ["Supply Chain | 0", "Chime app instances | 0 · 1 failed"]);
});

test("An interrupted create may have been carried out, so it can be resumed or discarded but not repeated", () => {
  const { connect, list, kindNode, records, tree } = openTree();
  connect();
  list("chime", []);
  records.push(record({ status: "interrupted" }));
  const [attempt] = tree.children(kindNode("chime"));
  assert.ok(attempt);
  assert.equal(tree.row(attempt).description, "Create interrupted");
  assert.doesNotMatch(tree.row(attempt).contextValue, /can-recreate/);
  assert.match(tree.row(attempt).contextValue, /can-discard/);
});

test("A create of ours is shown once: as an attempt until the service lists its instance", () => {
  const { connect, list, rows, kindNode, records, tree } = openTree();
  connect();
  list("chime", []);
  records.push(record());
  tree.nodesOfOperation("operation-1");
  assert.deepEqual(rows(kindNode("chime")), ["sales-chat | Creating · 0 s"]);
  const created = chime("sales-chat");
  records[0] = record({ created: { id: created.id, arn: created.arn } });
  tree.nodesOfOperation("operation-1");
  list("chime", [created]);
  assert.deepEqual(rows(kindNode("chime")), ["sales-chat"]);
});

test("An attempt of another account is not shown when the profile has changed hands", () => {
  const { connect, list, records, tree, rows } = openTree();
  connect();
  list("chime", []);
  list("supplyChain", []);
  records.push(record({ status: "failed", accountId: "999999999999" }));
  assert.deepEqual(rows(tree.children()[0]), ["No instances in this connection yet. | Create one…"]);
});

test("An instance that we are deleting says so before the service does, and cannot be changed meanwhile", () => {
  const { connect, list, kindNode, records, tree } = openTree();
  connect();
  const chat = chime("support-chat");
  list("chime", [chat]);
  records.push(record({ type: "delete", label: "support-chat", target: { id: chat.id, arn: chat.arn } }));
  tree.nodesOfOperation("operation-1");
  const [node] = tree.children(kindNode("chime"));
  assert.ok(node);
  assert.equal(tree.row(node).description, "Deleting · 0 s");
  assert.doesNotMatch(tree.row(node).contextValue, /can-(delete|edit)/);
});

test("A recreate is shown on the failed instance while that exists, then as the one that is being created", () => {
  const { connect, list, rows, kindNode, records, tree } = openTree();
  connect();
  list("supplyChain", [failed]);
  const target = { id: failed.id, arn: failed.arn };
  records.push(record({ type: "recreate", kind: "supplyChain", label: "returns-emea", target }));
  tree.nodesOfOperation("operation-1");
  assert.deepEqual(rows(kindNode("supplyChain")), ["returns-emea | Recreating · 0 s"]);
  list("supplyChain", []);
  assert.deepEqual(rows(kindNode("supplyChain")), ["returns-emea | Creating · 0 s"]);
});

test("One changed instance is one node to draw, and the node stays the same object", () => {
  const { connect, list, kindNode, store, tree } = openTree();
  connect();
  list("supplyChain", [supplyChain({ id: "a", name: "a" }), supplyChain({ id: "b", name: "b" })]);
  const before = tree.children(kindNode("supplyChain"));
  const drawn: unknown[] = [];
  store.onDidChange((change) => drawn.push(...tree.nodesOf(change)));
  store.put(scope, supplyChain({ id: "b", name: "b", state: "Deleting", phase: "deleting" }));
  assert.equal(drawn.length, 1);
  assert.equal(drawn[0], before[1]);
  store.remove(scope, "supplyChain", "a");
  assert.equal(drawn.at(-1), kindNode("supplyChain"));
});

test("A list that is read again, and an operation that goes on, leave the other rows alone", () => {
  const { connect, list, kindNode, records, store, tree } = openTree();
  connect();
  const other = supplyChain({ id: "b", name: "b" });
  list("supplyChain", [failed, other]);
  const target = { id: failed.id, arn: failed.arn };
  records.push(record({ type: "recreate", kind: "supplyChain", label: "returns-emea", target }));
  const parent = kindNode("supplyChain");
  tree.children(parent);
  const labels = (nodes: readonly (TreeNode | undefined)[]) => nodes.map((each) => each && tree.row(each).label);
  assert.deepEqual(labels(tree.nodesOfOperation("operation-1")), ["returns-emea"]);
  const drawn: (TreeNode | undefined)[] = [];
  store.onDidChange((change) => drawn.push(...tree.nodesOf(change)));
  list("supplyChain", [failed, other]);
  assert.deepEqual(labels(drawn), []);
  store.beginListing(scope, "supplyChain").fail(new Error("Rate exceeded"));
  assert.deepEqual(labels(drawn), ["Supply Chain"]);
  tree.children(parent);
  store.beginListing(scope, "supplyChain").fail(new Error("Access denied"));
  assert.deepEqual(labels(drawn.slice(-1)), ["Access denied"]);
});

test("The first instance of an empty connection draws the connection again", () => {
  const { connect, list, store, tree } = openTree();
  connect();
  list("supplyChain", []);
  list("chime", []);
  const [connection] = tree.children();
  tree.children(connection);
  const drawn: unknown[] = [];
  store.onDidChange((change) => drawn.push(...tree.nodesOf(change)));
  store.put(scope, supplyChain());
  assert.ok(drawn.includes(connection));
});

test("Ids are stable and unique, so that expansion and selection survive", () => {
  const { connect, list, records, tree } = openTree([sandbox, prod]);
  connect();
  list("supplyChain", [supplyChain()], true);
  records.push(record({ status: "failed", kind: "supplyChain" }));
  const all = () => {
    const connections = tree.children();
    const kinds = connections.flatMap((node) => [...tree.children(node)]);
    return [...connections, ...kinds, ...kinds.flatMap((node) => [...tree.children(node)])];
  };
  const ids = all().map((node) => tree.row(node).id);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(
    all().map((node) => tree.row(node).id),
    ids,
  );
});

test("Ten thousand instances are drawn a page at a time, and one that changes costs one node", () => {
  const { connect, list, rows, kindNode, store, tree } = openTree();
  connect();
  const many = Array.from({ length: 10_000 }, (_, index): Instance => {
    const number = String(index).padStart(5, "0");
    return supplyChain({ id: number, name: `instance-${number}` });
  });
  list("supplyChain", many, true);
  const node = kindNode("supplyChain");
  assert.equal(tree.children(node).length, 501);
  assert.equal(rows(node).at(-1), "Load more | 500 of 10,000+ shown");
  assert.equal(tree.showMore(prod, "supplyChain"), false, "the second page is there already");
  assert.equal(rows(node).length, 1_001);

  store.put(scope, supplyChain({ id: "00007", name: "instance-00007", state: "Deleting", phase: "deleting" }));
  const drawn = tree.nodesOf({ type: "instance", ...scope, kind: "supplyChain", id: "00007" });
  assert.deepEqual(
    drawn.map((each) => each && tree.row(each).label),
    ["instance-00007"],
  );
});

test("More than is known is asked of the service only when the user gets there", () => {
  const { connect, list, kindNode, tree } = openTree();
  connect();
  list("supplyChain", [supplyChain()], true);
  const children = tree.children(kindNode("supplyChain"));
  assert.equal(children.at(-1)?.type, "more");
  assert.equal(tree.showMore(prod, "supplyChain"), true);
});

test("A refresh that finds nothing new draws no row, however many there are", () => {
  const { connect, list, kindNode, store, tree } = openTree();
  connect();
  const all = Array.from({ length: 1_000 }, (_, index) => supplyChain({ id: String(index), name: `i-${index}` }));
  list("supplyChain", all, true);
  tree.children(kindNode("supplyChain"));
  const drawn: unknown[] = [];
  store.onDidChange((change) => drawn.push(...tree.nodesOf(change)));
  list("supplyChain", all, true);
  assert.deepEqual(drawn, []);
});

test("Load All draws what is known and what comes, and asks the service only for what it has not said", () => {
  const { connect, list, kindNode, tree } = openTree();
  connect();
  const many = Array.from({ length: 2_000 }, (_, index) => supplyChain({ id: String(index), name: `i-${index}` }));
  list("supplyChain", many.slice(0, 1_000), true);
  const node = kindNode("supplyChain");
  assert.match(tree.row(tree.children(node).at(-1)!).contextValue, /\bcan-loadAll\b/);
  assert.equal(tree.showAll(prod, "supplyChain"), true);
  assert.equal(tree.children(node).length, 1_001);
  list("supplyChain", many);
  assert.equal(tree.children(node).length, 2_000);
  assert.equal(tree.showAll(prod, "supplyChain"), false);
});

test("Freshness is that of the oldest list in view", async () => {
  const { connect, list, tree, clock } = openTree();
  connect();
  assert.equal(tree.updatedAt(), undefined);
  list("supplyChain", []);
  const first = clock.now();
  await clock.advance(5_000);
  list("chime", []);
  assert.equal(tree.updatedAt(), first);
});

const hostile = "![x](https://evil/i.png) [run](command:workbench.action.quit) <img src=x> $(flame) \u202egnp.exe\n# h";

test("Hostile text of a service is only text: no markdown, no links, no reordering", () => {
  const { connect, list, kindNode, tree } = openTree();
  connect();
  list("supplyChain", [supplyChain({ ...failed, name: hostile, state: hostile, errorMessage: hostile })]);
  const [node] = tree.children(kindNode("supplyChain"));
  assert.ok(node);
  const { label, description } = tree.row(node);
  for (const text of [label, description ?? ""]) assert.doesNotMatch(text, /[\n\u202e]/);
  const tooltip = tree.tooltip(node) ?? "";
  const ours = tooltip.replace(/&#\d+;/g, "").replace(/\*\*[^*]*\*\*:?|^---$/gm, "");
  assert.doesNotMatch(ours, /[[\]()<>!$*_`#\\:@/.]/);
  assert.doesNotMatch(tooltip, /\u202e/);
});

test("The tooltip of what could not be deleted does not speak of recreating it", () => {
  const { connect, list, kindNode, tree } = openTree();
  connect();
  list("supplyChain", [supplyChain({ state: "DeleteFailed", phase: "deleteFailed", errorMessage: "It holds." })]);
  const [node] = tree.children(kindNode("supplyChain"));
  assert.match(decode(tree.tooltip(node!) ?? ""), /then delete it again/);
});

test("The tooltip of a failed instance has every field, the service's words and what to do", () => {
  const { connect, list, kindNode, tree } = openTree();
  connect();
  const errorMessage =
    "Access denied when attempting to create an S3 bucket. Please correct your IAM policy and try again.";
  const kmsKeyArn = "arn:aws:kms:eu-west-1:210987654321:key/1";
  const values = { instanceDescription: "Returns", kmsKeyArn, webAppDnsDomain: "returns" };
  list("supplyChain", [{ ...failed, errorMessage, values, createdAt: 0, changedAt: 1, tags: { team: "logistics" } }]);
  const [node] = tree.children(kindNode("supplyChain"));
  assert.ok(node);
  const tooltip = decode(tree.tooltip(node) ?? "");
  for (const part of [
    "returns-emea",
    "CreateFailed",
    "Returns",
    kmsKeyArn,
    "returns",
    "team = logistics",
    errorMessage,
  ])
    assert.ok(tooltip.includes(part), `${part} is missing in ${tooltip}`);
  assert.match(tooltip, /\*\*What to do\*\*: .*S3/);
  assert.match(tooltip, /Show Failure and Mitigation has the policy to copy\./);
  assert.match(decode(tree.tooltip(node, { owner: "ops" }) ?? ""), /owner = ops/);
});

function decode(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

test("An instance whose deletion begins is drawn again, also where the list above it could not be read anew", () => {
  const { store, tree, connect, list, records, kindNode } = openTree();
  connect();
  list("supplyChain", [supplyChain({ id: "1" })]);
  list("chime", []);
  store.beginListing(scope, "supplyChain").fail(new Error("throttled"));
  for (const node of tree.children(kindNode("supplyChain"))) tree.row(node);
  const target = { id: "1", arn: "1" };
  records.push(record({ id: "gone", type: "delete", kind: "supplyChain", connection: prod, target }));
  assert.ok(tree.nodesOfOperation("gone").some((node) => node?.type === "instance"));
});
