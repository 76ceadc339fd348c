// Builds the bundles of ARCHITECTURE.md. `--production` empties dist, minifies, leaves source maps out and writes notices, `--watch` rebuilds.
const esbuild = require("esbuild");
const { readdirSync, rmSync, writeFileSync } = require("node:fs");

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");

const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  outdir: "dist",
};

/** `import("…/aws/sdk")` and `import("…/sandbox/main")` become loads of the bundle built from that file. */
const lazyBundles = {
  name: "lazy-bundles",
  setup(build) {
    build.onResolve({ filter: /(^|\/)(aws\/)?sdk$/ }, lazy("./aws.js"));
    build.onResolve({ filter: /\/sandbox\/main$/ }, lazy("./sandbox.js"));
    function lazy(path) {
      return (args) => (args.kind === "dynamic-import" ? { path, external: true } : undefined);
    }
  },
};

/** The SDK's clients can stream events, which nothing that we ask of them does. */
const noEventStreams = {
  name: "no-event-streams",
  setup(build) {
    const namespace = "absent";
    build.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "event-streams", namespace } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace }, () => ({
      contents: 'throw new Error("Streams of events are left out");',
    }));
  },
};

/** Loaded by the extension host (Node 22 since VS Code 1.101) and by the scripts (Node 20). */
const host = {
  ...shared,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  // ES modules where a package has them: of CommonJS nothing can be left out.
  mainFields: ["module", "main"],
  plugins: [lazyBundles, noEventStreams],
};

/** `scripts/split.mjs` makes CommonJS of it. */
const extension = (split) => ({
  ...host,
  format: "esm",
  splitting: true,
  chunkNames: "part-[name]-[hash]",
  sourcemap: production ? false : "inline",
  write: false,
  entryPoints: { extension: "src/extension.ts" },
  plugins: [lazyBundles, noEventStreams, split(production, "src/firstUse.ts")],
});

const webview = { ...shared, platform: "browser", format: "iife", target: "es2023", outdir: "dist/webview" };

const webviewEntries = readdirSync("media")
  .filter((name) => /^(pages\.ts|(form|details|operation)\.css)$/.test(name))
  .map((name) => `media/${name}`);

const packaged = (split) => [
  extension(split),
  { ...host, entryPoints: { aws: "src/aws/sdk.ts", sandbox: "src/sandbox/main.ts" } },
  { ...webview, entryPoints: webviewEntries },
];
/** For the npm scripts. */
const ofScripts = [{ ...host, entryPoints: { sandboxCli: "src/sandbox/cli.ts", call: "src/aws/call.ts" } }];

async function main() {
  const { split } = await import("./scripts/split.mjs");
  const builds = [...packaged(split), ...ofScripts];
  if (watch) {
    const contexts = await Promise.all(builds.map((options) => esbuild.context(options)));
    await Promise.all(contexts.map((context) => context.watch()));
    return;
  }
  // What another version of the sources left there must not be packaged.
  if (production) rmSync("dist", { recursive: true, force: true });
  const results = await Promise.all(builds.map((options) => esbuild.build(options)));
  if (!production) return;
  const { thirdPartyNotices } = await import("./scripts/notices.mjs");
  const metafiles = results.slice(0, -ofScripts.length).map(({ metafile }) => metafile);
  writeFileSync("dist/ThirdPartyNotices.txt", thirdPartyNotices(metafiles));
}

main().catch((error) => {
  // esbuild has told its own errors.
  if (!error.errors) console.error(error);
  process.exitCode = 1;
});
