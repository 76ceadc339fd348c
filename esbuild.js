// Builds the bundles of ARCHITECTURE.md. `--production` minifies and leaves source maps out, `--watch` rebuilds.
const esbuild = require("esbuild");
const { readdirSync } = require("node:fs");

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

/** Loaded by the extension host (Node 22 since VS Code 1.101) and by the scripts (Node 20). */
const host = {
  ...shared,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  // Each bundle is loaded on its own, so that activation pays for none of the others.
  plugins: [lazyBundles],
};

const webview = { ...shared, platform: "browser", format: "iife", target: "es2023", outdir: "dist/webview" };

const webviewEntries = readdirSync("media")
  .filter((name) => /^(form|details)\.(ts|css)$/.test(name))
  .map((name) => `media/${name}`);

const builds = [
  { ...host, entryPoints: { extension: "src/extension.ts", aws: "src/aws/sdk.ts", sandbox: "src/sandbox/main.ts" } },
  { ...host, entryPoints: { sandboxCli: "src/sandbox/cli.ts", call: "src/aws/call.ts" } },
  { ...webview, entryPoints: webviewEntries },
];

async function main() {
  if (watch) {
    const contexts = await Promise.all(builds.map((options) => esbuild.context(options)));
    await Promise.all(contexts.map((context) => context.watch()));
    return;
  }
  await Promise.all(builds.map((options) => esbuild.build(options)));
}

main().catch(() => {
  process.exitCode = 1;
});
