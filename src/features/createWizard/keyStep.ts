import type { Clock } from "../../core/clock";
import { isCancelled, messageOf } from "../../core/errors";
import type { Session, Sessions } from "../../instances/connection";
import type { KeyField } from "../../instances/kind";
import type { InstanceStore } from "../../instances/store";
import { checkKey, listUsableKeys, type KeyCheck, type KeyFinding, type UsableKey } from "../../instances/keyCheck";
import { linesOf, shortText } from "../../ui/text/displayText";
import { askField } from "../../ui/prompts/fieldPrompt";
import { presentSession } from "../../ui/prompts/presentSession";
import {
  plain,
  type Answer,
  type Clipboard,
  type PickItem,
  type PromptFrame,
  type Prompts,
} from "../../ui/prompts/prompts";

export interface StepDeps {
  readonly sessions: Pick<Sessions, "open">;
  readonly prompts: Prompts;
  readonly clipboard: Clipboard;
  readonly clock: Clock;
  readonly store: Pick<InstanceStore, "connections" | "listing">;
}

export interface KeyQuestion {
  readonly field: KeyField;
  /** ARN chosen before, empty for the AWS owned key. */
  readonly value: string;
  /** What stood in the input for an ARN when it was left. */
  readonly typed?: string | undefined;
  readonly session: Session;
  /** Why the key that was chosen before is missing. */
  readonly note?: string | undefined;
  readonly frame: PromptFrame;
  readonly onLeave?: (typed: string) => void;
}

type Choice = { readonly type: "owned" | "enter" | "retry" } | { readonly type: "key"; readonly arn: string };

/** Asks for the encryption key and checks the one that is chosen; the answer is its ARN, empty for the AWS owned key. */
export async function askKey(deps: StepDeps, question: KeyQuestion): Promise<Answer<string>> {
  const { prompts } = deps;
  const { field, frame, value, session, note = `${field.label}: it cannot be changed later` } = question;
  const inner = { ...frame, canGoBack: true };
  let { typed } = question;
  const onLeave = (left: string) => question.onLeave?.((typed = left));
  for (;;) {
    const answer = await prompts.pick<Choice>({
      ...frame,
      placeholder: note,
      items: keyItems(value, []),
      load: (signal) => loadKeyItems(deps, session, value, signal),
      fromText: (text) => typedKey(field, text),
      isActive: (choice) => (choice.type === "key" ? choice.arn === value : choice.type === "owned" && value === ""),
    });
    if (answer.type !== "value") return { type: "back" };
    const choice = answer.value;
    if (choice.type === "retry") continue;
    if (choice.type === "owned") return { type: "value", value: "" };
    const arn = choice.type === "key" ? choice.arn : await askArn(deps, { ...question, typed, frame: inner, onLeave });
    if (arn && (await isAccepted(deps, question, arn, inner))) return { type: "value", value: arn };
  }
}

/** Undefined for what is not the ARN of a key. */
function typedKey({ keyUse }: KeyField, text: string): PickItem<Choice> | undefined {
  const arn = text.trim();
  return keyUse.keyArnPattern.test(arn)
    ? { label: `$(key) Use "${plain(arn)}"`, value: { type: "key", arn } }
    : undefined;
}

async function askArn({ prompts }: StepDeps, question: KeyQuestion): Promise<string | undefined> {
  const answer = await askField(prompts, { ...question, field: { ...question.field, required: true } });
  return answer.type === "value" ? answer.value : undefined;
}

/** Never rejects: that keys cannot be listed is no reason not to name one. */
async function loadKeyItems(
  deps: StepDeps,
  session: Session,
  value: string,
  signal: AbortSignal,
): Promise<readonly PickItem<Choice>[]> {
  try {
    return keyItems(
      value,
      (await listUsableKeys(await presentSession(deps.sessions, session, signal), signal)).map(keyItem),
    );
  } catch (error) {
    const label = `$(warning) Could not list keys: ${plain(shortText(messageOf(error)))}`;
    return keyItems(value, [{ label, description: "Try again", value: { type: "retry" } }]);
  }
}

