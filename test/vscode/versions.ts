/**
 * Which VS Code the tests run in. `npm test -- host --vscode VERSION` hands over in APP_INSTANCES_VSCODE_VERSION one of
 * `newest` (as without the flag), `oldest`, a version of the server on the npm registry (4.103.2, which is VS Code 1.103.2),
 * or one of Desktop (1.101.0).
 */
import { engines } from "../../package.json";
import versions from "./versions.json";

/** Versions of the packages that an installed server consists of. */
export interface ServerVersions {
  readonly "code-server": string;
  readonly node: string;
  readonly "@sparticuz/chromium": string;
}

type Product = "server" | "desktop";

function wantedFromEnvironment(): string | undefined {
  return process.env.APP_INSTANCES_VSCODE_VERSION;
}

/** What only one of the two products has, or undefined. Throws for what is neither a version nor a name of one. */
export function productOf(wanted = wantedFromEnvironment()): Product | undefined {
  if (!wanted || wanted === "newest" || wanted === "oldest") return undefined;
  if (/^4\.\d+\.\d+$/.test(wanted)) return "server";
  if (/^1\.\d+\.\d+$/.test(wanted)) return "desktop";
  throw new Error(
    `There is no VS Code ${wanted}: oldest, newest, 4.103.2 (server) and 1.101.0 (Desktop) are understood.`,
  );
}

/** A server that is not pinned runs under the newest Node. */
export function serverVersions(wanted = wantedFromEnvironment()): ServerVersions {
  if (productOf(wanted) === "desktop")
    throw new Error(`VS Code ${wanted} is a Desktop, which only the host part runs in: name a server, like 4.103.2.`);
  const pinned = [versions.newest, versions.oldest];
  const named = wanted === "oldest" ? versions.oldest : versions.newest;
  const version = productOf(wanted) === "server" && wanted ? wanted : named["code-server"];
  const { node } = pinned.find((one) => one["code-server"] === version) ?? versions.newest;
  return { "code-server": version, node, "@sparticuz/chromium": versions["@sparticuz/chromium"] };
}

/** As @vscode/test-electron takes it. The oldest is the one that package.json promises. */
export function desktopVersion(wanted = wantedFromEnvironment()): string {
  if (productOf(wanted) === "server")
    throw new Error(`VS Code ${wanted} is a server, not a Desktop: name one like 1.101.0.`);
  if (wanted === "oldest") return engines.vscode.replace(/^\D+/, "");
  return wanted && wanted !== "newest" ? wanted : "stable";
}
