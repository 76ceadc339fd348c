import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { activityRow } from "../src/features/activity/activityRow";
import { pendingCreateRow } from "../src/features/instances/pendingCreateRow";
import { errorRow, signedOutRow } from "../src/features/instances/errorRows";
import { connectionRow, kindRow } from "../src/features/instances/groupRows";
import { instanceRow } from "../src/features/instances/instanceRow";
import { ServiceError, SignInRequiredError } from "../src/aws/errors";
import { services } from "../src/aws/services/registry";
import type { Instance } from "../src/instances/instance";
import type { Kind } from "../src/instances/kind";
import { UserError } from "../src/core/errors";
import { commandIds } from "../src/core/commandIds";
import { createKinds } from "../src/instances/kinds/registry";
import { byKey } from "../src/ui/tree/focusedRow";
import { chime, prod, record, sandbox, supplyChain } from "./unit/features/treeWorld";
import { evaluateWhen } from "./whenClause";

interface MenuItem {
  readonly command: string;
  readonly when: string;
  readonly group?: string;
}

interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly displayName: string;
  readonly license: string;
  readonly icon: string;
  readonly engines: { readonly vscode: string };
  readonly extensionKind: readonly string[];
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly virtualWorkspaces: unknown;
    readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] };
  };
  readonly scripts: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
    readonly keybindings: readonly {
      readonly key?: string;
      readonly mac?: string;
      readonly command: string;
      readonly args: { readonly commands: readonly (string | { readonly command: string; readonly args: unknown })[] };
      readonly when: string;
    }[];
    readonly menus: Readonly<Record<"commandPalette" | "view/title" | "view/item/context", readonly MenuItem[]>>;
    readonly views: Readonly<
      Record<string, readonly { readonly id: string; readonly name: string; readonly icon: string }[]>
    >;
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly svg: string; readonly altText: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          {
            readonly scope?: string;
            readonly default: unknown;
            readonly order?: number;
            readonly markdownDescription?: string;
            readonly enum?: readonly string[];
            readonly enumItemLabels?: readonly string[];
            readonly properties?: object;
          }
        >
      >;
    };
  };
}

const root = resolve(__dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
const { contributes } = manifest;
const titles = new Map(contributes.commands.map(({ command, title }) => [command, title]));
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
const settings = Object.values(contributes.configuration.properties);
const kinds = createKinds({ chimeApi: () => "identity" });
const now = Date.UTC(2026, 0, 2, 3, 5, 0);
const unfolded = { isExpanded: true };
const nothing = { total: 0, failed: 0, interrupted: 0, isPartial: false };

describe("names that others rely on", () => {
  test("Package, publisher, license and the oldest VS Code", () => {
    const { name, publisher, displayName, license, engines } = manifest;
    assert.deepEqual(
      { name, publisher, displayName, license, vscode: engines.vscode },
      {
        name: "app-instances-for-aws",
        publisher: "app-instances",
        displayName: "App Instances for AWS",
        license: "MIT",
        vscode: "^1.101.0",
      },
    );
  });

  test("Views and their container", () => {
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      ["appInstances"],
    );
    assert.deepEqual(
      contributes.views.appInstances?.map(({ id, name }) => [id, name]),
      [
        ["appInstances.instances", "Instances"],
        ["appInstances.activity", "Activity"],
      ],
    );
  });

  test("Commands and their titles", () => {
    const promised = {
      createSupplyChainInstance: "Create Supply Chain Instance…",
      createChimeAppInstance: "Create Chime App Instance…",
      createWithForm: "Create Instance with Form…",
      addConnection: "Add Connection…",
      removeConnection: "Remove Connection",
      checkPrerequisites: "Check Prerequisites…",
      startSandbox: "Start Sandbox",
      stopSandbox: "Stop Sandbox",
      resetSandbox: "Reset Sandbox",
      refresh: "Refresh",
      loadAll: "Load All",
      showDetails: "Show Details",
      showFailure: "Show Failure and Mitigation",
      notifyWhenSettled: "Notify Me When It Settles",
      edit: "Edit…",
      editTags: "Edit Tags…",
      recreate: "Recreate…",
      createLikeThis: "Create One Like This…",
      delete: "Delete…",
      copyId: "Copy ID",
      copyArn: "Copy ARN",
      copyCreateCommand: "Copy AWS CLI Create Command",
      openWebApp: "Open Web App",
      openInConsole: "Open in AWS Console",
      openTerminal: "Open Terminal Here",
      resumeOperation: "Resume",
      discardOperation: "Discard",
      stopFollowing: "Stop Following",
      filterInstances: "Filter Instances…",
      clearFilter: "Clear Filter",
      groupBy: "Group By…",
      sortBy: "Sort By…",
      signIn: "Sign In to Profile…",
      showLog: "Show Log",
    };
    for (const [id, title] of Object.entries(promised)) assert.equal(titles.get(`appInstances.${id}`), title, id);
  });

  test("Settings, their defaults, and none that a workspace could change to reach elsewhere", () => {
    const promised = {
      connections: [],
      refreshIntervalSeconds: 60,
      deleteConfirmation: "typeName",
      chimeApi: "identity",
      endpointUrls: {},
      hideEmptyRegions: false,
      "sandbox.createSeconds": 8,
    };
    const { properties } = contributes.configuration;
    for (const [name, value] of Object.entries(promised))
      assert.deepEqual(properties[`appInstances.${name}`]?.default, value, name);
    const ofTheMachine = [
      "connections",
      "endpointUrls",
      "chimeApi",
      "deleteConfirmation",
      "refreshIntervalSeconds",
    ].map((name) => `appInstances.${name}`);
    for (const [name, { scope }] of Object.entries(properties)) assert.equal(scope, "machine", name);
    const { untrustedWorkspaces } = manifest.capabilities;
    assert.equal(untrustedWorkspaces.supported, "limited");
    assert.deepEqual([...untrustedWorkspaces.restrictedConfigurations].sort(), ofTheMachine.sort());
  });

  test("Scripts that the documentation names", () => {
    for (const name of ["start", "test", "sandbox", "call", "bench", "campaign", "check", "pictures"])
      assert.ok(manifest.scripts[name], `npm run ${name}`);
  });
});