function keyItems(value: string, keys: readonly PickItem<Choice>[]): readonly PickItem<Choice>[] {
  const isListed = keys.some((item) => item.value.type === "key" && item.value.arn === value);
  const chosen: PickItem<Choice> = {
    label: `$(key) ${plain(value)}`,
    description: "chosen before",
    value: { type: "key", arn: value },
  };
  return [
    { label: "$(shield) AWS owned key (default)", detail: "Nothing to set up, no cost", value: { type: "owned" } },
    ...(value === "" || isListed ? [] : [chosen]),
    ...keys.map((item) => ({ ...item, group: "Keys of this account" })),
    { label: "$(edit) Enter a key ARN…", value: { type: "enter" }, group: "Another key" },
  ];
}

function keyItem(key: UsableKey): PickItem<Choice> {
  return {
    label: `$(key) ${plain(key.alias ?? key.id)}`,
    ...(key.alias !== undefined && { description: plain(key.id) }),
    ...(key.description && { detail: plain(key.description) }),
    value: { type: "key", arn: key.arn },
  };
}

/** Shows what the check says, and goes on when the key is ready or the user insists. */
async function isAccepted(deps: StepDeps, question: KeyQuestion, arn: string, frame: PromptFrame): Promise<boolean> {
  for (;;) {
    const check = await deps.prompts.busy("Checking the key…", (signal) => checkOrExplain(deps, question, arn, signal));
    const answer = await deps.prompts.pick<"use" | "copy" | "again">({
      ...frame,
      placeholder: checkText(check),
      items: checkItems(check),
    });
    if (answer.type !== "value") return false;
    if (answer.value === "use") return true;
    if (answer.value === "copy" && check.statement !== undefined) {
      await deps.clipboard.writeText(check.statement.json);
      deps.prompts.inform(`Copied ${check.statement.title}. ${howToAdd}`);
    }
  }
}

/** No answer from KMS is a finding like another: it must not end the wizard. */
async function checkOrExplain(
  deps: StepDeps,
  { session, field }: KeyQuestion,
  arn: string,
  signal: AbortSignal,
): Promise<KeyCheck> {
  try {
    return await checkKey(await presentSession(deps.sessions, session, signal), field.keyUse, arn, signal);
  } catch (error) {
    if (isCancelled(error)) throw error;
    const text = `The key could not be checked: ${messageOf(error)}`;
    return { isReady: false, findings: [{ severity: "warning", text }], problems: [text] };
  }
}

/** A row of a list has two lines, whose ends are cut: only a finding that is longer takes another row. */
function findingItems({ severity, text }: KeyFinding): readonly PickItem<"again">[] {
  const icon = severity === "problem" ? "error" : "warning";
  const lines = linesOf(plain(text), lineLength);
  return lines.flatMap((line, index) => {
    if (index % 2 === 1) return [];
    const detail = lines[index + 1];
    return [
      {
        label: `$(${index === 0 ? icon : "blank"}) ${line}`,
        ...(detail !== undefined && { detail }),
        value: "again" as const,
      },
    ];
  });
}

/** Fits a quick pick that is as wide as VS Code makes one. */
const lineLength = 74;

function checkText({ isReady, findings }: KeyCheck): string {
  if (isReady) return "The service can use this key";
  return findings.some(({ severity }) => severity === "problem")
    ? "An instance with this key would fail to come up"
    : "It is not certain that the service can use this key";
}

const howToAdd = "Add them to the key's policy; replace nothing.";

function checkItems(check: KeyCheck): readonly PickItem<"use" | "copy" | "again">[] {
  if (check.isReady) return [{ label: "$(check) Key is ready", description: "use it", value: "use" }];
  return [
    ...check.findings.flatMap(findingItems),
    ...(check.statement === undefined
      ? []
      : [
          {
            label: `$(copy) Copy ${check.statement.title}`,
            detail: howToAdd,
            value: "copy" as const,
            group: "What to do",
          },
        ]),
    { label: "$(refresh) Check again", value: "again", group: "What to do" },
    { label: "$(debug-continue) Use anyway", value: "use", group: "What to do" },
  ];
}
