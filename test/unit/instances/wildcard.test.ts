import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { judgeKeyPolicy } from "../../../src/instances/keyPolicy";
import { keyUse } from "../../../src/instances/kinds/supplyChainKeyUse";

const place = { accountId: "123456789012", region: "us-east-1" };

/** Whether the judge says that a pattern of a policy covers the ARN of a key. */
function covers(pattern: string, keyArn: string): boolean {
  const statement = { Effect: "Allow", Principal: "*", Action: "*", Resource: pattern };
  return judgeKeyPolicy(JSON.stringify({ Statement: statement }), keyArn, { use: keyUse, place })?.missing.length === 0;
}

/** Another way to the same answer: row by row, which prefixes of the value the pattern's prefix matches. */
function matchesByTable(pattern: string, value: string): boolean {
  let row = [true, ...Array.from(value, () => false)];
  for (const symbol of pattern.split("")) {
    const next = [symbol === "*" && row[0] === true];
    for (let end = 1; end <= value.length; end += 1) {
      if (symbol === "*") next.push(row[end] === true || next[end - 1] === true);
      else next.push(row[end - 1] === true && (symbol === "?" || symbol === value[end - 1]));
    }
    row = next;
  }
  return row[value.length] === true;
}

// One letter too many would make nearly every pair differ.
const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", "\n", ".", "\\"), maxLength: 12 });
const value = fc.string({ unit: fc.constantFrom("a", "b", "\n", ".", "*"), maxLength: 12 });

test("Security 7: patterns of a key policy match as an independent evaluator says", () => {
  let matched = 0;
  fc.assert(
    fc.property(pattern, value, (wanted, given) => {
      const expected = matchesByTable(wanted, given);
      if (expected) matched += 1;
      assert.equal(covers(wanted, given), expected);
    }),
    {
      numRuns: 5_000,
      examples: [
        ["", ""],
        ["*", ""],
        ["?", ""],
        ["a*b*a", "ababba"],
        ["*a?b", "aaab"],
        ["**b", "ab"],
      ],
    },
  );
  assert.ok(matched > 100, `only ${matched} pairs matched`);
});
