import { clockText } from "../../core/timeText";
import type { Clock } from "../../core/clock";
import { connectionLabel, type Sessions } from "../../instances/connection";
import type { Subject } from "../../instances/prerequisites/checks";
import type { CheckedAction, Finding, Mark } from "../../instances/prerequisites/finding";
import { PrerequisitesRun } from "../../instances/prerequisites/prerequisitesRun";
import { decisionMark, decisionText } from "../text/decisionText";
import { visibleLines, visibleText } from "../text/displayText";
import { presentSession } from "./presentSession";
import { plain, type Clipboard, type PickItem, type PromptFrame, type Prompts } from "./prompts";

export interface PrerequisitesPromptDeps {
  readonly prompts: Prompts;
  readonly sessions: Pick<Sessions, "open">;
  readonly clipboard: Clipboard;
  readonly clock: Clock;
}

type Choice =
  | { readonly type: "again" | "none" }
  | { readonly type: "finding"; readonly finding: Finding }
  | { readonly type: "copy"; readonly finding: Finding }
  | { readonly type: "actions"; readonly actions: readonly CheckedAction[] };

const markIcons: Readonly<Record<Mark, string>> = {
  pass: "pass",
  warning: "warning",
  error: "error",
  unknown: "question",
  unchecked: "circle-slash",
};

/**
 * Shows what the checks find while they find it, until the user goes back. Returns the last run, which is the caller's; when the
 * list is left otherwise, that has ended.
 */
export async function showPrerequisites(
  deps: PrerequisitesPromptDeps,
  frame: PromptFrame,
  begun: PrerequisitesRun,
): Promise<PrerequisitesRun> {
  const { prompts } = deps;
  let run = begun;
  try {
    for (;;) {
      const shown = run;
      const answer = await prompts.pick<Choice>({
        ...frame,
        placeholder: placeText(shown.subject),
        items: runItems(shown),
        ...(shown.checkedAt === undefined && { load: (signal, show) => untilChecked(shown, signal, show, runItems) }),
      });
      if (answer.type !== "value") return run;
      const { value } = answer;
      if (value.type === "again") {
        run.dispose();
        run = new PrerequisitesRun(await asItIsNow(deps, shown.subject), deps.clock);
      } else if (value.type === "copy") await copyOffer(deps, value.finding);
      else if (value.type === "actions") await showActions(prompts, frame, value.actions);
      else if (value.type === "finding" && value.finding.actions)
        await showActions(prompts, frame, value.finding.actions);
      else if (value.type === "finding" && value.finding.offer) await copyOffer(deps, value.finding);
    }
  } catch (error) {
    run.dispose();
    throw error;
  }
}

async function asItIsNow({ prompts, sessions }: PrerequisitesPromptDeps, subject: Subject): Promise<Subject> {
  const { session } = subject;
  const label = visibleText(connectionLabel(session.connection));
  const present = (signal: AbortSignal) => presentSession(sessions, session, signal);
  return { ...subject, session: await prompts.busy(`Opening ${label}…`, present) };
}

/** Items while there is more to come, then those of the end. */
export async function untilChecked<T>(
  run: PrerequisitesRun,
  signal: AbortSignal,
  show: (soFar: () => readonly PickItem<T>[]) => void,
  itemsOf: (run: PrerequisitesRun) => readonly PickItem<T>[],
): Promise<readonly PickItem<T>[]> {
  const showNow = () => show(() => itemsOf(run));
  const listening = run.onDidChange(showNow);
  showNow();
  signal.addEventListener("abort", () => listening.dispose(), { once: true });
  await run.done;
  listening.dispose();
  return itemsOf(run);
}

function placeText({ kind, session: { connection, accountId } }: Subject): string {
  return plain(`${kind.title} in ${connectionLabel(connection)} (${accountId})`);
}

function runItems(run: PrerequisitesRun): readonly PickItem<Choice>[] {
  const { findings, checkedAt } = run;
  const group = checkedAt === undefined ? run.summary : "What to do";
  const actions = findings.find((finding) => finding.actions)?.actions;
  return [
    ...findings.map((finding): PickItem<Choice> => ({
      label: `$(${markIcons[finding.mark]}) ${plain(finding.text)}`,
      ...(finding.wayOut !== undefined && { detail: plain(finding.wayOut) }),
      value: { type: "finding", finding },
    })),
    ...findings.flatMap((finding): PickItem<Choice>[] =>
      finding.offer
        ? [{ label: `$(copy) Copy ${finding.offer.title}`, value: { type: "copy", finding }, group: "What to do" }]
        : [],
    ),
    ...(actions
      ? [
          {
            label: "$(list-unordered) Show all actions",
            value: { type: "actions" as const, actions },
            group: "What to do",
          },
        ]
      : []),
    checkedAt === undefined
      ? { label: `$(sync~spin) ${run.summary}`, isNote: true, value: { type: "none" }, group }
      : {
          label: "$(refresh) Check again",
          description: `checked ${clockText(checkedAt)}`,
          value: { type: "again" },
          group,
        },
  ];
}

async function copyOffer({ clipboard, prompts }: PrerequisitesPromptDeps, { offer }: Finding): Promise<void> {
  if (!offer) return;
  await clipboard.writeText(offer.json);
  prompts.inform(`Copied. ${visibleLines(offer.attachTo)} Then check again.`);
}

/** Every action that was asked about, with the documents that ask for it. */
async function showActions(prompts: Prompts, frame: PromptFrame, actions: readonly CheckedAction[]): Promise<void> {
  await prompts.pick<undefined>({
    ...frame,
    canGoBack: true,
    placeholder: "What IAM's simulation says: the live answer can differ",
    items: actions.map((action) => ({
      label: `$(${markIcons[decisionMark(action)]}) ${plain(action.action)}`,
      description: plain([decisionText(action), ...action.sources].join(" · ")),
      value: undefined,
    })),
  });
}