describe("the manifest is whole", () => {
  test("It activates on demand only, beside the workspace's files first", () => {
    // Commands and views are known to VS Code without a word; pages that come back with the window are not.
    assert.deepEqual(
      manifest.activationEvents,
      ["form", "details", "operation"].map((page) => `onWebviewPanel:appInstances.${page}`),
    );
    assert.deepEqual(manifest.extensionKind, ["workspace", "ui"]);
  });

  test("Every command has a title and our category, once", () => {
    for (const { command, title, category } of contributes.commands) {
      assert.ok(title, command);
      assert.equal(category, "App Instances", command);
    }
    assert.equal(titles.size, contributes.commands.length, "a command is declared twice");
  });

  test("The commands that the code knows, with those of its kinds, are the commands of the manifest", () => {
    const known = [...commandIds, ...kinds.all.map(({ createCommandId }) => createCommandId)];
    assert.deepEqual(new Set(known.map((id) => `appInstances.${id}`)), new Set(titles.keys()));
  });

  test("Each command is registered once", () => {
    const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((name) =>
      name.endsWith(".ts"),
    );
    const registered = sources.flatMap((name) =>
      [...readFileSync(join(root, "src", name), "utf8").matchAll(/registerCommand\(\s*"(\w+)"/g)].map(([, id]) => id),
    );
    assert.deepEqual(registered.toSorted(), [...commandIds].toSorted());
  });

  test("Menus, welcome views, walkthrough and settings name commands that exist", () => {
    for (const [menu, items] of Object.entries(contributes.menus)) {
      for (const { command } of items) assert.ok(titles.has(command), `${menu}: ${command}`);
    }
    const texts = [
      ...contributes.viewsWelcome.map(({ contents }) => contents),
      ...steps.map(({ description }) => description),
      ...settings.map(({ markdownDescription = "" }) => markdownDescription),
    ];
    const named = texts.flatMap((text) =>
      [...text.matchAll(/\]\(command:(appInstances\.\w+)/g)].map((match) => match[1] ?? ""),
    );
    assert.ok(named.length > 5);
    for (const command of named) assert.ok(titles.has(command), command);
  });

  test("Keys show which row has the focus, then run a command that takes it, and only in the tree", () => {
    const keys = contributes.keybindings.map(({ key, mac, command, args, when }) => {
      assert.equal(command, "runCommands");
      const run = args.commands.at(-1);
      // Enter does first what it does in every tree.
      const before = key === "enter" ? ["list.select"] : [];
      const showing = ["list.toggleSelection", "list.toggleSelection"];
      assert.deepEqual(args.commands.slice(0, -1), [...before, ...showing]);
      assert.ok(typeof run === "object" && titles.has(run.command), JSON.stringify(run));
      assert.deepEqual(run.args, byKey);
      const inTree = { focusedView: "appInstances.instances", listFocus: true };
      assert.ok(evaluateWhen(when, inTree), when);
      assert.ok(!evaluateWhen(when, { ...inTree, inputFocus: true }), when);
      assert.ok(!evaluateWhen(when, { ...inTree, focusedView: "workbench.explorer.fileView" }), when);
      return [key ?? "", mac ?? "", titles.get(run.command)];
    });
    assert.deepEqual(keys, [
      ["enter", "", "Show Details"],
      ["delete", "", "Delete…"],
      ["", "cmd+backspace", "Delete…"],
      ["f2", "", "Edit…"],
      ["ctrl+c", "cmd+c", "Copy ARN"],
    ]);
  });

  test("The welcome view opens the walkthrough that there is", () => {
    const ids = contributes.walkthroughs.map(({ id }) => `${manifest.publisher}.${manifest.name}#${id}`);
    const opened = contributes.viewsWelcome.flatMap(({ contents }) =>
      [...contents.matchAll(/openWalkthrough\?([^)]+)\)/g)].map(
        (match) => JSON.parse(decodeURIComponent(match[1] ?? "")) as unknown,
      ),
    );
    assert.deepEqual(opened, ids);
  });

  test("Files that it names are there", () => {
    const files = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...Object.values(contributes.views).flatMap((views) => views.map(({ icon }) => icon)),
      ...steps.map(({ media }) => media.svg),
    ];
    for (const file of files) assert.ok(existsSync(join(root, file)), file);
  });

  test("Settings stand in an order, and their values have labels", () => {
    assert.deepEqual(
      settings.map(({ order }) => order),
      settings.map((_setting, index) => index + 1),
    );
    for (const { enum: values = [], enumItemLabels = [] } of settings)
      assert.equal(enumItemLabels.length, values.length, values.join());
  });

  test("A step of the walkthrough has a button, and is done by what happened", () => {
    const isSet = new Set(contextKeys());
    for (const { description, completionEvents } of steps) {
      assert.match(description, /\n\[[^\]]+\]\(command:appInstances\.\w+[^)]*\)$/);
      assert.equal(completionEvents.length, 1, description);
      const key = /^onContext:appInstances\.(\w+)$/.exec(completionEvents[0] ?? "")?.[1] ?? "";
      assert.ok(isSet.has(key), `${completionEvents.join()} is set by nobody`);
    }
  });

  test("Links of the walkthrough carry arguments that can be read", () => {
    const carried = steps.flatMap(({ description }) =>
      [...description.matchAll(/command:[\w.]+\?([^)]+)\)/g)].map(
        (match) => JSON.parse(decodeURIComponent(match[1] ?? "")) as readonly unknown[],
      ),
    );
    const connection = { source: "sandbox", profile: "sandbox-restricted", region: "us-east-1" };
    assert.deepEqual(carried, [["sandbox-restricted"], [{ connection }]]);
  });

  test("Pictures of the walkthrough are in the theme's colours, run and load nothing, and say what they show", () => {
    for (const { media } of steps) {
      const picture = readFileSync(join(root, media.svg), "utf8");
      const colours = [...picture.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour = ""]) => colour);
      assert.ok(colours.length > 10, media.svg);
      for (const colour of colours) assert.match(colour, /^(none|var\(--vscode-[\w-]+(, .+)?\))$/, media.svg);
      // VS Code puts it into a page whose policy allows neither.
      assert.doesNotMatch(picture, /style|<script|<image|href|\bon\w+=/, media.svg);
      // VS Code gives the file's name for the text.
      assert.ok(picture.includes(`<title id="title">${media.altText}</title>`), media.svg);
    }
  });

  test("Context keys that when clauses ask for are set", () => {
    const isSet = new Set(contextKeys());
    const clauses = Object.values(contributes.menus).flatMap((items) => items.map(({ when }) => when));
    const asked = new Set(
      clauses.flatMap((when) => [...when.matchAll(/(?<!== )appInstances\.(\w+)/g)].map(([, key = ""]) => key)),
    );
    assert.ok(asked.size > 3);
    for (const key of asked) assert.ok(isSet.has(key), key);
  });

  test("Every when clause can be judged", () => {
    for (const items of Object.values(contributes.menus)) for (const { when } of items) evaluateWhen(when, {});
  });
});

