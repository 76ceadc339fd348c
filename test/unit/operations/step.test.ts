import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceError } from "../../../src/aws/errors";
import { isRefusal, refused, required, StoppedError } from "../../../src/operations/step";
import { refusal, reset } from "../../fakes/cloud";

test("Only a final answer of 4xx is a refusal; what may pass, or mend itself with other credentials, is not", () => {
  const retryable = (status: number) =>
    new ServiceError("ThrottlingException", "Slow down", { status, isRetryable: true, attempts: 3 });
  for (const status of [400, 403, 409, 499]) assert.equal(isRefusal(refusal("ValidationException", status)), true);
  for (const error of [
    refusal("Moved", 399),
    refusal("InternalServerException", 500),
    refusal("ExpiredTokenException", 403),
    retryable(400),
    reset(),
    new Error("a defect"),
  ])
    assert.equal(isRefusal(error), false, error.message);
});

test("A refusal ends an operation with the service's code and words, or with the code where it says nothing", () => {
  const { status, code, message } = refused(refusal("AccessDeniedException", 403, "Not authorized"));
  assert.deepEqual(
    { status, code, message },
    { status: "failed", code: "AccessDeniedException", message: "Not authorized" },
  );
  assert.equal(refused(refusal("AccessDeniedException", 403, "")).message, "AccessDeniedException");
});

test("A record that lacks what its operation needs ends it, and says what is missing", () => {
  assert.equal(required("", "token"), "");
  assert.throws(
    () => required(undefined, "token"),
    (error) => error instanceof StoppedError && error.status === "failed" && error.message.includes("lacks its token"),
  );
});
