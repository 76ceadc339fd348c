import type { CreateCommandId } from "../core/commandIds";
import type { Service, ServiceId } from "../aws/operation";
import type { CallOptions } from "../aws/awsClient";
import type { CommandPlace } from "./cliCommand";
import type { Connection, Session } from "./connection";
import type { Draft } from "./draft";
import type { Instance, Phase } from "./instance";
import type { KeyUse } from "./keyUse";
import type { Mitigations, StatementToCopy } from "./mitigation";
import type { Needs } from "./needs";

/** One thing that is asked of the user, in wizard, form, review and details alike. */
export type Field = (AnyField & { readonly control: "text" | "multiline" | "domain" }) | KeyField;

/** A field for the ARN of a key; empty for the service's own. */
export interface KeyField extends AnyField {
  readonly control: "encryptionKey";
  readonly keyUse: KeyUse;
}

interface AnyField {
  /** Key in `Draft.values` and `Instance.values`. */
  readonly id: string;
  readonly label: string;
  /** The service's member name, for the details page. */
  readonly apiName: string;
  /** The rule in words, shown under the input. */
  readonly help: string;
  readonly required: boolean;
  /** The service can change it after creation. */
  readonly editable: boolean;
  /** In the unit of `lengthUnit`. */
  readonly maxLength: number;
  readonly lengthUnit: "characters" | "bytes";
  /** What a draft so far lets one expect here; shown as an example, never filled in by itself. */
  readonly suggest?: (draft: Draft) => string | undefined;
  /** Text around a domain's value, `https://` and `.scn.global.on.aws`. */
  readonly prefix?: string;
  readonly suffix?: string;
  /** One short sentence when the value is refused, undefined when it is fine. An empty value is judged by `required` only. */
  validate(value: string): string | undefined;
}

export interface NextSteps {
  /** A sentence or two. */
  readonly text: string;
  readonly statement?: StatementToCopy;
}

/** An instance that is no longer there. */
export interface Gone {
  readonly id: string;
  /** It was never active. */
  readonly isUnfinished?: boolean | undefined;
}

export interface Remains {
  /** One sentence. */
  readonly text: string;
  /** A page of the AWS Management Console, and what a button that leads there is called. */
  readonly url: string;
  readonly urlTitle: string;
}

export interface TagRules {
  readonly max: number;
  readonly maxKeyLength: number;
  /** 1 where the service refuses empty values. */
  readonly minValueLength: number;
  readonly maxValueLength: number;
}

/** Who carries out a call: `signal` cancels it, `onAttempt` hears of each request id. */
export type KindCallOptions = CallOptions;

/** What a service can look for by itself. */
export interface Wanted {
  /** How it compares is the service's own affair: it may find only what is called exactly so. */
  readonly name?: string;
  /** The service's own words, any of them. */
  readonly states?: readonly string[];
}

export interface Created {
  readonly id: string;
  /** What the service said about it, where it says more than the id. */
  readonly instance?: Instance;
}

/**
 * A kind of instance as a value. Tree, wizard, form, journal and sync know no kind by name;
 * a third kind is a file beside `kinds/supplyChain.ts` and a line in `kinds/registry.ts`, and owns all that is its own.
 */