describe("a kind has its entries", () => {
  test("Each kind's create command, its menus, its step of the walkthrough and its services' endpoints are declared", () => {
    for (const kind of kinds.all) assert.deepEqual(lacksOf(kind), [], `package.json lacks of ${kind.id}`);
  });

  test("What a new kind lacks is named", () => {
    const [kind] = kinds.all;
    assert.ok(kind);
    assert.deepEqual(lacksOf({ ...kind, id: "plant", createCommandId: "createPlant" }), [
      "commands: appInstances.createPlant",
      "menus view/title: appInstances.createPlant",
      "menus view/item/context: appInstances.createPlant when viewItem has can-create-plant",
      "walkthroughs: a button for appInstances.createPlant",
    ]);
    const elsewhere = { ...kind, forService: () => undefined, service: { ...kind.service, id: "greenhouse" } };
    assert.deepEqual(lacksOf(elsewhere), ["configuration appInstances.endpointUrls: properties.greenhouse"]);
  });
});

/** Without their prefix, as their type lists them: the file itself needs VS Code. */
function contextKeys(): readonly string[] {
  const [, union = ""] =
    /export type ContextKey =([^;]+);/.exec(readFileSync(join(root, "src/ui/contextKeys.ts"), "utf8")) ?? [];
  return [...union.matchAll(/"(\w+)"/g)].map(([, key = ""]) => key);
}

