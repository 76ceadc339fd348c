import assert from "node:assert/strict";
import { test } from "node:test";
import { prerequisitesText } from "../../../../src/features/createWizard/reviewPrerequisites";
import type { Finding } from "../../../../src/instances/prerequisites/finding";

const fine: Finding = { id: "caller", mark: "pass", text: "You are user/sandbox" };
const taken: Finding = { id: "domain", mark: "error", text: "Domain north: north-plant has it" };
const lacking: Finding = { id: "rights", mark: "error", text: "1 of 9 actions is not allowed: s3:CreateBucket" };
const summary = "1 of 2 needs attention";

test("The review says what the one finding is that needs attention, once all checks are over", () => {
  const textOf = (findings: readonly Finding[], checkedAt: number | undefined = 1) =>
    prerequisitesText({ findings, summary, checkedAt });
  assert.equal(textOf([fine, taken]), "1 of 2 needs attention: Domain north: north-plant has it");
  assert.equal(textOf([lacking, taken]), summary);
  assert.equal(textOf([fine]), summary);
  assert.equal(
    prerequisitesText({ findings: [taken], summary: "Checking… 1 of 2", checkedAt: undefined }),
    "Checking… 1 of 2",
  );
});
