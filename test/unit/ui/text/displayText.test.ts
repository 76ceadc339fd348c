import assert from "node:assert/strict";
import { test } from "node:test";
import { durationText } from "../../../../src/core/duration";
import { linesOf, promptText, shortText, toastText, visibleText } from "../../../../src/ui/text/displayText";

test("Durations are short, and a clock that is behind makes none negative", () => {
  assert.deepEqual([-5_000, 0, 59_999, 72_000, 7_500_000, 529_500_000].map(durationText), [
    "0 s",
    "0 s",
    "59 s",
    "1 min 12 s",
    "2 h 5 min",
    "6 d 3 h",
  ]);
});

test("Text for a row is one visible line, cut between characters", () => {
  assert.equal(visibleText(" a\r\n\tb\u2028c "), "a b c");
  assert.equal(visibleText("exe\u202egnp\u200b"), "exe\\u202egnp\\u200b");
  assert.equal(shortText("first\nsecond"), "first");
  assert.equal(shortText("😀😀😀😀", 3), "😀😀…");
});

test("Security 16: what cannot be seen is shown, and joiners stay where a script or an emoji needs them", () => {
  const hidden: string[] = [];
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const character = String.fromCodePoint(code);
    if (/[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Cs}\u2800]/u.test(character)) hidden.push(character);
  }
  assert.ok(hidden.length > 4_000);
  for (const character of hidden) assert.match(visibleText(`a${character}b`), /^a\\u(?:[0-9a-f]{4}|\{[0-9a-f]+\})b$/);
  assert.equal(visibleText("a\u{e0041}\u00ad\u3164\ufe0f"), "a\\u{e0041}\\u00ad\\u3164\\ufe0f");
  assert.equal(visibleText("\u{1f600}\ufe0f\u200d"), "\u{1f600}\\ufe0f\\u200d");
  assert.equal(visibleText("\u0627\u200c\u0628"), "\u0627\\u200c\u0628", "alef does not join: nothing would be seen");
  assert.equal(visibleText("a\u00a0\u3000b"), "a  b");
  const needed = [
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u0915\u094d\u200d\u0937",
    "\u0915\u094d\u200c\u0937",
    "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
    "\u{1f3f3}\ufe0f\u200d\u{1f308}",
    "\u{1f575}\u{1f3fd}\u200d\u2642\ufe0f",
    "\u2764\ufe0f",
    "1\ufe0f\u20e3",
  ];
  for (const text of needed) assert.equal(visibleText(text), text);
});

test("Lines end where a sentence does, and only a sentence that is longer than a line goes on in the next", () => {
  assert.deepEqual(linesOf("One is short. Two is, too.", 30), ["One is short. Two is, too."]);
  assert.deepEqual(linesOf("This one is short. The other one is not.", 24), [
    "This one is short.",
    "The other one is not.",
  ]);
  assert.deepEqual(linesOf("A sentence that is longer than a line. Two.", 20), [
    "A sentence that is",
    "longer than a line.",
    "Two.",
  ]);
  assert.deepEqual(linesOf("kms:GenerateDataKey. x", 5), ["kms:GenerateDataKey.", "x"]);
});

test("A toast is one line of limited length without links", () => {
  assert.equal(toastText("a\n[b](command:c)\u202e"), "a [b] (command:c)\\u202e");
  assert.equal(toastText("x".repeat(10_240)).length, 1_000);
  assert.equal(promptText("Type [b](command:c) $(sync~spin) ${1}"), "Type [b] (command:c) \\$(sync~spin) ${1}");
});
