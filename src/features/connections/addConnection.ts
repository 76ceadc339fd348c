import type { ConfigDiagnostic, ConfigFiles, Profile, SharedConfig } from "../../aws/profile";
import { CancelledError } from "../../core/errors";
import type { Connection } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import { plain, type PickItem, type Prompts } from "../../ui/prompts/prompts";
import type { Setting } from "../../ui/settings";

export interface AddConnectionDeps {
  readonly prompts: Prompts;
  readonly kinds: Kinds;
  readonly connections: Setting<readonly { readonly profile: string; readonly region: string }[]>;
  readonly loadConfig: () => Promise<SharedConfig>;
  /** Shows where a config file is wrong. */
  readonly openFile: (diagnostic: ConfigDiagnostic) => Promise<void>;
  /** Begins a config file, and shows it. */
  readonly createConfigFile: () => Promise<void>;
  /** Shows the connection, also one that was there already. Not waited for. */
  readonly onAdded: (connection: Connection) => void;
  /** Starts the sandbox and pins the profile. */
  readonly startSandbox: (profile: "sandbox" | "sandbox-restricted") => Promise<Connection>;
}

type ProfileChoice =
  | { readonly type: "sandbox"; readonly profile: "sandbox" | "sandbox-restricted" }
  | { readonly type: "profile"; readonly name: string; readonly region?: string }
  | { readonly type: "createConfigFile" }
  | { readonly type: "problem"; readonly diagnostic: ConfigDiagnostic };

const title = "Add connection";

/** Asks for a profile and a region and pins them. Asks the cloud nothing: that the profile works is seen in the tree. */
export async function addConnection(deps: AddConnectionDeps): Promise<void> {
  for (;;) {
    const choice = await askProfile(deps);
    if (choice.type === "problem") return deps.openFile(choice.diagnostic);
    if (choice.type === "createConfigFile") return deps.createConfigFile();
    if (choice.type === "sandbox") {
      deps.onAdded(await deps.startSandbox(choice.profile));
      return;
    }
    const region = await askRegion(deps, choice.region);
    if (region === "back") continue;
    const pinned = deps.connections.get();
    const added = { profile: choice.name, region };
    const isPinned = pinned.some((one) => one.profile === added.profile && one.region === added.region);
    if (!isPinned) await deps.connections.set([...pinned, added]);
    deps.onAdded({ source: "profile", ...added });
    return;
  }
}

async function askProfile(deps: AddConnectionDeps): Promise<ProfileChoice> {
  const answer = await deps.prompts.pick<ProfileChoice>({
    title,
    step: { number: 1, total: 2 },
    placeholder: "Choose a profile of your AWS config files",
    items: sandboxItems,
    load: async () => {
      try {
        return profileItems(await deps.loadConfig());
      } catch {
        return profileItems(undefined);
      }
    },
  });
  if (answer.type !== "value") throw new CancelledError();
  return answer.value;
}

const sandboxGroup = "Sandbox: needs no AWS account";
const sandboxItems: readonly PickItem<ProfileChoice>[] = [
  {
    label: "$(beaker) sandbox",
    description: "everything works",
    value: { type: "sandbox", profile: "sandbox" },
    group: sandboxGroup,
  },
  {
    label: "$(beaker) sandbox-restricted",
    description: "lacks S3 rights: Supply Chain instances end in CreateFailed",
    value: { type: "sandbox", profile: "sandbox-restricted" },
    group: sandboxGroup,
  },
];

const kindTexts: Readonly<Record<Profile["kind"], string>> = {
  static: "access keys",
  role: "role",
  process: "credential process",
  sso: "IAM Identity Center",
  login: "console sign-in",
  webIdentity: "web identity",
  none: "no credentials of its own",
};

