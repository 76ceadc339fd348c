import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { durationText, shortText, visibleText } from "../../../src/ui/displayText";
import { markdownText } from "../../../src/ui/markdownText";

test("durations are short, and a clock that is behind makes none negative", () => {
  assert.deepEqual([-5_000, 0, 59_999, 72_000, 7_500_000].map(durationText), [
    "0 s",
    "0 s",
    "59 s",
    "1 min 12 s",
    "2 h 5 min",
  ]);
});

test("text for a row is one visible line, cut between characters", () => {
  assert.equal(visibleText(" a\r\n\tb\u2028c "), "a b c");
  assert.equal(visibleText("exe\u202egnp\u200b"), "exe\\u202egnp\\u200b");
  assert.equal(shortText("first\nsecond"), "first");
  assert.equal(shortText("😀😀😀😀", 3), "😀😀…");
});

test("any text becomes Markdown that can only be that text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const markdown = markdownText(text);
      assert.match(markdown, /^(?:[\p{L}\p{M}\p{N} ]|&#\d+;| {2}\n)*$/u);
      const shown = markdown.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
      assert.equal(
        shown,
        text
          .split(/\r\n|\r|\n/)
          .map(visibleText)
          .join("  \n"),
      );
    }),
  );
});
