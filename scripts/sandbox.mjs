// `npm run -s sandbox -- …`: runs the sandbox until SIGTERM. Standard output carries its one JSON line and nothing else.
import { pathToFileURL } from "node:url";
import { upToDateBundle } from "./bundle.mjs";

const parent = process.ppid;

const bundle = await upToDateBundle({
  entry: "src/sandbox/cli.ts",
  outfile: "dist/sandboxCli.js",
  rooms: ["src/sandbox", "src/aws", "src/core"],
});
await import(pathToFileURL(bundle).href);

// npm hands a SIGTERM to the shell between itself and us, and many shells die of it without passing it on.
if (process.env.npm_lifecycle_event === "sandbox") stopWithParent();

function stopWithParent() {
  if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
  else setTimeout(stopWithParent, 200).unref();
}
