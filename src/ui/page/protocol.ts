import * as z from "zod/mini";
import { inWords } from "../../core/schemaWords";

// The contract between the extension host and its pages. Both sides parse what they receive by these schemas, and
// answer with handler maps: a message without a handler does not compile.

const choice = z.object({ value: z.string(), label: z.string(), description: z.optional(z.string()) });
export type Choice = z.output<typeof choice>;

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

/** As a list of checks shows it. */
const mark = z.enum(["pass", "warning", "error", "unknown", "unchecked"]);
export type MarkModel = z.output<typeof mark>;

/** What was denied while an instance was created, likely. Names people: a page shows it and keeps it nowhere. */
const explanation = z.object({
  status: z.enum(["offered", "looking", "done"]),
  /** What came of it, in a sentence; said once to those who cannot see it. */
  text: z.string(),
  denials: z.array(
    z.object({
      text: z.string(),
      at: z.number(),
      message: z.optional(z.string()),
      now: z.optional(z.object({ mark, text: z.string() })),
    }),
  ),
  /** What the policies say now. */
  rights: z.optional(z.object({ mark, text: z.string() })),
  notes: z.array(z.string()),
  /** There is a policy with what is missing, to be copied. */
  hasPolicy: z.boolean(),
  isAllowedNow: z.boolean(),
});
export type ExplanationModel = z.output<typeof explanation>;

/** A failure and the way out. `error` is the service's own text: shown as text, never as markup. */
const failure = z.object({
  title: z.string(),
  error: z.string(),
  advice: z.string(),
  /** Names a policy statement that can be copied with `copy mitigation`. */
  statement: z.optional(z.string()),
  explanation: z.optional(explanation),
});
export type Failure = z.output<typeof failure>;

/** What is left to be done elsewhere, now that it is there. */
const next = z.object({
  text: z.string(),
  /** Names a policy statement that can be copied with `copy nextStatement`. */
  statement: z.optional(z.string()),
});
export type NextModel = z.output<typeof next>;

/** What a button of a page asks the host to do. */
const action = z.enum([
  "addConnection",
  "startSandbox",
  "signIn",
  "openConfigFile",
  "openTerminal",
  "retry",
  "startOver",
  "createAnother",
  "listKeys",
  "continueInWizard",
  "showInTree",
  "showDetails",
  "openWebApp",
  "openInConsole",
  "openRemains",
  "copyId",
  "copyArn",
  "recreate",
  "edit",
  "editTags",
  "delete",
  "resume",
  "discard",
  "cancel",
  "checkPrerequisites",
  "stopChecking",
  "lookInCloudTrail",
  "stopLooking",
  "stopFollowing",
  "copyReport",
  "pin",
  "showLog",
]);
export type Action = z.output<typeof action>;

const button = z.object({ action, label: z.string() });
export type Button = z.output<typeof button>;

const tone = z.enum(["success", "error", "progress", "warning", "neutral"]);
export type Tone = z.output<typeof tone>;

const event = z.object({ at: z.number(), text: z.string() });

/** What was seen, drawn as a bar from the first segment's beginning to now, with a text equal to it. */
const timeline = z.object({
  segments: z.array(
    z.object({
      text: z.string(),
      tone,
      /** Milliseconds since the epoch; without `to` it goes on. */
      from: z.number(),
      to: z.optional(z.number()),
      /** Nobody looked. */
      isUnseen: z.optional(z.boolean()),
      /** A state to stay in, not one to wait for the end of. */
      isLasting: z.optional(z.boolean()),
    }),
  ),
  /** How long such operations took before, in milliseconds. */
  usual: z.optional(z.object({ fromMs: z.number(), toMs: z.number() })),
});
export type TimelineModel = z.output<typeof timeline>;

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

const copyTarget = z.enum([
  "command",
  "mitigation",
  "keyPolicy",
  "raw",
  "requestIds",
  "missingPolicy",
  "missingKeyStatement",
  "explainedPolicy",
  "nextStatement",
  "ownerText",
]);
export type CopyTarget = z.output<typeof copyTarget>;

const copied = z.object({ type: z.literal("copied"), what: copyTarget });

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

