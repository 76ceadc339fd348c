import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Imports run one way: features -> ui -> operations -> instances -> aws -> core. */
const rooms = ["core", "aws", "instances", "operations", "ui", "features"];

const noVscode = {
  name: "vscode",
  message:
    "Only src/ui, src/features, src/extension.ts, src/firstUse.ts and src/firstCommand.ts know VS Code. Take what you need as a plain value or an interface, and adapt it in src/ui.",
};

const noSandbox = {
  group: ["**/sandbox", "**/sandbox/**"],
  message:
    "The sandbox stands in for AWS: only features/sandbox and the sandbox's own entry may know it. Speak to it over its endpoint.",
};

function wall(room, index) {
  const above = rooms.slice(index + 1);
  const group = above.flatMap((name) => [`**/${name}`, `**/${name}/**`]);
  const reason = `src/${room} lies below ${above.join(", ")}. Pass the value in, or declare an interface here and implement it above.`;
  const patterns = index < rooms.indexOf("features") ? [noSandbox] : [];
  if (group.length > 0) patterns.push({ group, message: reason });
  const knowsVscode = room === "ui" || room === "features";
  return {
    files: [`src/${room}/**/*.ts`],
    rules: { "no-restricted-imports": ["error", { paths: knowsVscode ? [] : [noVscode], patterns }] },
  };
}

const logCall =
  "CallExpression[callee.property.name=/^(trace|debug|info|warn|error)$/]:matches([callee.object.name=/^#?log$/i], [callee.object.property.name=/^log$/i])";

const textForTheLog =
  "This text is for people: it may call an instance by its name, or quote a service. Write logTextOf(error), or logError(log, error) with its stack.";

const featureNames = [
  "connections",
  "instances",
  "createWizard",
  "createForm",
  "recreate",
  "activity",
  "sandbox",
  "status",
  "details",
  "change",
];

export default tseslint.config(
  { ignores: ["dist/", ".vscode-test/", ".artifacts/", "node_modules/"] },
  js.configs.recommended,
  { files: ["**/*.{js,mjs}"], languageOptions: { globals: nodeGlobals() } },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // The vscode API returns Thenables, which the rule misses unless told.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          checkThenables: true,
          // node:test's runner awaits these itself.
          allowForKnownSafeCalls: [
            { from: "package", name: ["test", "describe", "it", "suite"], package: "node:test" },
          ],
        },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-console": "error",
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        { selector: `${logCall} CallExpression[callee.name="messageOf"]`, message: textForTheLog },
        {
          selector: `${logCall} MemberExpression[object.name=/^(error|cause|failure|reason)$/i][property.name=/^(message|stack)$/]`,
          message: textForTheLog,
        },
        {
          selector: 'ImportDeclaration[source.value="zod"]',
          message: 'Six times as large in the bundle as `import * as z from "zod/mini"`.',
        },
        {
          // An error by itself, or where a text is made of it.
          selector: `${logCall} > :matches(Identifier[name=/^(error|cause|failure)$/], CallExpression[callee.name="String"])`,
          message: textForTheLog,
        },
      ],
    },
  },
  ...rooms.map(wall),
  ...featureNames.map((name) => ({
    files: [`src/features/${name}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            ...(name === "sandbox" ? [] : [noSandboxServer()]),
            ...featureNames
              .filter((other) => other !== name)
              .map((other) => ({
                group: [`../${other}`, `../${other}/**`],
                message: `Features do not import each other. What ${name} and ${other} both need belongs in src/ui or below; what one triggers in the other goes through a command.`,
              })),
          ],
        },
      ],
    },
  })),
  {
    files: ["src/sandbox/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: [noVscode],
          patterns: [
            {
              group: ["**/instances/**", "**/operations/**", "**/ui/**", "**/features/**", "aws4"],
              message:
                "The sandbox must not share the product's logic, or both would be wrong together. It may import aws/operation, aws/services and core.",
            },
            {
              regex:
                "\\.\\./aws/(?!operation$|services/|wireTypes$)|\\.\\./\\.\\./aws/(?!operation$|services/|wireTypes$)",
              message:
                "The sandbox checks the client: it may know what operations are (aws/operation, aws/services), not how the client sends them.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["media/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex:
                "^(?!\\./|\\.\\./src/ui/page/protocol/\\w+$|\\.\\./src/instances/draft$|\\.\\./src/core/(duration|timeText)$|\\.\\./src/ui/page/timeline$)",
              message:
                "A webview knows its protocol, the timeline and the draft, nothing else of the extension. Send what it needs in a message.",
            },
          ],
        },
      ],
    },
  },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
  {
    files: ["test/{unit,wire,fakes,fixtures,project}/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: [
            {
              name: "node:timers/promises",
              message:
                "A test does not sleep: wait for what is to happen, or take one of the clocks of test/fakes/clock.ts.",
            },
          ],
        },
      ],
    },
  },
  { files: ["**/*.{js,mjs}"], ...tseslint.configs.disableTypeChecked },
);

function noSandboxServer() {
  return { group: ["../../sandbox", "../../sandbox/**"], message: noSandbox.message };
}

function nodeGlobals() {
  return Object.fromEntries(
    [
      "process",
      "console",
      "Buffer",
      "URL",
      "setTimeout",
      "clearTimeout",
      "AbortController",
      "AbortSignal",
      "fetch",
      "require",
      "module",
      "__dirname",
      "performance",
    ].map((name) => [name, "readonly"]),
  );
}