export interface Kind {
  readonly id: string;
  /** "Supply Chain instance" */
  readonly title: string;
  /** "Supply Chain": the group node. */
  readonly groupTitle: string;
  /** Codicon of an instance that is neither in progress nor failed. */
  readonly icon: string;
  /** The command that creates one, without the extension's prefix: `createSupplyChainInstance`. package.json declares it. */
  readonly createCommandId: CreateCommandId;
  /** The API that it is managed with. */
  readonly service: Service;
  /** The same kind over that API, whatever the settings say later; undefined for an API that it does not have. */
  forService(service: ServiceId): Kind | undefined;
  readonly fields: readonly Field[];
  /** The field that names an instance. */
  readonly nameField: string;
  readonly tagRules: TagRules;
  /** What to do about the service's failures. */
  readonly mitigations: Mitigations;
  /** What must be there and be allowed before an instance can be. */
  loadNeeds(): Promise<Needs>;
  /** The service reports states; otherwise creation is over when the reply is there. */
  readonly hasStates: boolean;
  /** Every state that the service documents, in its own words, and what it means; empty where it has none. */
  readonly states: Readonly<Record<string, Phase>>;
  /** How long it takes, in words: "Takes some minutes." */
  readonly creationHint: string;
  /** Regions where the documentation lists the service; shown first, any other may be typed. */
  readonly suggestedRegions: readonly string[];
  /** What is to be said of a suggested region, where not everything recommends it. */
  regionNote?(region: string): string | undefined;

  /** Pages as the consumer asks for them. */
  list(session: Session, options?: KindCallOptions): AsyncIterable<readonly Instance[]>;
  /** Pages of those that the service itself finds; absent where it cannot look for any of these. */
  search?(session: Session, wanted: Wanted, options?: KindCallOptions): AsyncIterable<readonly Instance[]>;
  /** Undefined when the service says that there is no such instance. */
  get(session: Session, id: string, options?: KindCallOptions): Promise<Instance | undefined>;
  /** Instances of that exact name: how an ambiguous create is resolved. */
  findByName(session: Session, name: string, options?: KindCallOptions): Promise<readonly Instance[]>;
  listTags(
    session: Session,
    instance: Pick<Instance, "id" | "arn">,
    options?: KindCallOptions,
  ): Promise<Readonly<Record<string, string>>>;
  create(session: Session, draft: Draft, token: string, options?: KindCallOptions): Promise<Created>;
  /** Changes the editable fields to the values given; a missing value leaves the field as it is. */
  update(
    session: Session,
    instance: Instance,
    values: Readonly<Record<string, string>>,
    options?: KindCallOptions,
  ): Promise<void>;
  /** Resolves when the service took the request; deletion may go on. A missing instance counts as deleted. */
  delete(session: Session, id: string, options?: KindCallOptions): Promise<void>;
  setTags(
    session: Session,
    instance: Pick<Instance, "id" | "arn">,
    tags: Readonly<Record<string, string>>,
    options?: KindCallOptions,
  ): Promise<void>;
  removeTags(
    session: Session,
    instance: Pick<Instance, "id" | "arn">,
    keys: readonly string[],
    options?: KindCallOptions,
  ): Promise<void>;

  /** A draft that would create the same instance again: a full domain on output becomes a label on input. */
  capture(instance: Instance, tags: Readonly<Record<string, string>>): Draft;
  /** The AWS CLI command that creates the draft, quoted for a POSIX shell. */
  createCommand(draft: Draft, place: CommandPlace): string;
  /** The commands that delete an instance and, when it is gone, create the draft; absent where nothing can fail after its create. */
  recreateCommand?(id: string, draft: Draft, place: CommandPlace): string;
  webAppUrl?(instance: Instance): string | undefined;
  /** What is left to be done once an instance is there, and cannot be done from here. */
  nextSteps?(instance: Instance): NextSteps | undefined;
  /** What stays when an instance is gone. */
  remains?(gone: Gone, connection: Pick<Connection, "region">): Remains;
  consoleUrl(instance: Pick<Instance, "id" | "arn">, connection: Connection): string;
  /** What the user must know before deleting this one: its data, its owner. */
  deletionWarnings(instance: Instance, tags: Readonly<Record<string, string>>): readonly string[];
}

/** The kind over the API that the settings name now: what is asked, shown and confirmed with it is about one API to the end. */
export function withPresentApi(kind: Kind): Kind {
  return kind.forService(kind.service.id) ?? kind;
}

export interface DraftProblem {
  /** A field id, or `tags`. */
  readonly field: string;
  /** The tag key, when `field` is `tags`. */
  readonly tagKey?: string;
  readonly message: string;
}