const ready = z.object({ type: z.literal("ready") });
const copy = z.object({ type: z.literal("copy"), what: copyTarget });
const act = z.object({ type: z.literal("act"), action });
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

/** `at`: a time, in milliseconds since the epoch, which the page writes in the reader's own zone. */
const row = z.object({ name: z.string(), label: z.string(), value: z.string(), at: z.optional(z.number()) });
export type DetailsRow = z.output<typeof row>;

/** What the details are about. */
export const detailsState = z.object({
  version: z.literal(1),
  /** Connection key. */
  connection: z.string(),
  kind: z.string(),
  id: z.string(),
  isPinned: z.boolean(),
});

const details = z.object({
  type: z.literal("details"),
  /** Kept by the page: a window that was reloaded finds it again with this. */
  subject: detailsState,
  title: z.string(),
  subtitle: z.string(),
  state: z.object({ text: z.string(), tone }),
  /** Milliseconds since the epoch when the present state was first seen, while something is in progress. */
  since: z.optional(z.number()),
  /** Said under the heading: loading, gone, not readable. */
  notice: z.optional(z.object({ text: z.string(), tone, buttons: z.array(button) })),
  failure: z.optional(failure),
  rows: z.array(row),
  tags: z.object({
    status: z.enum(["loading", "ready", "error"]),
    items: z.array(z.object({ key: z.string(), value: z.string() })),
    text: z.optional(z.string()),
  }),
  timeline: z.optional(timeline),
  next: z.optional(next),
  buttons: z.array(button),
  raw: z.string(),
});
export type DetailsModel = z.output<typeof details>;

/** What the host tells the details page. */
export const toDetails = z.discriminatedUnion("type", [details, z.object({ type: z.literal("focusFailure") }), copied]);
export type ToDetails = z.output<typeof toDetails>;

/** What the details page tells the host. */
export const fromDetails = z.discriminatedUnion("type", [ready, copy, act]);
export type FromDetails = z.output<typeof fromDetails>;

const step = z.object({
  label: z.string(),
  status: z.enum(["done", "current", "stopped", "failed", "waiting"]),
  from: z.optional(z.number()),
  to: z.optional(z.number()),
});
export type StepModel = z.output<typeof step>;

export const operationState = z.object({ version: z.literal(1), operationId: z.string() });

const operation = z.object({
  type: z.literal("operation"),
  id: z.string(),
  title: z.string(),
  subtitle: z.string(),
  state: z.object({ text: z.string(), tone }),
  /** Milliseconds since the epoch when it was started, while it runs. */
  since: z.optional(z.number()),
  /** Said under the heading: it is no longer in the journal. */
  notice: z.optional(z.string()),
  failure: z.optional(failure),
  buttons: z.array(button),
  timeline: z.optional(timeline),
  steps: z.array(step),
  rows: z.array(row),
  requestIds: z.array(z.string()),
  events: z.array(event),
});
export type OperationModel = z.output<typeof operation>;

/** What the host tells the page of an operation. */
export const toOperation = z.discriminatedUnion("type", [operation, copied]);
export type ToOperation = z.output<typeof toOperation>;

/** What that page tells the host. */
export const fromOperation = z.discriminatedUnion("type", [ready, copy, act]);
export type FromOperation = z.output<typeof fromOperation>;

/** Whether anybody is there: every page asks with each message that it sends. */
export const ping = z.object({ type: z.literal("ping") });
export const pong = z.object({ type: z.literal("pong") });

/** One handler for every message of a union. */
export type Handlers<M extends { readonly type: string }> = {
  readonly [T in M["type"]]: (message: Extract<M, { readonly type: T }>) => void;
};

/** Parses and dispatches; returns what was wrong with a message that no schema knows. */
export function receive<M extends { readonly type: string }>(
  schema: z.ZodMiniType<M>,
  handlers: Handlers<M>,
  data: unknown,
): string | undefined {
  const result = schema.safeParse(data, { error: inWords });
  if (!result.success) return z.prettifyError(result.error);
  const message = result.data;
  // The key type of the map is the message's own type, which TypeScript cannot follow through a union.
  const handle = handlers[message.type as M["type"]] as (message: M) => void;
  handle(message);
  return undefined;
}
