import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import type { Attempt } from "../../../src/aws/awsClient";
import { isAmbiguous, isCredentialError, needsSignIn, ServiceError, TransportError } from "../../../src/aws/errors";
import {
  createInstance,
  deleteInstance,
  getInstance,
  listInstances,
  tagResource,
} from "../../../src/aws/services/supplychain";
import { createAppInstance, deleteAppInstance, describeAppInstance } from "../../../src/aws/services/chimeIdentity";
import { describeKey } from "../../../src/aws/services/kms";
import { getCallerIdentity } from "../../../src/aws/services/sts";
import { CancelledError, UserError } from "../../../src/core/errors";
import type { Log } from "../../../src/core/log";
import { RecordingLog } from "../../fakes/recordingLog";
import { clientFor, hang, reply, reset, startLoopback, type Answer } from "./loopback";
import certificate from "./loopbackCertificate.data.json";

const id = "9e193580-7cc5-45f7-9609-c43ba0ada793";
const instance = { instanceId: id, awsAccountId: "123456789012", state: "Active" };
const token = "00000000-0000-4000-8000-000000000001";
const ok = reply(200, { instance }, { "x-amzn-requestid": "r-ok" });
const fault = reply(
  500,
  { message: "oops" },
  { "x-amzn-errortype": "InternalServerException", "x-amzn-requestid": "r-1" },
);

const serviceError = (check: (error: ServiceError) => void) => (error: unknown) => {
  assert.ok(error instanceof ServiceError, String(error));
  check(error);
  return true;
};
const transportError =
  (code: string, attempts: number, maybeSent = true) =>
  (error: unknown) => {
    assert.ok(error instanceof TransportError, String(error));
    assert.deepEqual([error.code, error.attempts, error.maybeSent], [code, attempts, maybeSent], error.message);
    return true;
  };

test("An output is parsed: times to milliseconds, nulls and unknown members away, unknown states as they come", async (t) => {
  const { url } = await startLoopback(t, [
    reply(200, { instance: { ...instance, state: "Paused", createdTime: 1.5, errorMessage: null, new: 1 }, other: [] }),
  ]);
  const output = await clientFor(url).call(getInstance, { instanceId: id });
  assert.equal(output.instance.state, "Paused");
  assert.equal(output.instance.createdTime, 1500);
  assert.equal(output.instance.errorMessage, undefined);
});

test("A reply without a body is the output of an operation that has none", async (t) => {
  const { url } = await startLoopback(t, [(_, response) => response.writeHead(204).end()]);
  assert.deepEqual(await clientFor(url).call(deleteAppInstance, { AppInstanceArn: "arn:aws:chime:::a" }), {});
});

