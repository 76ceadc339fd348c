import type { CommandPlace } from "../../instances/cliCommand";
import { connectionKey, connectionLabel, type Connection, type Session } from "../../instances/connection";
import { emptyDraft, type Draft } from "../../instances/draft";
import { validateDraft } from "../../instances/draftValidation";
import type { Instance } from "../../instances/instance";
import type { Field, Kind } from "../../instances/kind";
import type { StatementToCopy } from "../../instances/mitigation";
import type { PolicyPlace } from "../../instances/policy";
import { visibleText } from "../../ui/text/displayText";
import { differenceLines } from "../../ui/text/draftText";
import { instanceText, nameText } from "../../ui/text/instanceText";
import type { FormRequest } from "../../ui/openers";
import { timesOf, type FailedSource } from "../../ui/page/explanation";
import { explain, operationPlace, type ExplainedFailure } from "../../ui/page/failure";
import type { FormSubject, FieldModel, FormDraft, FormModel, ProblemModel } from "../../ui/page/protocol/form";
import type { Choice, ExplanationModel } from "../../ui/page/protocol/pieces";

/** What the request starts with. */
export function requestedDraft({ draft }: FormRequest, kind: Kind): Draft {
  return draft ?? emptyDraft(kind.id);
}

export function requestedKind(request: FormRequest): string | undefined {
  return request.draft?.kind ?? (request.type === "create" ? request.kind : undefined);
}

export function requestedConnection(request: FormRequest): Connection | undefined {
  return request.type === "repeat" ? request.operation.connection : request.connection;
}

/** What is being replaced: an instance's id, or an operation's; undefined for something new. */
export function replacedId(request: FormRequest): string | undefined {
  if (request.type === "create") return undefined;
  return request.type === "recreate" ? request.instance.id : request.operation.id;
}

function subjectOf(request: FormRequest): FormSubject {
  switch (request.type) {
    case "create":
      return { type: "create" };
    case "recreate":
      return { type: "recreate", kind: request.instance.kind, id: request.instance.id };
    case "repeat":
      return { type: "repeat", operationId: request.operation.id };
  }
}

/** What the service did not take has not been there to be recreated. */
function verbOf(request: FormRequest): "Create" | "Recreate" {
  if (request.type === "recreate") return "Recreate";
  return request.type === "repeat" && request.operation.type === "recreate" ? "Recreate" : "Create";
}

/** The value that the service refused, for as long as nobody has changed it. */
export function refusedValue(request: FormRequest, kind: Kind, form: FormDraft): ProblemModel[] {
  const explained = replacedFailure(request, kind);
  const field = explained?.mitigation.field;
  if (!explained || field === undefined) return [];
  const refused = request.draft?.values[field];
  return refused !== undefined && form.values[field] === refused
    ? [{ field, message: "The service refused this value." }]
    : [];
}

function replacedLabel(request: FormRequest): string | undefined {
  if (request.type === "create") return undefined;
  return request.type === "recreate" ? instanceText(request.instance) : visibleText(request.operation.label);
}

/** The failure that the form is to mend, with its mitigation. */
function replacedFailure(request: FormRequest, kind: Kind): ExplainedFailure | undefined {
  if (request.type === "create") return undefined;
  if (request.type === "recreate") {
    const { state, errorMessage } = request.instance;
    return errorMessage === undefined
      ? undefined
      : explain(state ?? "Failed", kind, errorMessage, placeOf(request.instance));
  }
  const { error, status } = request.operation;
  // What was interrupted has not failed: there is nothing to mend.
  if (!error || status !== "failed") return undefined;
  return explain(error.code, kind, error.message, operationPlace(request.operation));
}

function placeOf({ arn }: Pick<Instance, "arn">): PolicyPlace | undefined {
  const [, , , region, accountId] = arn.split(":");
  return region && accountId ? { accountId, region } : undefined;
}

/** The failure that the form is to mend, and when it was. */
export function failedOf(request: FormRequest, kind: Kind, session: Session | undefined): ReturnType<FailedSource> {
  const explained = replacedFailure(request, kind);
  if (request.type === "create" || !explained || !session) return undefined;
  const { draft } = request;
  const what = `${kind.title} ${replacedLabel(request) ?? ""}`;
  const known = { kind, session, draft, what, error: explained.failure.error };
  if (request.type === "recreate") return { ...known, ...timesOf(request.instance), instanceId: request.instance.id };
  const { createdAt, settledAt, updatedAt, created } = request.operation;
  return { ...known, from: createdAt, to: settledAt ?? updatedAt, instanceId: created?.id };
}

export interface LoadSource {
  readonly isReply: boolean;
  readonly request: FormRequest;
  readonly kinds: readonly Kind[];
  readonly kind: Kind;
  readonly connections: Choice[];
  readonly connection: string;
  readonly draft: FormDraft;
  readonly notice: string | undefined;
  /** What was found out about the failure. */
  readonly explanation: ExplanationModel;
}

