import assert from "node:assert/strict";
// The default export: a namespace would not let the test replace the agent.
import http from "node:http";
import type { Socket } from "node:net";
import { test, type TestContext } from "node:test";
import type { Attempt } from "../../../src/aws/awsClient";
import { TransportError } from "../../../src/aws/errors";
import { getInstance } from "../../../src/aws/services/supplychain";
import { CancelledError } from "../../../src/core/errors";
import { gate } from "../../unit/operations/world";
import { clientFor, hang, reply, startLoopback } from "./loopback";

const id = "9e193580-7cc5-45f7-9609-c43ba0ada793";
const ok = reply(200, { instance: { instanceId: id, awsAccountId: "123456789012", state: "Active" } });
const minutes = 60_000;

/** As VS Code's agent does while it asks the user for a proxy's password: a socket comes when the test says so. */
class LateAgent extends http.Agent {
  readonly asked = gate();
  readonly allowed = gate();
  count = 0;

  override createConnection(...[options, callback]: Parameters<http.Agent["createConnection"]>) {
    this.count++;
    this.asked.open();
    void this.allowed.opened.then(() => {
      callback?.(null, super.createConnection(options) as Socket);
    });
    return undefined;
  }
}

function useLateAgent(t: TestContext): LateAgent {
  const usual = http.globalAgent;
  const agent = new LateAgent();
  http.globalAgent = agent;
  t.after(() => {
    http.globalAgent = usual;
  });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return agent;
}

test("Security 9: a socket that comes late, after the user typed a proxy's password, is no time-out", async (t) => {
  const agent = useLateAgent(t);
  const { url } = await startLoopback(t, [ok]);
  const attempts: object[] = [];
  const onAttempt = (attempt: object) => attempts.push(attempt);
  const call = clientFor(url).call(getInstance, { instanceId: id }, { onAttempt });
  await agent.asked.opened;
  t.mock.timers.tick(4 * minutes);
  agent.allowed.open();
  assert.equal((await call).instance.state, "Active");
  assert.equal(attempts.length, 1);
  assert.equal(agent.count, 1);
});

test("Security 9: an agent that never has a socket ends the call, once, and nothing was sent", async (t) => {
  const agent = useLateAgent(t);
  const { url, requests } = await startLoopback(t, [ok]);
  const call = clientFor(url).call(getInstance, { instanceId: id });
  await agent.asked.opened;
  t.mock.timers.tick(5 * minutes);
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof TransportError, String(error));
    assert.deepEqual([error.code, error.attempts, error.maybeSent], ["NoSocket", 1, false]);
    assert.match(error.message, /^No connection to 127\.0\.0\.1:\d+ was begun within 5 minutes: the proxy's/);
    return true;
  });
  agent.allowed.open();
  assert.equal(requests.length, 0);
});

test("Security 9: a wait for a socket can be cancelled", async (t) => {
  const agent = useLateAgent(t);
  const { url, requests } = await startLoopback(t, [ok]);
  const controller = new AbortController();
  const call = clientFor(url).call(getInstance, { instanceId: id }, controller);
  await agent.asked.opened;
  controller.abort();
  await assert.rejects(call, CancelledError);
  agent.allowed.open();
  assert.equal(requests.length, 0);
});

test("Security 9: once there is a socket, the time-outs run", async (t) => {
  const agent = useLateAgent(t);
  const arrived = gate();
  const { url } = await startLoopback(t, [
    (...exchange) => {
      arrived.open();
      hang(...exchange);
    },
  ]);
  const controller = new AbortController();
  const heard: (string | undefined)[] = [];
  const onAttempt = ({ error }: Attempt) => {
    heard.push(error);
    controller.abort();
  };
  const options = { signal: controller.signal, onAttempt };
  const call = clientFor(url).call(getInstance, { instanceId: id }, options);
  await agent.asked.opened;
  t.mock.timers.tick(4 * minutes);
  agent.allowed.open();
  await arrived.opened;
  t.mock.timers.tick(minutes);
  await assert.rejects(call, CancelledError);
  assert.deepEqual(heard, ["TimeoutError"]);
});
