import * as z from "zod/mini";

// What several pages have in their messages.

export const choice = z.object({ value: z.string(), label: z.string(), description: z.optional(z.string()) });
export type Choice = z.output<typeof choice>;

/** As a list of checks shows it. */
export const mark = z.enum(["pass", "warning", "error", "unknown", "unchecked"]);
export type MarkModel = z.output<typeof mark>;

/** What was denied while an instance was created, likely. Names people: a page shows it and keeps it nowhere. */
export const explanation = z.object({
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
export const failure = z.object({
  title: z.string(),
  error: z.string(),
  advice: z.string(),
  /** Names a policy statement that can be copied with `copy mitigation`. */
  statement: z.optional(z.string()),
  explanation: z.optional(explanation),
});
export type Failure = z.output<typeof failure>;

/** What is left to be done elsewhere, now that it is there. */
export const next = z.object({
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

export const button = z.object({ action, label: z.string() });
export type Button = z.output<typeof button>;

export const tone = z.enum(["success", "error", "progress", "warning", "neutral"]);
export type Tone = z.output<typeof tone>;

export const event = z.object({ at: z.number(), text: z.string() });

/** What was seen, drawn as a bar from the first segment's beginning to now, with a text equal to it. */
export const timeline = z.object({
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
      /** It was in this state when somebody looked first: since when is not known. */
      isFirstSeen: z.optional(z.boolean()),
    }),
  ),
  /** How long such operations took before, in milliseconds. */
  usual: z.optional(z.object({ fromMs: z.number(), toMs: z.number() })),
});
export type TimelineModel = z.output<typeof timeline>;

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

export const copied = z.object({ type: z.literal("copied"), what: copyTarget });

export const ready = z.object({ type: z.literal("ready") });

export const copy = z.object({ type: z.literal("copy"), what: copyTarget });

export const act = z.object({ type: z.literal("act"), action });

/** `at`: a time, in milliseconds since the epoch, which the page writes in the reader's own zone. */
export const row = z.object({ name: z.string(), label: z.string(), value: z.string(), at: z.optional(z.number()) });
export type DetailsRow = z.output<typeof row>;