/** Everything that a page needs to show the form. `statement` is what its Copy button copies. */
export function toLoad(source: LoadSource): {
  readonly load: FormModel;
  readonly statement: StatementToCopy | undefined;
} {
  const { request, kind, notice } = source;
  const label = replacedLabel(request);
  const explained = replacedFailure(request, kind);
  const load: FormModel = {
    type: "load",
    isReply: source.isReply,
    subject: subjectOf(request),
    title: label === undefined ? "Create instance" : `${verbOf(request)} ${label}`,
    ...(notice !== undefined && { notice }),
    kinds: source.kinds.map(({ id, title }) => ({ value: id, label: title })),
    connections: source.connections,
    connection: source.connection,
    isFixed: request.type !== "create",
    fields: kind.fields.map(fieldModel),
    maxTags: kind.tagRules.max,
    ...(explained && { failure: { ...explained.failure, explanation: source.explanation } }),
    draft: source.draft,
    submitLabel: verbOf(request),
  };
  return { load, statement: explained?.mitigation.statement };
}

export function toFormDraft(draft: Draft): FormDraft {
  return {
    kind: draft.kind,
    values: { ...draft.values },
    tags: Object.entries(draft.tags).map(([key, value]) => ({ key, value })),
  };
}

/** A draft without problems loses nothing on this way. */
export function toDraft(form: FormDraft): Draft {
  return {
    kind: form.kind,
    values: Object.fromEntries(Object.entries(form.values).filter(([, value]) => value !== "")),
    tags: Object.fromEntries(form.tags.map(({ key, value }) => [key, value])),
  };
}

/** The kind's problems, with those that only a form can have: two tags of one key. */
export function problemsOf(kind: Kind, form: FormDraft): ProblemModel[] {
  const problems: ProblemModel[] = [];
  for (const { field, tagKey, message } of validateDraft(kind, toDraft(form))) {
    // The last tag of a key is the one that the draft has.
    const tagIndex = tagKey === undefined ? undefined : form.tags.findLastIndex(({ key }) => key === tagKey);
    problems.push({ field, message, ...(tagIndex !== undefined && { tagIndex }) });
  }
  for (const [tagIndex, { key }] of form.tags.entries()) {
    const isRepeated = form.tags.findIndex((tag) => tag.key === key) < tagIndex;
    if (isRepeated) problems.push({ field: "tags", tagIndex, message: "Choose another key: this one is used above." });
  }
  return problems;
}

/** What the fields that are empty may expect, as examples. */
export function suggestionsOf(kind: Kind, draft: Draft): Record<string, string> {
  const suggested = kind.fields.flatMap(({ id, suggest }): [string, string][] => {
    const suggestion = draft.values[id] === undefined ? suggest?.(draft) : undefined;
    return suggestion === undefined ? [] : [[id, suggestion]];
  });
  return Object.fromEntries(suggested);
}

/** What does the same with the AWS CLI. */
export function commandOf(request: FormRequest, kind: Kind, draft: Draft, place: CommandPlace): string {
  if (request.type === "recreate" && kind.recreateCommand)
    return kind.recreateCommand(request.instance.id, draft, place);
  return kind.createCommand(draft, place);
}

/** What the new instance will have that the replaced one has not. */
export function changesOf(request: FormRequest, kind: Kind, draft: Draft): { readonly changes?: string[] } {
  return request.type === "create" ? {} : { changes: [...differenceLines(kind, request.before, draft)] };
}

export function hasContent(form: FormDraft): boolean {
  return form.tags.length > 0 || Object.values(form.values).some((value) => value !== "");
}

function fieldModel(field: Field): FieldModel {
  const { id, label, help, control, required, maxLength, lengthUnit, prefix, suffix } = field;
  return {
    id,
    label,
    help,
    control,
    required,
    maxLength,
    lengthUnit,
    ...(prefix !== undefined && { prefix }),
    ...(suffix !== undefined && { suffix }),
  };
}

export function connectionChoice(connection: Connection): Choice {
  return { value: connectionKey(connection), label: nameText(connectionLabel(connection)) };
}

/** What the button will do, before it does it: "Creates a Supply Chain instance in account 123456789012, us-east-1." */
export function submitSentence(kind: Kind, session: Session, request: FormRequest): string {
  const { signingRegion, isCustom, url } = session.endpointOf(kind.service);
  const place = `in account ${session.accountId}, ${signingRegion}`;
  // That the sandbox is not AWS goes without saying; that anything else is not must be said.
  const isSandbox = session.connection.source === "sandbox";
  const endpoint = isCustom && !isSandbox ? ` Uses the endpoint ${url.href.replace(/\/$/, "")}.` : "";
  const what =
    request.type === "recreate"
      ? `Deletes ${instanceText(request.instance)} and creates it again ${place}.`
      : `Creates ${withArticle(kind.title)} ${place}.`;
  return `${what} ${kind.creationHint}${endpoint}`;
}

export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}
