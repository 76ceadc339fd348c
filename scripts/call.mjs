// `npm run -s call -- …`: one operation through the extension's client, from a bundle that is built when it is needed.
import { pathToFileURL } from "node:url";
import { upToDateBundle } from "./bundle.mjs";

const bundle = await upToDateBundle({
  entry: "src/aws/call.ts",
  outfile: "dist/call.js",
  rooms: ["src/aws", "src/core"],
});
// The SDK would warn of its next major version on standard error, where a failure is JSON.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
await import(pathToFileURL(bundle).href);
