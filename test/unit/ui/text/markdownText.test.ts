import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { visibleText } from "../../../../src/ui/text/displayText";
import { markdownText } from "../../../../src/ui/text/markdownText";

test("Any text becomes Markdown that can only be that text", () => {
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
