import assert from "node:assert/strict";
import { test } from "node:test";
import { FormAccount } from "../../../../src/features/createForm/account";
import { connectionKey, type Session } from "../../../../src/instances/connection";
import { CancelledError } from "../../../../src/core/errors";
import { Emitter } from "../../../../src/core/event";
import { prod, settle } from "./formWorld";

test("Somebody who gives no MFA code is not signed in, may try again, and is once there is a session", async () => {
  const changed = new Emitter<string>();
  let asked = 0;
  const current = new Map<string, Session>();
  const account = new FormAccount(
    {
      open: (connection) => {
        asked += 1;
        const session = current.get(connectionKey(connection));
        return session ? Promise.resolve(session) : Promise.reject(new CancelledError());
      },
      current: (connection) => current.get(connectionKey(connection)),
      invalidate: () => undefined,
      reread: () => Promise.resolve(),
      onDidChange: changed.event,
    },
    () => undefined,
  );
  account.choose(prod);
  await settle();
  assert.deepEqual(
    account.model(() => "ready"),
    {
      type: "account",
      status: "signedOut",
      text: "Not signed in to prod · us-east-1: Signing in was cancelled.",
      buttons: [{ action: "retry", label: "Try Again" }],
    },
  );
  assert.deepEqual([account.hasFailed, asked], [true, 1], "nobody is asked again unasked");
  const session = { connection: prod } as Session;
  current.set(connectionKey(prod), session);
  changed.fire(connectionKey(prod));
  await settle();
  assert.equal(account.session, session);
});

test("A connection that is left while it is being opened says nothing of its own", async () => {
  let changes = 0;
  const account = new FormAccount(
    {
      open: (_, signal) =>
        new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new CancelledError()))),
      current: () => undefined,
      invalidate: () => undefined,
      reread: () => Promise.resolve(),
      onDidChange: () => ({ dispose: () => undefined }),
    },
    () => changes++,
  );
  account.choose(prod);
  account.choose(undefined);
  account.dispose();
  await settle();
  assert.deepEqual([account.hasFailed, changes], [false, 2]);
});