/** The entries of package.json that a kind needs and that are not there. */
function lacksOf(kind: Kind): readonly string[] {
  const command = `appInstances.${kind.createCommandId}`;
  const token = `can-create-${kind.id}`;
  const { menus, configuration } = contributes;
  const endpoints = configuration.properties["appInstances.endpointUrls"]?.properties ?? {};
  const own = new Set([kind.service.id, ...services.map(({ id }) => id).filter((id) => kind.forService(id))]);
  const isInMenu = (menuId: "view/title" | "view/item/context", viewItem?: string) =>
    menus[menuId].some(
      (item) =>
        item.command === command &&
        evaluateWhen(item.when, { view: "appInstances.instances", viewItem: viewItem ?? "" }),
    );
  return [
    ...(titles.has(command) ? [] : [`commands: ${command}`]),
    ...(isInMenu("view/title") ? [] : [`menus view/title: ${command}`]),
    ...(isInMenu("view/item/context", token) ? [] : [`menus view/item/context: ${command} when viewItem has ${token}`]),
    ...(steps.some(({ description }) => description.includes(`](command:${command})`))
      ? []
      : [`walkthroughs: a button for ${command}`]),
    ...[...own]
      .filter((id) => !(id in endpoints))
      .map((id) => `configuration appInstances.endpointUrls: properties.${id}`),
  ];
}