test("XML of a query service is read with its entities", async (t) => {
  const { url } = await startLoopback(t, [
    reply(
      200,
      `<?xml version="1.0"?><!-- c --><GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <GetCallerIdentityResult><Arn>arn:aws:iam::1:user/a&amp;b&#x20;c</Arn><Account>123456789012</Account>
        <UserId/></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    ),
  ]);
  const output = await clientFor(url).call(getCallerIdentity, {});
  assert.deepEqual(output, { Account: "123456789012", Arn: "arn:aws:iam::1:user/a&b c", UserId: "" });
});

test("Row 7: whoever called is asked before the bytes of each attempt leave, after the credentials are there, and may stop", async (t) => {
  const { url, requests } = await startLoopback(t, [fault]);
  const seen: string[] = [];
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
  const client = clientFor(url, {
    credentials: {
      get: () => {
        seen.push("credentials");
        return Promise.resolve(credentials);
      },
      invalidate: () => undefined,
    },
  });
  const beforeAttempt = async (number: number) => {
    await Promise.resolve();
    seen.push(`attempt ${number} after ${requests.length}`);
    if (number === 3) throw new Error("long enough");
  };
  await assert.rejects(client.call(getInstance, { instanceId: id }, { beforeAttempt }), /long enough/);
  assert.deepEqual(seen, [
    ...["credentials", "attempt 1 after 0"],
    ...["credentials", "attempt 2 after 1"],
    ...["credentials", "attempt 3 after 2"],
  ]);
  assert.equal(requests.length, 2);
});

test("A transient fault is tried three times, with a ceiling that doubles", async (t) => {
  const { url, requests } = await startLoopback(t, [fault]);
  const client = clientFor(url);
  await assert.rejects(
    client.call(getInstance, { instanceId: id }),
    serviceError(({ name, status, requestId, isRetryable, attempts }) => {
      assert.deepEqual(
        [name, status, requestId, isRetryable, attempts],
        ["InternalServerException", 500, "r-1", true, 3],
      );
    }),
  );
  assert.equal(requests.length, 3);
  assert.deepEqual(client.clock.sleeps, [50, 100]);
});

test("A service that recovers is a success, and every attempt was heard", async (t) => {
  const { url } = await startLoopback(t, [fault, reset, ok]);
  const attempts: Attempt[] = [];
  await clientFor(url).call(getInstance, { instanceId: id }, { onAttempt: (attempt) => attempts.push(attempt) });
  assert.deepEqual(attempts, [
    { number: 1, status: 500, requestId: "r-1", error: "InternalServerException" },
    { number: 2, error: "ECONNRESET" },
    { number: 3, status: 200, requestId: "r-ok" },
  ]);
});

test("Throttling waits longer, whatever its status", async (t) => {
  for (const status of [400, 402, 403, 409, 429, 503]) {
    const { url } = await startLoopback(t, [reply(status, { __type: "a#ThrottlingException" }), ok]);
    const client = clientFor(url);
    await client.call(getInstance, { instanceId: id });
    assert.deepEqual(client.clock.sleeps, [1000], String(status));
  }
});

for (const [status, name] of [
  [400, "ValidationException"],
  [401, "UnauthorizedClientException"],
  [402, "ServiceQuotaExceededException"],
  [403, "AccessDeniedException"],
  [404, "ResourceNotFoundException"],
  [409, "ConflictException"],
  [501, "NotImplemented"],
] as const) {
  test(`${name} with status ${status} is final`, async (t) => {
    const { url, requests } = await startLoopback(t, [reply(status, { message: "no" }, { "x-amzn-errortype": name })]);
    await assert.rejects(
      clientFor(url).call(getInstance, { instanceId: id }),
      serviceError((error) => assert.deepEqual([error.name, error.isRetryable, error.attempts], [name, false, 1])),
    );
    assert.equal(requests.length, 1);
  });
}

test("Each attempt says which one of which call it is, and how many there may be", async (t) => {
  const { url, requests } = await startLoopback(t, [fault, fault, ok]);
  const client = clientFor(url, { maxAttempts: 5 });
  await client.call(getInstance, { instanceId: id });
  await client.call(getInstance, { instanceId: id });
  const said = requests.map(({ headers }) => headers["amz-sdk-request"]);
  assert.deepEqual(said, ["attempt=1; max=5", "attempt=2; max=5", "attempt=3; max=5", "attempt=1; max=5"]);
  const ids = requests.map(({ headers }) => headers["amz-sdk-invocation-id"]);
  assert.match(String(ids[0]), /^[0-9a-f-]{36}$/);
  assert.deepEqual(ids.slice(0, 3), [ids[0], ids[0], ids[0]]);
  assert.notEqual(ids[3], ids[0]);
  assert.doesNotMatch(requests[0]?.headers.authorization ?? "", /amz-sdk/);
});

test("AWS_MAX_ATTEMPTS is how often a request is tried", async (t) => {
  for (const maxAttempts of [1, 5]) {
    const { url, requests } = await startLoopback(t, [fault]);
    await assert.rejects(clientFor(url, { maxAttempts }).call(getInstance, { instanceId: id }), ServiceError);
    assert.equal(requests.length, maxAttempts);
  }
});

test("Every attempt of a create carries the same token and body", async (t) => {
  const { url, requests } = await startLoopback(t, [reset, fault, ok]);
  await clientFor(url).call(createInstance, { instanceName: "a", clientToken: token });
  assert.deepEqual(
    requests.map(({ body }) => body),
    Array.from({ length: 3 }, () => `{"instanceName": "a", "clientToken": "${token}"}`),
  );
});

test("A create without a token is refused before anything is sent", async (t) => {
  const { url, requests } = await startLoopback(t, [ok]);
  await assert.rejects(clientFor(url).call(createInstance, { instanceName: "a" }), TypeError);
  await assert.rejects(clientFor(url).call(createInstance, { instanceName: "a", clientToken: "" }), TypeError);
  assert.equal(requests.length, 0);
});

for (const label of ["", ".", ".."]) {
  test(`The id "${label}" is refused: it would name another path`, async (t) => {
    const { url, requests } = await startLoopback(t, [ok]);
    await assert.rejects(clientFor(url).call(getInstance, { instanceId: label }), TypeError);
    assert.equal(requests.length, 0);
  });
}

test("Retries end when the bucket is empty, and successes fill it again", async (t) => {
  const answers: Answer[] = [];
  const { url, requests } = await startLoopback(t, [(request, response) => (answers[0] ?? fault)(request, response)]);
  const client = clientFor(url);
  const attemptsOf = async () => {
    const before = requests.length;
    await client.call(getInstance, { instanceId: id }).catch(() => {});
    return requests.length - before;
  };
  // 500 tokens at 14 a retry are 35 retries: 17 calls with two, one with one, then none.
  const counts: number[] = [];
  for (let call = 0; call < 20; call++) counts.push(await attemptsOf());
  assert.deepEqual(counts, [...Array.from({ length: 17 }, () => 3), 2, 1, 1]);
  answers.push(ok);
  for (let call = 0; call < 4; call++) await attemptsOf();
  answers.length = 0;
  assert.equal(await attemptsOf(), 2, "10 left and 4 given back pay for one retry");
});

test("A reset connection is retried, then told as one that may have reached the service", async (t) => {
  const { url, requests } = await startLoopback(t, [reset]);
  await assert.rejects(
    clientFor(url).call(tagResource, { resourceArn: "a", tags: {} }),
    transportError("ECONNRESET", 3),
  );
  assert.equal(requests.length, 3);
});

test("A refused connection is told as one that never reached the service", async () => {
  await assert.rejects(
    clientFor("http://127.0.0.1:9").call(getInstance, { instanceId: id }),
    transportError("ECONNREFUSED", 3, false),
  );
});

test("What an earlier attempt may have done stays unknown, however the last one ends", async (t) => {
  const refused = reply(403, {}, { "x-amzn-errortype": "AccessDeniedException" });
  const { url } = await startLoopback(t, [reset, refused]);
  await assert.rejects(clientFor(url).call(createInstance, { clientToken: token }), (error: unknown) => {
    assert.ok(error instanceof ServiceError);
    assert.deepEqual([error.attempts, error.followsLostAttempt, isAmbiguous(error)], [2, true, true]);
    return true;
  });
  const plain = await startLoopback(t, [refused]);
  await assert.rejects(clientFor(plain.url).call(createInstance, { clientToken: token }), (error: unknown) => {
    assert.ok(error instanceof ServiceError);
    assert.equal(isAmbiguous(error), false);
    return true;
  });

  // The service dies with the first request: nobody is there for the others.
  const dying = createServer((socket) => {
    dying.close();
    socket.on("error", () => {});
    socket.once("data", () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => dying.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(dying.address() as AddressInfo).port}`;
  await assert.rejects(
    clientFor(address).call(createInstance, { clientToken: token }),
    transportError("ECONNREFUSED", 3, true),
  );
});

const invalidReplies: Readonly<Record<string, Answer>> = {
  "is cut off": (_, response) => {
    response.writeHead(200, { "content-length": "500" }).write('{"instance": {', () => response.destroy());
  },
  "is cut off without a length": (_, response) => {
    response.writeHead(200, { connection: "close" }).end('{"instance": {');
  },
  "is a page of a proxy": reply(200, "<html>welcome</html>"),
  "lacks what it must have": reply(200, { instance: { state: "Active" } }),
  "is a list": reply(200, "[]"),
  "is not HTTP": (_, response) => response.socket?.end("garbage\r\n\r\n"),
};
for (const [what, answer] of Object.entries(invalidReplies)) {
  test(`A reply that ${what} is retried, then a typed error`, async (t) => {
    const once = await startLoopback(t, [answer, ok]);
    await clientFor(once.url).call(createInstance, { clientToken: token });
    assert.equal(once.requests.length, 2);
    const always = await startLoopback(t, [answer]);
    await assert.rejects(clientFor(always.url).call(createInstance, { clientToken: token }), (error: unknown) => {
      assert.ok(error instanceof TransportError, String(error));
      assert.deepEqual([error.attempts, error.maybeSent], [3, true]);
      return true;
    });
  });
}

test("A reply that is too large is given up, once", async (t) => {
  const { url, requests } = await startLoopback(t, [
    (_, response) => {
      response.writeHead(200);
      for (let chunk = 0; chunk < 12; chunk++) response.write(Buffer.alloc(1024 * 1024, 32));
      response.end();
    },
  ]);
  await assert.rejects(clientFor(url).call(getInstance, { instanceId: id }), transportError("ResponseTooLarge", 1));
  assert.equal(requests.length, 1);
});

test("A redirect is an error and its target gets nothing", async (t) => {
  const target = await startLoopback(t, [ok]);
  for (const status of [301, 302, 303, 307, 308]) {
    const { url } = await startLoopback(t, [reply(status, "", { location: `${target.url}/x` })]);
    await assert.rejects(
      clientFor(url).call(getInstance, { instanceId: id }),
      serviceError((error) =>
        assert.deepEqual([error.name, error.status, error.attempts], ["UnexpectedRedirect", status, 1]),
      ),
    );
  }
  assert.equal(target.requests.length, 0);
});

test("A service that stays silent is given up by the idle time-out", async (t) => {
  const { url } = await startLoopback(t, [hang]);
  const client = clientFor(url, { timeouts: { idleMs: 30 } });
  await assert.rejects(client.call(getInstance, { instanceId: id }), transportError("TimeoutError", 3));
});

test("A service that drips is given up by the total time-out", async (t) => {
  const { url } = await startLoopback(t, [
    (_, response) => {
      response.writeHead(200);
      const drip = () => {
        if (!response.destroyed) response.write(" ", () => setTimeout(drip, 5));
      };
      drip();
    },
  ]);
  const client = clientFor(url, { timeouts: { totalMs: 60 } });
  await assert.rejects(client.call(getInstance, { instanceId: id }), transportError("TimeoutError", 3));
});

test("A connection that does not come up is given up, and never reached the service", async (t) => {
  // Accepts, and never answers the TLS handshake.
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket.on("error", () => {})));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const client = clientFor(`https://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    timeouts: { connectMs: 20 },
  });
  await assert.rejects(client.call(getInstance, { instanceId: id }), transportError("TimeoutError", 3, false));
});

test("The connect time-out ends with the connection, over TLS and on a kept one too", async (t) => {
  const slow: Answer = (_, response) => {
    setTimeout(() => response.end(JSON.stringify({ instance })), 350);
  };
  for (const tls of [false, true]) {
    const { url } = await startLoopback(t, [slow], tls);
    const client = clientFor(url, { ca: certificate.cert, timeouts: { connectMs: 300 } });
    const attempts: number[] = [];
    const onAttempt = ({ number }: Attempt) => attempts.push(number);
    for (let call = 0; call < 2; call++) await client.call(getInstance, { instanceId: id }, { onAttempt });
    assert.deepEqual(attempts, [1, 1]);
  }
});

test("A certificate is trusted when AWS_CA_BUNDLE has it, and not otherwise", async (t) => {
  const { url, requests } = await startLoopback(t, [ok], true);
  await assert.rejects(
    clientFor(url).call(getInstance, { instanceId: id }),
    transportError("DEPTH_ZERO_SELF_SIGNED_CERT", 1, false),
  );
  assert.equal(requests.length, 0);
  await clientFor(url, { ca: certificate.cert }).call(getInstance, { instanceId: id });
  assert.equal(requests.length, 1);
});

test("Plain http to another machine is refused", async () => {
  await assert.rejects(clientFor("http://192.0.2.1").call(getInstance, { instanceId: id }), UserError);
});

test("Cancelling while the service thinks closes the connection and leaves no listener", async (t) => {
  const controller = new AbortController();
  const { url, openSockets } = await startLoopback(t, [() => controller.abort()]);
  await assert.rejects(clientFor(url).call(getInstance, { instanceId: id }, controller), CancelledError);
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  for (const socket of openSockets) await new Promise((resolve) => socket.once("close", resolve));
  assert.equal(openSockets.size, 0);
});

test("Cancelling in the middle of a reply, between attempts, or while credentials are fetched is heard", async (t) => {
  const inReply = new AbortController();
  const middle = await startLoopback(t, [(_, response) => response.writeHead(200).write("{", () => inReply.abort())]);
  await assert.rejects(clientFor(middle.url).call(getInstance, { instanceId: id }, inReply), CancelledError);

  const between = new AbortController();
  const failing = await startLoopback(t, [fault]);
  const options = { signal: between.signal, onAttempt: () => between.abort() };
  await assert.rejects(clientFor(failing.url).call(getInstance, { instanceId: id }, options), CancelledError);
  assert.equal(failing.requests.length, 1);

  const waiting = new AbortController();
  const never = { get: () => new Promise<never>(() => {}), invalidate: () => {} };
  const call = clientFor(failing.url, { credentials: never }).call(getInstance, { instanceId: id }, waiting);
  waiting.abort();
  await assert.rejects(call, CancelledError);

  await assert.rejects(clientFor(failing.url).call(getInstance, { instanceId: id }, waiting), CancelledError);
  assert.equal(failing.requests.length, 1);
  for (const { signal } of [inReply, between, waiting]) assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("A signal that outlives many calls gathers no listeners", async (t) => {
  const { signal } = new AbortController();
  const { url } = await startLoopback(t, [fault, ok]);
  const client = clientFor(url);
  for (let call = 0; call < 5; call++) await client.call(getInstance, { instanceId: id }, { signal });
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("Pages are fetched as they are asked for, and stop with the consumer", async (t) => {
  const page = (nextToken?: string) => reply(200, { instances: [instance], nextToken });
  const { url, requests } = await startLoopback(t, [page("a+/="), page("b"), page()]);
  const client = clientFor(url);
  const pages = [];
  for await (const { instances } of client.pages(listInstances, { maxResults: 1 })) pages.push(instances.length);
  assert.deepEqual(pages, [1, 1, 1]);
  assert.deepEqual(
    requests.map((request) => request.url),
    ["", "&nextToken=a%2B%2F%3D", "&nextToken=b"].map((suffix) => `/api/instance?maxResults=1${suffix}`),
  );

  const endless = await startLoopback(t, [page("a"), page("b"), page("c")]);
  for await (const first of clientFor(endless.url).pages(listInstances, {})) {
    assert.equal(first.nextToken, "a");
    break;
  }
  assert.equal(endless.requests.length, 1);
});

test("A page token that comes twice is an error, not a loop", async (t) => {
  const { url, requests } = await startLoopback(t, [reply(200, { instances: [], nextToken: "same" })]);
  const all = (async () => {
    for await (const { nextToken } of clientFor(url).pages(listInstances, {})) assert.equal(nextToken, "same");
  })();
  await assert.rejects(all, transportError("InvalidResponse", 1));
  assert.equal(requests.length, 2);
});

const errorBodies: readonly (readonly [string, Answer, Partial<ServiceError>])[] = [
  [
    "the header wins over the body",
    reply(400, { code: "B", __type: "C" }, { "x-amzn-errortype": "ValidationException:http://x/" }),
    { name: "ValidationException" },
  ],
  [
    "then comes the body's code",
    reply(400, { Code: "x.y#ConflictException", __type: "C", Message: "m" }),
    { name: "ConflictException", message: "m" },
  ],
  [
    "then its type",
    reply(400, { __type: "com.amazonaws#ResourceNotFoundException", message: "m" }),
    { name: "ResourceNotFoundException", message: "m" },
  ],
  ["a list of codes is its first", reply(400, { code: ["A", "B"] }), { name: "A" }],
  ["a comma ends a code", reply(400, {}, { "x-amzn-errortype": "A,B" }), { name: "A" }],
  ["a request id has three spellings", reply(400, { code: "A" }, { "x-amz-request-id": "r" }), { requestId: "r" }],
];
for (const [what, answer, expected] of errorBodies) {
  test(`Error replies: ${what}`, async (t) => {
    const { url } = await startLoopback(t, [answer]);
    await assert.rejects(clientFor(url).call(getInstance, { instanceId: id }), (error: unknown) => {
      assert.ok(error instanceof ServiceError);
      const { name, message, status, requestId } = error;
      assert.deepEqual({ name, message, status, requestId, ...expected }, { name, message, status, requestId });
      return true;
    });
  });
}

/** Answers without the code that every refusal of a service carries. */
const codeless: Readonly<Record<string, readonly [answer: Answer, status: number]>> = {
  "HTML with 403": [reply(403, "<html><title>Blocked</title></html>"), 403],
  "an empty 404": [reply(404), 404],
  "JSON of something else with 408": [reply(408, { message: "slow" }), 408],
  "413 with a number for a code": [reply(413, { code: 413 }), 413],
  "JSON that is no object": [reply(400, "null"), 400],
  "HTML with 502": [reply(502, "<html>"), 502],
  "429 without a code": [reply(429, "<html>"), 429],
};
for (const [what, [answer, status]] of Object.entries(codeless)) {
  test(`Row 6, Security 14: ${what} is no refusal: it is retried, then an unknown outcome`, async (t) => {
    const once = await startLoopback(t, [answer, ok]);
    const heard: (string | undefined)[] = [];
    const onAttempt = ({ error }: Attempt) => heard.push(error);
    await clientFor(once.url).call(createInstance, { clientToken: token }, { onAttempt });
    assert.deepEqual(heard, ["NoErrorCode", undefined]);

    const { url } = await startLoopback(t, [answer]);
    await assert.rejects(clientFor(url).call(createInstance, { clientToken: token }), (error: unknown) => {
      assert.ok(error instanceof TransportError, String(error));
      assert.deepEqual([error.code, error.attempts, isAmbiguous(error)], ["NoErrorCode", 3, true]);
      const between = `HTTP ${status} from something between here and ${new URL(url).host} (no AWS error code): `;
      assert.ok(error.message.startsWith(between), error.message);
      return true;
    });
  });
}

test("Security 14: the page of what answered is quoted by its title, and by nothing else of it", async (t) => {
  const messageFor = async (body: string | object) => {
    const { url } = await startLoopback(t, [reply(403, body)]);
    const error = await clientFor(url)
      .call(createInstance, { clientToken: token })
      .catch((reason: unknown) => reason);
    assert.ok(error instanceof TransportError, String(error));
    return error.message.slice(error.message.indexOf("code): ") + "code): ".length);
  };
  const title = "<title lang=en>\n Blocked   by the gateway </title>";
  assert.equal(await messageFor(`<html><head>${title}</head><body>much more</body>`), "Blocked by the gateway");
  assert.equal(await messageFor({ message: "Missing token" }), "Missing token");
  assert.equal(await messageFor("<html><body>no title"), "Forbidden");
  assert.equal((await messageFor(`<title>${"x".repeat(5000)}</title>`)).length, 200);
});

test("Security 14: an AWS request id without an error code is the service's reply, and no refusal either", async (t) => {
  const { url } = await startLoopback(t, [reply(404, "", { "x-amzn-requestid": "r-9" })]);
  const ids: (string | undefined)[] = [];
  const onAttempt = ({ requestId }: Attempt) => ids.push(requestId);
  await assert.rejects(clientFor(url).call(createInstance, { clientToken: token }, { onAttempt }), (error: unknown) => {
    assert.ok(error instanceof TransportError, String(error));
    assert.equal(error.message, `HTTP 404 from ${new URL(url).host} without an AWS error code: Not Found`);
    return true;
  });
  assert.deepEqual(ids, ["r-9", "r-9", "r-9"]);
});

test("Security 14: a proxy that wants a password says so, and is not asked again", async (t) => {
  const { url, requests } = await startLoopback(t, [reply(407, "<html>", { "proxy-authenticate": "Basic" })]);
  await assert.rejects(clientFor(url).call(createInstance, { clientToken: token }), (error: unknown) => {
    assert.ok(error instanceof TransportError, String(error));
    assert.deepEqual([error.code, error.attempts], ["ProxyAuthenticationRequired", 1]);
    const { host } = new URL(url);
    assert.ok(error.message.startsWith(`The proxy between here and ${host} wants a user name and password (HTTP 407)`));
    return true;
  });
  assert.equal(requests.length, 1);
});

test("Security 14: a page with status 200 names the host", async (t) => {
  const { url } = await startLoopback(t, [reply(200, "<html>welcome</html>")]);
  await assert.rejects(clientFor(url).call(createInstance, { clientToken: token }), {
    message: `The reply is not JSON (HTTP 200 from ${new URL(url).host} or something before it: no AWS request id)`,
  });
});

test("Row 20: an account that Chime was not opened to needs no other credentials", () => {
  const details = { status: 401, isRetryable: false, attempts: 1 };
  const error = new ServiceError("UnauthorizedClientException", "not opened", details);
  assert.deepEqual([isCredentialError(error), needsSignIn(error)], [false, false]);
});

test("Chime's own codes are told by the names of its exceptions", async (t) => {
  const { url } = await startLoopback(t, [reply(403, { Code: "Forbidden", Message: "no" })]);
  await assert.rejects(
    clientFor(url).call(describeAppInstance, { AppInstanceArn: "arn:aws:chime:::a" }),
    serviceError((error) => assert.deepEqual([error.name, error.message], ["ForbiddenException", "no"])),
  );
});

test("Errors of JSON 1.1 and of query services are read too", async (t) => {
  const json = await startLoopback(t, [reply(400, { __type: "NotFoundException", message: "no key" })]);
  await assert.rejects(
    clientFor(json.url).call(describeKey, { KeyId: "alias/a" }),
    serviceError((error) => assert.deepEqual([error.name, error.message], ["NotFoundException", "no key"])),
  );
  const xml = `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>bad &lt;id&gt;</Message></Error><RequestId>r-2</RequestId></ErrorResponse>`;
  const query = await startLoopback(t, [reply(403, xml)]);
  await assert.rejects(
    clientFor(query.url).call(getCallerIdentity, {}),
    serviceError((error) =>
      assert.deepEqual([error.name, error.message, error.requestId], ["InvalidClientTokenId", "bad <id>", "r-2"]),
    ),
  );
});

test("A clock that is wrong is corrected from the Date header, once learnt for good, for that endpoint alone", async (t) => {
  const serverTime = Date.now() + 3_600_000;
  const date = { date: new Date(serverTime).toUTCString() };
  const refused = reply(
    403,
    { message: "Signature expired" },
    { ...date, "x-amzn-errortype": "InvalidSignatureException" },
  );
  const { url, requests } = await startLoopback(t, [refused, reply(200, { instance }, date)]);
  const other = await startLoopback(t, [ok]);
  const client = clientFor("", {
    endpoints: { customUrl: ({ id }) => (id === "supplychain" ? url : other.url) },
  });
  await client.call(getInstance, { instanceId: id });
  await client.call(getInstance, { instanceId: id });
  const signedAt = requests.map(({ headers }) => headers["x-amz-date"]?.toString().slice(0, 11));
  const hour = (ms: number) => new Date(ms).toISOString().replace(/[-:]/g, "").slice(0, 11);
  assert.deepEqual(signedAt, [hour(client.clock.now()), hour(serverTime), hour(serverTime)]);
  await client.call(describeKey, { KeyId: "a" });
  assert.equal(other.requests[0]?.headers["x-amz-date"]?.toString().slice(0, 11), hour(client.clock.now()));
});

test("A refused signature with a good clock is final", async (t) => {
  const { url, requests } = await startLoopback(t, [
    reply(403, {}, { "x-amzn-errortype": "InvalidSignatureException" }),
  ]);
  await assert.rejects(clientFor(url).call(getInstance, { instanceId: id }), ServiceError);
  assert.equal(requests.length, 1);
});

test("A date from a cache, with an Age header, teaches nothing", async (t) => {
  const headers = { date: new Date(0).toUTCString(), age: "7", "x-amzn-errortype": "RequestExpired" };
  const { url, requests } = await startLoopback(t, [reply(403, {}, headers)]);
  await assert.rejects(clientFor(url).call(getInstance, { instanceId: id }), ServiceError);
  assert.equal(requests.length, 1);
});

test("Expired credentials are forgotten, and the call goes on with renewed ones where there are any", async (t) => {
  const expired = reply(403, {}, { "x-amzn-errortype": "ExpiredTokenException" });
  const { url, requests } = await startLoopback(t, [expired, ok]);
  let generation = 1;
  const credentials = {
    get: () => Promise.resolve({ accessKeyId: `KEY${generation}`, secretAccessKey: "b" }),
    invalidate: () => {
      generation++;
    },
  };
  await clientFor(url, { credentials }).call(getInstance, { instanceId: id });
  assert.deepEqual(
    requests.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? "")?.[1]),
    ["KEY1", "KEY2"],
  );

  const stuck = await startLoopback(t, [expired]);
  await assert.rejects(
    clientFor(stuck.url).call(getInstance, { instanceId: id }),
    serviceError(({ name }) => assert.equal(name, "ExpiredTokenException")),
  );
  assert.equal(stuck.requests.length, 1, "the same credentials are not tried again");
});

test("What changes something is in the log as information, with its request id; that something is not there is no warning", async (t) => {
  const log = new RecordingLog();
  const answer = (status: number, body: object, requestId: string, errorType = "") =>
    reply(status, body, { "x-amzn-requestid": requestId, ...(errorType && { "x-amzn-errortype": errorType }) });
  const gone = answer(404, { message: "gone" }, "r-2", "ResourceNotFoundException");
  const { url } = await startLoopback(t, [
    answer(200, { instance }, "r-1"),
    gone,
    gone,
    answer(404, { message: "no such page" }, "r-3", "UnknownOperationException"),
  ]);
  const client = clientFor(url, { log });
  await client.call(deleteInstance, { instanceId: id });
  await assert.rejects(client.call(getInstance, { instanceId: id }));
  await assert.rejects(client.call(deleteInstance, { instanceId: id }));
  await assert.rejects(client.call(getInstance, { instanceId: id }));
  assert.deepEqual(
    log.entries.map(({ level, line }) => [level, line.replace(/^supplychain (\w+) .* request (r-\d).*$/, "$1 $2")]),
    [
      ["info", "DeleteInstance r-1"],
      ["debug", "GetInstance r-2"],
      ["info", "DeleteInstance r-2"],
      ["warn", "GetInstance r-3"],
    ],
  );
});

test("A log line has names, numbers and the request id, and nothing of what was sent or received", async (t) => {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log: Log = { trace: write, debug: write, info: write, warn: write, error: write };
  const { url } = await startLoopback(t, [
    reply(500, { Message: "secret-name is bad" }, { "x-amzn-errortype": "ServiceFailureException" }),
    reply(201, { AppInstanceArn: "arn:aws:chime:::secret-arn" }, { "x-amzn-requestid": "r-3" }),
  ]);
  await clientFor(url, { log }).call(createAppInstance, {
    Name: "secret-name",
    Metadata: "secret-metadata",
    ClientRequestToken: "secret-token",
    Tags: [{ Key: "secret-key", Value: "secret-value" }],
  });
  assert.equal(lines.length, 2);
  assert.match(
    lines[0] ?? "",
    /^chime-sdk-identity CreateAppInstance us-east-1 · ServiceFailureException · 500 · \d+ ms$/,
  );
  assert.match(
    lines[1] ?? "",
    /^chime-sdk-identity CreateAppInstance us-east-1 · 201 · request r-3 · \d+ ms · attempt 2$/,
  );
  assert.doesNotMatch(lines.join(), /secret|session|AKID/);
});
