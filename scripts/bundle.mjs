import { build } from "esbuild";
import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The path of a bundle for Node, built when it is missing or older than its sources. Nothing is printed but errors.
 * `rooms` are the folders that it is made of: `src/sandbox`, …
 */
export async function upToDateBundle({ entry, outfile, rooms }) {
  const bundle = join(root, outfile);
  if (!isStale(bundle, rooms)) return bundle;
  const { outputFiles } = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    write: false,
    logLevel: "error",
  });
  mkdirSync(dirname(bundle), { recursive: true });
  // Renamed into place: another process may be running the old one, or building at the same time.
  const temporary = `${bundle}.${process.pid}`;
  writeFileSync(temporary, outputFiles[0].contents);
  renameSync(temporary, bundle);
  return bundle;
}

function isStale(bundle, rooms) {
  const built = statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true }).map((name) => join(root, room, name)),
  );
  return [...sources, join(root, "package-lock.json")].some((file) => statSync(file).mtimeMs > built);
}
