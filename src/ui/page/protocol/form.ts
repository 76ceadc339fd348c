import * as z from "zod/mini";
import { act, button, choice, copied, copy, event, explanation, failure, mark, next, ready, tone } from "./pieces";

const field = z.object({
  id: z.string(),
  label: z.string(),
  help: z.string(),
  control: z.enum(["text", "multiline", "encryptionKey", "domain"]),
  required: z.boolean(),
  maxLength: z.number(),
  lengthUnit: z.enum(["characters", "bytes"]),
  prefix: z.optional(z.string()),
  suffix: z.optional(z.string()),
});
export type FieldModel = z.output<typeof field>;

/** A draft while it is edited: tags keep their order, and two may have the same key for a moment. */
export const formDraft = z.object({
  kind: z.string(),
  values: z.record(z.string(), z.string()),
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
});
export type FormDraft = z.output<typeof formDraft>;

/** What a form is about. A window that was reloaded finds it with this. */
const formSubject = z.discriminatedUnion("type", [
  z.object({ type: z.literal("create") }),
  z.object({ type: z.literal("recreate"), kind: z.string(), id: z.string() }),
  z.object({ type: z.literal("repeat"), operationId: z.string() }),
]);
export type FormSubject = z.output<typeof formSubject>;

/**
 * Where the user was, for when the page is shown again, and what a window that was reloaded needs to bring it back. While
 * there is a host, its draft counts.
 */
export const formState = z.object({
  version: z.literal(2),
  focus: z.string(),
  scroll: z.number(),
  isCommandOpen: z.boolean(),
  subject: formSubject,
  /** Connection key. */
  connection: z.string(),
  draft: formDraft,
  /** What it has started. */
  operationId: z.optional(z.string()),
});
export type FormState = z.output<typeof formState>;

const load = z.object({
  type: z.literal("load"),
  /** To a page that has said `ready`: one that was loaded before that was heard may have been typed in meanwhile. */
  isReply: z.boolean(),
  subject: formSubject,
  title: z.string(),
  /** Said above the fields: where the draft comes from. */
  notice: z.optional(z.string()),
  kinds: z.array(choice),
  connections: z.array(choice),
  /** Connection key, empty when there is none to choose. */
  connection: z.string(),
  /** Kind and connection cannot be chosen: an instance is being replaced. */
  isFixed: z.boolean(),
  fields: z.array(field),
  maxTags: z.number(),
  failure: z.optional(failure),
  draft: formDraft,
  submitLabel: z.string(),
});
export type FormModel = z.output<typeof load>;

const connections = z.object({ type: z.literal("connections"), connections: z.array(choice), connection: z.string() });

const account = z.object({
  type: z.literal("account"),
  status: z.enum(["none", "connecting", "ready", "signedOut", "error"]),
  /** With `ready` what Create will do, else what is wrong. */
  text: z.string(),
  buttons: z.array(button),
});
export type AccountModel = z.output<typeof account>;

const keys = z.object({
  type: z.literal("keys"),
  status: z.enum(["waiting", "loading", "ready", "error"]),
  keys: z.array(choice),
  text: z.optional(z.string()),
  buttons: z.array(button),
});
export type KeysModel = z.output<typeof keys>;

const keyChecked = z.object({
  type: z.literal("keyChecked"),
  field: z.string(),
  tone: z.nullable(tone),
  lines: z.array(z.string()),
  /** Names a policy that can be copied with `copy keyPolicy`. */
  statement: z.optional(z.string()),
  /** The user decides: see `keyDecision`. */
  isOpen: z.boolean(),
});
export type KeyCheckModel = z.output<typeof keyChecked>;

const problem = z.object({ field: z.string(), tagIndex: z.optional(z.number()), message: z.string() });
export type ProblemModel = z.output<typeof problem>;

const checked = z.object({
  type: z.literal("checked"),
  /** That of the edit which was checked: an older answer than the last edit is dropped. */
  seq: z.number(),
  problems: z.array(problem),
  command: z.string(),
  /** What is other than in what is being replaced, a line for each; absent when nothing is. */
  changes: z.optional(z.array(z.string())),
  /** By field id: an example that follows from the other answers. */
  suggestions: z.record(z.string(), z.string()),
});

/** The answer to a submit that started nothing. */
const refused = z.object({
  type: z.literal("refused"),
  problems: z.array(problem),
  /** Why, when it was not for the fields. Empty when the user said no. */
  message: z.string(),
});

const outcome = z.object({
  type: z.literal("outcome"),
  operationId: z.string(),
  tone,
  title: z.string(),
  /** Of what was started, where. */
  subtitle: z.optional(z.string()),
  /** Work goes on: the page counts the time since `startedAt`. */
  isRunning: z.boolean(),
  startedAt: z.number(),
  events: z.array(event),
  failure: z.optional(failure),
  next: z.optional(next),
  buttons: z.array(button),
});
export type OutcomeModel = z.output<typeof outcome>;

const prerequisites = z.object({
  type: z.literal("prerequisites"),
  status: z.enum(["idle", "running", "done"]),
  /** "2 of 7 need attention" */
  summary: z.string(),
  /** Milliseconds since the epoch. */
  checkedAt: z.optional(z.number()),
  /** The draft was changed since, in what the checks look at. */
  isOutdated: z.boolean(),
  findings: z.array(
    z.object({
      mark,
      text: z.string(),
      wayOut: z.optional(z.string()),
      /** What can be copied about it, and with which message. */
      offer: z.optional(z.object({ title: z.string(), copy: z.enum(["missingPolicy", "missingKeyStatement"]) })),
    }),
  ),
  /** Each action that was asked about. */
  actions: z.array(z.object({ name: z.string(), mark, text: z.string() })),
});
export type PrerequisitesModel = z.output<typeof prerequisites>;

const explained = z.object({ type: z.literal("explained"), explanation });

/** What the host tells the form. */
export const toForm = z.discriminatedUnion("type", [
  load,
  connections,
  account,
  keys,
  keyChecked,
  checked,
  refused,
  prerequisites,
  explained,
  outcome,
  copied,
]);
export type ToForm = z.output<typeof toForm>;

const edit = z.object({ type: z.literal("edit"), seq: z.number(), draft: formDraft });

const keyDecision = z.enum(["useAnyway", "checkAgain"]);
export type KeyDecision = z.output<typeof keyDecision>;

/** What the form tells the host. */
export const fromForm = z.discriminatedUnion("type", [
  ready,
  edit,
  z.object({ type: z.literal("choose"), kind: z.string(), connection: z.string() }),
  z.object({ type: z.literal("submit"), draft: formDraft }),
  z.object({ type: z.literal("cancel") }),
  z.object({ type: z.literal("decideKey"), field: z.string(), decision: keyDecision }),
  copy,
  act,
]);
export type FromForm = z.output<typeof fromForm>;