/** Profiles first, then what is wrong with the files, then the sandbox. */
export function profileItems(config: SharedConfig | undefined): readonly PickItem<ProfileChoice>[] {
  const profiles = config?.profiles ?? [];
  const hasDefault = profiles.some((profile) => profile.name === "default");
  return [
    ...profiles.map((profile) => profileItem(profile)),
    ...(hasDefault ? [] : [environmentItem]),
    ...(config && profiles.length === 0 ? [noProfilesItem(config.files)] : []),
    ...(config?.diagnostics ?? []).map(problemItem),
    ...sandboxItems,
  ];
}

function profileItem({ name, kind, region, sourceProfile }: Profile): PickItem<ProfileChoice> {
  const via = sourceProfile === undefined ? "" : ` via ${sourceProfile}`;
  return {
    label: plain(name),
    description: plain([`${kindTexts[kind]}${via}`, region].filter(Boolean).join(" · ")),
    value: { type: "profile", name, ...(region !== undefined && { region }) },
    group: "Profiles",
  };
}

const environmentItem: PickItem<ProfileChoice> = {
  label: "default",
  description: "credentials of the environment, the container or the machine",
  value: { type: "profile", name: "default" },
  group: "Profiles",
};

/** Says where profiles were looked for, and how to have some. */
function noProfilesItem({ config, credentials }: ConfigFiles): PickItem<ProfileChoice> {
  return {
    label: "$(new-file) Create AWS Config File",
    description: "there is no profile yet",
    detail: plain(`Looked for in ${config} and ${credentials}`),
    value: { type: "createConfigFile" },
    group: "Profiles",
  };
}

function problemItem(diagnostic: ConfigDiagnostic): PickItem<ProfileChoice> {
  const place = diagnostic.line === undefined ? diagnostic.file : `${diagnostic.file}:${diagnostic.line}`;
  return {
    label: `$(warning) ${plain(diagnostic.message)}`,
    description: "Open File",
    detail: plain(place),
    value: { type: "problem", diagnostic },
    group: "Problems in the config files",
  };
}

/** Undefined for what is no region, or stands in the list. */
function typedRegion(text: string, listed: ReadonlySet<string>): PickItem<string> | undefined {
  const region = text.trim();
  if (!regionPattern.test(region) || listed.has(region)) return undefined;
  return { label: `$(globe) Use "${region}"`, value: region };
}

const regionPattern = /^[a-z]{2,}(-[a-z0-9]+)+-\d+$/;

async function askRegion(deps: AddConnectionDeps, preferred: string | undefined): Promise<string> {
  const suggested = new Set([
    ...(preferred === undefined ? [] : [preferred]),
    ...deps.kinds.all.flatMap((kind) => kind.suggestedRegions),
  ]);
  const frame = { title, step: { number: 2, total: 2 }, canGoBack: true };
  for (;;) {
    const answer = await deps.prompts.pick<string | undefined>({
      ...frame,
      placeholder: "Choose a region",
      items: [
        ...[...suggested].map((region) => ({
          label: plain(region),
          ...(region === preferred && { description: "the profile's region" }),
          detail: kindsIn(deps.kinds, region),
          value: region,
        })),
        { label: "$(edit) Enter another region…", value: undefined },
      ],
      fromText: (text) => typedRegion(text, suggested),
    });
    if (answer.type === "back") return "back";
    if (answer.type === "button") continue;
    if (answer.value !== undefined) return answer.value;
    const typed = await deps.prompts.input({
      ...frame,
      prompt: "An AWS region code",
      placeholder: "eu-central-1",
      validate: (value) => (regionPattern.test(value.trim()) ? undefined : "A region looks like eu-central-1."),
    });
    if (typed.type === "value") return typed.value.trim();
  }
}

function kindsIn(kinds: Kinds, region: string): string {
  const names = kinds.all
    .filter((kind) => kind.suggestedRegions.includes(region))
    .map((kind) => {
      const note = kind.regionNote?.(region);
      return note === undefined ? kind.groupTitle : `${kind.groupTitle} (${note})`;
    });
  return names.length === 0 ? "" : names.join(" and ");
}