describe("menus show what the state allows", () => {
  const failed = { state: "CreateFailed", phase: "createFailed", errorMessage: "Access denied" } as const;

  function instanceMenu(instance: Instance, isLoopback = false): readonly string[] {
    const kind = kinds.get(instance.kind);
    assert.ok(kind);
    return menu("appInstances.instances", instanceRow("id", { instance, kind, isLoopback }, now).contextValue);
  }

  test("An active Supply Chain instance", () => {
    const instance = supplyChain({
      values: { webAppDnsDomain: "demand-planning" },
      raw: { webAppDnsDomain: "demand-planning.scn.global.on.aws" },
    });
    const items = instanceMenu(instance);
    for (const item of [
      "Show Details",
      "Open in AWS Console",
      "Edit…",
      "Edit Tags…",
      "Create One Like This…",
      "Copy ID",
      "Copy ARN",
      "Copy AWS CLI Create Command",
      "Delete…",
    ]) {
      assert.ok(items.includes(item), `${item} is missing from ${items.join(", ")}`);
    }
    for (const item of ["Recreate…", "Show Failure and Mitigation", "Discard", "Resume"])
      assert.ok(!items.includes(item), item);
  });

  test("One that failed offers Recreate… first, in the row and in the menu", () => {
    const items = instanceMenu(supplyChain(failed));
    assert.deepEqual(items.slice(0, 2), ["Recreate…", "Show Failure and Mitigation"]);
    assert.ok(items.includes("Delete…"));
    assert.ok(items.includes("Edit Tags…"), "tags of what failed can be changed");
    assert.ok(!items.includes("Edit…"));
    const kind = kinds.get("supplyChain");
    assert.ok(kind);
    const { contextValue } = instanceRow("id", { instance: supplyChain(failed), kind, isLoopback: false }, now);
    assert.deepEqual(inlineActions("appInstances.instances", contextValue), ["Recreate…"]);
  });

  test("One in progress can be deleted, which warns, and not changed", () => {
    for (const phase of ["creating", "deleting"] as const) {
      const items = instanceMenu(supplyChain({ phase, state: phase }));
      for (const item of ["Delete…", "Refresh", "Notify Me When It Settles"])
        assert.ok(items.includes(item), `${phase}: ${item}`);
      for (const item of ["Edit…", "Edit Tags…", "Recreate…"]) assert.ok(!items.includes(item), `${phase}: ${item}`);
    }
  });

  test("A Chime app instance is never recreated: it has no failed state", () => {
    const items = instanceMenu(chime("support-chat"));
    assert.ok(items.includes("Edit…"));
    assert.ok(items.includes("Delete…"));
    assert.ok(!items.includes("Recreate…"));
  });

  test("The console is not offered for what is on this machine", () => {
    assert.ok(!instanceMenu(supplyChain(), true).includes("Open in AWS Console"));
  });

  test("A refused create: Recreate…, its failure, Discard", () => {
    const kind = kinds.get("chime");
    assert.ok(kind);
    const { contextValue } = pendingCreateRow(
      "id",
      record({ status: "failed", error: { code: "ForbiddenException", message: "Not authorized" } }),
      kind,
      now,
    );
    assert.deepEqual(menu("appInstances.instances", contextValue), [
      "Recreate…",
      "Show Failure and Mitigation",
      "Discard",
    ]);
    assert.deepEqual(inlineActions("appInstances.instances", contextValue), ["Recreate…", "Discard"]);
  });

  test("An interrupted operation: Resume and Discard, in both views", () => {
    const kind = kinds.get("chime");
    assert.ok(kind);
    const interrupted = record({ status: "interrupted" });
    for (const [view, contextValue] of [
      [
        "appInstances.activity",
        activityRow(interrupted, kind, { now, canCancel: false, isSandboxRunning: false }).contextValue,
      ],
      ["appInstances.instances", pendingCreateRow("id", interrupted, kind, now).contextValue],
    ] as const) {
      assert.deepEqual(inlineActions(view, contextValue), ["Resume", "Discard"], view);
    }
  });

  test("A connection that is not signed in offers Sign In and no create", () => {
    const state = { status: "signedOut", error: new Error("expired") } as const;
    const items = menu(
      "appInstances.instances",
      connectionRow("id", prod, state, kinds.all, nothing, unfolded).contextValue,
    );
    assert.ok(items.includes("Sign In to Profile…"));
    assert.ok(!items.some((item) => item.startsWith("Create")));
    assert.deepEqual(inlineActions("appInstances.instances", signedOutRow("id", undefined).contextValue), [
      "Sign In to Profile…",
    ]);
  });

  test("Every connection can be removed, and only the sandbox's stopped", () => {
    const state = { status: "connected", accountId: "123456789012", isLoopback: true } as const;
    const ofSandbox = menu(
      "appInstances.instances",
      connectionRow("id", sandbox, state, kinds.all, nothing, unfolded).contextValue,
    );
    const ofProfile = menu(
      "appInstances.instances",
      connectionRow("id", prod, state, kinds.all, nothing, unfolded).contextValue,
    );
    assert.ok(ofSandbox.includes("Remove Connection") && ofProfile.includes("Remove Connection"));
    assert.ok(ofSandbox.includes("Open Terminal Here") && ofProfile.includes("Open Terminal Here"));
    assert.ok(ofSandbox.includes("Stop Sandbox"));
    assert.ok(!ofProfile.includes("Stop Sandbox"));
  });

  test("Refresh in the title is not the command of a row: VS Code gives it the focused one, and all is meant", () => {
    const commandsOf = (place: keyof typeof contributes.menus) =>
      contributes.menus[place].map(({ command }) => command);
    assert.ok(commandsOf("view/title").includes("appInstances.refresh"));
    assert.ok(commandsOf("view/item/context").includes("appInstances.refreshConnection"));
    assert.ok(!commandsOf("view/item/context").includes("appInstances.refresh"));
  });

  test("A kind's row creates that kind", () => {
    for (const [id, title] of [
      ["supplyChain", "Create Supply Chain Instance…"],
      ["chime", "Create Chime App Instance…"],
    ] as const) {
      const kind = kinds.get(id);
      assert.ok(kind);
      const items = menu(
        "appInstances.instances",
        kindRow("id", kind, undefined, nothing, { isExpanded: true, isFiltered: false }).contextValue,
      );
      assert.deepEqual(
        items.filter((item) => item.endsWith("Instance…")),
        [title],
      );
    }
  });

  test("An error can be retried from its row, and its menu has what can help", () => {
    const offered = (error: unknown, connection = prod) => {
      const { contextValue } = signedOutRow("id", error, { connection });
      return [
        inlineActions("appInstances.instances", contextValue),
        menu("appInstances.instances", contextValue),
      ] as const;
    };
    const unreachable = errorRow("id", new Error("unreachable"), { connection: prod }).contextValue;
    assert.deepEqual(inlineActions("appInstances.instances", unreachable), ["Refresh"]);
    assert.deepEqual(menu("appInstances.instances", unreachable), ["Show Log"]);
    const noProfile = errorRow("id", new UserError("There is no profile prod"), { connection: prod }).contextValue;
    assert.deepEqual(menu("appInstances.instances", noProfile), ["Open AWS Config File", "Show Log"]);
    const refused = new ServiceError("InvalidClientTokenId", "", { status: 403, isRetryable: false, attempts: 1 });
    assert.deepEqual(offered(refused), [
      ["Sign In to Profile…", "Refresh"],
      ["Sign In to Profile…", "Open AWS Config File", "Show Log"],
    ]);
    assert.deepEqual(offered(refused, sandbox), [["Refresh"], ["Show Log"]]);
    assert.deepEqual(offered(new SignInRequiredError("prod", "Sign in", "sso")), [
      ["Sign In to Profile…"],
      ["Sign In to Profile…", "Open AWS Config File", "Show Log"],
    ]);
    assert.deepEqual(offered(new SignInRequiredError("prod", "Cancelled", "other"))[0], ["Refresh"]);
  });

  test("Whatever a row says it can do has an entry in its view", () => {
    const rows: readonly (readonly [view: string, file: string])[] = [
      ["appInstances.instances", "instances"],
      ["appInstances.activity", "activity"],
    ];
    for (const [view, folder] of rows) {
      const files = readdirSync(join(root, "src/features", folder)).map((name) =>
        readFileSync(join(root, "src/features", folder, name), "utf8"),
      );
      const tokens = new Set(files.flatMap((text) => text.match(/\bcan-\w+\b/g) ?? []));
      assert.ok(tokens.size > 3);
      for (const token of tokens)
        assert.ok(
          menu(view, token).length + inlineActions(view, token).length > 0,
          `${view}: nothing is offered for ${token}`,
        );
    }
  });

  test("The palette offers Start Sandbox or Stop Sandbox, and nothing that needs a connection while there is none", () => {
    const offered = (context: Record<string, boolean>) => {
      const hidden = new Set(
        contributes.menus.commandPalette
          .filter(({ when }) => !evaluateWhen(when, context))
          .map(({ command }) => command),
      );
      return [...titles].flatMap(([command, title]) => (hidden.has(command) ? [] : [title]));
    };
    const before = offered({});
    assert.ok(before.includes("Start Sandbox") && !before.includes("Stop Sandbox"));
    assert.ok(before.includes("Create Supply Chain Instance…"), "creating first asks for a connection");
    assert.ok(!before.includes("Recreate…") && !before.includes("Resume"));
    const after = offered({ "appInstances.hasConnections": true, "appInstances.sandboxRunning": true });
    assert.ok(after.includes("Recreate…") && after.includes("Stop Sandbox") && !after.includes("Start Sandbox"));
  });
});

/** Titles of the context menu, in its order. */
function menu(view: string, viewItem: string): readonly string[] {
  return itemsOf(view, viewItem)
    .filter(({ group }) => !group?.startsWith("inline"))
    .map(({ command }) => titles.get(command) ?? command);
}

/** Titles of the buttons that appear in the row. */
function inlineActions(view: string, viewItem: string): readonly string[] {
  return itemsOf(view, viewItem)
    .filter(({ group }) => group?.startsWith("inline"))
    .map(({ command }) => titles.get(command) ?? command);
}

function itemsOf(view: string, viewItem: string): readonly MenuItem[] {
  return contributes.menus["view/item/context"]
    .filter(({ when }) => evaluateWhen(when, { view, viewItem }))
    .sort((one, other) => (one.group ?? "").localeCompare(other.group ?? ""));
}
