// `npm run -s call -- …`: builds dist/call.js when it is missing or older than its sources, then runs it.
// Builds only that bundle, with everything in it, so that the first call from a clean clone takes a second.
import { build } from "esbuild";
import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bundle = join(root, "dist", "call.js");

if (isStale()) await buildBundle();
// The SDK would warn of its next major version on standard error, where a failure is JSON.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
await import(pathToFileURL(bundle).href);

function isStale() {
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ["src/aws", "src/core"].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true }).map((name) => join(root, room, name)),
  );
  return [...sources, join(root, "package-lock.json")].some((file) => statSync(file).mtimeMs > built);
}

async function buildBundle() {
  const { outputFiles } = await build({
    entryPoints: [join(root, "src/aws/call.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    write: false,
    logLevel: "error",
  });
  mkdirSync(dirname(bundle), { recursive: true });
  // Renamed into place: another call may be running the old one, or building at the same time.
  const temporary = `${bundle}.${process.pid}`;
  writeFileSync(temporary, outputFiles[0].contents);
  renameSync(temporary, bundle);
}
