import assert from "node:assert/strict";
import { test } from "node:test";
import { retrySettings } from "../../../src/aws/retryConfig";
import type { Profile } from "../../../src/aws/profile";

const profile = (values: Record<string, string>): Profile => ({ name: "dev", kind: "static", values });

test("The environment wins over the profile, and three attempts are usual", () => {
  const dev = profile({ max_attempts: "7", retry_mode: "standard" });
  assert.deepEqual(retrySettings(undefined, {}), { maxAttempts: 3, notes: [] });
  assert.deepEqual(retrySettings(dev, {}), { maxAttempts: 7, notes: [] });
  assert.deepEqual(retrySettings(dev, { AWS_MAX_ATTEMPTS: "1", AWS_RETRY_MODE: "Standard" }), {
    maxAttempts: 1,
    notes: [],
  });
  assert.equal(retrySettings(dev, { AWS_MAX_ATTEMPTS: "" }).maxAttempts, 7);
});

test("A mode that is not followed is said", () => {
  const said = (values: Record<string, string>, env = {}) => retrySettings(profile(values), env).notes;
  assert.deepEqual(said({ retry_mode: "legacy" }), [
    'retry_mode of profile dev is "legacy": requests are retried in the mode "standard", which is the only one here.',
  ]);
  assert.deepEqual(said({ retry_mode: "standard" }, { AWS_RETRY_MODE: "adaptive" }), [
    'AWS_RETRY_MODE is "adaptive": requests are retried in the mode "standard", which is the only one here.',
  ]);
});

for (const text of ["0", "-1", "three", "2.5", "1e999"]) {
  test(`"${text}" is no number of attempts: that is said, and the usual number is made`, () => {
    const { maxAttempts, notes } = retrySettings(undefined, { AWS_MAX_ATTEMPTS: text });
    assert.equal(maxAttempts, 3);
    assert.deepEqual(notes, [
      `AWS_MAX_ATTEMPTS is ${JSON.stringify(text)}, which is no number of attempts: 3 are made.`,
    ]);
  });
}
