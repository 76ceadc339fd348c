import assert from "node:assert/strict";
import { test } from "node:test";
import type { PickItem } from "../../../../src/ui/prompts/prompts";
import { sameItem } from "../../../../src/ui/prompts/sameItem";

interface Key {
  readonly arn: string;
}
const keyItem = (arn: string, label: string): PickItem<Key> => ({ label, value: { arn } });

test("A key that was chosen before keeps the focus when the list comes that calls it by its alias", () => {
  const isActive = ({ arn }: Key) => arn === "arn:2";
  const chosen = keyItem("arn:2", "$(key) arn:2");
  const listed = [keyItem("", "AWS owned key"), keyItem("arn:1", "one"), keyItem("arn:2", "two")];
  assert.equal(sameItem(listed, chosen, isActive), listed[2]);
  const owned = keyItem("", "AWS owned key");
  assert.equal(sameItem(listed, owned, isActive), listed[0], "somebody went elsewhere meanwhile");
});

test("The same item keeps the focus although another one reads the same", () => {
  const [one, other] = [keyItem("arn:1", "chat"), keyItem("arn:2", "chat")];
  assert.equal(sameItem([one, other], other, undefined), other);
  assert.equal(sameItem([keyItem("arn:3", "else")], other, undefined), undefined);
});
